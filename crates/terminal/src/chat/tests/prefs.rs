//! What the user chooses for a channel, and the sections of the list.

use chinwag_client::protocol::incoming::PrefsChange;
use chinwag_client::protocol::outgoing::{By, Level, Outgoing, Prefs};

use super::channels::{enter, in_ops, member_chat, ops};
use super::*;
use crate::chat::deeds::{Deed, Outcome};

/// The server tells what the user has chosen for a channel.
pub fn choose(chat: &mut Chat, channel: Channel, chosen: Chosen) {
    let recipient = (channel != GENERAL).then(|| channel.id().to_string().parse().unwrap());
    let body = Body::ChannelPrefs(Prefs { channel: Recipient { recipient }, chosen });
    let by = By { session: None, user: None, user_uuid: None };
    chat.event(Event::News(Box::new(Outgoing { id: None, by, body })));
}

/// The inbox has General, read and marked as unread from this message on.
fn marked(from: u64) -> InboxChannel {
    let prefs = Chosen { unread_from: Some(from), ..Chosen::default() };
    InboxChannel { prefs, ..listed(None, 100, 0) }
}

fn change() -> PrefsChange {
    PrefsChange { recipient: ops().id().to_string(), ..PrefsChange::default() }
}

/// The list without its frame.
fn list(chat: &Chat) -> Vec<String> {
    shown(chat).iter().map(|row| row.chars().take(23).collect::<String>().trim().into()).collect()
}

#[test]
fn commands_choose_for_the_channel_that_is_shown() {
    let mut chat = member_chat();
    chat.show(ops());
    say(&mut chat, in_ops(4, "it burns"));
    for (text, change) in [
        ("/level nothing", PrefsChange { level: Some(Level::None), ..change() }),
        ("/level Mentions", PrefsChange { level: Some(Level::Mentions), ..change() }),
        ("/mute", PrefsChange { muted_until: Some("9999-01-01T00:00:00Z".into()), ..change() }),
        ("/mute 90m", PrefsChange { muted_until: Some("2026-01-02T13:30:00Z".into()), ..change() }),
        ("/mute off", PrefsChange { muted_until: Some(String::new()), ..change() }),
        ("/pin", PrefsChange { pinned: Some(true), ..change() }),
        ("/pin off", PrefsChange { pinned: Some(false), ..change() }),
        ("/section At work", PrefsChange { section: Some("At work".into()), ..change() }),
        ("/section off", PrefsChange { section: Some(String::new()), ..change() }),
    ] {
        let asks = enter(&mut chat, text);
        let [Ask::Do(Deed::Prefs(asked, _), written)] = &asks[..] else { panic!("{asks:?}") };
        assert_eq!((asked, &**written), (&change, text));
    }
    for (text, advice) in [
        ("/level loud", "Write /level all|mentions|nothing"),
        ("/mute yesterday", "Write /mute [UNTIL|off]: no notifications: for"),
        ("/pin it", "Write /pin [off]"),
        ("/section", "Write /section SECTION|off"),
        ("/unread all", "Write /unread [COUNT]"),
    ] {
        assert_eq!(enter(&mut chat, text), [], "{text}");
        assert!(screen(&chat).contains(advice), "{text}:\n{}", screen(&chat));
    }
}

#[test]
fn the_list_has_the_sections_that_were_chosen() {
    let mut chat = member_chat();
    let group = chat.sorted().last().unwrap().channel;
    let secret = chat.sorted()[2].channel;
    choose(&mut chat, group, Chosen { pinned: true, ..Chosen::default() });
    choose(&mut chat, ops(), Chosen { section: "Work".into(), ..Chosen::default() });
    let rows = ["Pinned", "& Bob, Cleo", "Work", "# Ops               •", "Channels", "# General"];
    assert_eq!(list(&chat)[3..9], rows);
    choose(&mut chat, group, Chosen { level: Some(Level::None), ..Chosen::default() });
    assert!(!screen(&chat).contains("& Bob, Cleo"), "nothing is wanted of it: {}", screen(&chat));
    ctrl(&mut chat, 'k');
    assert!(screen(&chat).contains("& Bob, Cleo"), "the finder has it: {}", screen(&chat));
    key(&mut chat, KeyCode::Esc);
    let until = Some(noon() + SignedDuration::from_hours(1));
    choose(&mut chat, ops(), Chosen { muted_until: until, ..Chosen::default() });
    let ops_row = list(&chat).into_iter().find(|row| row.contains("# Ops")).unwrap();
    assert!(ops_row.ends_with("🔕  •") || ops_row.ends_with("🔕 •"), "{ops_row}");
    choose(&mut chat, secret, Chosen { muted_until: Some(noon()), ..Chosen::default() });
    let secret_row = list(&chat).into_iter().find(|row| row.contains("Secret")).unwrap();
    assert!(!secret_row.contains('🔕'), "that is over: {secret_row}");
}

#[test]
fn a_channel_that_was_marked_as_unread_is_read_on_the_next_visit() {
    let mut chat = talk(100);
    assert_eq!(chat.mark_read(), [Ask::Read(GENERAL, 100)]);
    let marks = |chat: &mut Chat, text: &str| {
        let asks = enter(chat, text);
        let [Ask::Do(Deed::Prefs(asked, _), _)] = &asks[..] else { panic!("{asks:?}") };
        asked.unread_from.unwrap()
    };
    assert_eq!(marks(&mut chat, "/unread"), 100);
    assert_eq!(marks(&mut chat, "/unread 1000"), 1);
    let from = marks(&mut chat, "/unread 3");
    assert_eq!(from, 98);
    let chosen = Chosen { unread_from: Some(from), ..Chosen::default() };
    let prefs = Some(Prefs { channel: Recipient { recipient: None }, chosen });
    chat.answer(Answer::Done(String::new(), Ok(Outcome { prefs, ..Outcome::default() })));
    assert!(screen(&chat).contains("# General           •"), "{}", screen(&chat));
    assert_eq!(chat.room().unread(), 3);
    assert_eq!(chat.mark_read(), [], "looking on doesn't read it");
    chat.show(Channel::Direct(uuid(2)));
    chat.mark_read();
    assert_eq!(chat.rooms[&GENERAL].unread(), 3);
    chat.show(GENERAL);
    assert_eq!(chat.room().new_from, Some(98));
    let asks = chat.mark_read();
    let end = [Ask::Unmark(GENERAL, 98)];
    assert_eq!(asks, end);
    assert_eq!((chat.room().unread(), chat.mark_read()), (3, Vec::new()), "until it is taken");
    assert_eq!(chat.answer(Answer::Again(end[0].clone())), end, "it was too fast");
    chat.event(Event::Inbox(Inbox { channels: vec![marked(98)] }));
    assert_eq!(chat.mark_read(), end, "the connection was lost before the answer");
    let prefs = Prefs { channel: Recipient { recipient: None }, chosen: Chosen::default() };
    chat.answer(Answer::Unmarked(Ok(prefs)));
    assert_eq!(chat.answer(Answer::Again(end[0].clone())), [], "it has ended");
    assert_eq!((chat.room().unread(), chat.mark_read()), (0, Vec::new()));
    // While older messages are in view, it is from the first of them on.
    key(&mut chat, KeyCode::PageUp);
    let from = marks(&mut chat, "/unread");
    let first = format!("message {from}");
    let rows = pane(&chat);
    assert!(rows.iter().take(5).any(|row| row.trim() == first), "{from}: {rows:#?}");
}
