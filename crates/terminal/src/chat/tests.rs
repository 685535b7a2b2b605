//! The chat without a terminal: what is shown, and what is asked for.

use chinwag_client::protocol::outgoing::{
    Failure, History, Inbox, InboxChannel, Message, Outgoing, Recipient, Sys, Typing, User, Users,
};
use chinwag_client::protocol::{ErrorCode, MessageUuid, UserUuid, outgoing};
use chinwag_client::{Channel, Error, Event, Link, Page};
use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;
use std::time::Duration;
use uuid::Uuid;

use super::asks::{Answer, Ask};
use super::state::Chat;
use super::view;

const GENERAL: Channel = Channel::General;

fn uuid(number: u128) -> UserUuid {
    UserUuid(Uuid::from_u128(number))
}

fn user(number: u128, name: &str) -> User {
    User { uuid: uuid(number), username: name.into(), online: Some(true) }
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

/// The `seq`-th message of its channel, so many minutes after noon of the day before yesterday's eve.
fn message(sender: User, recipient: Option<User>, seq: u64, text: &str) -> Message {
    Message {
        uuid: MessageUuid(Uuid::from_u128(u128::from(seq))),
        sender_uuid: sender.uuid,
        sender,
        recipient_uuid: recipient.as_ref().map(|user| user.uuid),
        recipient,
        text: text.into(),
        created_at: noon() + SignedDuration::from_mins(i64::try_from(seq).unwrap()),
        seq,
        client_uuid: None,
    }
}

fn listed(recipient: Option<User>, total: u64, unread: u64) -> InboxChannel {
    let last_message =
        (total > 0).then(|| message(bob(), recipient.as_ref().map(|_| ada()), total, "last"));
    let channel = Recipient { recipient: recipient.as_ref().map(|user| user.uuid) };
    InboxChannel { channel, recipient, total, unread, last_message }
}

/// Ada, signed in and without any message anywhere, on a usual terminal.
fn chat() -> Chat {
    let mut chat = Chat::new(uuid(1), "Ada", "localhost:5000", Size::new(80, 24));
    chat.now = noon().to_zoned_datetime(TimeZone::UTC);
    chat.event(Event::Inbox(Inbox { channels: vec![listed(None, 0, 0)] }));
    chat
}

/// The same with so many messages of Bob in General.
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

/// The screen, line by line, without what stands right of the text.
fn shown(chat: &Chat) -> Vec<String> {
    let Size { width, height } = chat.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| view::draw(chat, frame)).unwrap();
    let buffer = terminal.backend().buffer();
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

fn refused(code: ErrorCode, error: &str) -> Error {
    Error::Refused(Failure { code, error: error.into(), payload: String::new() })
}

#[test]
fn the_whole_screen_of_a_talk() {
    let mut chat = chat();
    let inbox = vec![listed(None, 3, 0), listed(Some(bob()), 7, 2)];
    chat.event(Event::Inbox(Inbox { channels: inbox }));
    let page = History {
        channel: Recipient { recipient: None },
        total: 3,
        received: 3,
        messages: vec![
            message(ada(), None, 3, "Hello, Bob!"),
            message(
                bob(),
                None,
                2,
                "A line that is much too long for what is left of the window beside the list",
            ),
            message(bob(), None, 1, "Good morning"),
        ],
    };
    chat.answer(Answer::History(GENERAL, Ok(page)));
    write(&mut chat, "How are you?");
    let expected = " Ada                   │ # General  2 online
 localhost:5000        │
                       │
 # General             │
 ● Bob               2 │
                       │
                       │
                       │
                       │
                       │
                       │ This is where everybody talks. Whatever is said here,
                       │ everybody can read. Say hello!
                       │ ── Today ──────────────────────────────────────────────
                       │ Bob  12:01
                       │   Good morning
                       │   A line that is much too long for what is left of the
                       │   window beside the list
                       │
                       │ Ada (you)  12:03
                       │   Hello, Bob!
                       │
                       │ ───────────────────────────────────────────────────────
                       │ › How are you?
 ? keys · Ctrl+K go to · Alt+↑↓ channel · Alt+Enter new line · Ctrl+Q quit";
    assert_eq!(screen(&chat), expected, "\n{}", screen(&chat));
}

#[test]
fn a_channel_is_fetched_shown_and_read_when_it_is_opened() {
    let mut chat = chat();
    let inbox = vec![listed(None, 0, 0), listed(Some(bob()), 7, 2)];
    chat.event(Event::Inbox(Inbox { channels: inbox }));
    let private = Channel::With(uuid(2));
    let asks = with(&mut chat, KeyModifiers::ALT, KeyCode::Down);
    assert_eq!(asks, [Ask::Join(private), Ask::History(private, Page::Last)]);
    assert_eq!(chat.mark_read(), None, "nothing of it was seen yet");
    let messages = (1..=7).rev().map(|seq| message(bob(), Some(ada()), seq, "psst")).collect();
    let channel = Recipient { recipient: Some(uuid(2)) };
    let page = History { channel, total: 7, received: 7, messages };
    chat.answer(Answer::History(private, Ok(page)));
    assert!(screen(&chat).contains("── New ──"), "{}", screen(&chat));
    assert_eq!(chat.mark_read(), Some(Ask::Read(private, 7)));
    assert_eq!(chat.mark_read(), None);
    assert_eq!(chat.rooms[&private].unread(), 0);
}

#[test]
fn what_comes_unseen_is_counted_until_somebody_looks() {
    let mut chat = talk(1);
    chat.mark_read();
    chat.input(Input::FocusLost);
    say(&mut chat, message(bob(), None, 2, "are you there?"));
    assert_eq!(chat.mark_read(), None);
    assert!(screen(&chat).contains("── New ──"));
    assert_eq!(chat.rooms[&GENERAL].unread(), 1);
    chat.input(Input::FocusGained);
    assert_eq!(chat.mark_read(), Some(Ask::Read(GENERAL, 2)));
    say(&mut chat, message(bob(), Some(ada()), 1, "and here?"));
    assert_eq!(chat.rooms[&Channel::With(uuid(2))].unread(), 1);
    assert!(shown(&chat).iter().any(|row| row.contains("● Bob") && row.contains("1 │")));
}

#[test]
fn a_message_is_shown_while_it_is_sent_and_stands_in_its_place_afterwards() {
    let mut chat = talk(1);
    write(&mut chat, "Hello");
    assert_eq!(key(&mut chat, KeyCode::Enter), [Ask::Post(1, GENERAL, "Hello".into())]);
    assert!(screen(&chat).contains("sending…") && screen(&chat).contains("  Hello"));
    assert!(chat.room().draft.is_empty());
    let stored = message(ada(), None, 2, "Hello");
    say(&mut chat, stored.clone());
    chat.answer(Answer::Sent(1, Ok(stored)));
    assert!(!screen(&chat).contains("sending…"));
    assert_eq!(screen(&chat).matches("  Hello").count(), 1);
}

#[test]
fn a_refused_message_stays_says_why_and_can_be_sent_again_or_changed() {
    let mut chat = talk(1);
    write(&mut chat, "Hello");
    key(&mut chat, KeyCode::Enter);
    let error = || refused(ErrorCode::MessageRefused, "A message has 3 characters at the most.");
    chat.answer(Answer::Sent(1, Err(error())));
    assert!(screen(&chat).contains("✗ Not sent: A message has 3 characters"), "{}", screen(&chat));
    assert!(screen(&chat).contains("Ctrl+R send again"));
    assert_eq!(ctrl(&mut chat, 'r'), [Ask::Post(2, GENERAL, "Hello".into())]);
    assert!(screen(&chat).contains("sending…"));
    chat.answer(Answer::Sent(2, Err(error())));
    ctrl(&mut chat, 'x');
    assert_eq!(chat.room().text(), "Hello");
    assert!(!screen(&chat).contains("Not sent"));
}

#[test]
fn several_lines_emoji_and_wide_characters_are_sent_as_they_were_pasted() {
    let mut chat = chat();
    let text = "漢字 👩‍👩‍👧‍👦\n  indented\n\nend";
    chat.input(Input::Paste(text.replace('\n', "\r\n") + "\u{1b}\u{7}"));
    let rows = shown(&chat);
    assert!(rows.iter().any(|row| row.contains("indented")), "{rows:#?}");
    let asks = key(&mut chat, KeyCode::Enter);
    assert_eq!(asks, [Ask::Post(1, GENERAL, text.into())]);
    write(&mut chat, "a");
    with(&mut chat, KeyModifiers::ALT, KeyCode::Enter);
    write(&mut chat, "b");
    ctrl(&mut chat, 'j');
    assert_eq!(chat.room().text(), "a\nb\n");
}

#[test]
fn nothing_that_others_write_reaches_the_terminal_as_a_command() {
    let mut chat = chat();
    let hostile = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}txt\u{9b}31m\r\u{8}";
    say(&mut chat, message(user(3, hostile), None, 1, hostile));
    chat.event(Event::News(Box::new(Outgoing::Sys {
        session: None,
        user_uuid: None,
        user: None,
        sys: Sys::SignIn { sign_in: outgoing::Person { uuid: uuid(3), username: hostile.into() } },
    })));
    say(&mut chat, message(user(3, hostile), Some(ada()), 1, hostile));
    let screen = screen(&chat);
    assert!(screen.contains("owned"));
    let harmless = |character: char| character == '\n' || !character.is_control();
    assert!(screen.chars().all(harmless) && !screen.contains('\u{202e}'), "{screen:?}");
}

#[test]
fn it_draws_at_every_size() {
    let mut chat = talk(30);
    chat.input(Input::Paste("one\ntwo\nthree\nfour\n漢字 👩‍👩‍👧‍👦".into()));
    chat.link = Link::Connecting;
    chat.notice = Some("a notice".into());
    for (width, height) in (1..=100).flat_map(|width| (1..=30).map(move |height| (width, height))) {
        chat.input(Input::Resize(width, height));
        screen(&chat);
    }
    for (width, height) in [(1, 1), (7, 3), (20, 5), (80, 24), (300, 100)] {
        for open in [KeyCode::F(1), KeyCode::Char('k')] {
            with(&mut chat, KeyModifiers::CONTROL, open);
            chat.input(Input::Resize(width, height));
            screen(&chat);
            key(&mut chat, KeyCode::Esc);
        }
    }
}

#[test]
fn a_small_window_shows_the_talk_and_what_waits_elsewhere() {
    let mut chat = talk(1);
    say(&mut chat, message(bob(), Some(ada()), 1, "psst"));
    chat.mark_read();
    chat.input(Input::Resize(32, 9));
    let rows = shown(&chat);
    assert!(rows[0].starts_with(" (1) # General"), "{rows:#?}");
    assert!(rows.iter().any(|row| row == "   message 1"), "{rows:#?}");
    assert!(rows[7].starts_with(" › ") && rows[8].contains("? keys"), "{rows:#?}");
}

#[test]
fn looking_back_fetches_older_messages_and_new_ones_move_nothing() {
    let mut chat = chat();
    chat.event(Event::Inbox(Inbox { channels: vec![listed(None, 200, 0)] }));
    let page = |seqs: std::ops::Range<u64>| History {
        channel: Recipient { recipient: None },
        total: 200,
        received: 100,
        messages: seqs
            .rev()
            .map(|seq| message(bob(), None, seq, &format!("message {seq}")))
            .collect(),
    };
    chat.answer(Answer::History(GENERAL, Ok(page(101..201))));
    assert!(screen(&chat).contains("message 200"));
    let asked = (0..20).find_map(|_| key(&mut chat, KeyCode::PageUp).pop());
    assert_eq!(asked, Some(Ask::History(GENERAL, Page::Before(101))));
    assert_eq!(key(&mut chat, KeyCode::PageUp), [], "it was asked for already");
    let before = pane(&chat);
    assert!(before.iter().any(|row| row.contains("message 101")), "{before:#?}");
    say(&mut chat, message(bob(), None, 201, "new"));
    assert_eq!(pane(&chat), before);
    chat.answer(Answer::History(GENERAL, Ok(page(1..101))));
    assert_eq!(pane(&chat)[4..], before[4..]);
    for _ in 0..20 {
        assert_eq!(key(&mut chat, KeyCode::PageUp), []);
    }
    assert!(screen(&chat).contains("This is where everybody talks."));
    assert_eq!(chat.mark_read(), None);
    key(&mut chat, KeyCode::Esc);
    assert!(screen(&chat).contains("  new"));
    assert_eq!(chat.mark_read(), Some(Ask::Read(GENERAL, 201)));
}

#[test]
fn a_break_is_told_calmly_and_what_was_missed_is_not_counted_twice() {
    let mut chat = talk(3);
    chat.mark_read();
    let until = tokio::time::Instant::from_std(chat.instant + Duration::from_millis(2_500));
    chat.event(Event::Link(Link::Waiting { until, why: Error::Disconnected }));
    assert!(shown(&chat)[0].ends_with("offline, next try in 3 s"), "{}", shown(&chat)[0]);
    assert_eq!(ctrl(&mut chat, 't'), [Ask::Wake]);
    chat.event(Event::Link(Link::Live));
    assert!(!shown(&chat)[0].contains("offline"));
    let inbox = Inbox { channels: vec![listed(None, 3, 0), listed(Some(bob()), 2, 2)] };
    chat.event(Event::Inbox(inbox));
    for seq in 1..=2 {
        say(&mut chat, message(bob(), Some(ada()), seq, "missed"));
    }
    assert_eq!(chat.rooms[&Channel::With(uuid(2))].unread(), 2);
    assert_eq!(chat.open, GENERAL);
}

#[test]
fn people_are_found_and_a_private_channel_begins() {
    let mut chat = chat();
    assert_eq!(ctrl(&mut chat, 'k'), [Ask::Find(String::new())]);
    write(&mut chat, "b");
    let asks = key(&mut chat, KeyCode::Char('o'));
    assert_eq!(asks, [Ask::Find("bo".into())]);
    let old = Users { total: 1, received: 1, users: vec![user(9, "Bea")] };
    chat.answer(Answer::Found("b".into(), Ok(old)));
    assert!(!screen(&chat).contains("Bea"), "an answer to another question");
    chat.answer(Answer::Found(
        "bo".into(),
        Ok(Users { total: 1, received: 1, users: vec![bob()] }),
    ));
    assert!(screen(&chat).contains("● Bob"), "{}", screen(&chat));
    let private = Channel::With(uuid(2));
    assert_eq!(key(&mut chat, KeyCode::Enter), [Ask::Join(private)]);
    assert!(screen(&chat).contains("Only the two of you can read"), "{}", screen(&chat));
    assert!(screen(&chat).contains("Message Bob"));
    ctrl(&mut chat, 'k');
    write(&mut chat, "zz");
    assert!(screen(&chat).contains("Nobody here is called “zz”."));
    key(&mut chat, KeyCode::Esc);
    assert_eq!(chat.open, private);
}

#[test]
fn typing_is_told_now_and_then_and_shown_for_a_while() {
    let mut chat = chat();
    assert_eq!(key(&mut chat, KeyCode::Char('a')), [Ask::Typing(GENERAL)]);
    assert_eq!(key(&mut chat, KeyCode::Char('b')), []);
    chat.instant += Duration::from_secs(3);
    assert_eq!(key(&mut chat, KeyCode::Char('c')), [Ask::Typing(GENERAL)]);
    say(&mut chat, message(bob(), None, 1, "hm"));
    chat.event(Event::News(Box::new(Outgoing::ChannelTyping {
        user_uuid: uuid(2),
        channel_typing: Typing { channel: Recipient { recipient: None }, user: uuid(2) },
    })));
    assert!(screen(&chat).contains("Bob is typing…"));
    chat.instant += Duration::from_secs(6);
    assert!(!screen(&chat).contains("typing…"));
}

#[test]
fn a_draft_stays_with_its_channel_and_is_not_lost_by_quitting_at_once() {
    let mut chat = talk(1);
    say(&mut chat, message(bob(), Some(ada()), 1, "psst"));
    chat.mark_read();
    write(&mut chat, "half a th");
    with(&mut chat, KeyModifiers::ALT, KeyCode::Char('u'));
    assert_eq!(chat.open, Channel::With(uuid(2)));
    assert!(chat.room().draft.is_empty());
    assert!(shown(&chat).iter().any(|row| row.contains("# General") && row.contains('✎')));
    ctrl(&mut chat, 'p');
    assert_eq!(chat.room().text(), "half a th");
    assert_eq!(ctrl(&mut chat, 'c'), []);
    assert!(screen(&chat).contains("Press the same again to quit"));
    assert_eq!(ctrl(&mut chat, 'c'), [Ask::Quit]);
    chat.rooms.get_mut(&GENERAL).unwrap().write("");
    key(&mut chat, KeyCode::Esc);
    assert_eq!(ctrl(&mut chat, 'q'), [Ask::Quit]);
}

#[test]
fn the_keys_are_shown_and_a_question_mark_can_be_written() {
    let mut chat = chat();
    key(&mut chat, KeyCode::Char('?'));
    assert!(screen(&chat).contains("┌ Keys ") && screen(&chat).contains("sign out"));
    key(&mut chat, KeyCode::Char('?'));
    assert_eq!(chat.room().text(), "?");
    key(&mut chat, KeyCode::Char('?'));
    assert_eq!(chat.room().text(), "??");
    key(&mut chat, KeyCode::F(1));
    assert!(screen(&chat).contains("┌ Keys "));
}
