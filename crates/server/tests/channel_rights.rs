//! Who may do what in which channel: every request about channels, by everybody, on one node and across two.

mod support;

use serde_json::{Value, json};
use support::{TestClient, TestRedis, TestServer};

/// The kinds of channel, in the order of the columns below.
const CHANNELS: [&str; 6] = ["General", "direct", "public", "private", "group", "archived"];

/// What everybody gets: each request with one answer for each channel, `ok` or the code of the error.
type Table = [(&'static str, [&'static str; 6])];

#[rustfmt::skip]
const OWNER: &Table = &[
    //                   General direct public private group archived
    ("channelLeave",    ["11",   "11",  "11",  "11",   "11", "11"]),
    ("channelJoin",     ["ok",   "ok",  "ok",  "ok",   "ok", "ok"]),
    ("channelMessages", ["ok",   "ok",  "ok",  "ok",   "ok", "ok"]),
    ("channelMembers",  ["ok",   "ok",  "ok",  "ok",   "ok", "ok"]),
    ("channelTyping",   ["ok",   "ok",  "ok",  "ok",   "ok", "ok"]),
    ("channelRead",     ["ok",   "ok",  "ok",  "ok",   "ok", "ok"]),
    ("channelPrefs",    ["ok",   "ok",  "ok",  "ok",   "ok", "ok"]),
    ("messageEdit",     ["ok",   "ok",  "ok",  "ok",   "ok", "12"]),
    ("messageReact",    ["ok",   "ok",  "ok",  "ok",   "ok", "12"]),
    ("messagePin",      ["ok",   "ok",  "ok",  "ok",   "ok", "12"]),
    ("messageReactors", ["ok",   "ok",  "ok",  "ok",   "ok", "ok"]),
    ("channelChanges",  ["ok",   "ok",  "ok",  "ok",   "ok", "ok"]),
    ("messageDelete",   ["ok",   "ok",  "ok",  "ok",   "ok", "ok"]),
    ("channelMessage",  ["ok",   "ok",  "ok",  "ok",   "ok", "12"]),
    ("memberAdd",       ["12",   "12",  "ok",  "ok",   "12", "12"]),
    ("memberRemove",    ["12",   "12",  "ok",  "ok",   "12", "ok"]),
    ("channelEdit",     ["12",   "12",  "ok",  "ok",   "12", "ok"]),
    ("channelLeave",    ["11",   "11",  "11",  "11",   "11", "ok"]),
];

#[rustfmt::skip]
const MEMBER: &Table = &[
    ("channelLeave",    ["11",   "11",  "11",  "11",   "11", "11"]),
    ("channelJoin",     ["ok",   "ok",  "ok",  "ok",   "ok", "ok"]),
    ("channelMessages", ["ok",   "ok",  "ok",  "ok",   "ok", "ok"]),
    ("channelMembers",  ["ok",   "ok",  "ok",  "ok",   "ok", "ok"]),
    ("channelTyping",   ["ok",   "ok",  "ok",  "ok",   "ok", "ok"]),
    ("channelRead",     ["ok",   "ok",  "ok",  "ok",   "ok", "ok"]),
    ("channelPrefs",    ["ok",   "ok",  "ok",  "ok",   "ok", "ok"]),
    ("messageEdit",     ["12",   "12",  "12",  "12",   "12", "12"]),
    ("messageReact",    ["ok",   "ok",  "ok",  "ok",   "ok", "12"]),
    ("messagePin",      ["ok",   "ok",  "ok",  "ok",   "ok", "12"]),
    ("messageReactors", ["ok",   "ok",  "ok",  "ok",   "ok", "ok"]),
    ("channelChanges",  ["ok",   "ok",  "ok",  "ok",   "ok", "ok"]),
    ("messageDelete",   ["12",   "12",  "12",  "12",   "12", "12"]),
    ("channelMessage",  ["ok",   "ok",  "ok",  "ok",   "ok", "12"]),
    ("memberAdd",       ["12",   "12",  "ok",  "ok",   "12", "12"]),
    ("memberRemove",    ["12",   "12",  "12",  "12",   "12", "12"]),
    ("channelEdit",     ["12",   "12",  "12",  "12",   "12", "12"]),
    ("channelLeave",    ["11",   "11",  "11",  "11",   "11", "ok"]),
];

/// Of a stranger, and of who was a member. A direct channel is the asker's own with that user.
#[rustfmt::skip]
const STRANGER: &Table = &[
    ("channelLeave",    ["11",   "11",  "11",  "10",   "10", "11"]),
    ("channelJoin",     ["ok",   "ok",  "ok",  "10",   "10", "ok"]),
    ("channelMessages", ["ok",   "ok",  "ok",  "10",   "10", "ok"]),
    ("channelMembers",  ["ok",   "ok",  "ok",  "10",   "10", "ok"]),
    ("channelTyping",   ["ok",   "ok",  "12",  "10",   "10", "12"]),
    ("channelRead",     ["ok",   "ok",  "12",  "10",   "10", "12"]),
    ("channelPrefs",    ["ok",   "ok",  "12",  "10",   "10", "12"]),
    ("messageEdit",     ["12",   "8",   "12",  "10",   "10", "12"]),
    ("messageReact",    ["ok",   "8",   "12",  "10",   "10", "12"]),
    ("messagePin",      ["ok",   "8",   "12",  "10",   "10", "12"]),
    ("messageReactors", ["ok",   "8",   "ok",  "10",   "10", "ok"]),
    ("channelChanges",  ["ok",   "ok",  "ok",  "10",   "10", "ok"]),
    ("messageDelete",   ["12",   "8",   "12",  "10",   "10", "12"]),
    ("channelMessage",  ["ok",   "ok",  "12",  "10",   "10", "12"]),
    ("memberAdd",       ["12",   "12",  "12",  "10",   "10", "12"]),
    ("memberRemove",    ["12",   "12",  "12",  "10",   "10", "12"]),
    ("channelEdit",     ["12",   "12",  "12",  "10",   "10", "12"]),
    ("channelLeave",    ["11",   "11",  "11",  "10",   "10", "ok"]),
];

/// What nobody but members may see.
const SECRET: &str = "the-secret-of-the-members";

/// Ada owns the channels, Bob is a member, Rex was one, Zoe is a stranger.
struct Scene {
    ada: TestClient,
    bob: TestClient,
    rex: TestClient,
    zoe: TestClient,
    public: String,
    private: String,
    group: String,
    archived: String,
}

impl Scene {
    fn new(here: &TestServer, there: &TestServer) -> Self {
        let (mut ada, mut bob) = (here.sign_in("Ada"), there.sign_in("Bob"));
        let (mut rex, mut zoe, mut eve) =
            (there.sign_in("Rex"), there.sign_in("Zoe"), here.sign_in("Eve"));
        for client in [&mut ada, &mut bob, &mut rex, &mut zoe, &mut eve] {
            client.ask("inbox", json!({"wants": ["channels"]}));
        }
        let mut make = |payload: Value| {
            let made = ada.ask("channelCreate", payload);
            made["UUID"].as_str().unwrap().to_owned()
        };
        let users = json!([bob.user, rex.user]);
        let public = make(json!({"name": "Public", "users": users}));
        let private = make(json!({"name": "Private", "private": true, "users": users}));
        let archived = make(json!({"name": "Archived", "users": users}));
        let group = make(json!({"users": [bob.user, eve.user]}));
        let direct = bob.user.clone();
        for channel in [&String::new(), &direct, &public, &archived] {
            ada.ask("channelMessage", json!({"recipientUUID": channel, "message": "hello"}));
        }
        for channel in [&private, &group] {
            ada.ask("channelMessage", json!({"recipientUUID": channel, "message": SECRET}));
        }
        for channel in [&public, &private, &archived] {
            let removal = json!({"recipientUUID": channel, "userUUID": rex.user});
            ada.ask("memberRemove", removal);
        }
        ada.ask("channelEdit", json!({"recipientUUID": archived, "archived": true}));
        // All that has happened has been heard.
        rex.until_with("sys", |frame| {
            frame["sys"]["channelGone"]["recipientUUID"] == archived.as_str()
        });
        Self { ada, bob, rex, zoe, public, private, group, archived }
    }

    /// The channel of this column, as this user names it.
    fn recipient(&self, channel: &str, asker: &str) -> String {
        match channel {
            "General" => String::new(),
            "direct" if asker == "Ada" => self.bob.user.clone(),
            "direct" => self.ada.user.clone(),
            "public" => self.public.clone(),
            "private" => self.private.clone(),
            "group" => self.group.clone(),
            _ => self.archived.clone(),
        }
    }
}

/// Who asks for everything there is needs a budget for it.
const RATE: (&str, &str) = ("MESSAGE_RATE", "200");

fn on_one_and_two(case: impl Fn(&TestServer, &TestServer)) {
    let server = TestServer::with(&[RATE]);
    case(&server, &server);
    let redis = TestRedis::start();
    let url = redis.url();
    let node = || TestServer::with(&[RATE, ("REDIS_URL", &url)]);
    case(&node(), &node());
}

/// `ok`, or the code of the error.
fn outcome(client: &mut TestClient, kind: &str, recipient: &str, other: &str) -> String {
    let mut payload = json!({"recipientUUID": recipient});
    match kind {
        "channelMessage" => payload["message"] = json!("hello"),
        "channelRead" | "messageDelete" => payload["seq"] = json!(1),
        "messageEdit" => {
            payload["seq"] = json!(1);
            payload["message"] = json!("edited");
        }
        "messageReact" | "messageReactors" | "messagePin" => {
            payload["seq"] = json!(1);
            payload["emoji"] = json!("👍");
            payload["on"] = json!(true);
        }
        "channelChanges" => payload["after"] = json!(0),
        // Somebody who is a member, so that nothing changes.
        "memberAdd" => payload["users"] = json!([other]),
        // Somebody who is none.
        "memberRemove" => payload["userUUID"] = json!("00000000-0000-4000-8000-000000000000"),
        _ => {}
    }
    client.send(&json!({"type": kind, "id": "asked", kind: payload}));
    if kind == "channelTyping" {
        // It has no answer; an error would come before the answer to the next.
        client.send(&json!({"type": "ping", "id": "asked"}));
    }
    let answer = client.until_answer("asked");
    let Some(code) = answer["error"]["code"].as_u64() else { return "ok".to_owned() };
    if kind == "channelTyping" {
        client.until_answer("asked");
    }
    // Of somebody who isn't there: the right to remove was asked before.
    if kind == "memberRemove"
        && code == 10
        && answer["error"]["error"].to_string().contains("user with this UUID")
    {
        return "ok".to_owned();
    }
    code.to_string()
}

#[test]
fn rights_are_those_of_the_table() {
    on_one_and_two(|here, there| {
        let mut scene = Scene::new(here, there);
        for (name, table) in [("Zoe", STRANGER), ("Rex", STRANGER), ("Bob", MEMBER), ("Ada", OWNER)]
        {
            for (kind, expected) in table {
                for (channel, expected) in CHANNELS.iter().zip(expected) {
                    let recipient = scene.recipient(channel, name);
                    let other = scene.bob.user.clone();
                    let client = match name {
                        "Ada" => &mut scene.ada,
                        "Bob" => &mut scene.bob,
                        "Rex" => &mut scene.rex,
                        _ => &mut scene.zoe,
                    };
                    let found = outcome(client, kind, &recipient, &other);
                    assert_eq!(found, *expected, "{name}, {kind}, {channel}");
                }
            }
        }
    });
}

#[test]
fn nobody_who_is_not_signed_in_reaches_a_channel() {
    on_one_and_two(|here, there| {
        let scene = Scene::new(here, there);
        let mut nobody = there.connect();
        let more = ["channelCreate", "channels", "inbox"];
        for kind in OWNER.iter().map(|(kind, _)| *kind).chain(more) {
            for channel in CHANNELS {
                let recipient = scene.recipient(channel, "Zoe");
                let found = outcome(&mut nobody, kind, &recipient, &scene.bob.user);
                assert_eq!(found, "20", "{kind}, {channel}");
            }
        }
    });
}

#[test]
fn nothing_of_a_private_channel_reaches_anybody_outside_it() {
    on_one_and_two(|here, there| {
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
                outcome(bob, kind, channel, "");
            }
        }
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
    on_one_and_two(|here, there| {
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
