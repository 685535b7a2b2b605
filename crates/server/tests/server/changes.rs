//! Messages that change, over the socket: edited, deleted, reacted to, pinned and answered, and who hears of it.

use std::fs;

use serde_json::{Value, json};

use crate::support::calendar::Calendar;
use crate::support::{TestClient, TestServer};

/// A user who wants to hear of all channels and changes.
fn reader(server: &TestServer, name: &str) -> TestClient {
    let mut client = server.sign_in(name);
    client.ask("inbox", json!({"wants": ["channels", "changes"]}));
    client
}

fn say(client: &mut TestClient, recipient: &str, text: &str) -> Value {
    client.ask("channelMessage", json!({"recipientUUID": recipient, "message": text}))
}

/// Names a message.
fn at(recipient: &str, seq: u64, name: &str, value: Value) -> Value {
    let mut payload = json!({"recipientUUID": recipient, "seq": seq});
    payload[name] = value;
    payload
}

fn edit(client: &mut TestClient, recipient: &str, seq: u64, text: &str) -> Value {
    client.ask("messageEdit", at(recipient, seq, "message", json!(text)))
}

fn react(client: &mut TestClient, recipient: &str, seq: u64, emoji: &str, on: bool) -> Value {
    let mut payload = at(recipient, seq, "emoji", json!(emoji));
    payload["on"] = json!(on);
    client.ask("messageReact", payload)
}

/// What a client holds that follows the rules of docs/protocol.md: the states of the messages that have
/// changed, and the `rev` up to which it knows them.
fn heard_until(client: &mut TestClient, recipient: &str, rev: u64) -> Vec<Value> {
    let (mut at, mut states) = (0, Vec::<Value>::new());
    while at < rev {
        let fits = |frame: &Value| frame["channelChanges"]["recipientUUID"] == recipient;
        let frame = client.until_with("channelChanges", fits)["channelChanges"].clone();
        assert_eq!(frame["after"], at, "nothing is left out");
        at = frame["rev"].as_u64().unwrap();
        for message in frame["messages"].as_array().unwrap() {
            states.retain(|state| state["Seq"] != message["Seq"]);
            states.push(message.clone());
        }
    }
    states
}

fn changes(client: &mut TestClient, recipient: &str, after: u64) -> Value {
    client.ask("channelChanges", json!({"recipientUUID": recipient, "after": after}))
}

/// Without what belongs to the asker.
fn impersonal(mut message: Value) -> Value {
    for reaction in message["Reactions"].as_array_mut().into_iter().flatten() {
        reaction.as_object_mut().unwrap().remove("Mine");
    }
    message
}

cases! {
    every_change_is_told_and_can_be_asked_for,
    a_direct_channel_is_named_from_each_side,
    only_the_users_own_sessions_learn_which_reactions_are_theirs,
    a_reply_shows_what_it_answers_as_that_is_now,
    a_deleted_text_is_gone_everywhere,
    a_client_of_0_1_is_sent_nothing_that_it_does_not_know,
    who_was_removed_hears_of_no_change,
    many_changes_come_together,
    what_can_not_be_done_is_refused,
}

fn every_change_is_told_and_can_be_asked_for(here: &TestServer, there: &TestServer) {
    let (mut ada, mut bob) = (reader(here, "Ada"), reader(there, "Bob"));
    assert_eq!(say(&mut ada, "", "helo")["Seq"], 1);
    assert_eq!(say(&mut ada, "", "second")["Seq"], 2);
    let edited = edit(&mut ada, "", 1, "hello");
    assert_eq!((&edited["rev"], &edited["message"]["Message"]), (&json!(1), &json!("hello")));
    assert!(edited["message"]["EditedAt"].is_string());
    // What is so already is no change.
    assert_eq!(edit(&mut ada, "", 1, "hello"), edited);
    let reacted = react(&mut bob, "", 1, "\u{2764}", true);
    assert_eq!(
        reacted["message"]["Reactions"],
        json!([{"Emoji": "\u{2764}\u{fe0f}", "Count": 1, "Users": [bob.user], "Mine": true}])
    );
    assert_eq!(react(&mut bob, "", 1, "\u{2764}\u{fe0f}", true), reacted);
    let pinned = ada.ask("messagePin", at("", 2, "on", json!(true)));
    assert_eq!(pinned["rev"], 3);
    let states = heard_until(&mut bob, "", 3);
    assert_eq!(states, [impersonal(reacted["message"].clone()), pinned["message"].clone()]);
    let asked = changes(&mut ada, "", 0);
    assert_eq!((&asked["rev"], &asked["messages"]), (&json!(3), &json!(states)));
    let page = json!({"recipientUUID": "", "after": 1, "limit": 1});
    let last = ada.ask("channelChanges", page.clone());
    assert_eq!((&last["rev"], &last["messages"][0]["Rev"]), (&json!(2), &json!(2)));
    assert_eq!(
        changes(&mut ada, "", 3),
        json!({"recipientUUID": "", "after": 3, "rev": 3, "messages": []})
    );
    let history = bob.ask("channelMessages", json!({"recipientUUID": ""}));
    assert_eq!(
        (&history["rev"], &history["messages"]),
        (&json!(3), &json!([pinned["message"], reacted["message"]]))
    );
    let pins = ada.ask("channelMessages", json!({"recipientUUID": "", "pinned": true}));
    assert_eq!(pins["messages"], json!([pinned["message"]]));
    let inbox = ada.ask("inbox", json!({"wants": ["changes"]}));
    assert_eq!(inbox["channels"][0]["rev"], 3);
    let join = ada.ask("channelJoin", json!({"recipientUUID": ""}));
    assert_eq!(join["rev"], 3);
    assert!(react(&mut bob, "", 1, "\u{2764}", false)["message"].get("Reactions").is_none());
    ada.ask("messagePin", at("", 2, "on", json!(false)));
    let pins = ada.ask("channelMessages", json!({"recipientUUID": "", "pinned": true}));
    assert_eq!(pins["messages"], json!([]));
}

fn a_direct_channel_is_named_from_each_side(here: &TestServer, there: &TestServer) {
    let (mut ada, mut bob) = (reader(here, "Ada"), reader(there, "Bob"));
    let (to_bob, to_ada) = (bob.user.clone(), ada.user.clone());
    say(&mut ada, &to_bob, "hello");
    edit(&mut ada, &to_bob, 1, "hello, Bob");
    let told = heard_until(&mut bob, &to_ada, 1);
    assert_eq!(told, heard_until(&mut ada, &to_bob, 1));
    assert_eq!(
        (&told[0]["RecipientUUID"], &told[0]["Recipient"]["Username"]),
        (&json!(to_bob), &json!("Bob"))
    );
    assert_eq!(react(&mut bob, &to_ada, 1, "👍", true)["recipientUUID"], to_ada);
    // With oneself there is one side.
    let myself = ada.user.clone();
    say(&mut ada, &myself, "note");
    edit(&mut ada, &myself, 1, "a note");
    heard_until(&mut ada, &myself, 1);
    let more = ada.so_far();
    assert!(
        !more.iter().any(|frame| frame["channelChanges"]["recipientUUID"] == myself),
        "{more:?}"
    );
}

fn only_the_users_own_sessions_learn_which_reactions_are_theirs(
    here: &TestServer,
    there: &TestServer,
) {
    let (mut ada, mut phone) = (reader(here, "Ada"), there.connect());
    phone.send(&json!({"type": "signIn", "signIn": {"accessKey": ada.access_key}}));
    phone.until("authorized");
    phone.ask("inbox", json!({"wants": ["changes"]}));
    let mut bob = reader(there, "Bob");
    say(&mut ada, "", "hello");
    let reacted = react(&mut ada, "", 1, "👍", true);
    let told = phone.until("messageReact");
    assert_eq!((told.get("id"), &told["messageReact"]), (None, &reacted));
    assert_eq!(react(&mut bob, "", 1, "👍", true)["message"]["Reactions"][0]["Count"], 2);
    let history = ada.ask("channelMessages", json!({"recipientUUID": ""}));
    assert_eq!(history["messages"][0]["Reactions"][0]["Mine"], true);
    assert!(ada.so_far().iter().all(|frame| frame["type"] != "messageReact"));
    let reactors = ada.ask("messageReactors", at("", 1, "emoji", json!("👍")));
    let names: Vec<_> =
        reactors["users"].as_array().unwrap().iter().map(|user| &user["Username"]).collect();
    assert_eq!((&reactors["total"], json!(names)), (&json!(2), json!(["Ada", "Bob"])));
}

fn a_reply_shows_what_it_answers_as_that_is_now(here: &TestServer, there: &TestServer) {
    let (mut ada, mut bob) = (reader(here, "Ada"), reader(there, "Bob"));
    let long = "ä".repeat(150);
    say(&mut ada, "", &long);
    let answer = |text: &str, to: u64| json!({"recipientUUID": "", "message": text, "replyTo": to});
    let reply = bob.ask("channelMessage", answer("yes", 1));
    let shown = json!({"Seq": 1, "Root": 1, "SenderUUID": ada.user,
        "Sender": {"UUID": ada.user, "Username": "Ada"}, "Excerpt": format!("{}…", "ä".repeat(100))});
    assert_eq!(reply["ReplyTo"], shown);
    let live = ada.until_with("channelMessage", |frame| frame["channelMessage"]["Seq"] == 2);
    assert_eq!(live["channelMessage"]["ReplyTo"], shown);
    assert_eq!(heard_until(&mut ada, "", 1)[0]["Replies"], 1);
    // A reply to a reply is of the same chain.
    let second = ada.ask("channelMessage", answer("good", 2));
    assert_eq!((&second["ReplyTo"]["Seq"], &second["ReplyTo"]["Root"]), (&json!(2), &json!(1)));
    say(&mut ada, "", "something else");
    edit(&mut bob, "", 2, "yes, please");
    let thread = |client: &mut TestClient| {
        client.ask("channelMessages", json!({"recipientUUID": "", "root": 1, "after": 0}))
    };
    let read = thread(&mut ada);
    let seqs: Vec<_> =
        read["messages"].as_array().unwrap().iter().map(|m| m["Seq"].clone()).collect();
    assert_eq!((&read["total"], seqs), (&json!(4), vec![json!(1), json!(2), json!(3)]));
    assert_eq!(read["messages"][0]["Replies"], 2);
    assert_eq!(read["messages"][2]["ReplyTo"]["Excerpt"], "yes, please");
    bob.ask("messageDelete", json!({"recipientUUID": "", "seq": 2}));
    let read = thread(&mut ada);
    assert_eq!(read["messages"][0]["Replies"], 1);
    assert!(read["messages"][2]["ReplyTo"].get("Excerpt").is_none());
    let deleted = &read["messages"][1];
    assert_eq!((&deleted["ReplyTo"]["Seq"], deleted["ReplyTo"].get("Excerpt")), (&json!(1), None));
    assert_eq!(bob.refused("channelMessage", answer("what?", 9)), 7);
    // A message that nobody has answered is a thread of its own.
    let alone = ada.ask("channelMessages", json!({"recipientUUID": "", "root": 4}));
    assert_eq!(alone["messages"][0]["Seq"], 4);
}

fn a_deleted_text_is_gone_everywhere(here: &TestServer, there: &TestServer) {
    let (mut ada, mut bob) = (reader(here, "Ada"), reader(there, "Bob"));
    let secret = "this-was-never-said";
    let send = json!({"recipientUUID": "", "message": secret, "clientUUID": "c-1"});
    let sent = ada.ask("channelMessage", send.clone());
    react(&mut bob, "", 1, "👍", true);
    bob.ask("channelMessage", json!({"recipientUUID": "", "message": "why?", "replyTo": 1}));
    let deleted = ada.ask("messageDelete", json!({"recipientUUID": "", "seq": 1}));
    let message = &deleted["message"];
    assert_eq!((&message["Message"], &message["UUID"]), (&json!(""), &sent["UUID"]));
    assert!(message["DeletedAt"].is_string() && message.get("Reactions").is_none());
    // What is asked for from now on doesn't show it, wherever it stood.
    let mut shown = Vec::new();
    for client in [&mut ada, &mut bob] {
        shown.push(client.ask("channelMessages", json!({"recipientUUID": ""})));
        shown.push(client.ask("channelMessages", json!({"recipientUUID": "", "after": 0})));
        shown.push(client.ask("channelJoin", json!({"recipientUUID": ""})));
        shown.push(client.ask("inbox", json!({"wants": ["channels", "changes"]})));
        shown.push(changes(client, "", 0));
    }
    // A repeated send is answered with what became of it.
    let again = ada.ask("channelMessage", send);
    assert!(again["DeletedAt"].is_string());
    shown.push(again);
    assert!(!json!(shown).to_string().contains(secret), "{shown:?}");
    assert_eq!(
        ada.ask("messageDelete", json!({"recipientUUID": "", "seq": 1}))["message"],
        *message
    );
    assert_eq!(ada.refused("messageEdit", at("", 1, "message", json!("x"))), 8);
    assert_eq!(bob.refused("messagePin", at("", 1, "on", json!(true))), 8);
}

fn a_client_of_0_1_is_sent_nothing_that_it_does_not_know(here: &TestServer, there: &TestServer) {
    let (mut ada, mut old) = (reader(here, "Ada"), there.sign_in("Old"));
    old.ask("inbox", json!({}));
    old.join("");
    say(&mut ada, "", "helo");
    edit(&mut ada, "", 1, "hello");
    react(&mut ada, "", 1, "👍", true);
    say(&mut ada, "", "gone");
    ada.ask("messageDelete", json!({"recipientUUID": "", "seq": 2}));
    heard_until(&mut ada, "", 3);
    say(&mut ada, "", "the end");
    loop {
        let frame = old.read();
        assert!(["sys", "channelMessage"].contains(&frame["type"].as_str().unwrap()), "{frame}");
        if frame["channelMessage"]["Seq"] == 3 {
            break;
        }
    }
    let joined = old.join("");
    let texts: Vec<_> =
        joined["messages"].as_array().unwrap().iter().map(|m| m["Message"].clone()).collect();
    assert_eq!(texts, ["the end", "", "hello"]);
}

fn who_was_removed_hears_of_no_change(here: &TestServer, there: &TestServer) {
    let (mut ada, mut rex) = (reader(here, "Ada"), reader(there, "Rex"));
    let made =
        ada.ask("channelCreate", json!({"name": "Secret", "private": true, "users": [rex.user]}));
    let secret = made["UUID"].as_str().unwrap().to_owned();
    say(&mut rex, &secret, "mine");
    edit(&mut rex, &secret, 1, "still mine");
    ada.ask("memberRemove", json!({"recipientUUID": secret, "userUUID": rex.user}));
    rex.until_sys("channelGone");
    assert_eq!(rex.refused("messageEdit", at(&secret, 1, "message", json!("x"))), 10);
    assert_eq!(rex.refused("messageDelete", json!({"recipientUUID": secret, "seq": 1})), 10);
    assert_eq!(rex.refused("channelChanges", json!({"recipientUUID": secret, "after": 0})), 10);
    // The owner deletes what others wrote.
    assert!(ada.ask("messageDelete", json!({"recipientUUID": secret, "seq": 1}))["message"]["DeletedAt"].is_string());
    heard_until(&mut ada, &secret, 2);
    say(&mut ada, "", "the end");
    loop {
        let frame = rex.read();
        assert_ne!(frame["type"], "channelChanges", "{frame}");
        if frame["channelMessage"]["Message"] == "the end" {
            break;
        }
    }
}

fn many_changes_come_together(here: &TestServer, there: &TestServer) {
    let (mut ada, mut bob) = (reader(here, "Ada"), reader(there, "Bob"));
    say(&mut ada, "", "hello");
    for count in 1..=15 {
        let changed = edit(&mut ada, "", 1, &count.to_string());
        assert_eq!(changed["rev"], count);
    }
    let (mut frames, mut rev) = (0, 0);
    while rev < 15 {
        let frame = bob.until("channelChanges")["channelChanges"].clone();
        assert_eq!(
            (&frame["after"], frame["messages"].as_array().unwrap().len()),
            (&json!(rev), 1)
        );
        rev = frame["rev"].as_u64().unwrap();
        frames += 1;
    }
    assert!(frames < 15, "{frames}");
}

fn what_can_not_be_done_is_refused(here: &TestServer, there: &TestServer) {
    let (mut ada, mut bob) = (reader(here, "Ada"), reader(there, "Bob"));
    say(&mut ada, "", "hello");
    assert_eq!(bob.refused("messageEdit", at("", 1, "message", json!("x"))), 12);
    assert_eq!(bob.refused("messageDelete", json!({"recipientUUID": "", "seq": 1})), 12);
    assert_eq!(ada.refused("messageEdit", at("", 1, "message", json!("  "))), 7);
    assert_eq!(ada.refused("messageEdit", at("", 2, "message", json!("x"))), 8);
    assert_eq!(ada.refused("messageEdit", at("", 0, "message", json!("x"))), 8);
    let reaction = |emoji: &str| json!({"recipientUUID": "", "seq": 1, "emoji": emoji, "on": true});
    assert_eq!(ada.refused("messageReact", reaction("no emoji")), 8);
    let kinds: Vec<_> = ('\u{1f600}'..).take(21).map(String::from).collect();
    for emoji in &kinds[..20] {
        react(&mut ada, "", 1, emoji, true);
    }
    assert_eq!(ada.refused("messageReact", reaction(&kinds[20])), 8);
    assert_eq!(react(&mut bob, "", 1, &kinds[0], true)["message"]["Reactions"][0]["Count"], 2);
    // Nobody has spoken with Bob yet.
    assert_eq!(ada.refused("messageReact", at(&bob.user, 1, "emoji", json!("👍"))), 1);
    let mut elsewhere = reaction("👍");
    elsewhere["recipientUUID"] = json!(bob.user);
    assert_eq!(ada.refused("messageReact", elsewhere), 8);
}

#[test]
fn a_message_is_edited_within_the_window() {
    let calendar = Calendar::new();
    let day = (24 * 60 * 60).to_string();
    let server = calendar.server(&[("EDIT_WINDOW", &day)]);
    let mut ada = reader(&server, "Ada");
    say(&mut ada, "", "hello");
    assert_eq!(edit(&mut ada, "", 1, "in time")["rev"], 1);
    calendar.set(2);
    assert_eq!(ada.refused("messageEdit", at("", 1, "message", json!("too late"))), 8);
}

#[test]
fn after_a_clean_stop_no_file_holds_a_deleted_text() {
    let mut server = TestServer::with(&[("MESSAGE_RATE", "0")]);
    let mut ada = reader(&server, "Ada");
    let secret = |number: u64| format!("deleted-{number:05}-{}", "x".repeat(300));
    // A little more than the first table of staged messages holds: of these some are moved, and stand in it still.
    let last = 4_150;
    for number in 1..=last {
        ada.send(&json!({"type": "channelMessage",
            "channelMessage": {"recipientUUID": "", "message": secret(number)}}));
        if number % 50 == 0 {
            ada.until_with("channelMessage", |frame| frame["channelMessage"]["Seq"] == number);
        }
    }
    for number in [1, 2, 3_000, last - 1, last] {
        edit(&mut ada, "", number, &format!("{}-again", secret(number)));
        ada.ask("messageDelete", json!({"recipientUUID": "", "seq": number}));
    }
    let folder = server.data_dir();
    server.terminate();
    assert!(server.stopped().success());
    let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    let mut found = 0;
    for file in files.iter().filter(|file| file.is_file()) {
        let bytes = fs::read(file).unwrap();
        let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        for number in [1, 2, 3_000, last - 1, last] {
            assert!(!holds(&format!("deleted-{number:05}-")), "{number} in {}", file.display());
        }
        found += usize::from(holds("deleted-02000-"));
    }
    assert_eq!(found, 1, "{files:?}");
}
