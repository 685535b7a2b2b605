//! Messages for unit tests.

use chinwag_protocol::{MessageUuid, UserUuid};
use chinwag_store::{Channel, Message, MessageState, User};
use jiff::Timestamp;

/// A message that has not changed.
pub fn message(channel: &Channel, seq: u64) -> Message {
    Message {
        uuid: MessageUuid::random(),
        channel: channel.clone(),
        seq,
        sender: User { uuid: UserUuid::random(), name: "ada".into() },
        written_as: None,
        text: format!("text {seq}").into(),
        created_at: Timestamp::UNIX_EPOCH,
        reply_to: None,
        mentions: None,
        files: Box::default(),
        state: None,
    }
}

/// A message of General that was changed, and its channel's `Rev` by that.
pub fn changed(seq: u64, rev: u64) -> Message {
    let state = MessageState { rev, ..MessageState::default() };
    Message { state: Some(Box::new(state)), ..message(&Channel::GENERAL, seq) }
}
