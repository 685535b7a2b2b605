//! What admins learn of channels that are not theirs, by all requests together: nothing.

use serde_json::{Value, json};

use super::answer;
use super::ask::{read, send, status, upload};
use super::rows::{ANYWHERE, IN_CHANNEL, Place, kind};
use super::scene::{NOBODY, Scene, Where, Who};
use super::support::TestClient;

/// What stands in channels of others.
const SECRET: &str = "the-secret-of-the-others";

/// Asks all there is about private channels of others, and looks for any of it in the answers and the news.
pub fn stays_private(scene: &mut Scene) {
    let (mut admin, place) = scene.place(Who::Admin, Where::Private);
    admin.ask("inbox", json!({"wants": ["channels", "changes"]}));
    // What is reported stays so.
    let place = Place { report: json!(NOBODY), ..place };
    let den = place.recipient.clone();
    let users = json!([scene.ada.user, scene.tom.user]);
    let group = scene.cid.ask("channelCreate", json!({"users": users}))["UUID"].clone();
    let channels = [den.clone(), group.as_str().unwrap().to_owned(), scene.tom.user.clone()];
    let mut files = Vec::new();
    for channel in &channels {
        say(&mut scene.cid, channel);
        let there = scene.there;
        let file = upload(there, &mut scene.cid, channel, "secret.txt", SECRET.as_bytes());
        send(&mut scene.cid, channel, &[&file]);
        files.push(file);
    }
    scene.ada.ask("channelEdit", json!({"recipientUUID": den, "topic": SECRET}));
    let mut heard = Vec::new();
    for recipient in channels {
        let place = Place { recipient, ..place.clone() };
        for (label, payload) in ANYWHERE.iter().chain(IN_CHANNEL) {
            let kind = kind(label);
            heard.push(answer(&mut admin, kind, &payload(&place)));
        }
    }
    for query in [SECRET.to_owned(), format!("in:{den} secret"), "has:file".to_owned()] {
        heard.push(answer(&mut admin, "search", &json!({"query": query})));
    }
    for file in &files {
        assert_eq!(status(&read(scene.there, &admin, file, "")), "404");
        assert_eq!(status(&read(scene.there, &scene.cid, file, "")), "200");
    }
    // The reported message is there, and nothing around it.
    let reports = admin.ask("reports", json!({}));
    assert_eq!(reports["reports"][0]["message"]["Message"], "hello");
    assert_eq!(reports["reports"][0].get("recipientUUID"), None);
    heard.push(reports);
    heard.extend(admin.so_far());
    let name = format!("channel of {}", place.unique);
    for frame in heard.iter().map(Value::to_string) {
        let files = files.iter().map(String::as_str);
        let secrets = [SECRET, &name, "secret.txt"].into_iter().chain(files);
        for secret in secrets {
            assert!(!frame.contains(secret), "{secret} is in {frame}");
        }
    }
}

fn say(client: &mut TestClient, recipient: &str) {
    client.ask("channelMessage", json!({"recipientUUID": recipient, "message": SECRET}));
}
