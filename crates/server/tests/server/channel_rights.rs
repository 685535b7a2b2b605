//! What reaches those who are no members of a channel, or not any more, on one node and across two.

use serde_json::{Value, json};

use crate::support::{TestClient, TestServer, on_one_and_two};

/// What nobody but members may see.
const SECRET: &str = "the-secret-of-the-members";

/// Ada owns the channels, Bob is a member, Zoe is a stranger.
struct Scene {
    ada: TestClient,
    bob: TestClient,
    zoe: TestClient,
    public: String,
    private: String,
    group: String,
}

impl Scene {
    fn new(here: &TestServer, there: &TestServer) -> Self {
        let (mut ada, mut bob) = (here.sign_in("Ada"), there.sign_in("Bob"));
        let (mut zoe, mut eve) = (there.sign_in("Zoe"), here.sign_in("Eve"));
        for client in [&mut ada, &mut bob, &mut zoe, &mut eve] {
            client.ask("inbox", json!({"wants": ["channels"]}));
        }
        let mut make = |payload: Value| {
            let made = ada.ask("channelCreate", payload);
            made["UUID"].as_str().unwrap().to_owned()
        };
        let users = json!([bob.user]);
        let public = make(json!({"name": "Public", "users": users}));
        let private = make(json!({"name": "Private", "private": true, "users": users}));
        let group = make(json!({"users": [bob.user, eve.user]}));
        for channel in [&private, &group] {
            ada.ask("channelMessage", json!({"recipientUUID": channel, "message": SECRET}));
        }
        Self { ada, bob, zoe, public, private, group }
    }
}

/// Who asks for everything there is needs a budget for it.
const RATE: (&str, &str) = ("MESSAGE_RATE", "200");

#[test]
fn nothing_of_a_private_channel_reaches_anybody_outside_it() {
    on_one_and_two(&[RATE], |here, there| {
        let mut scene = Scene::new(here, there);
        let Scene { ada, bob, zoe, private, group, .. } = &mut scene;
        zoe.so_far();
        let secrets = [private.clone(), group.clone(), SECRET.to_owned(), "Private".to_owned()];
        for channel in [&*private, &*group] {
            for kind in [
                "channelJoin",
                "channelTyping",
                "channelMessage",
                "channelRead",
                "channelPrefs",
                "channelLeave",
            ] {
                let payload = json!({"recipientUUID": channel, "message": "hello", "seq": 1});
                bob.send(&json!({"type": kind, kind: payload}));
            }
        }
        bob.so_far();
        ada.ask("channelEdit", json!({"recipientUUID": private, "topic": SECRET}));
        ada.ask("channelMessage", json!({"recipientUUID": "", "message": "the end"}));
        let mut heard = Vec::new();
        loop {
            let frame = zoe.read();
            let is_end = frame["channelMessage"]["Message"] == "the end";
            heard.push(frame);
            if is_end {
                break;
            }
        }
        for (kind, payload) in [
            ("channels", json!({"archived": true, "query": ""})),
            ("channels", json!({"query": "priv"})),
            ("inbox", json!({"wants": ["channels"]})),
            ("users", json!({})),
        ] {
            heard.push(zoe.ask(kind, payload));
        }
        // The name of a private channel is free for others.
        zoe.ask("channelCreate", json!({"name": "PRIVATE", "private": true}));
        for secret in secrets {
            assert!(
                !heard.iter().any(|frame| frame.to_string().contains(&secret)),
                "{secret}: {heard:?}"
            );
        }
    });
}

#[test]
fn who_is_removed_in_mid_stream_hears_nothing_later() {
    on_one_and_two(&[RATE], |here, there| {
        let mut scene = Scene::new(here, there);
        let Scene { ada, bob, private, public, .. } = &mut scene;
        for channel in [&*private, &*public] {
            for number in 1..=20 {
                ada.say(channel, &format!("{number} before"));
            }
            let removal = json!({"recipientUUID": channel, "userUUID": bob.user});
            ada.ask("memberRemove", removal);
            for number in 1..=20 {
                ada.say(channel, &format!("{number} after"));
            }
        }
        ada.ask("channelMessage", json!({"recipientUUID": "", "message": "the end"}));
        let mut heard = Vec::new();
        while heard.last() != Some(&"the end".to_owned()) {
            let frame = bob.until("channelMessage");
            heard.push(frame["channelMessage"]["Message"].as_str().unwrap().to_owned());
        }
        let before = heard.iter().filter(|text| text.ends_with("before")).count();
        assert_eq!(
            (before, heard.iter().any(|text| text.ends_with("after"))),
            (40, false),
            "{heard:?}"
        );
    });
}
