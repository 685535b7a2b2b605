//! Who sees what of General and direct channels, on one node and across two; `rights` has all other channels.

use serde_json::{Value, json};

use crate::support::{TestClient, TestRedis, TestServer, on_one_and_two};

/// What nobody but Ada and Bob may ever see.
const SECRET: &str = "the-secret-of-ada-and-bob";

/// The types of request that name a channel, with what they need besides.
const IN_CHANNEL: [&str; 6] = [
    "channelJoin",
    "channelLeave",
    "channelMessage",
    "channelMessages",
    "channelRead",
    "channelTyping",
];

/// The other types.
const ELSEWHERE: [&str; 6] =
    ["signOut", "signOutEverywhere", "changePassword", "users", "inbox", "ping"];

/// Ada and Bob have talked in private; Eve is another user, who has her own channel with Ada.
struct Scene {
    ada: TestClient,
    /// Ada's second device, on the other node.
    phone: TestClient,
    bob: TestClient,
    eve: TestClient,
}

impl Scene {
    fn new(here: &TestServer, there: &TestServer) -> Self {
        let (mut ada, mut phone) = (here.sign_in("Ada"), there.sign_in("Ada"));
        let (mut bob, mut eve) = (there.sign_in("Bob"), there.sign_in("Eve"));
        ada.join(&bob.user);
        bob.join(&ada.user);
        bob.say(&ada.user, SECRET);
        bob.until("channelMessage");
        ada.until("channelMessage");
        for client in [&mut ada, &mut phone, &mut bob, &mut eve] {
            client.so_far();
        }
        Self { ada, phone, bob, eve }
    }
}

/// Who asks for everything there is, again and again, needs a budget for it.
const RATE: (&str, &str) = ("MESSAGE_RATE", "200");

fn request(kind: &str, recipient: &str) -> Value {
    let mut payload = json!({"recipientUUID": recipient});
    match kind {
        "channelMessage" => payload["message"] = json!("hello"),
        "channelRead" => payload["seq"] = json!(1),
        "changePassword" => payload = json!({"password": "wrong", "newPassword": "x"}),
        "users" => payload = json!({}),
        _ => {}
    }
    json!({"type": kind, kind: payload, "id": 1})
}

/// The answer's type, or the code of the error.
fn ask(client: &mut TestClient, kind: &str, recipient: &str) -> String {
    client.send(&request(kind, recipient));
    if kind == "channelTyping" {
        // It has no answer; an error would come before the answer to the next.
        client.send(&json!({"type": "ping", "id": 1}));
    }
    loop {
        let frame = client.read();
        if frame["id"] == 1 {
            let code = frame["error"]["code"].as_u64();
            return code
                .map_or_else(|| frame["type"].as_str().unwrap().to_owned(), |c| c.to_string());
        }
    }
}

fn holds(frames: &[Value], text: &str) -> bool {
    frames.iter().any(|frame| frame.to_string().contains(text))
}

#[test]
fn whoever_is_not_signed_in_gets_error_20_and_nothing_else() {
    on_one_and_two(&[RATE], |here, there| {
        let mut scene = Scene::new(here, there);
        let mut nobody = here.connect();
        for kind in IN_CHANNEL {
            for recipient in ["", &scene.ada.user, &scene.bob.user] {
                assert_eq!(ask(&mut nobody, kind, recipient), "20", "{kind}");
                if kind == "channelTyping" {
                    // The ping behind it is refused, too.
                    assert_eq!(nobody.read()["error"]["code"], 20);
                }
            }
        }
        for kind in ELSEWHERE {
            assert_eq!(ask(&mut nobody, kind, ""), "20", "{kind}");
        }
        is_nobody_by_guessing(&mut nobody, &scene.ada);
        scene.bob.say(&scene.ada.user, "again");
        scene.bob.say("", "for all");
        scene
            .bob
            .until_with("channelMessage", |frame| frame["channelMessage"]["Message"] == "for all");
        // One more answer shows that nothing came in between.
        nobody.send(&json!({"type": "users", "id": 2}));
        assert_eq!(nobody.read()["error"]["code"], 20);
    });
}

/// No way of signing in leads into somebody else's account.
fn is_nobody_by_guessing(client: &mut TestClient, ada: &TestClient) {
    let account = json!({"username": "Ada", "password": "wrong"});
    for (kind, payload, expected) in [
        ("signIn", account.clone(), 4),
        ("signUp", account, 5),
        ("signUp", json!({"username": " ada ", "password": "wrong"}), 5),
        ("signIn", json!({"accessKey": ""}), 4),
        ("signIn", json!({"accessKey": ada.user}), 4),
        ("signIn", json!({"accessKey": ada.access_key.to_uppercase()}), 4),
        ("signIn", json!({"accessKey": ada.access_key[1..]}), 4),
    ] {
        client.send(&json!({"type": kind, kind: payload, "id": 1}));
        let answer = client.until("error");
        assert_eq!(answer["error"]["code"], expected, "{kind} {payload}: {answer}");
    }
}

#[test]
fn nobody_becomes_another_by_guessing() {
    on_one_and_two(&[RATE], |here, there| {
        let Scene { mut ada, mut phone, bob, mut eve } = Scene::new(here, there);
        is_nobody_by_guessing(&mut eve, &ada);
        // She is still herself, and nothing has happened to Ada on either device.
        assert_eq!(ask(&mut eve, "channelMessage", ""), "channelMessage");
        for device in [&mut ada, &mut phone] {
            assert_eq!(ask(device, "inbox", ""), "inbox");
        }
        assert_eq!(ask(&mut ada, "channelLeave", &bob.user), "channelLeave", "she had joined it");
    });
}

#[test]
fn another_user_reaches_general_and_own_channels_and_no_others() {
    on_one_and_two(&[RATE], |here, there| {
        let Scene { mut ada, mut bob, mut eve, .. } = Scene::new(here, there);
        // To Eve each recipient means her own channel with that user: no request can even name
        // that of Ada and Bob. What she gets is hers, and empty.
        for recipient in ["", &ada.user, &bob.user, &eve.user.clone()] {
            for (kind, expected) in [
                ("channelLeave", "11"),
                ("channelMessages", "channelMessages"),
                ("channelRead", "channelRead"),
                ("channelTyping", "pong"),
                ("channelMessage", "channelMessage"),
                ("channelJoin", "channelJoin"),
                ("channelLeave", "channelLeave"),
            ] {
                assert_eq!(ask(&mut eve, kind, recipient), expected, "{kind} {recipient}");
            }
            eve.send(&json!({"type": "channelMessages", "channelMessages": {"recipientUUID": recipient, "limit": 100}}));
            let page = eve.until("channelMessages");
            assert!(!page.to_string().contains(SECRET), "{page}");
        }
        for uuid in [ada.session.clone(), "nonsense".into(), "general".into()] {
            assert_eq!(
                ask(&mut eve, "channelJoin", &uuid),
                "10",
                "a session or nonsense is nobody"
            );
        }
        let as_ada = json!({"type": "inbox", "userUUID": ada.user, "id": 1});
        eve.send(&as_ada);
        assert_eq!(eve.until("error")["error"]["code"], 21);

        // And what happens between the two reaches her by no broadcast.
        eve.so_far();
        for kind in ["channelTyping", "channelMessage", "channelLeave", "channelJoin"] {
            ask(&mut bob, kind, &ada.user);
        }
        ask(&mut ada, "channelRead", &bob.user);
        bob.say("", "the end");
        bob.until_with("channelMessage", |frame| frame["channelMessage"]["Message"] == "the end");
        eve.send(&json!({"type": "inbox", "id": 3}));
        let inbox = eve.until("inbox");
        let heard = eve.so_far();
        assert!(!holds(&heard, "channelJoin") && !holds(&heard, "channelLeave"), "{heard:?}");
        assert!(!holds(&heard, "channelTyping") && !holds(&heard, "channelRead"), "{heard:?}");
        assert!(!inbox.to_string().contains(SECRET), "{inbox}");
        eve.send(&json!({"type": "users", "id": 4}));
        assert!(!eve.until("users").to_string().contains(SECRET));
    });
}

#[test]
fn both_devices_of_a_user_see_the_users_own_channels() {
    on_one_and_two(&[RATE], |here, there| {
        let Scene { mut ada, mut phone, mut bob, .. } = Scene::new(here, there);
        for recipient in ["", &bob.user, &ada.user.clone()] {
            for device in [&mut ada, &mut phone] {
                for (kind, expected) in [
                    ("channelJoin", "channelJoin"),
                    ("channelMessages", "channelMessages"),
                    ("channelTyping", "pong"),
                    ("channelMessage", "channelMessage"),
                    ("channelRead", "channelRead"),
                    ("channelLeave", "channelLeave"),
                    ("inbox", "inbox"),
                    ("users", "users"),
                    ("changePassword", "4"),
                ] {
                    assert_eq!(ask(device, kind, recipient), expected, "{kind} {recipient}");
                }
            }
        }
        // After `inbox` both hear every channel of theirs, whoever joined it.
        bob.say(&ada.user, "to both");
        for device in [&mut ada, &mut phone] {
            device.until_with("channelMessage", |frame| {
                frame["channelMessage"]["Message"] == "to both"
            });
        }
    });
}

#[test]
fn whoever_is_signed_out_in_mid_stream_hears_nothing_from_then_on() {
    on_one_and_two(&[RATE], |here, there| {
        for how in ["signOut", "signOutEverywhere", "changePassword"] {
            signed_out_by(how, &mut Scene::new(here, there), there);
        }
    });
}

/// Ada ends, on this node, a session that streams on the other.
fn signed_out_by(how: &str, scene: &mut Scene, there: &TestServer) {
    let Scene { ada, phone, bob, .. } = scene;
    // A sign-out ends what goes on by the same key; the others end what goes on by another.
    let mut tab = there.connect();
    tab.send(&json!({"type": "signIn", "signIn": {"accessKey": ada.access_key}}));
    tab.until("authorized");
    let streams = if how == "signOut" { &mut tab } else { phone };
    assert_eq!(ask(streams, "inbox", ""), "inbox");
    assert_eq!(ask(streams, "channelJoin", &bob.user), "channelJoin");
    bob.say(&ada.user, "before");
    streams.until_with("channelMessage", |frame| frame["channelMessage"]["Message"] == "before");
    let mut request = request(how, "");
    if how == "changePassword" {
        request[how] = json!({"password": "secret", "newPassword": "secret"});
    }
    ada.send(&request);
    ada.until(how);
    streams.until("signOut");
    for recipient in [ada.user.clone(), String::new()] {
        bob.say(&recipient, "after");
        bob.until_with("channelMessage", |frame| frame["channelMessage"]["Message"] == "after");
    }
    let ended = if how == "changePassword" { vec![streams] } else { vec![streams, ada] };
    for device in ended {
        for kind in IN_CHANNEL.iter().chain(&ELSEWHERE) {
            for recipient in ["", &bob.user] {
                device.send(&self::request(kind, recipient));
                let answer = device.read();
                assert_eq!(answer["error"]["code"], 20, "{how}, {kind}: {answer}");
                assert!(!answer.to_string().contains("after"));
            }
        }
    }
}

#[test]
fn logs_and_metrics_say_nothing_of_what_is_private() {
    let redis = TestRedis::start();
    let url = redis.url();
    let nodes = [(); 2].map(|()| TestServer::with(&[("LOG", "debug"), ("REDIS_URL", &url)]));
    let Scene { mut ada, bob, .. } = Scene::new(&nodes[0], &nodes[1]);
    assert_eq!(ask(&mut ada, "changePassword", ""), "4");
    for server in &nodes {
        let told = server.metrics() + &server.log();
        assert!(told.contains("listening") && told.contains("chinwag_sessions"));
        for private in [SECRET, &ada.user, &bob.user, &ada.access_key, "Ada", "Bob", "secret"] {
            assert!(!told.contains(private), "{private} is in:\n{told}");
        }
    }
}
