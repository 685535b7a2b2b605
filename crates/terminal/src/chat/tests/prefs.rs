//! What the user chooses for a channel, and the sections of the list.

use chinwag_client::protocol::incoming::{NotifyChange, PrefsChange};
use chinwag_client::protocol::outgoing::{By, Content, Level, Notify, Outgoing, Prefs, QuietHours};

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
        ("/pause yesterday", "Write /pause [UNTIL|off]"),
        ("/quiet at night", "Write /quiet [HOURS|off]: hours without notifications, as"),
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

fn notify(quiet: Vec<QuietHours>, paused_until: Option<Timestamp>) -> Notify {
    Notify { content: Content::Full, quiet, zone: Some("Europe/Berlin".into()), paused_until }
}

/// The server has carried out a command about all notifications.
fn chosen(chat: &mut Chat, notify: Notify) -> String {
    let outcome = Outcome { notify: Some(notify), ..Outcome::default() };
    chat.answer(Answer::Done(String::new(), Ok(outcome)));
    chat.notice.take().unwrap()
}

#[test]
fn a_pause_and_quiet_hours_are_set_told_and_obeyed() {
    let mut chat = chat();
    let night =
        || vec![QuietHours { days: "12345".into(), from: "22:00".into(), to: "07:00".into() }];
    let zone = || Some("Asia/Tokyo".to_owned());
    for (text, change) in [
        ("/pause 1h", NotifyChange { paused_until: Some("2026-01-02T13:00:00Z".into()), ..no() }),
        ("/pause", NotifyChange { paused_until: Some("9999-01-01T00:00:00Z".into()), ..no() }),
        ("/pause off", NotifyChange { paused_until: Some(String::new()), ..no() }),
        ("/quiet", no()),
        (
            "/quiet 22-7 mon-fri Asia/Tokyo",
            NotifyChange { quiet: Some(night()), zone: zone(), ..no() },
        ),
        ("/quiet off", NotifyChange { quiet: Some(Vec::new()), ..no() }),
    ] {
        assert_eq!(enter(&mut chat, text), [Ask::Do(Deed::Notify(change), text.into())]);
    }
    // The zone that was set once stays, and else it is that of the terminal.
    let zone_of = |chat: &mut Chat| match &enter(chat, "/quiet 22-7")[..] {
        [Ask::Do(Deed::Notify(change), _)] => change.zone.clone(),
        asks => panic!("{asks:?}"),
    };
    assert_eq!(zone_of(&mut chat).as_deref(), Some("UTC"));
    let told = chosen(&mut chat, notify(night(), None));
    assert_eq!(told, "Quiet hours are 22:00-07:00 Mon-Fri, in Europe/Berlin.");
    assert_eq!(zone_of(&mut chat), None);
    let calls = |chat: &mut Chat, seq| {
        chat.rang = None;
        say(chat, message(bob(), Some(ada()), seq, "psst"));
        chat.alert.take()
    };
    assert!(calls(&mut chat, 1).is_some(), "it is noon");
    assert!(!screen(&chat).starts_with(" Ada 🔕"));
    chat.now =
        "2026-01-02T22:30:00Z".parse::<Timestamp>().unwrap().to_zoned_datetime(TimeZone::UTC);
    assert_eq!(calls(&mut chat, 2), None, "it is half past eleven in Berlin");
    assert!(screen(&chat).starts_with(" Ada 🔕"), "{}", screen(&chat));
    assert_eq!(chat.title(), "(2) General · Chinwag", "they are counted all the same");
    let until = chat.now.timestamp() + SignedDuration::from_mins(30);
    let told = chosen(&mut chat, notify(Vec::new(), Some(until)));
    let none = "There are no quiet hours: /quiet 22:00-07:00 sets some.";
    assert_eq!(told, format!("Nothing notifies you until 23:00. {none}"));
    assert_eq!(calls(&mut chat, 3), None);
    let ever = "9999-01-01T00:00:00Z".parse().unwrap();
    let told = chosen(&mut chat, notify(Vec::new(), Some(ever)));
    assert_eq!(told, format!("Nothing notifies you until /pause off. {none}"));
    assert_eq!(chosen(&mut chat, notify(Vec::new(), None)), none);
    assert!(calls(&mut chat, 4).is_some());
}

fn no() -> NotifyChange {
    NotifyChange::default()
}

#[test]
fn what_notifies_is_read_with_the_inbox_and_may_hide_what_was_written() {
    let mut chat = chat();
    let newer = InboxChannel { rev: Some(0), ..listed(None, 0, 0) };
    let asks = chat.event(Event::Inbox(Inbox { channels: vec![newer] }));
    assert!(asks.contains(&Ask::Notify), "{asks:?}");
    let hidden = Notify { content: Content::Nothing, ..notify(Vec::new(), None) };
    chat.answer(Answer::Notify(Ok(hidden)));
    chat.focused = false;
    say(&mut chat, message(bob(), Some(ada()), 1, "psst"));
    let sent = super::Notify::Osc9.bytes(&chat.alert.take().unwrap());
    assert_eq!(sent, "\u{7}\u{1b}]9;Chinwag: a new message\u{1b}\\");
}
