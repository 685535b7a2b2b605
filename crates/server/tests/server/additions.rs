//! What the protocol adds to the seed's, over real sockets and on both stores.

use serde_json::{Value, json};

use crate::support::{TestClient, TestRedis, TestServer};

/// Runs a case on the embedded store and on Redis.
fn on_both(case: impl Fn(&TestServer)) {
    case(&TestServer::embedded());
    let redis = TestRedis::start();
    case(&TestServer::on(&redis));
}

fn ask(client: &mut TestClient, request: &Value) -> Value {
    client.send(request);
    client.until(request["type"].as_str().unwrap())
}

fn history(client: &mut TestClient, recipient: &str, page: Value) -> Value {
    let mut payload = page;
    payload["recipientUUID"] = json!(recipient);
    ask(client, &json!({"type": "channelMessages", "channelMessages": payload}))["channelMessages"]
        .take()
}

fn texts(page: &Value) -> Vec<&str> {
    let messages = page["messages"].as_array().unwrap();
    messages.iter().map(|message| message["Message"].as_str().unwrap()).collect()
}

#[test]
fn replies_and_errors_carry_the_id_of_their_request() {
    on_both(|server| {
        let mut ada = server.connect();
        ada.send(&json!({"type": "users", "id": "early"}));
        assert_eq!(ada.read()["id"], "early");
        let account = json!({"username": "Ada", "password": "secret"});
        ada.send(&json!({"type": "signUp", "signUp": account, "id": 1}));
        let authorized = ada.read();
        assert_eq!((&authorized["type"], &authorized["id"]), (&json!("authorized"), &json!(1)));
        assert_eq!(ada.read()["type"], "sys");
        let general = json!({"recipientUUID": ""});
        for (number, kind) in
            ["channelJoin", "channelMessages", "channelLeave", "inbox", "users"].iter().enumerate()
        {
            ada.send(&json!({"type": kind, *kind: general, "id": number}));
            let reply = ada.until(kind);
            assert_eq!(reply["id"], number, "{kind}");
        }
        let message = json!({"recipientUUID": "", "message": "Hello"});
        ada.send(&json!({"type": "channelMessage", "channelMessage": message, "id": "m"}));
        assert_eq!(ada.until("channelMessage")["id"], "m");
        let read = json!({"recipientUUID": "", "seq": 1});
        ada.send(&json!({"type": "channelRead", "channelRead": read, "id": "r"}));
        assert_eq!(ada.until("channelRead")["id"], "r");
        ada.send(&json!({"type": "ping", "id": "p"}));
        assert_eq!(ada.read(), json!({"type": "pong", "id": "p"}));
        ada.send(&json!({"type": "signOut", "id": "out"}));
        assert_eq!(ada.until("signOut")["id"], "out");
        ada.send(&json!({"type": "ping", "id": ["no", "list"]}));
        assert_eq!(ada.until("error")["error"]["code"], 1);
    });
}

#[test]
fn an_access_key_resumes_until_its_session_signs_out() {
    on_both(|server| {
        let ada = server.sign_in("Ada");
        let resume = json!({"type": "signIn", "signIn": {"accessKey": ada.access_key}});
        let mut again = server.connect();
        again.send(&resume);
        let authorized = again.read();
        assert_eq!(authorized["authorized"]["userUUID"], ada.user.as_str());
        again.send(&json!({"type": "signOut"}));
        again.until("signOut");
        again.send(&resume);
        assert_eq!(again.until("error")["error"]["code"], 4);
    });
}

#[test]
fn a_sign_in_tells_the_longest_message() {
    for (settings, longest) in [(&[][..], 4_000), (&[("MAX_MESSAGE_LENGTH", "300")], 300)] {
        let server = TestServer::with(settings);
        let mut ada = server.connect();
        ada.send(&json!({"type": "signIn", "signIn": {"username": "Ada", "password": "secret"}}));
        assert_eq!(ada.until("authorized")["authorized"]["messageLength"], longest);
    }
}

#[test]
fn history_is_paged_both_ways() {
    on_both(|server| {
        let mut ada = server.sign_in("Ada");
        let bob = server.sign_in("Bob");
        for number in 1..=25 {
            ada.say(&bob.user, &number.to_string());
        }
        for number in 1..=25 {
            assert_eq!(ada.until("channelMessage")["channelMessage"]["Seq"], number);
        }
        let newest = history(&mut ada, &bob.user, json!({}));
        assert_eq!((newest["total"].as_u64(), newest["received"].as_u64()), (Some(25), Some(10)));
        assert_eq!(texts(&newest)[..2], ["25", "24"]);
        let older = history(&mut ada, &bob.user, json!({"before": 16, "limit": 3}));
        assert_eq!(texts(&older), ["15", "14", "13"]);
        let missed = history(&mut ada, &bob.user, json!({"after": 22, "limit": 100}));
        assert_eq!(texts(&missed), ["23", "24", "25"]);
        assert_eq!(texts(&history(&mut ada, "", json!({"after": 0}))), Vec::<&str>::new());
        let all = history(&mut ada, &bob.user, json!({"after": -1, "limit": 5_000}));
        assert_eq!(all["received"], 25);
        for wrong in [json!({"limit": 0}), json!({"before": 3, "after": 1})] {
            let mut payload = wrong;
            payload["recipientUUID"] = json!("");
            ada.send(&json!({"type": "channelMessages", "channelMessages": payload}));
            assert_eq!(ada.until("error")["error"]["code"], 11);
        }
    });
}

#[test]
fn a_repeated_send_is_stored_once() {
    on_both(|server| {
        let mut ada = server.sign_in("Ada");
        let mut bob = server.sign_in("Bob");
        bob.join("");
        let payload = json!({"recipientUUID": "", "message": "once", "clientUUID": "c-1"});
        let send = json!({"type": "channelMessage", "channelMessage": payload});
        ada.send(&send);
        let first = ada.until("channelMessage");
        assert_eq!(first["channelMessage"]["clientUUID"], "c-1");
        ada.send(&send);
        assert_eq!(ada.until("channelMessage"), first);
        ada.say("", "next");
        let seen = bob.until("channelMessage");
        assert_eq!(seen["channelMessage"]["Message"], "once");
        assert_eq!(seen["channelMessage"]["clientUUID"], Value::Null);
        assert_eq!(bob.until("channelMessage")["channelMessage"]["Message"], "next");
        assert_eq!(history(&mut ada, "", json!({}))["total"], 2);
    });
}

#[test]
fn the_inbox_lists_and_follows_every_channel() {
    on_both(|server| {
        let mut ada = server.sign_in("Ada");
        let mut bob = server.sign_in("Bob");
        let mut cleo = server.sign_in("Cleo");
        bob.say(&ada.user, "one");
        bob.say(&ada.user, "two");
        bob.until_with("channelMessage", |frame| frame["channelMessage"]["Message"] == "two");
        cleo.say(&ada.user, "later");
        cleo.until("channelMessage");
        let inbox = ask(&mut ada, &json!({"type": "inbox"}))["inbox"]["channels"].take();
        let entries: Vec<_> = inbox.as_array().unwrap().iter().collect();
        assert_eq!(entries.len(), 3);
        assert_eq!(entries[0]["recipientUUID"], "");
        assert_eq!(entries[1]["Recipient"]["Username"], "Cleo");
        assert_eq!(entries[2]["recipientUUID"], bob.user.as_str());
        assert_eq!((&entries[2]["total"], &entries[2]["unread"]), (&json!(2), &json!(2)));
        assert_eq!(entries[2]["lastMessage"]["Message"], "two");

        // Neither channel is joined; General's message and Bob's both arrive, Cleo's to Bob does not.
        cleo.say(&bob.user, "not for Ada");
        cleo.until("channelMessage");
        cleo.say("", "for all");
        let general = ada.until("channelMessage");
        assert_eq!(general["channelMessage"]["Message"], "for all");
        bob.say(&ada.user, "three");
        assert_eq!(ada.until("channelMessage")["channelMessage"]["Message"], "three");
    });
}

#[test]
fn a_read_mark_reaches_the_users_other_sessions() {
    on_both(|server| {
        let mut laptop = server.sign_in("Ada");
        let mut phone = server.sign_in("Ada");
        let mut bob = server.sign_in("Bob");
        bob.say(&laptop.user, "one");
        bob.say(&laptop.user, "two");
        let mark = json!({"recipientUUID": bob.user, "seq": 1});
        bob.until_with("channelMessage", |frame| frame["channelMessage"]["Seq"] == 2);
        laptop.send(&json!({"type": "channelRead", "channelRead": mark}));
        assert_eq!(laptop.until("channelRead")["channelRead"], mark);
        assert_eq!(phone.until("channelRead")["channelRead"], mark);
        let inbox = ask(&mut phone, &json!({"type": "inbox"}));
        assert_eq!(inbox["inbox"]["channels"][1]["unread"], 1);
        assert!(bob.so_far().iter().all(|frame| frame["type"] != "channelRead"));
    });
}

#[test]
fn typing_reaches_the_others_in_the_channel_once_in_a_while() {
    on_both(|server| {
        let (mut ada, mut bob, mut eve) =
            (server.sign_in("Ada"), server.sign_in("Bob"), server.sign_in("Eve"));
        let (ada_uuid, bob_uuid) = (ada.user.clone(), bob.user.clone());
        ada.join(&bob_uuid);
        bob.join(&ada_uuid);
        eve.join("");
        let payload = json!({"recipientUUID": ada_uuid});
        for _ in 0..3 {
            bob.send(&json!({"type": "channelTyping", "channelTyping": payload}));
        }
        bob.say(&ada_uuid, "done");
        let typing = ada.until("channelTyping");
        assert_eq!(
            typing["channelTyping"],
            json!({"recipientUUID": ada_uuid, "userUUID": bob_uuid})
        );
        // The message ends what Ada was told; more notices would have come before it.
        assert_eq!(ada.read()["type"], "channelMessage");
        bob.until("channelMessage");
        for mut other in [bob, eve] {
            assert!(other.so_far().iter().all(|frame| frame["type"] != "channelTyping"));
        }
    });
}

#[test]
fn users_are_paged_and_found_by_the_beginning_of_their_names() {
    on_both(|server| {
        let mut ada = server.sign_in("Ada");
        for name in ["Zoe", "Álvaro", "alma"] {
            let mut other = server.sign_in(name);
            other.send(&json!({"type": "signOut"}));
            other.until("signOut");
            ada.until_sys("signOut");
        }
        let mut names = |page: Value| {
            let users = ask(&mut ada, &json!({"type": "users", "users": page}))["users"].take();
            let listed = users["users"].as_array().unwrap().iter();
            let names: Vec<_> = listed.map(|user| user["Username"].as_str().unwrap()).collect();
            (users["total"].as_u64().unwrap(), names.join(" "))
        };
        assert_eq!(names(json!({})), (4, "Ada alma Zoe Álvaro".into()));
        assert_eq!(names(json!({"offset": 1, "limit": 2})), (4, "alma Zoe".into()));
        assert_eq!(names(json!({"query": "A"})), (2, "Ada alma".into()));
        assert_eq!(names(json!({"query": "ál"})), (1, "Álvaro".into()));
    });
}

#[test]
fn above_the_presence_limit_a_count_replaces_the_broadcasts() {
    let server = TestServer::with(&[("PRESENCE_LIMIT", "1")]);
    let mut ada = server.sign_in("Ada");
    let sign_up = |name| {
        let mut client = server.connect();
        let account = json!({"username": name, "password": "secret"});
        client.send(&json!({"type": "signUp", "signUp": account}));
        client.until("authorized");
        client
    };
    let online = |client: &mut TestClient, count| {
        client.until_with("sys", |frame| frame["sys"]["presence"]["online"] == count);
    };
    let mut bob = sign_up("Bob");
    online(&mut ada, 2);
    let mut cleo = sign_up("Cleo");
    online(&mut ada, 3);
    cleo.send(&json!({"type": "channelJoin", "channelJoin": {"recipientUUID": ""}}));
    assert_eq!(cleo.until("channelJoin")["channelJoin"]["usersTotal"], 1);
    cleo.send(&json!({"type": "signOut"}));
    cleo.until("signOut");
    online(&mut ada, 2);
    assert_eq!(ada.so_far(), Vec::<Value>::new());

    // Back at the limit everybody is told by name again.
    bob.send(&json!({"type": "signOut"}));
    bob.until("signOut");
    assert_eq!(ada.until_sys("signOut")["sys"]["signOut"]["username"], "Bob");
}
