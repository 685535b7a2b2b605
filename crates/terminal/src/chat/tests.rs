//! The chat without a terminal: its screen, and its requests.

use chinwag_client::protocol::incoming::NewMessage;
use chinwag_client::protocol::outgoing::{
    Chosen, Failure, History, Inbox, InboxChannel, Message, Recipient, Sys, Typing, User, Users,
};
use chinwag_client::protocol::{Body, ErrorCode, MessageUuid, UserUuid, outgoing};
use chinwag_client::{Channel, Error, Event, Link, Page};
use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Size;
use std::time::Duration;
use uuid::Uuid;

use super::alerts::Notify;
use super::asks::{Answer, Ask};
use super::help::KEYS;
use super::state::Chat;
use super::view;

mod alerts;
mod attention;
mod changes;
mod channels;
mod commands;
mod completing;
mod everybody;
mod files;
mod finding;
mod help;
mod hits;
mod leaving;
mod links;
mod list;
mod mouse;
mod moving;
mod prefs;
mod programs;
mod reading;
mod screen;
mod sending;
mod writing;

const GENERAL: Channel = Channel::General;

fn uuid(number: u128) -> UserUuid {
    UserUuid(Uuid::from_u128(number))
}

fn user(number: u128, name: &str) -> User {
    User { uuid: uuid(number), username: name.into(), online: Some(true), ..User::default() }
}

fn ada() -> User {
    user(1, "Ada")
}

fn bob() -> User {
    user(2, "Bob")
}

fn noon() -> Timestamp {
    "2026-01-02T12:00:00Z".parse().unwrap()
}

/// The `seq`-th message of its channel, `seq` minutes after noon.
fn message(sender: User, recipient: Option<User>, seq: u64, text: &str) -> Message {
    Message {
        uuid: MessageUuid(Uuid::from_u128(u128::from(seq))),
        sender_uuid: sender.uuid,
        sender,
        recipient_uuid: recipient.as_ref().map(|user| user.uuid.0),
        recipient,
        text: text.into(),
        created_at: noon() + SignedDuration::from_mins(i64::try_from(seq).unwrap()),
        seq,
        ..Message::default()
    }
}

fn listed(recipient: Option<User>, total: u64, unread: u64) -> InboxChannel {
    let last_message =
        (total > 0).then(|| message(bob(), recipient.as_ref().map(|_| ada()), total, "last"));
    let channel = Recipient { recipient: recipient.as_ref().map(|user| user.uuid.0) };
    InboxChannel { channel, recipient, total, unread, last_message, ..InboxChannel::default() }
}

/// Ada, signed in and without any message anywhere, on a usual terminal.
fn chat() -> Chat {
    let mut chat = Chat::new(uuid(1), "Ada", "localhost:5000", Size::new(80, 24));
    chat.now = noon().to_zoned_datetime(TimeZone::UTC);
    chat.event(Event::Inbox(Inbox { channels: vec![listed(None, 0, 0)] }));
    chat
}

/// The same with messages of Bob in General.
fn talk(count: u64) -> Chat {
    let mut chat = chat();
    for seq in 1..=count {
        say(&mut chat, message(bob(), None, seq, &format!("message {seq}")));
    }
    chat
}

fn say(chat: &mut Chat, message: Message) {
    chat.event(Event::Message(Box::new(message)));
}

fn key(chat: &mut Chat, code: KeyCode) -> Vec<Ask> {
    chat.input(Input::Key(KeyEvent::new(code, KeyModifiers::NONE)))
}

fn with(chat: &mut Chat, modifiers: KeyModifiers, code: KeyCode) -> Vec<Ask> {
    chat.input(Input::Key(KeyEvent::new(code, modifiers)))
}

fn ctrl(chat: &mut Chat, character: char) -> Vec<Ask> {
    with(chat, KeyModifiers::CONTROL, KeyCode::Char(character))
}

fn write(chat: &mut Chat, text: &str) {
    for character in text.chars() {
        key(chat, KeyCode::Char(character));
    }
}

/// The cells of the screen.
fn cells(chat: &Chat) -> Buffer {
    let Size { width, height } = chat.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| view::draw(chat, frame)).unwrap().buffer.clone()
}

/// The lines of the screen, without spaces at their ends.
fn shown(chat: &Chat) -> Vec<String> {
    let Size { width, height } = chat.size;
    let buffer = cells(chat);
    let row = |y| {
        let cells = (0..width).map(|x| buffer[(x, y)].symbol());
        cells.collect::<String>().trim_end().to_owned()
    };
    (0..height).map(row).collect()
}

/// The rows of the messages.
fn pane(chat: &Chat) -> Vec<String> {
    shown(chat)[1..20].iter().map(|row| row.chars().skip(24).collect()).collect()
}

/// The text of the whole screen.
fn screen(chat: &Chat) -> String {
    shown(chat).join("\n")
}

/// A message that is sent.
fn post(number: u64, channel: Channel, text: &str) -> Ask {
    let (recipient, message) = (channel.id().to_string(), text.into());
    Ask::Post(number, NewMessage { recipient, message, ..NewMessage::default() })
}

/// The same as an answer.
fn answer_to(seq: u64, number: u64, channel: Channel, text: &str) -> Ask {
    let Ask::Post(_, message) = post(number, channel, text) else { unreachable!("it is one") };
    Ask::Post(number, NewMessage { reply_to: Some(seq), ..message })
}

fn refused(code: ErrorCode, error: &str) -> Error {
    Error::Refused(Failure { code, error: error.into(), payload: String::new() })
}
