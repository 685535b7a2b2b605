//! What those outside learn of channels of others, by all requests and all news together: nothing.

use std::collections::BTreeSet;

use chinwag_protocol::table::FRAMES;
use serde_json::{Value, json};

use super::answer;
use super::inside::{Inside, SECRET};
use super::rows::{ANYWHERE, IN_CHANNEL, Place, kind};
use super::scene::{NOBODY, Scene, Where, Who};
use crate::files::ask::{read, status};
use crate::support::TestClient;

/// Those outside, and the channel that they know besides: a private one, of which they were members once, their own, or
/// that with one who has blocked them.
const OUTSIDE: [(Who, Where); 7] = [
    (Who::Nobody, Where::Private),
    (Who::Member, Where::Public),
    (Who::Bot, Where::Public),
    (Who::Outsider, Where::Private),
    (Who::Admin, Where::Private),
    (Who::Blocked, Where::Direct),
    (Who::Deactivated, Where::Private),
];

/// The news that every signed-in session gets.
const FOR_ALL: [&str; 3] = ["signIn", "signOut", "presence"];

/// News that nothing in a channel brings about.
const ELSEWHERE: [&str; 2] = ["ready", "signOut"];

/// Lets everything happen in channels of others, asks for all of it from outside, and looks for any of it in answers,
/// news, files, logs and metrics.
pub fn stays_private(scene: &mut Scene) {
    let mut told = BTreeSet::new();
    let mut unlogged = vec![SECRET.to_owned()];
    for (who, channel) in OUTSIDE {
        let (mut spy, place) = scene.place(who, channel);
        answer(&mut spy, "inbox", &json!({"wants": ["channels", "changes"]}));
        let is_signed_in = ![Who::Nobody, Who::Deactivated].contains(&who);
        // The news of how it got outside are its own.
        until_the_end(scene, &mut spy, is_signed_in);
        let mut inside = Inside::new(scene);
        if channel == Where::Private {
            inside.channels.push(place.recipient.clone());
        }
        told.extend(inside.happens(scene));
        inside.is_found_by_its_members(scene);
        for frame in until_the_end(scene, &mut spy, is_signed_in) {
            let news = frame["sys"]["type"].as_str().unwrap_or_default();
            let is_for_admins = who == Who::Admin && news == "report";
            assert!(is_for_admins || FOR_ALL.contains(&news), "{}: {frame}", place.unique);
        }
        let heard = asks_for_all(scene, &mut spy, &inside, &place, is_signed_in);
        is_shown_none(&heard, &inside.secrets(), &place.unique);
        reads_no_file(scene, &spy, &inside);
        unlogged.extend(inside.secrets());
        unlogged.extend([place.secret, spy.access_key].into_iter().filter(|key| !key.is_empty()));
    }
    let news = FRAMES.iter().filter(|row| row.is_news).map(|row| row.kind.to_owned());
    let expected: BTreeSet<_> = news.filter(|kind| !ELSEWHERE.contains(&&**kind)).collect();
    let missing: Vec<_> = expected.difference(&told).collect();
    assert!(missing.is_empty(), "members heard no {missing:?}, so that others could not either");
    for server in [scene.here, scene.there] {
        let written = server.metrics() + &server.log();
        for secret in &unlogged {
            assert!(!written.contains(secret), "{secret} is in:\n{written}");
        }
    }
}

/// All requests, about each of the channels and about the direct ones with those inside.
fn asks_for_all(
    scene: &Scene,
    spy: &mut TestClient,
    inside: &Inside,
    place: &Place,
    is_signed_in: bool,
) -> Vec<String> {
    let mut heard = Vec::new();
    let direct = [scene.ada.user.clone(), scene.cid.user.clone()];
    // Without a sign-in a connection has 256 requests at once.
    let most = if is_signed_in { usize::MAX } else { 3 };
    for recipient in inside.channels.iter().chain(&direct).take(most) {
        // What is reported stays so.
        let at = Place {
            recipient: recipient.clone(),
            own: [1, 2],
            others: [3, 4],
            hook: inside.hook.clone(),
            report: json!(NOBODY),
            ..place.clone()
        };
        for (label, payload) in ANYWHERE.iter().chain(IN_CHANNEL) {
            heard.push(answer(spy, kind(label), &payload(&at)));
        }
        for more in [
            json!({"before": 100, "limit": 100}),
            json!({"after": 0}),
            json!({"around": 1}),
            json!({"root": 1}),
            json!({"pinned": true}),
        ] {
            heard.push(answer(spy, "channelMessages", &at.with(more)));
        }
        let answers = at.with(json!({"message": "what?", "replyTo": 1, "files": inside.files}));
        heard.push(answer(spy, "channelMessage", &answers));
    }
    for query in [SECRET, "has:file", &format!("in:{} hello", inside.channels[0]), "edited"] {
        heard.push(answer(spy, "search", &json!({"query": query, "limit": 50})));
    }
    heard.extend(so_far(spy));
    heard.iter().map(Value::to_string).collect()
}

fn is_shown_none(heard: &[String], secrets: &[String], unique: &str) {
    for frame in heard {
        for secret in secrets {
            assert!(!frame.contains(secret), "{unique}: {secret} is in {frame}");
        }
    }
}

fn reads_no_file(scene: &Scene, spy: &TestClient, inside: &Inside) {
    for file in &inside.files {
        for path in [file.clone(), format!("{file}/preview")] {
            assert_eq!(status(&read(scene.there, spy, &path, "")), "404");
        }
        assert_eq!(status(&read(scene.there, &scene.cid, file, "")), "200");
    }
}

/// What has come, also to those who aren't signed in.
fn so_far(client: &mut TestClient) -> Vec<Value> {
    client.send(&json!({"type": "ping", "id": "so far"}));
    let frames = std::iter::from_fn(|| Some(client.read()));
    frames.take_while(|frame| frame["id"] != "so far").collect()
}

/// All news until now, in their order.
fn until_the_end(scene: &mut Scene, client: &mut TestClient, is_signed_in: bool) -> Vec<Value> {
    scene.ada.say("", "the end");
    if !is_signed_in {
        return so_far(client);
    }
    let frames = std::iter::from_fn(|| Some(client.read()));
    frames.take_while(|frame| frame["channelMessage"]["Message"] != "the end").collect()
}
