//! Groups and named channels over the socket: made, found, joined, left, and who hears of it.

use serde_json::{Value, json};

use crate::support::{TestClient, TestServer};

/// A user who wants to hear of all channels.
fn member(server: &TestServer, name: &str) -> TestClient {
    let mut client = server.sign_in(name);
    client.ask("inbox", json!({"wants": ["channels", "something"]}));
    client
}

fn make(client: &mut TestClient, name: &str, private: bool) -> String {
    let made = client.ask("channelCreate", json!({"name": name, "private": private}));
    made["UUID"].as_str().unwrap().to_owned()
}

/// The next news of this kind.
fn news(client: &mut TestClient, kind: &str) -> Value {
    loop {
        let frame = client.until("sys");
        if frame["sys"]["type"] == kind {
            return frame["sys"][kind].clone();
        }
    }
}

fn said(client: &mut TestClient) -> (String, String, u64) {
    let message = client.until("channelMessage")["channelMessage"].clone();
    let text = |name: &str| message[name].as_str().unwrap().to_owned();
    (text("RecipientUUID"), text("Message"), message["Seq"].as_u64().unwrap())
}

cases! {
    a_channel_is_made_and_its_members_talk,
    a_client_of_0_1_hears_nothing_of_channels,
    a_public_channel_is_found_looked_at_and_joined,
    who_was_removed_hears_nothing_more,
    groups_and_wrong_requests,
}

fn a_channel_is_made_and_its_members_talk(here: &TestServer, there: &TestServer) {
    let (mut ada, mut bob) = (member(here, "Ada"), member(there, "Bob"));
    let made = ada.ask(
        "channelCreate",
        json!({"name": " #Ops ", "topic": "what is on fire", "users": [bob.user]}),
    );
    let ops = made["UUID"].as_str().unwrap().to_owned();
    assert_eq!((&made["Name"], &made["Topic"]), (&json!("Ops"), &json!("what is on fire")));
    assert_eq!(
        (&made["Member"], &made["Owner"], &made["usersTotal"]),
        (&json!(true), &json!(true), &json!(2))
    );
    assert_eq!((&made["Posting"], made.get("Private")), (&json!("all"), None));
    // News say nothing of their receiver, and come before the first message.
    let told = news(&mut bob, "channel");
    assert_eq!((&told["UUID"], told.get("Member")), (&json!(ops), None));
    ada.say(&ops, "hello");
    let expected = (ops.clone(), "hello".to_owned(), 1);
    assert_eq!(said(&mut ada), expected);
    let frame = bob.until("channelMessage")["channelMessage"].clone();
    assert_eq!((&frame["RecipientUUID"], frame.get("Recipient")), (&json!(ops), None));
    let inbox = bob.ask("inbox", json!({"wants": ["channels"]}));
    let listed = &inbox["channels"][1];
    assert_eq!(
        (&listed["recipientUUID"], &listed["unread"], &listed["level"]),
        (&json!(ops), &json!(1), &json!("mentions"))
    );
    assert_eq!(
        (&listed["Channel"]["Name"], &inbox["channels"][0]["Channel"]["Name"]),
        (&json!("Ops"), &json!("General"))
    );
    assert_eq!(bob.ask("channelRead", json!({"recipientUUID": ops, "seq": 1}))["seq"], 1);
    let history = bob.ask("channelMessages", json!({"recipientUUID": ops}));
    assert_eq!(
        (&history["total"], &history["messages"][0]["Message"]),
        (&json!(1), &json!("hello"))
    );
    let members = bob.ask("channelMembers", json!({"recipientUUID": ops}));
    assert_eq!(members["total"], 2);
    assert_eq!(
        (&members["users"][0]["Username"], &members["users"][0]["Owner"]),
        (&json!("Ada"), &json!(true))
    );
}

fn a_client_of_0_1_hears_nothing_of_channels(here: &TestServer, there: &TestServer) {
    let (mut ada, mut old) = (member(here, "Ada"), there.sign_in("Old"));
    old.ask("inbox", json!({}));
    let ops = ada.ask("channelCreate", json!({"name": "Ops", "users": [old.user]}));
    let ops = ops["UUID"].as_str().unwrap().to_owned();
    ada.say(&ops, "in the channel");
    said(&mut ada);
    ada.say("", "to all");
    said(&mut ada);
    // The next message that it gets is General's, and its inbox lists what it listed.
    assert_eq!(said(&mut old).1, "to all");
    let inbox = old.ask("inbox", json!({}));
    assert_eq!(inbox["channels"].as_array().unwrap().len(), 1);
    assert_eq!(inbox["channels"][0].get("Channel"), None);
    // One that it joins itself it hears.
    let joined = old.join(&ops);
    assert_eq!(joined["messages"][0]["Message"], "in the channel");
    assert_eq!(joined["usersTotal"], 2);
    ada.say(&ops, "again");
    assert_eq!(said(&mut old).1, "again");
}

fn a_public_channel_is_found_looked_at_and_joined(here: &TestServer, there: &TestServer) {
    let (mut ada, mut bob) = (member(here, "Ada"), member(there, "Bob"));
    let ops = make(&mut ada, "Ops", false);
    make(&mut ada, "Secret", true);
    let found = bob.ask("channels", json!({"query": "#o"}));
    assert_eq!((&found["total"], &found["channels"][0]["UUID"]), (&json!(1), &json!(ops)));
    assert_eq!(bob.ask("channels", json!({}))["total"], 1);
    assert_eq!(ada.ask("channels", json!({}))["total"], 2);
    // Everybody may read it, and write only as a member.
    bob.join(&ops);
    ada.say(&ops, "one");
    assert_eq!(said(&mut bob).1, "one");
    let message = json!({"recipientUUID": ops, "message": "me, too"});
    assert_eq!(bob.refused("channelMessage", message.clone()), 12);
    for kind in ["channelRead", "channelTyping", "channelPrefs"] {
        assert_eq!(bob.refused(kind, json!({"recipientUUID": ops, "seq": 1})), 12, "{kind}");
    }
    let change = bob.ask("memberAdd", json!({"recipientUUID": ops}));
    assert_eq!(
        (&change["usersTotal"], &change["users"][0]["Username"]),
        (&json!(2), &json!("Bob"))
    );
    let told = news(&mut ada, "members");
    assert_eq!((&told["added"][0]["Username"], &told["usersTotal"]), (&json!("Bob"), &json!(2)));
    assert_eq!(news(&mut bob, "channel")["UUID"], json!(ops));
    assert_eq!(bob.ask("channelMessage", message)["Message"], "me, too");
    assert_eq!(said(&mut ada).1, "me, too");
}

fn who_was_removed_hears_nothing_more(here: &TestServer, there: &TestServer) {
    let (mut ada, mut bob) = (member(here, "Ada"), member(there, "Bob"));
    let mut old = there.sign_in("Bob");
    let secret =
        ada.ask("channelCreate", json!({"name": "Secret", "private": true, "users": [bob.user]}));
    let secret = secret["UUID"].as_str().unwrap().to_owned();
    old.join(&secret);
    ada.say(&secret, "before");
    assert_eq!(said(&mut bob).1, "before");
    assert_eq!(said(&mut old).1, "before");
    let removal = json!({"recipientUUID": secret, "userUUID": bob.user});
    assert_eq!(
        bob.refused("memberRemove", json!({"recipientUUID": secret, "userUUID": ada.user})),
        12
    );
    assert_eq!(ada.ask("memberRemove", removal)["usersTotal"], 1);
    ada.say(&secret, "after");
    assert_eq!(said(&mut ada).1, "before");
    assert_eq!(said(&mut ada).1, "after");
    assert_eq!(news(&mut bob, "channelGone")["recipientUUID"], json!(secret));
    assert_eq!(old.until("channelLeave")["channelLeave"]["recipientUUID"], json!(secret));
    for kind in ["channelMessages", "channelJoin", "channelMembers", "memberAdd", "channelPrefs"] {
        assert_eq!(bob.refused(kind, json!({"recipientUUID": secret})), 10, "{kind}");
    }
    ada.say("", "to all");
    assert_eq!(said(&mut bob).1, "to all");
}

fn groups_and_wrong_requests(here: &TestServer, there: &TestServer) {
    let (mut ada, bob, mut eve) = (member(here, "Ada"), member(there, "Bob"), member(here, "Eve"));
    let group = ada.ask("channelCreate", json!({"users": [bob.user, eve.user]}));
    let users = json!({"users": [bob.user, ada.user, eve.user]});
    let again = eve.ask("channelCreate", users);
    assert_eq!(group["UUID"], again["UUID"]);
    assert_eq!((&group["Name"], group["Users"].as_array().unwrap().len()), (&json!(""), 3));
    let uuid = &group["UUID"];
    for (kind, payload, code) in [
        ("channelCreate", json!({"users": [bob.user]}), 13),
        ("channelCreate", json!({"name": ""}), 13),
        ("channelCreate", json!({"name": "General"}), 13),
        ("channelCreate", json!({"name": bob.user}), 13),
        ("channelCreate", json!({"name": "x", "topic": "x".repeat(501)}), 1),
        ("channelCreate", json!({"name": "x", "users": ["nobody"]}), 1),
        (
            "channelCreate",
            json!({"name": "x", "users": ["00000000-0000-4000-8000-000000000000"]}),
            10,
        ),
        ("channelEdit", json!({"recipientUUID": uuid, "topic": "x"}), 12),
        ("channelEdit", json!({"recipientUUID": "", "topic": "x"}), 12),
        ("channelEdit", json!({"recipientUUID": bob.user, "topic": "x"}), 12),
        ("channelEdit", json!({"recipientUUID": "nobody", "topic": "x"}), 10),
        ("memberAdd", json!({"recipientUUID": uuid}), 12),
        ("memberRemove", json!({"recipientUUID": uuid, "userUUID": ada.user}), 12),
        ("channelPrefs", json!({"recipientUUID": uuid, "mutedUntil": "tomorrow"}), 1),
        ("channelPrefs", json!({"recipientUUID": uuid, "level": "loud"}), 1),
    ] {
        assert_eq!(ada.refused(kind, payload.clone()), code, "{kind} {payload}");
    }
    let made = ada.ask("channelCreate", json!({"name": "Ops"}))["UUID"].clone();
    assert_eq!(eve.refused("channelCreate", json!({"name": "ops"})), 13);
    assert_eq!(eve.refused("channelEdit", json!({"recipientUUID": made, "topic": "x"})), 12);
    let edited = ada.ask("channelEdit", json!({"recipientUUID": made, "archived": true}));
    assert_eq!(edited["Archived"], true);
    assert_eq!(ada.refused("channelMessage", json!({"recipientUUID": made, "message": "x"})), 12);
    assert_eq!(ada.ask("channels", json!({}))["total"], 0);
    assert_eq!(ada.ask("channels", json!({"archived": true}))["total"], 1);
    let prefs = json!({"recipientUUID": uuid, "pinned": true, "section": "friends"});
    let prefs = ada.ask("channelPrefs", prefs);
    assert_eq!(
        (&prefs["level"], &prefs["pinned"], &prefs["section"]),
        (&json!("all"), &json!(true), &json!("friends"))
    );
    assert_eq!(ada.ask("channelPrefs", json!({"recipientUUID": ""}))["level"], "mentions");
}
