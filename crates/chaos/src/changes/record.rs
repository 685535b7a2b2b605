//! What a participant did and saw, in the order of one clock.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

use super::held::whole;
use crate::client::text;

/// A change, or a message, however often it was sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A new message with this text.
    Send(u64),
    /// This text in place of the old one.
    Edit(u64),
    /// The end of a message.
    Delete,
    /// Pinned or not.
    Pin(bool),
    /// This emoji of the actor, or none.
    React(&'static str, bool),
}

/// Something done to a message.
#[derive(Clone, Debug)]
pub struct Done {
    /// What was done.
    pub act: Act,
    /// The channel.
    pub channel: usize,
    /// The message; 0 for one that wasn't acknowledged.
    pub seq: u64,
    /// The `Seq` of the message that a new one answers.
    pub reply_to: Option<u64>,
    /// When it was first sent.
    pub asked: u64,
    /// The state of the message in the reply. `None` if it may have been done or not.
    pub acknowledged: Option<State>,
    /// When the server said that it can't be done.
    pub refused: Option<u64>,
}

/// A message as a frame shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The channel.
    pub channel: usize,
    /// Its place there.
    pub seq: u64,
    /// Its last change.
    pub rev: u64,
    /// Its UUID.
    pub uuid: String,
    /// The number of its text; `None` once it is deleted.
    pub text: Option<u64>,
    /// Whether it is deleted.
    pub deleted: bool,
    /// Whether it is pinned.
    pub pinned: bool,
    /// Whether it is edited.
    pub edited: bool,
    /// The reactions, by the first of each emoji.
    pub reactions: Vec<Reaction>,
    /// The root of its thread, if it is a reply.
    pub root: Option<u64>,
    /// How many replies it has as a root.
    pub replies: u64,
    /// A hash of all that every reader sees in the same way.
    pub hash: u64,
}

/// The reactions with an emoji.
#[derive(Clone, Debug, PartialEq)]
pub struct Reaction {
    /// Which.
    pub emoji: String,
    /// How many there are.
    pub count: u64,
    /// The first five users.
    pub users: Vec<String>,
    /// Whether the frame says that the reader is one of them (`Mine`).
    pub mine: bool,
}

/// A frame that came.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The connection, counted from the participant's first one.
    pub connection: u64,
    /// When the request was sent that it answers; `None` for a live frame.
    pub asked: Option<u64>,
    /// When it came.
    pub at: u64,
    /// Its type.
    pub kind: String,
    /// Of changes the channel, behind which `Rev` they begin, and up to which they go.
    pub changes: Option<(usize, u64, u64)>,
    /// All texts in it, wherever they stand.
    pub texts: Vec<u64>,
    /// All messages in it.
    pub states: Vec<State>,
}

/// All that a participant did and saw.
#[derive(Default, Debug)]
pub struct Record {
    /// Acts in their order.
    pub done: Vec<Done>,
    /// Frames in their order.
    pub frames: Vec<Frame>,
}

const SAID: &str = "said ";

/// The text of this number.
pub fn said(number: u64) -> String {
    // All are of one length, so that none is the beginning of another one.
    format!("{SAID}{number:06}")
}

/// The number of a text.
fn number(said: &str) -> Option<u64> {
    said.strip_prefix(SAID)?.trim_end_matches('…').parse().ok()
}

/// All texts in bytes.
pub fn texts(bytes: &[u8]) -> impl Iterator<Item = u64> {
    let windows = bytes.windows(said(0).len());
    windows.filter_map(|window| number(str::from_utf8(window).ok()?))
}

impl Frame {
    /// Takes a frame apart, with the channel of each message.
    pub fn new(
        frame: &Value,
        (connection, asked, at): (u64, Option<u64>, u64),
        channel: &impl Fn(&Value) -> usize,
    ) -> Self {
        let kind = text(&frame["type"]).to_owned();
        let changes = frame.get("channelChanges").map(|changes| {
            let [after, rev] = ["after", "rev"].map(|name| whole(&changes[name]));
            (channel(&changes["recipientUUID"]), after, rev)
        });
        let (texts, states) = (Vec::new(), Vec::new());
        let mut taken = Self { connection, asked, at, kind, changes, texts, states };
        taken.walk(frame, channel);
        taken
    }

    /// Whether it is a message, new or sent again.
    pub fn is_message(&self) -> bool {
        self.kind == "channelMessage"
    }

    fn walk(&mut self, value: &Value, channel: &impl Fn(&Value) -> usize) {
        match value {
            Value::String(said) => self.texts.extend(number(said)),
            Value::Array(values) => values.iter().for_each(|value| self.walk(value, channel)),
            Value::Object(fields) => {
                if fields.contains_key("Seq") && fields.contains_key("CreatedAt") {
                    self.states.push(State::new(value, channel(&value["RecipientUUID"])));
                }
                fields.values().for_each(|value| self.walk(value, channel));
            }
            _ => {}
        }
    }
}

impl State {
    /// Reads a message.
    pub fn new(message: &Value, channel: usize) -> Self {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let reactions = list(&message["Reactions"]).into_iter().map(|reaction| {
            let users = list(&reaction["Users"]);
            Reaction {
                emoji: text(&reaction["Emoji"]).to_owned(),
                count: whole(&reaction["Count"]),
                users: users.iter().map(|user| text(user).to_owned()).collect(),
                mine: reaction["Mine"] == true,
            }
        });
        let mut hasher = DefaultHasher::new();
        past(message).to_string().hash(&mut hasher);
        Self {
            channel,
            seq: whole(&message["Seq"]),
            rev: whole(&message["Rev"]),
            uuid: text(&message["UUID"]).to_owned(),
            text: number(text(&message["Message"])),
            deleted: message["DeletedAt"].is_string(),
            pinned: message["PinnedAt"].is_string(),
            edited: message["EditedAt"].is_string(),
            reactions: reactions.collect(),
            root: message["ReplyTo"]["Root"].as_u64(),
            replies: whole(&message["Replies"]),
            hash: hasher.finish(),
        }
    }
}

/// A message without presence, the reader's own reactions, the sender's `clientUUID`, and the excerpt, which belongs
/// to another message.
pub fn past(message: &Value) -> Value {
    let mut past = message.clone();
    let fields = |value: Option<&mut Value>, name: &str| {
        value.and_then(Value::as_object_mut).map(|fields| fields.remove(name));
    };
    fields(Some(&mut past), "clientUUID");
    fields(past.get_mut("Sender"), "OnLine");
    fields(past.get_mut("Recipient"), "OnLine");
    fields(past.get_mut("ReplyTo"), "Excerpt");
    for reaction in past.get_mut("Reactions").and_then(Value::as_array_mut).into_iter().flatten() {
        fields(Some(reaction), "Mine");
    }
    past
}

#[cfg(test)]
impl State {
    /// A message of the first channel with the text of its `Seq`, after a change of this `Rev`.
    pub fn at(seq: u64, rev: u64) -> Self {
        let message =
            serde_json::json!({"Seq": seq, "Rev": rev, "Message": said(seq), "UUID": "uuid"});
        Self::new(&message, 0)
    }

    /// The same, deleted.
    pub fn deleted(seq: u64, rev: u64) -> Self {
        Self { text: None, deleted: true, ..Self::at(seq, rev) }
    }
}

#[cfg(test)]
impl Frame {
    /// A frame of the first connection with these messages and their texts.
    pub fn of(kind: &str, asked: Option<u64>, at: u64, states: Vec<State>) -> Self {
        let texts = states.iter().filter_map(|state| state.text).collect();
        Self { connection: 1, asked, at, kind: kind.to_owned(), changes: None, texts, states }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_message_and_text_of_a_frame_is_found() {
        let answered = json!({"Seq": 7, "Root": 7, "Excerpt": "said 000007…"});
        let message = json!({
            "Seq": 8, "Rev": 3, "CreatedAt": "", "RecipientUUID": "ops", "Message": "said 000008", "ReplyTo": answered,
        });
        let channel = |name: &Value| usize::from(name == "ops");
        let entries = json!({"channels": [{"recipientUUID": "ops", "lastMessage": message}]});
        let inbox = json!({"type": "inbox", "inbox": entries});
        let frame = Frame::new(&inbox, (1, Some(4), 5), &channel);
        assert_eq!((&*frame.kind, &frame.texts[..], frame.changes), ("inbox", &[8, 7][..], None));
        assert_eq!(frame.states, [State::new(&message, 1)]);
        let state = &frame.states[0];
        assert_eq!((state.channel, state.seq, state.rev, state.root), (1, 8, 3, Some(7)));
        let changes = json!({"recipientUUID": "ops", "after": 2, "rev": 3, "messages": [message]});
        let live = json!({"type": "channelChanges", "channelChanges": changes});
        let frame = Frame::new(&live, (1, None, 6), &channel);
        assert_eq!((frame.changes, frame.states.len()), (Some((1, 2, 3)), 1));
    }

    #[test]
    fn what_readers_see_differently_makes_no_other_state() {
        let mut message =
            json!({"Seq": 1, "Reactions": [{"Emoji": "👍"}], "ReplyTo": {"Seq": 1}, "Sender": {}});
        let hash = State::new(&message, 0).hash;
        message["Reactions"][0]["Mine"] = true.into();
        message["ReplyTo"]["Excerpt"] = "said 000001".into();
        message["Sender"]["OnLine"] = true.into();
        message["clientUUID"] = "send".into();
        assert_eq!(State::new(&message, 0).hash, hash);
        message["Reactions"][0]["Emoji"] = "🎉".into();
        assert_ne!(State::new(&message, 0).hash, hash);
    }
}
