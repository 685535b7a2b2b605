//! A notification: declarative Web Push, which browsers show by themselves and service workers read.

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chinwag_protocol::UserUuid;
use chinwag_store::{ChannelDetails, Kind, Message, Subscription};
use ring::hmac;
use serde_json::json;

use super::seal::LENGTH;

/// How much of a text is shown, in characters: more than any system shows.
const SHOWN: usize = 500;

/// How urgent a notification is for a device that saves power, RFC 8030, section 5.3.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Urgency {
    /// It may wait until the device is awake.
    Normal,
    /// It wakes the device.
    High,
}

impl Urgency {
    /// As the header says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

/// A notification for one device.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Where it goes.
    pub subscription: Subscription,
    /// What the browser gets, in JSON of at most [`LENGTH`] bytes.
    pub payload: Arc<str>,
    /// For the push service: a newer one of the same topic takes the place of one that waits there.
    pub topic: String,
    /// For the push service.
    pub urgency: Urgency,
    /// How many messages it stands for.
    pub count: u64,
    /// How often it was refused for a while.
    pub attempts: u32,
}

/// What a notification is about.
pub struct About<'a> {
    /// The server's address.
    pub url: &'a str,
    /// Of General, a group or a named channel.
    pub details: Option<&'a ChannelDetails>,
    /// Whether names and texts are shown.
    pub full: bool,
}

/// The payload of a message for one of its readers.
pub fn payload(about: &About, message: &Message, reader: UserUuid) -> Arc<str> {
    let channel = channel_id(message, reader);
    let hash = if message.channel.uuid.is_general() {
        format!("#general/{}", message.seq)
    } else {
        format!("#@{channel}/{}", message.seq)
    };
    let (title, body) = if about.full {
        (title(about, message, reader), body(message))
    } else {
        ("Chinwag".to_owned(), "New message".into())
    };
    let navigate = format!("{}/{hash}", about.url);
    fitted(&title, &body, &navigate, &format!("chinwag-{channel}"))
}

/// The payload that stands for several messages.
pub fn summary(url: &str, count: u64) -> Arc<str> {
    let body = format!("{count} more messages");
    fitted("Chinwag", &body, &format!("{url}/"), "chinwag-more")
}

/// The payload of a test.
pub fn test(url: &str) -> Arc<str> {
    let body = "Notifications work on this device.";
    fitted("Chinwag", body, &format!("{url}/"), "chinwag:test")
}

/// What a push service may know of a channel: that two notifications are about the same one. It is another word for each
/// device, so that it doesn't tell who shares a channel.
pub fn topic(subscription: &Subscription, about: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &subscription.auth);
    // RFC 8030 allows 32 characters.
    BASE64_URL_SAFE_NO_PAD.encode(&hmac::sign(&key, about).as_ref()[..24])
}

/// The channel as its reader names it, as the page has it; empty for General.
fn channel_id(message: &Message, reader: UserUuid) -> String {
    match &message.channel.kind {
        Kind::General => String::new(),
        Kind::Direct(_) if message.sender.uuid == reader => String::new(),
        Kind::Direct(_) => message.sender.uuid.to_string(),
        Kind::Members => message.channel.uuid.to_string(),
    }
}

/// The text, or the names of files without one.
fn body(message: &Message) -> Cow<'_, str> {
    if !message.text.is_empty() {
        return Cow::Borrowed(&message.text);
    }
    let names: Vec<_> = message.files.iter().map(|file| &*file.name).collect();
    names.join(", ").into()
}

fn title(about: &About, message: &Message, reader: UserUuid) -> String {
    let sender = message.written_as.as_ref().unwrap_or(&message.sender.name);
    let Some(details) = about.details else { return sender.to_string() };
    if message.channel.uuid.is_general() {
        return format!("{sender} · {}", details.name);
    }
    if !details.name.is_empty() {
        return format!("{sender} · #{}", details.name);
    }
    let others = details.users.iter().filter(|user| user.uuid != reader);
    let others: Vec<_> = others.map(|user| &*user.name).collect();
    format!("{sender} · {}", others.join(", "))
}

/// Writes the payload, and cuts the body so that it fits. Control characters are left out.
fn fitted(title: &str, body: &str, navigate: &str, tag: &str) -> Arc<str> {
    let shown = body.chars().filter(|c| !c.is_control() || *c == '\n').take(SHOWN + 1);
    let body = shown.collect::<String>();
    let title = cut(title, SHOWN / 2);
    let mut most = SHOWN;
    loop {
        let body = cut(&body, most);
        let notification =
            json!({ "title": title, "body": body, "navigate": navigate, "tag": tag });
        let payload = json!({ "web_push": 8030, "notification": notification }).to_string();
        if payload.len() <= LENGTH || most == 0 {
            return payload.into();
        }
        most /= 2;
    }
}

/// The first characters, and `…` if there are more.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use chinwag_protocol::{ChannelUuid, MessageUuid};
    use chinwag_store::{Channel, KeyDigest, User};
    use jiff::Timestamp;
    use serde_json::Value;
    use uuid::Uuid;

    use super::*;

    const URL: &str = "https://chat.example.org";

    fn user(name: &str, number: u128) -> User {
        User { uuid: UserUuid(Uuid::from_u128(number)), name: name.into() }
    }

    fn message(channel: Channel, text: &str) -> Message {
        Message {
            written_as: None,
            uuid: MessageUuid::random(),
            channel,
            seq: 41,
            sender: user("Ada", 1),
            text: text.into(),
            created_at: Timestamp::UNIX_EPOCH,
            reply_to: None,
            mentions: None,
            files: Box::default(),
            state: None,
        }
    }

    fn details(uuid: ChannelUuid, name: &str, users: Vec<User>) -> ChannelDetails {
        ChannelDetails {
            uuid,
            name: name.into(),
            topic: "".into(),
            private: false,
            owners_post: false,
            archived: false,
            created_at: Timestamp::UNIX_EPOCH,
            users_total: 3,
            users,
        }
    }

    fn told(message: &Message, details: Option<&ChannelDetails>, full: bool) -> [String; 4] {
        let about = About { url: URL, details, full };
        let payload: Value =
            serde_json::from_str(&payload(&about, message, user("Bob", 2).uuid)).unwrap();
        assert_eq!(payload["web_push"], 8030);
        ["title", "body", "navigate", "tag"]
            .map(|name| payload["notification"][name].as_str().unwrap().to_owned())
    }

    #[test]
    fn a_notification_leads_to_its_message() {
        let (uuid, ada) = (ChannelUuid(Uuid::from_u128(9)), user("Ada", 1).uuid);
        let direct = message(Channel::direct(uuid, user("Bob", 2)), "hi");
        let navigate = format!("{URL}/#@{ada}/41");
        assert_eq!(told(&direct, None, true), ["Ada", "hi", &navigate, &format!("chinwag-{ada}")]);
        let tag = format!("chinwag-{ada}");
        assert_eq!(told(&direct, None, false), ["Chinwag", "New message", &navigate, &tag]);
        let general = message(Channel::GENERAL, "hi");
        let of_general = details(ChannelUuid::GENERAL, "General", Vec::new());
        let navigate = format!("{URL}/#general/41");
        let expected = ["Ada · General", "hi", &navigate, "chinwag-"];
        assert_eq!(told(&general, Some(&of_general), true), expected);
        let shared = message(Channel::of_members(uuid), "hi");
        let ops = details(uuid, "ops", Vec::new());
        assert_eq!(told(&shared, Some(&ops), true)[0], "Ada · #ops");
        let people = [("Ada", 1), ("Bob", 2), ("Cyd", 3)].map(|(name, number)| user(name, number));
        let group = details(uuid, "", people.to_vec());
        assert_eq!(told(&shared, Some(&group), true)[0], "Ada · Ada, Cyd");
    }

    #[test]
    fn no_text_makes_a_payload_too_long() {
        let about = About { url: URL, details: None, full: true };
        for text in ["x", "\n", "\"", "é", "😀", "\u{0}\r😀\u{1b}[2J"] {
            let long = message(Channel::GENERAL, &text.repeat(4_000));
            let payload = payload(&about, &long, user("Bob", 2).uuid);
            assert!(payload.len() <= LENGTH, "{text}: {}", payload.len());
            let payload: Value = serde_json::from_str(&payload).unwrap();
            let body = payload["notification"]["body"].as_str().unwrap();
            assert!(body.ends_with('…') && !body.contains(['\0', '\r', '\u{1b}']), "{body}");
        }
    }

    #[test]
    fn a_topic_is_the_same_for_a_channel_and_another_one_for_each_device() {
        let device = |auth| Subscription {
            user: UserUuid::random(),
            key: KeyDigest([0; 32]),
            endpoint: "".into(),
            p256dh: [4; 65],
            auth: [auth; 16],
        };
        let (phone, laptop) = (device(1), device(2));
        assert_eq!(topic(&phone, b"ops"), topic(&phone, b"ops"));
        assert_ne!(topic(&phone, b"ops"), topic(&phone, b"dev"));
        assert_ne!(topic(&phone, b"ops"), topic(&laptop, b"ops"));
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        assert!(topic(&phone, b"ops").len() == 32 && topic(&phone, b"ops").chars().all(is_allowed));
    }
}
