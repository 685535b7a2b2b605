//! From events and replies to WebSocket frames: each is encoded once for all receivers.

mod changes;
mod channels;
mod links;
mod mentions;
mod notify;

use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use chinwag_protocol::{Body, ErrorCode, Outgoing, RequestId, outgoing};
use chinwag_store::{Address, File, Message, Role, User, UserStatus};

pub use changes::changed;
pub use channels::{channel, channel_for, chosen, level_of, member, members};
pub use links::link;
pub use mentions::{activity, not_members};
pub use notify::{notify, quiet_hours};

/// The first byte of an unfragmented frame, RFC 6455 section 5.2.
#[derive(Clone, Copy)]
#[repr(u8)]
pub enum Opcode {
    Text = 0x81,
    Close = 0x88,
    Ping = 0x89,
    Pong = 0x8a,
}

/// A text frame with the message as JSON.
pub fn text(message: &Outgoing) -> Bytes {
    let mut frames = BytesMut::new();
    write_text(&mut frames, message);
    frames.freeze()
}

/// Appends a text frame with the message as JSON.
pub fn write_text(frames: &mut BytesMut, message: &Outgoing) {
    write(frames, Opcode::Text, &message.to_json());
}

/// A control frame; its payload has 125 bytes at the most.
pub fn control(opcode: Opcode, payload: &[u8]) -> Bytes {
    let mut frame = BytesMut::new();
    write(&mut frame, opcode, payload);
    frame.freeze()
}

/// A close frame.
pub fn close(code: u16, reason: &str) -> Bytes {
    let mut payload = BytesMut::with_capacity(2 + reason.len());
    payload.put_u16(code);
    payload.put_slice(reason.as_bytes());
    control(Opcode::Close, &payload)
}

fn write(frames: &mut BytesMut, opcode: Opcode, payload: &[u8]) {
    frames.reserve(10 + payload.len());
    frames.put_u8(opcode as u8);
    let length = payload.len();
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ 0..=125), _) => frames.put_u8(short),
        (_, Ok(medium)) => {
            frames.put_u8(126);
            frames.put_u16(medium);
        }
        _ => {
            frames.put_u8(127);
            frames.put_u64(length as u64);
        }
    }
    frames.put_slice(payload);
}

/// An `error` frame's message.
pub fn error(id: Option<RequestId>, code: ErrorCode, error: String, payload: String) -> Outgoing {
    Outgoing::answer(id, Body::Error(outgoing::Failure { code, error, payload }))
}

/// How a channel is named in frames: as its user names it.
pub fn recipient(address: Address) -> outgoing::Recipient {
    outgoing::Recipient {
        recipient: match address {
            Address::General => None,
            Address::Direct(user) => Some(user.0),
            Address::Channel(channel) => Some(channel.0),
        },
    }
}

/// A message as it stands in the history, which says nothing of presence.
pub fn past_message(message: &Message) -> outgoing::Message {
    let past = outgoing::Message {
        uuid: message.uuid,
        sender_uuid: message.sender.uuid,
        sender: user(&message.sender, None),
        written_as: message.written_as.clone(),
        recipient_uuid: recipient(message.channel.address()).recipient,
        recipient: message.channel.recipient().map(|recipient| user(recipient, None)),
        text: message.text.clone(),
        cut: false,
        created_at: message.created_at,
        seq: message.seq,
        client_uuid: None,
        reply_to: message.reply_to.as_deref().map(|reply| Box::new(changes::reply_to(reply))),
        mentions: mentions::users(message),
        mention_all: message.mentions.as_ref().is_some_and(|mentions| mentions.all),
        not_members: Vec::new(),
        files: message.files.iter().map(file).collect(),
        rev: None,
        edited_at: None,
        // What can't be read is shown as if it were deleted.
        deleted_at: message.is_unreadable().then_some(message.created_at),
        pinned_at: None,
        reactions: Vec::new(),
        replies: 0,
    };
    match &message.state {
        Some(state) => changes::with_state(past, state),
        None => past,
    }
}

fn file(file: &File) -> outgoing::File {
    outgoing::File {
        uuid: file.uuid,
        name: Arc::clone(&file.name),
        kind: Arc::clone(&file.kind),
        size: file.size,
        width: file.width,
        height: file.height,
        preview: file.preview,
    }
}

/// A message of which the text's first characters are enough: `most` of them, and no more than `room`
/// bytes of JSON. Takes what it needs off the room.
pub fn preview(message: &Message, most: usize, room: &mut usize) -> outgoing::Message {
    let mut preview = past_message(message);
    let mut end = 0;
    for (at, char) in message.text.char_indices().take(most) {
        let length = length_in_json(char.encode_utf8(&mut [0; 4]));
        let Some(left) = room.checked_sub(length) else { break };
        *room = left;
        end = at + char.len_utf8();
    }
    if end < message.text.len() {
        preview.text = message.text[..end].into();
        preview.cut = true;
    }
    preview
}

/// How many bytes a text takes as a JSON string, without its quotes.
pub fn length_in_json(text: &str) -> usize {
    let escaped = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 2,
        0..0x20 => 6,
        _ => 1,
    };
    text.bytes().map(escaped).sum()
}

/// A message as it is sent out.
pub fn live_message(message: &Message, recipient_online: bool) -> outgoing::Message {
    let mut live = past_message(message);
    live.sender.online = Some(!message.is_unreadable());
    if let Some(recipient) = &mut live.recipient {
        recipient.online = Some(recipient_online);
    }
    live
}

/// A user with or without their presence.
pub fn user(user: &User, online: Option<bool>) -> outgoing::User {
    outgoing::User {
        uuid: user.uuid,
        username: user.name.clone(),
        online,
        bot: user.uuid.is_bot(),
        ..outgoing::User::default()
    }
}

/// A user in a list.
pub fn status(status: &UserStatus) -> outgoing::User {
    outgoing::User {
        role: role(status.standing.role),
        hook: status.standing.hook,
        deactivated: status.standing.deactivated,
        ..user(&status.user, Some(status.online))
    }
}

/// A user's role.
pub fn role(role: Role) -> outgoing::Role {
    match role {
        Role::Member => outgoing::Role::Member,
        Role::Admin => outgoing::Role::Admin,
    }
}

/// A user in a `sys` frame.
pub fn person(user: &User) -> outgoing::Person {
    outgoing::Person { uuid: user.uuid, username: user.name.clone() }
}

/// A `sys` frame's message that concerns nobody's session.
pub fn sys(sys: outgoing::Sys) -> Outgoing {
    Body::Sys(sys).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_short_as_they_can_be() {
        let header = |length: usize| {
            let mut frame = BytesMut::new();
            write(&mut frame, Opcode::Text, &vec![b'x'; length]);
            frame[..frame.len() - length].to_vec()
        };
        assert_eq!(header(125), [0x81, 125]);
        assert_eq!(header(126), [0x81, 126, 0, 126]);
        assert_eq!(header(65_535), [0x81, 126, 255, 255]);
        assert_eq!(header(65_536), [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    }

    #[test]
    fn the_length_in_json_is_that_of_the_text_that_is_written() {
        let text: String = (0..0x300).filter_map(char::from_u32).chain("🦊".chars()).collect();
        let written = serde_json::to_string(&text).unwrap();
        assert_eq!(length_in_json(&text), written.len() - 2);
    }

    #[test]
    fn a_close_frame_has_its_code_first() {
        assert_eq!(&close(1001, "bye")[..], [0x88, 5, 3, 233, b'b', b'y', b'e']);
    }
}
