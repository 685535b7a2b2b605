//! `/search`: the messages that are found, and the way to them.

use std::collections::HashSet;

use std::sync::Arc;

use chinwag_client::protocol::outgoing::{
    Activity, ActivityItem, ActivityKind, ChannelView, Found,
};
use ratatui::style::Modifier;
use serde_json::Number;

use super::channels::{details, ops};
use super::*;

fn found(messages: Vec<Message>, before: &str) -> Found {
    Found { messages, before: before.into(), more: !before.is_empty(), ready: Number::from(1) }
}

fn search(chat: &mut Chat, words: &str) -> Vec<Ask> {
    chat.room_mut().write(&format!("/search {words}"));
    let asks = key(chat, KeyCode::Enter);
    assert_eq!(chat.room().text(), "");
    asks
}

fn answer(chat: &mut Chat, words: &str, before: &str, found: Found) -> Vec<Ask> {
    chat.answer(Answer::Searched(words.into(), before.into(), Ok(found)))
}

fn asked(words: &str, before: &str) -> [Ask; 1] {
    [Ask::Search(words.into(), before.into())]
}

/// A message of Bob in #Ops.
fn in_ops(seq: u64, text: &str) -> Message {
    let recipient_uuid = Some(details(50, "").uuid.0);
    Message { recipient_uuid, ..message(bob(), None, seq, text) }
}

#[test]
fn what_is_found_is_listed_page_by_page_and_leads_to_its_place() {
    let mut chat = talk(100);
    assert_eq!(search(&mut chat, "message from:Bob"), asked("message from:Bob", ""));
    let private = message(bob(), Some(ada()), 7, "a private\nmessage");
    let first = found(vec![private, message(bob(), None, 40, "message 40")], "older");
    assert_eq!(answer(&mut chat, "message from:Bob", "", first), []);
    let screen_now = screen(&chat);
    assert!(screen_now.contains("┌ Found: message from:Bob "), "{screen_now}");
    assert!(screen_now.contains(" 12:07 Bob · Bob: a private message"), "{screen_now}");
    assert!(screen_now.contains(" 12:40 General · Bob: message 40"), "{screen_now}");
    assert_eq!(key(&mut chat, KeyCode::Down), asked("message from:Bob", "older"));
    assert_eq!(key(&mut chat, KeyCode::Down), [], "it is asked for once");
    let second = found(vec![message(bob(), None, 3, "message 3")], "");
    assert_eq!(answer(&mut chat, "message from:Bob", "older", second), []);
    key(&mut chat, KeyCode::End);
    assert_eq!(key(&mut chat, KeyCode::Enter), []);
    assert!(!screen(&chat).contains("Found:"));
    assert!(pane(&chat).iter().any(|row| row.contains("message 3")), "{}", screen(&chat));
    // To a channel that was not open yet it is one page of history.
    let private = message(bob(), Some(ada()), 7, "a private message");
    let direct = Channel::Direct(uuid(2));
    chat.event(Event::Inbox(Inbox {
        channels: vec![listed(None, 100, 0), listed(Some(bob()), 9, 0)],
    }));
    search(&mut chat, "private");
    answer(&mut chat, "private", "", found(vec![private], ""));
    let asks = key(&mut chat, KeyCode::Enter);
    assert_eq!(asks, [Ask::Join(direct), Ask::History(direct, Page::Last)]);
    assert_eq!((chat.open, chat.going), (direct, Some(7)));
    let messages = (1..=9).rev().map(|seq| message(bob(), Some(ada()), seq, "private")).collect();
    let channel = Recipient { recipient: Some(uuid(2).0) };
    let page = History { channel, total: 9, received: 9, rev: 0, messages };
    chat.answer(Answer::History(direct, Page::Last, Ok(page)));
    assert_eq!(chat.going, None);
}

#[test]
fn a_channel_of_others_is_looked_up_and_looked_at() {
    let mut chat = chat();
    search(&mut chat, "news");
    let uuid = details(50, "").uuid;
    let look = Ask::Look(HashSet::from([uuid]));
    assert_eq!(answer(&mut chat, "news", "", found(vec![in_ops(1, "news")], "")), [look]);
    let of_others = outgoing::Channel { member: false, ..details(50, "Ops") };
    chat.answer(Answer::Looked(Ok(vec![of_others])));
    assert!(screen(&chat).contains(" 12:01 #Ops · Bob: news"), "{}", screen(&chat));
    assert_eq!(key(&mut chat, KeyCode::Enter), [Ask::Join(ops())]);
    let channel = Recipient { recipient: Some(uuid.0) };
    let messages = vec![in_ops(1, "news")];
    let view = ChannelView { channel, messages, ..ChannelView::default() };
    chat.answer(Answer::Joined(ops(), Ok(view)));
    assert_eq!((chat.going, chat.room().member), (None, false));
    assert!(screen(&chat).contains("  news"), "{}", screen(&chat));
}

#[test]
fn nothing_found_and_a_failure_are_said() {
    let mut chat = chat();
    search(&mut chat, "nothing");
    let ready = Number::from_f64(0.409).unwrap();
    answer(&mut chat, "nothing", "", Found { ready: ready.clone(), ..found(vec![], "") });
    let nothing = "Nothing is found for “nothing”. Only 40 % of all messages are searched yet.";
    assert_eq!(chat.notice.as_deref(), Some(nothing));
    search(&mut chat, "one");
    let one = vec![message(bob(), None, 1, "one")];
    answer(&mut chat, "one", "", Found { ready, ..found(one.clone(), "") });
    assert!(screen(&chat).contains(" Only 40 % of all messages are searched yet"));
    // Further hits of a search that is closed are none of this one.
    key(&mut chat, KeyCode::Esc);
    answer(&mut chat, "one", "older", found(one, ""));
    assert!(!screen(&chat).contains("Found:"));
    let error = Err(refused(ErrorCode::UnknownType, "What?"));
    chat.answer(Answer::Searched("one".into(), String::new(), error));
    assert_eq!(chat.notice.as_deref(), Some("This server is older than 0.2 and has no search."));
    chat.room_mut().write("/search");
    assert_eq!(key(&mut chat, KeyCode::Enter), []);
    assert!(chat.notice.unwrap().starts_with("Write /search WORDS: "));
}

/// The characters of the screen that are underlined.
fn underlined(chat: &Chat) -> String {
    let buffer = cells(chat);
    let marked = buffer.content.iter().filter(|cell| cell.modifier.contains(Modifier::UNDERLINED));
    marked.map(ratatui::buffer::Cell::symbol).collect()
}

#[test]
fn hits_have_their_day_and_their_words_are_marked_and_in_view() {
    let mut chat = talk(1);
    search(&mut chat, "fox");
    let day = |days: i64, text: &str| {
        let created_at = noon() - SignedDuration::from_hours(24 * days);
        Message { created_at, ..message(bob(), None, 1, text) }
    };
    let far = format!("{} the fox {}", "and ".repeat(40), "so on ".repeat(40));
    let hits = vec![day(0, "Foxes"), day(1, "a fox"), day(2, &far)];
    answer(&mut chat, "fox", "", found(hits, ""));
    let now = screen(&chat);
    assert!(now.contains(" 12:00 General · Bob: Foxes"), "{now}");
    assert!(now.contains(" 1 Jan 12:00 General · Bob: a fox"), "{now}");
    assert!(now.contains(" 31 Dec 2025 General · Bob: …and and the fox so on "), "{now}");
    assert_eq!(underlined(&chat), "Foxfoxfox");
    for width in 20..80 {
        chat.input(Input::Resize(width, 12));
        screen(&chat);
    }
}

#[test]
fn the_activity_is_listed_and_leads_to_its_messages() {
    let mut chat = talk(9);
    chat.changes = true;
    chat.room_mut().write("/activity");
    assert_eq!(key(&mut chat, KeyCode::Enter), [Ask::Activity(String::new())]);
    let item = |kind, seq, user: User, emoji: Option<&str>, text: &str| ActivityItem {
        kind,
        channel: Recipient { recipient: None },
        message: message(user.clone(), None, seq, text),
        user,
        emoji: emoji.map(Arc::from),
        at: noon(),
    };
    let items = vec![
        item(ActivityKind::Reaction, 9, bob(), Some("👍"), "It is fixed."),
        item(ActivityKind::Reply, 8, user(3, "Cl\u{1b}eo"), None, "Thanks!"),
    ];
    let first = Activity { items, before: "41".into(), more: true };
    assert_eq!(chat.answer(Answer::Activity(String::new(), Ok(first))), []);
    let now = screen(&chat);
    assert!(now.contains("┌ Activity "), "{now}");
    assert!(now.contains(" 12:00 General · Bob 👍"), "{now}");
    assert!(now.contains("Cl�eo answers you: Thanks!"), "{now}");
    assert_eq!(key(&mut chat, KeyCode::Down), [Ask::Activity("41".into())]);
    let items = vec![item(ActivityKind::Mention, 2, bob(), None, "@Ada?")];
    let second = Activity { items, before: "40".into(), more: false };
    assert_eq!(chat.answer(Answer::Activity("41".into(), Ok(second))), []);
    assert!(screen(&chat).contains("Bob mentions you: @Ada?"), "{}", screen(&chat));
    key(&mut chat, KeyCode::End);
    assert_eq!(key(&mut chat, KeyCode::Enter), []);
    assert!(pane(&chat).iter().any(|row| row.contains("message 2")), "{}", screen(&chat));
    let none = Activity { items: Vec::new(), before: String::new(), more: false };
    chat.answer(Answer::Activity(String::new(), Ok(none)));
    let nobody = "Nobody has mentioned or answered you, or reacted, yet.";
    assert_eq!(chat.notice.as_deref(), Some(nobody));
    let error = Err(refused(ErrorCode::UnknownType, "What?"));
    chat.answer(Answer::Activity(String::new(), error));
    let old = "This server is older than 0.2 and lists no activity.";
    assert_eq!(chat.notice.as_deref(), Some(old));
}
