//! What is notified and when, over the socket.

use serde_json::{Value, json};

use crate::support::TestServer;

cases! {
    what_is_notified_is_set_part_by_part,
    what_can_not_be_set_is_refused,
}

fn what_is_notified_is_set_part_by_part(here: &TestServer, there: &TestServer) {
    let (mut ada, mut bob) = (here.sign_in("Ada"), there.sign_in("Bob"));
    ada.send(&json!({"type": "notify"}));
    assert_eq!(ada.until("notify")["notify"], json!({"content": "full"}));
    let quiet = json!([
        {"days": "12345", "from": "20:00", "to": "07:30"},
        {"days": "67", "from": "00:00", "to": "24:00"},
    ]);
    let set = json!({"quiet": quiet, "zone": "europe/berlin"});
    let expected = json!({"content": "full", "quiet": quiet, "zone": "Europe/Berlin"});
    assert_eq!(ada.ask("notify", set), expected);
    let mut second = there.sign_in("Ada");
    let until = "2026-12-24T18:00:00Z";
    let set = json!({"content": "nothing", "pausedUntil": "2026-12-24T19:00:00+01:00"});
    let expected = json!({"content": "nothing", "quiet": quiet, "zone": "Europe/Berlin", "pausedUntil": until});
    assert_eq!(second.ask("notify", set), expected);
    assert_eq!(ada.ask("notify", json!({})), expected);
    // Nobody else's.
    assert_eq!(bob.ask("notify", Value::Null), json!({"content": "full"}));
    // The zone is known already.
    let night = json!([{"days": "1", "from": "22:00", "to": "06:00"}]);
    let expected = json!({"content": "nothing", "quiet": night, "zone": "Europe/Berlin"});
    assert_eq!(ada.ask("notify", json!({"quiet": night, "pausedUntil": ""})), expected);
    let expected = json!({"content": "full", "zone": "Europe/Berlin"});
    assert_eq!(ada.ask("notify", json!({"quiet": [], "content": "full"})), expected);
}

fn what_can_not_be_set_is_refused(here: &TestServer, _: &TestServer) {
    let mut ada = here.sign_in("Ada");
    let hours = json!({"days": "1", "from": "20:00", "to": "07:30"});
    let with = |name: &str, value: &str| {
        let mut hours = hours.clone();
        hours[name] = json!(value);
        json!({"quiet": [hours], "zone": "UTC"})
    };
    let zone = "\"zone\" is the IANA name of a time zone, such as \"Europe/Berlin\" or \"UTC\".";
    let days = "\"days\" has a digit for each day, 1 for Monday to 7 for Sunday: \"12345\".";
    let times = "\"from\" and \"to\" are times like 07:30; only \"to\" can be 24:00.";
    for (payload, sentence) in [
        (json!({"zone": "Europe/Atlantis"}), zone),
        (json!({"zone": ""}), zone),
        (
            json!({"quiet": [hours]}),
            "Quiet hours need \"zone\", the name of your time zone: \"Europe/Berlin\".",
        ),
        (
            json!({"quiet": vec![hours.clone(); 21], "zone": "UTC"}),
            "\"quiet\" has 20 entries at the most.",
        ),
        (with("days", "0"), days),
        (with("from", "24:00"), times),
        (with("to", "8pm"), times),
        (
            with("to", "20:00"),
            "\"from\" and \"to\" are the same: a whole day is from 00:00 to 24:00.",
        ),
        (
            json!({"pausedUntil": "tomorrow"}),
            "\"pausedUntil\" is a time like 2026-12-24T18:00:00Z, or empty.",
        ),
    ] {
        ada.send(&json!({"type": "notify", "notify": payload}));
        let error = &ada.until("error")["error"];
        assert_eq!((&error["code"], &error["error"]), (&json!(1), &json!(sentence)), "{payload}");
    }
    // Nothing of it was kept.
    assert_eq!(ada.ask("notify", json!({})), json!({"content": "full"}));
}
