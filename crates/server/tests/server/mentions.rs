//! Mentions over the socket: found in the text or given, counted in the inbox, and listed with other activity.

use serde_json::{Value, json};

use crate::support::{TestClient, TestServer};

/// A user who wants to hear of all channels and changes.
fn reader(server: &TestServer, name: &str) -> TestClient {
    let mut client = server.sign_in(name);
    inbox(&mut client);
    client
}

fn inbox(client: &mut TestClient) -> Value {
    client.ask("inbox", json!({"wants": ["channels", "changes"]}))["channels"].clone()
}

/// How many unread messages of General mention the user, and the first one's `Seq`.
fn counted(client: &mut TestClient) -> (Value, Value) {
    let general = &inbox(client)[0];
    (general["mentions"].clone(), general["firstMention"].clone())
}

fn say(client: &mut TestClient, recipient: &str, text: &str) -> Value {
    client.ask("channelMessage", json!({"recipientUUID": recipient, "message": text}))
}

fn person(client: &TestClient, name: &str) -> Value {
    json!({"UUID": client.user, "Username": name})
}

cases! {
    names_are_found_in_the_text,
    users_are_mentioned_by_their_uuids,
    who_is_no_member_is_named_to_the_sender_alone,
    what_mentions_a_user_is_counted,
    activity_is_read_page_by_page,
    a_client_of_0_1_sees_no_counts,
    answers_keep_their_order,
}

fn names_are_found_in_the_text(here: &TestServer, there: &TestServer) {
    let (mut ada, mut bob) = (reader(here, "Ada"), reader(there, "Bob"));
    let lovelace = reader(there, "Ada Lovelace");
    let said = say(&mut bob, "", "@ada: @ADA LOVELACE, @bob, `@Ada`, mail@ada.org and @nobody");
    let named =
        json!([person(&ada, "Ada"), person(&lovelace, "Ada Lovelace"), person(&bob, "Bob")]);
    assert_eq!((&said["Mentions"], said.get("NotMembers")), (&named, None));
    let heard = ada.until("channelMessage");
    assert_eq!(heard["channelMessage"]["Mentions"], named);
    assert_eq!(heard["channelMessage"].get("MentionAll"), None);
    // No name is looked for where the client gives none.
    let request = json!({"recipientUUID": "", "message": "@Ada", "mentions": []});
    assert_eq!(bob.ask("channelMessage", request).get("Mentions"), None);
    let edit = |text: &str| json!({"recipientUUID": "", "seq": 2, "message": text});
    let edited = bob.ask("messageEdit", edit("hi @Ada"));
    assert_eq!(edited["message"]["Mentions"], json!([person(&ada, "Ada")]));
    let told = ada.until("channelChanges")["channelChanges"]["messages"][0].clone();
    assert_eq!(told["Mentions"], json!([person(&ada, "Ada")]));
    let history = ada.ask("channelMessages", json!({"recipientUUID": ""}));
    assert_eq!((&history["messages"][0], &history["messages"][1]["Mentions"]), (&told, &named));
    let edited = bob.ask("messageEdit", edit("hi"));
    assert_eq!(edited["message"].get("Mentions"), None);
}

fn users_are_mentioned_by_their_uuids(here: &TestServer, there: &TestServer) {
    let (ada, mut bob) = (reader(here, "Ada"), reader(there, "Bob"));
    let nobody = "99999999-9999-4999-8999-999999999999";
    let request = |mentions: Value, all: bool| json!({"recipientUUID": "", "message": "look @Bob", "mentions": mentions, "mentionAll": all});
    let said = bob.ask("channelMessage", request(json!([ada.user, nobody, ada.user]), true));
    assert_eq!(said["Mentions"], json!([person(&ada, "Ada")]));
    assert_eq!((&said["MentionAll"], said.get("NotMembers")), (&json!(true), None));
    assert_eq!(bob.refused("channelMessage", request(json!(vec![nobody; 51]), false)), 1);
    assert_eq!(bob.refused("channelMessage", request(json!(["Ada"]), false)), 1);
    let edit = json!({"recipientUUID": "", "seq": 1, "message": "@Ada", "mentions": [bob.user], "mentionAll": false});
    let edited = bob.ask("messageEdit", edit);
    assert_eq!(edited["message"]["Mentions"], json!([person(&bob, "Bob")]));
    assert_eq!(edited["message"].get("MentionAll"), None);
}

fn who_is_no_member_is_named_to_the_sender_alone(here: &TestServer, there: &TestServer) {
    let (mut ada, mut bob) = (reader(here, "Ada"), reader(there, "Bob"));
    let mut eve = reader(there, "Eve");
    let made = ada.ask("channelCreate", json!({"name": "ops", "users": [bob.user]}));
    let ops = made["UUID"].as_str().unwrap();
    // A message without a clientUUID or an id has its own frame, too.
    ada.say(ops, "@Bob @Eve");
    let said = ada.until("channelMessage")["channelMessage"].clone();
    assert_eq!(said["Mentions"], json!([person(&bob, "Bob")]));
    assert_eq!(said["NotMembers"], json!([person(&eve, "Eve")]));
    let heard = bob.until("channelMessage")["channelMessage"].clone();
    assert_eq!((&heard["Mentions"], heard.get("NotMembers")), (&said["Mentions"], None));
    let again = json!({"recipientUUID": ops, "message": "@Eve again", "clientUUID": "c-1"});
    let first = ada.ask("channelMessage", again.clone());
    assert_eq!((first.get("Mentions"), &first["NotMembers"]), (None, &said["NotMembers"]));
    assert_eq!(ada.ask("channelMessage", again.clone()), first);
    let edit = json!({"recipientUUID": ops, "seq": 2, "message": "@Bob and @Eve"});
    let edited = ada.ask("messageEdit", edit)["message"].clone();
    assert_eq!(
        (&edited["Mentions"], &edited["NotMembers"]),
        (&said["Mentions"], &said["NotMembers"])
    );
    // It is another text by now.
    assert_eq!(ada.ask("channelMessage", again).get("NotMembers"), None);
    let told = bob.until("channelChanges")["channelChanges"]["messages"][0].clone();
    assert_eq!((&told["Mentions"], told.get("NotMembers")), (&said["Mentions"], None));
    let private = ada.ask(
        "channelMessage",
        json!({"recipientUUID": bob.user, "message": "@Eve?", "mentionAll": true}),
    );
    assert_eq!((private.get("MentionAll"), &private["NotMembers"]), (None, &said["NotMembers"]));
    assert_eq!(eve.ask("activity", json!({})), json!({"items": [], "before": "", "more": false}));
}

fn what_mentions_a_user_is_counted(here: &TestServer, there: &TestServer) {
    let (mut ada, mut bob) = (reader(here, "Ada"), reader(there, "Bob"));
    assert_eq!(counted(&mut ada), (json!(0), Value::Null));
    say(&mut ada, "", "one");
    say(&mut bob, "", "two");
    say(&mut bob, "", "@Ada three");
    bob.ask("channelMessage", json!({"recipientUUID": "", "message": "@Ada four", "replyTo": 1}));
    bob.ask("channelMessage", json!({"recipientUUID": "", "message": "five", "mentionAll": true}));
    assert_eq!(counted(&mut ada), (json!(3), json!(3)));
    assert_eq!(counted(&mut bob), (json!(0), Value::Null));
    bob.ask("messageEdit", json!({"recipientUUID": "", "seq": 3, "message": "three"}));
    assert_eq!(counted(&mut ada), (json!(2), json!(4)));
    bob.ask("messageDelete", json!({"recipientUUID": "", "seq": 5}));
    assert_eq!(counted(&mut ada), (json!(1), json!(4)));
    // Another session reads.
    let mut again = there.sign_in("Ada");
    again.ask("channelRead", json!({"recipientUUID": "", "seq": 4}));
    assert_eq!(counted(&mut ada), (json!(0), Value::Null));
}

fn activity_is_read_page_by_page(here: &TestServer, there: &TestServer) {
    let (mut ada, mut bob) = (reader(here, "Ada"), reader(there, "Bob"));
    say(&mut ada, "", "one");
    bob.ask("messageReact", json!({"recipientUUID": "", "seq": 1, "emoji": "👍", "on": true}));
    bob.ask("channelMessage", json!({"recipientUUID": "", "message": "two", "replyTo": 1}));
    say(&mut bob, &ada.user, "@Ada, privately");
    let all = ada.ask("activity", json!({}));
    let items = all["items"].as_array().unwrap();
    let kinds: Vec<_> = items.iter().map(|item| item["Kind"].as_str().unwrap()).collect();
    assert_eq!((kinds, &all["more"]), (vec!["mention", "reply", "reaction"], &json!(false)));
    assert_eq!(items[0]["recipientUUID"], json!(bob.user));
    assert_eq!((&items[1]["recipientUUID"], &items[2]["Emoji"]), (&json!(""), &json!("👍")));
    assert!(items.iter().all(|item| item["User"] == person(&bob, "Bob") && item["At"].is_string()));
    let history = ada.ask("channelMessages", json!({"recipientUUID": ""}));
    assert_eq!(history["messages"], json!([items[1]["message"], items[2]["message"]]));
    let first = ada.ask("activity", json!({"limit": 2}));
    assert_eq!((&first["items"], &first["more"]), (&json!(items[..2]), &json!(true)));
    let next = ada.ask("activity", json!({"limit": 2, "before": first["before"]}));
    assert_eq!((&next["items"], &next["more"]), (&json!(items[2..]), &json!(false)));
    assert_eq!(ada.refused("activity", json!({"before": "yesterday"})), 11);
    bob.ask("messageDelete", json!({"recipientUUID": "", "seq": 2}));
    bob.ask("messageReact", json!({"recipientUUID": "", "seq": 1, "emoji": "👍", "on": false}));
    assert_eq!(ada.ask("activity", json!({}))["items"], json!(items[..1]));
    // Long texts come in pages of their own.
    let long = "\u{1f600}".repeat(3_990);
    for _ in 0..20 {
        say(&mut bob, "", &format!("@Ada {long}"));
    }
    let page = ada.ask("activity", json!({"limit": 100}));
    let read = page["items"].as_array().unwrap().len();
    assert!(read < 20 && page["more"] == true, "{read}");
    let rest = ada.ask("activity", json!({"limit": 100, "before": page["before"]}));
    let total = rest["items"].as_array().unwrap().len() + read;
    assert_eq!((total, &rest["more"]), (21, &json!(false)));
}

fn a_client_of_0_1_sees_no_counts(here: &TestServer, there: &TestServer) {
    let (mut old, mut bob) = (here.sign_in("Old"), reader(there, "Bob"));
    old.ask("inbox", json!({}));
    say(&mut bob, "", "@Old");
    let heard = old.until("channelMessage")["channelMessage"].clone();
    assert_eq!(heard["Message"], "@Old");
    let inbox = old.ask("inbox", json!({}))["channels"][0].clone();
    let known = ["recipientUUID", "total", "unread", "lastMessage"];
    assert!(inbox.as_object().unwrap().keys().all(|key| known.contains(&key.as_str())), "{inbox}");
}

fn answers_keep_their_order(here: &TestServer, _: &TestServer) {
    let mut ada = reader(here, "Ada");
    for number in 0..30 {
        let text = if number % 3 == 0 { format!("@Ada {number}") } else { number.to_string() };
        let payload = json!({"recipientUUID": "", "message": text});
        ada.send(&json!({"type": "channelMessage", "id": number, "channelMessage": payload}));
    }
    for number in 0..30 {
        let frame = ada.until("channelMessage");
        assert_eq!(
            (&frame["id"], &frame["channelMessage"]["Seq"]),
            (&json!(number), &json!(number + 1))
        );
        assert_eq!(frame["channelMessage"]["Mentions"].is_array(), number % 3 == 0);
    }
}
