//! Messages with the time of their sending in the text, found again without parsing JSON.

use std::time::{Duration, Instant};

use chinwag_protocol::{Body, Outgoing, outgoing};
use chinwag_protocol::{MessageUuid, UserUuid};
use memchr::memmem;

use crate::frame::{self, BINARY, TEXT};
use crate::nats;

/// How every frame with a message begins.
const BEGINNING: &[u8] = b"{\"type\":\"channelMessage\",";

/// What stands before the text in every frame with a message.
const BEFORE_TEXT: &[u8] = b"\"Message\":\"";

/// Digits of the time and of the sender.
const TIME: usize = 16;
const SENDER: usize = 6;

/// The shortest text that has room for both and a space behind each.
pub const SHORTEST: usize = TIME + SENDER + 2;

/// Whether the frame is a message.
pub fn is_message(payload: &[u8]) -> bool {
    payload.starts_with(BEGINNING)
}

/// Who sent a message and when, by the generator's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Since the clock's start.
    pub sent: Duration,
    /// The sender's number.
    pub sender: usize,
}

/// Reads the stamp of a frame with a message.
pub fn stamp(payload: &[u8]) -> Option<Stamp> {
    let text = memmem::find(payload, BEFORE_TEXT)? + BEFORE_TEXT.len();
    let sent = Duration::from_nanos(digits(payload.get(text..text + TIME)?)?);
    let sender = digits(payload.get(text + TIME + 1..text + TIME + 1 + SENDER)?)?;
    Some(Stamp { sent, sender: usize::try_from(sender).ok()? })
}

fn digits(text: &[u8]) -> Option<u64> {
    text.iter().try_fold(0, |number: u64, digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        Some(number * 10 + digit)
    })
}

/// Writes messages of one size for one channel.
pub struct Messages {
    clock: Instant,
    opcode: u8,
    before: String,
    after: String,
}

impl Messages {
    /// Requests for Chinwag: to a user, or to General where `recipient` is empty.
    pub fn requests(clock: Instant, recipient: &str, size: usize) -> Self {
        Self::with(clock, recipient, size, "")
    }

    /// The same, and each mentions all members.
    pub fn requests_to_all(clock: Instant, recipient: &str, size: usize) -> Self {
        Self::with(clock, recipient, size, r#","mentionAll":true"#)
    }

    fn with(clock: Instant, recipient: &str, size: usize, more: &str) -> Self {
        let before = format!(
            r#"{{"type":"channelMessage","channelMessage":{{"recipientUUID":"{recipient}","message":""#
        );
        Self { clock, opcode: TEXT, before, after: padding(size) + "\"" + more + "}}" }
    }

    /// What the plain server hands on as it is: frames that are as long as Chinwag's.
    pub fn frames(clock: Instant, private: bool, size: usize) -> Self {
        let json = String::from_utf8(delivered(private).to_json()).unwrap_or_default();
        let (before, after) = json.split_once('*').unwrap_or_default();
        Self { clock, opcode: TEXT, before: before.to_owned(), after: padding(size) + after }
    }

    /// The same for NATS, which hands it on to those who asked for this path.
    pub fn published(clock: Instant, private: bool, size: usize, path: &str) -> Self {
        let Self { before, after, .. } = Self::frames(clock, private, size);
        let length = before.len() + SHORTEST + after.len();
        let before = format!("PUB {} {length}\r\n{before}", nats::subject(path));
        Self { clock, opcode: BINARY, before, after: after + "\r\n" }
    }

    /// Appends a masked frame with a message sent now.
    pub fn write(&self, sender: usize, out: &mut Vec<u8>) {
        let (sent, after) = (self.clock.elapsed().as_nanos(), &self.after);
        let payload = format!("{}{sent:0TIME$} {sender:0SENDER$} {after}", self.before);
        frame::write_masked(out, self.opcode, payload.as_bytes());
    }
}

fn padding(size: usize) -> String {
    "x".repeat(size.saturating_sub(SHORTEST))
}

/// A message as Chinwag delivers it, with an asterisk for its text.
fn delivered(private: bool) -> Outgoing {
    let user = outgoing::User {
        uuid: UserUuid::default(),
        username: "bench 000".into(),
        online: Some(true),
        ..outgoing::User::default()
    };
    let channel_message = outgoing::Message {
        uuid: MessageUuid::default(),
        sender_uuid: UserUuid::default(),
        sender: user.clone(),
        recipient_uuid: private.then(|| UserUuid::default().0),
        recipient: private.then_some(user),
        text: "*".into(),
        created_at: "2026-01-01T00:00:00.123456789Z".parse().unwrap_or_default(),
        seq: 100_000,
        ..outgoing::Message::default()
    };
    Body::ChannelMessage(channel_message).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(messages: &Messages) -> Vec<u8> {
        let mut frame = Vec::new();
        messages.write(17, &mut frame);
        frame::next_masked(&mut frame).unwrap().1.to_vec()
    }

    #[test]
    fn a_stamp_is_found_in_a_frame_like_chinwags() {
        for private in [false, true] {
            let frame = payload(&Messages::frames(Instant::now(), private, 100));
            assert!(is_message(&frame));
            assert_eq!(stamp(&frame).unwrap().sender, 17);
            let frame = Outgoing::parse(std::str::from_utf8(&frame).unwrap()).unwrap();
            let Body::ChannelMessage(channel_message) = frame.body else { panic!() };
            assert_eq!(channel_message.text.len(), 100);
        }
    }

    #[test]
    fn a_request_has_a_text_of_the_size_asked_for() {
        let request = payload(&Messages::requests(Instant::now(), "", 100));
        let json: serde_json::Value = serde_json::from_slice(&request).unwrap();
        assert_eq!(json["channelMessage"]["message"].as_str().unwrap().len(), 100);
    }

    #[test]
    fn what_has_no_stamp_is_none() {
        assert_eq!(stamp(br#"{"type":"ready"}"#), None);
        assert_eq!(stamp(br#"{"Message":"hello"}"#), None);
        assert_eq!(stamp(br#"{"Message":"not a number, but long enough"}"#), None);
    }
}
