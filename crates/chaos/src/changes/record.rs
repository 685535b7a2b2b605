//! What a participant did and saw, in the order of one clock.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

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
    /// Whether the server said that it can't be done.
    pub refused: bool,
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
    /// The users behind each emoji.
    pub reactions: Vec<(String, Vec<String>)>,
    /// The root of its thread, if it is a reply.
    pub root: Option<u64>,
    /// How many replies it has as a root.
    pub replies: u64,
    /// A hash of all that every reader sees in the same way.
    pub hash: u64,
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
    /// Whether it is a new message.
    pub is_message: bool,
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
    format!("{SAID}{number}")
}

/// The number of a text.
fn number(said: &str) -> Option<u64> {
    said.strip_prefix(SAID)?.trim_end_matches('…').parse().ok()
}

impl Frame {
    /// Takes a frame apart, with the channel of each message.
    pub fn new(
        frame: &Value,
        (connection, asked, at): (u64, Option<u64>, u64),
        channel: &impl Fn(&Value) -> usize,
    ) -> Self {
        let is_message = frame["type"] == "channelMessage";
        let (texts, states) = (Vec::new(), Vec::new());
        let mut taken = Self { connection, asked, at, is_message, texts, states };
        taken.walk(frame, channel);
        taken
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
        let whole = |value: &Value| value.as_u64().unwrap_or_default();
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let reactions = list(&message["Reactions"]).into_iter().map(|reaction| {
            let users = list(&reaction["Users"]);
            let users = users.iter().map(|user| text(user).to_owned()).collect();
            (text(&reaction["Emoji"]).to_owned(), users)
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
