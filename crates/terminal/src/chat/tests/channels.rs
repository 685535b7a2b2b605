//! Groups and named channels.

use chinwag_client::protocol::ChannelUuid;
use chinwag_client::protocol::incoming::ChannelEdit;
use chinwag_client::protocol::outgoing::{
    By, ChannelView, Channels, Level, Member, Members, Outgoing, Posting, Prefs, Role,
};

use super::*;
use crate::chat::deeds::{Deed, Outcome};

pub fn details(number: u128, name: &str) -> outgoing::Channel {
    outgoing::Channel {
        uuid: ChannelUuid(Uuid::from_u128(number)),
        name: name.into(),
        topic: "".into(),
        private: false,
        posting: Posting::All,
        archived: false,
        created_at: noon(),
        users_total: 2,
        users: Vec::new(),
        member: true,
        owner: false,
    }
}

fn member(user: &User) -> Member {
    Member { uuid: user.uuid, username: user.username.clone(), ..Member::default() }
}

pub fn ops() -> Channel {
    Channel::Shared(details(50, "").uuid)
}

pub fn shared(details: outgoing::Channel, total: u64, unread: u64) -> InboxChannel {
    let channel = Recipient { recipient: Some(details.uuid.0) };
    InboxChannel { channel, total, unread, details: Some(details), ..listed(None, 0, 0) }
}

pub fn inbox(others: Vec<InboxChannel>) -> Event {
    let general = InboxChannel { details: Some(details(0, "General")), ..listed(None, 0, 0) };
    Event::Inbox(Inbox { channels: [general].into_iter().chain(others).collect() })
}

/// Ada in #Ops, in the private #Secret and in a group with Bob and Cleo.
pub fn member_chat() -> Chat {
    let mut chat = chat();
    let secret = outgoing::Channel { private: true, ..details(51, "Secret") };
    let users = [ada(), bob(), user(3, "Cleo")].iter().map(member).collect();
    let group = outgoing::Channel { private: true, users, ..details(52, "") };
    let others = vec![shared(details(50, "Ops"), 3, 1), shared(secret, 0, 0), shared(group, 0, 0)];
    chat.event(inbox(others));
    chat
}

pub fn news(sys: Sys) -> Event {
    let by = By { session: None, user: None, user_uuid: None };
    Event::News(Box::new(Outgoing { id: None, by, body: Body::Sys(sys) }))
}

pub fn in_ops(seq: u64, text: &str) -> Message {
    Message { recipient_uuid: Some(Uuid::from_u128(50)), ..message(bob(), None, seq, text) }
}

pub fn enter(chat: &mut Chat, text: &str) -> Vec<Ask> {
    chat.room_mut().write(text);
    key(chat, KeyCode::Enter)
}

#[test]
fn the_list_tells_channels_private_ones_and_groups_apart() {
    let mut chat = member_chat();
    let shown = screen(&chat);
    // The lock takes two cells.
    for row in ["# General", "# Ops               •", "🔒  Secret", "& Bob, Cleo"] {
        assert!(shown.contains(row), "{row}:\n{shown}");
    }
    chat.show(ops());
    let shown = screen(&chat);
    assert!(shown.contains("# Ops  2 members") && shown.contains("Message #Ops"), "{shown}");
    say(&mut chat, in_ops(4, "it burns"));
    assert!(screen(&chat).contains("it burns"));
}

#[test]
fn a_wide_letter_covers_no_frame_of_a_window() {
    let mut chat = chat();
    chat.event(inbox(vec![shared(details(50, &"漢".repeat(10)), 0, 0)]));
    chat.input(Input::Resize(120, 24));
    let beside = |chat: &Chat| {
        let buffer = cells(chat);
        [21, 22].map(|x| buffer[(x, 4)].symbol().to_owned())
    };
    assert_eq!(beside(&chat)[0], "漢");
    chat.help();
    assert_eq!(beside(&chat), [" ", "│"]);
}

#[test]
fn a_new_channel_appears_and_one_that_has_gone_closes() {
    let mut chat = member_chat();
    let asks = chat.event(news(Sys::Channel { channel: details(60, "New") }));
    assert_eq!(asks, [Ask::Inbox], "it tells what is unread there");
    assert!(screen(&chat).contains("# New"));
    let edited = outgoing::Channel { topic: "on fire".into(), ..details(60, "New") };
    assert_eq!(chat.event(news(Sys::Channel { channel: edited })), []);
    chat.show(Channel::Shared(details(60, "").uuid));
    assert!(screen(&chat).contains("# New  on fire"), "{}", screen(&chat));
    let gone = Recipient { recipient: Some(Uuid::from_u128(60)) };
    let asks = chat.event(news(Sys::ChannelGone { channel_gone: gone }));
    assert_eq!((asks, chat.open), (vec![Ask::Join(GENERAL)], GENERAL));
    assert!(
        screen(&chat).contains("You are no longer in #New.") && !screen(&chat).contains("# New")
    );
    // One from which she was removed while the connection was lost.
    chat.event(inbox(vec![shared(details(50, "Ops"), 3, 0)]));
    assert!(screen(&chat).contains("# Ops") && !screen(&chat).contains("Secret"));
    // A server of 0.1 lists none, and ends none.
    chat.event(Event::Inbox(Inbox { channels: vec![listed(None, 0, 0)] }));
    assert!(screen(&chat).contains("# Ops"));
}

#[test]
fn a_channel_calls_by_what_the_user_chose() {
    let mut chat = member_chat();
    chat.focused = false;
    say(&mut chat, in_ops(4, "nothing for anybody"));
    assert_eq!(chat.alert, None);
    say(&mut chat, in_ops(5, "ada, look"));
    assert_eq!(chat.alert.take().unwrap().from, "Bob in #Ops");
    chat.rang = None;
    let prefs = |chosen| {
        let channel = Recipient { recipient: Some(Uuid::from_u128(50)) };
        let body = Body::ChannelPrefs(Prefs { channel, chosen });
        let by = By { session: None, user: None, user_uuid: None };
        Event::News(Box::new(Outgoing { id: None, by, body }))
    };
    let none = Chosen { level: Some(Level::None), ..Chosen::default() };
    chat.event(prefs(none));
    say(&mut chat, in_ops(6, "ada, look"));
    assert_eq!(chat.alert, None);
    let all = Chosen { level: Some(Level::All), ..Chosen::default() };
    chat.event(prefs(all.clone()));
    say(&mut chat, in_ops(7, "for all"));
    assert!(chat.alert.take().is_some());
    chat.rang = None;
    let until = Some(noon() + SignedDuration::from_hours(1));
    chat.event(prefs(Chosen { muted_until: until, ..all }));
    say(&mut chat, in_ops(8, "ada, look"));
    assert_eq!(chat.alert, None);
}

#[test]
fn join_enters_a_channel_and_go_looks_at_it() {
    let mut chat = member_chat();
    let asks = enter(&mut chat, "/join #ops");
    assert_eq!(asks, [Ask::Join(ops()), Ask::History(ops(), Page::Last)]);
    let text = "/join #news";
    let asks = enter(&mut chat, text);
    assert_eq!(asks, [Ask::Do(Deed::Enter("#news".into()), text.into())]);
    let none = Err("There is no public channel “news”; /create #news makes it.".into());
    assert_eq!(chat.answer(Answer::Done(text.into(), none)), []);
    assert!(screen(&chat).contains("/create #news makes it."));
    assert_eq!(chat.room().text(), text, "it comes back to be changed");
    chat.room_mut().write("something else");
    chat.answer(Answer::Done(text.into(), Err("No.".into())));
    assert_eq!(chat.room().text(), "something else");
    let text = "/go #news";
    let asks = enter(&mut chat, text);
    assert_eq!(asks, [Ask::Do(Deed::Look("#news".into()), text.into())]);
    let looked = outgoing::Channel { member: false, ..details(61, "News") };
    let open = Outcome { open: Some(looked), ..Outcome::default() };
    let news = Channel::Shared(details(61, "").uuid);
    assert_eq!(chat.answer(Answer::Done(text.into(), Ok(open))), [Ask::Join(news)]);
    let said =
        Message { recipient_uuid: Some(Uuid::from_u128(61)), ..message(bob(), None, 9, "x") };
    let channel = Recipient { recipient: Some(Uuid::from_u128(61)) };
    let view =
        ChannelView { channel, messages: vec![said], users: Vec::new(), users_total: 1, rev: 0 };
    chat.answer(Answer::Joined(news, Ok(view)));
    assert!(screen(&chat).contains("Bob  12:09"), "{}", screen(&chat));
    assert!(screen(&chat).contains("you only look at it"), "{}", screen(&chat));
    assert_eq!(chat.mark_read(), []);
    assert_eq!(enter(&mut chat, "hello?"), []);
    assert!(screen(&chat).contains("You only look at #News; /join makes you a member."));
    assert_eq!(chat.room().text(), "hello?");
    let asks = enter(&mut chat, "/join");
    assert_eq!(asks, [Ask::Do(Deed::Enter("News".into()), "/join".into())]);
    chat.show(GENERAL);
    assert!(!screen(&chat).contains("# News"), "what was only looked at leaves the list");
}

#[test]
fn commands_change_the_channel_that_is_shown() {
    let mut chat = member_chat();
    for text in ["/leave", "/add Bob", "/rename #new", "/archive"] {
        assert_eq!(enter(&mut chat, text), [], "{text}");
        assert!(
            screen(&chat).contains("is for channels with a name: Ctrl+K goes to one"),
            "{text}"
        );
    }
    chat.show(ops());
    let uuid = details(50, "").uuid;
    let create = |name: Option<&str>, people: &str| {
        let name = name.map(str::to_owned);
        Deed::Create { name, private: true, people: people.into() }
    };
    for (text, deed) in [
        ("/add Bob, Cleo", Deed::Add(uuid, "Bob, Cleo".into(), None)),
        ("/owner Bob", Deed::Add(uuid, "Bob".into(), Some(true))),
        ("/unowner Bob", Deed::Add(uuid, "Bob".into(), Some(false))),
        ("/remove Bob", Deed::Remove(uuid, "Bob".into())),
        ("/leave", Deed::Leave(uuid)),
        ("/create #new --private @Bob", create(Some("new"), "@Bob")),
        ("/group @Bob @Cleo Smith", create(None, "@Bob @Cleo Smith")),
    ] {
        assert_eq!(enter(&mut chat, text), [Ask::Do(deed, text.into())]);
    }
    let told = Outcome { notice: Some("The topic is changed.".into()), ..Outcome::default() };
    chat.answer(Answer::Done("/topic on fire".into(), Ok(told)));
    assert!(screen(&chat).contains("The topic is changed.") && chat.room().text().is_empty());
    assert_eq!(enter(&mut chat, "/topic"), []);
    assert!(screen(&chat).contains("There is no topic; /topic TEXT sets one."));
}

#[test]
fn owners_edit_a_channel() {
    let mut chat = member_chat();
    chat.show(ops());
    let edit = || ChannelEdit { recipient: ops().id().to_string(), ..ChannelEdit::default() };
    for (text, edit) in [
        ("/topic on fire", ChannelEdit { topic: Some("on fire".into()), ..edit() }),
        ("/rename #on call", ChannelEdit { name: Some("on call".into()), ..edit() }),
        ("/posting owners", ChannelEdit { posting: Some(Posting::Owners), ..edit() }),
        ("/posting All", ChannelEdit { posting: Some(Posting::All), ..edit() }),
        ("/archive", ChannelEdit { archived: Some(true), ..edit() }),
        ("/unarchive", ChannelEdit { archived: Some(false), ..edit() }),
    ] {
        let asks = enter(&mut chat, text);
        let [Ask::Do(Deed::Edit(asked, _), written)] = &asks[..] else { panic!("{asks:?}") };
        assert_eq!((asked, &**written), (&edit, text));
    }
    for (text, advice) in [
        ("/posting nobody", "Write /posting all|owners: who may write, as an owner; in General"),
        ("/posting", "Write /posting all|owners"),
        ("/rename #", "Write /rename #NEW"),
        ("/group", "Write /group PEOPLE"),
        ("/archive now", "/archive stands alone."),
    ] {
        assert_eq!(enter(&mut chat, text), [], "{text}");
        assert!(screen(&chat).contains(advice), "{text}:\n{}", screen(&chat));
        assert_eq!(chat.room().text(), text, "it stays to be changed");
    }
}

#[test]
fn admins_say_who_writes_in_general() {
    let mut chat = member_chat();
    for (text, posting, told) in [
        ("/posting owners", Posting::Owners, "Only admins can write here now."),
        ("/posting all", Posting::All, "Everybody can write here now."),
    ] {
        let asks = enter(&mut chat, text);
        let [Ask::Do(Deed::Edit(edit, notice), _)] = &asks[..] else { panic!("{asks:?}") };
        assert_eq!((edit.posting, &**notice), (Some(posting), told));
        assert_eq!(edit.recipient, Channel::General.id().to_string());
        let channel = outgoing::Channel { posting, ..details(0, "General") };
        chat.event(news(Sys::Channel { channel }));
        let is_closed = screen(&chat).contains("Only admins write here");
        assert_eq!(is_closed, posting == Posting::Owners, "{}", screen(&chat));
    }
}

#[test]
fn where_one_can_not_write_the_chat_says_so() {
    let mut chat = member_chat();
    chat.show(ops());
    let mut told = |channel, placeholder| {
        chat.event(news(Sys::Channel { channel }));
        assert!(screen(&chat).contains(placeholder), "{placeholder}:\n{}", screen(&chat));
    };
    told(details(50, "Ops"), "Message #Ops");
    let closed = outgoing::Channel { posting: Posting::Owners, ..details(50, "Ops") };
    told(closed.clone(), "Only owners write here");
    told(outgoing::Channel { archived: true, ..details(50, "Ops") }, "This channel is archived");
    told(outgoing::Channel { owner: true, ..closed.clone() }, "Message #Ops");
    // News are the same for all members, and don't tell who owns it.
    told(closed, "Message #Ops");
}

#[test]
fn admins_can_write_where_only_owners_do() {
    let mut chat = member_chat();
    for (channel, number, name, closed, open) in [
        (Channel::General, 0, "General", "Only admins write here", "Message General"),
        (ops(), 50, "Ops", "Only owners write here", "Message #Ops"),
    ] {
        chat.show(channel);
        let closed_channel =
            outgoing::Channel { posting: Posting::Owners, ..details(number, name) };
        chat.event(news(Sys::Channel { channel: closed_channel }));
        for (role, placeholder) in [(Role::Member, closed), (Role::Admin, open)] {
            let users = vec![User { role, ..ada() }];
            chat.answer(Answer::Online(Ok(Users { total: 1, received: 1, users })));
            assert!(screen(&chat).contains(placeholder), "{placeholder}:\n{}", screen(&chat));
        }
    }
}

#[test]
fn the_members_of_a_channel_are_listed() {
    let mut chat = member_chat();
    chat.show(ops());
    assert_eq!(enter(&mut chat, "/members"), [Ask::Members(ops(), String::new())]);
    let users = vec![Member { owner: true, online: Some(true), ..member(&bob()) }];
    let channel = Recipient { recipient: Some(Uuid::from_u128(50)) };
    let members = Members { channel, total: 1, received: 1, users };
    chat.answer(Answer::Members(ops(), String::new(), Ok(members)));
    let shown = screen(&chat);
    assert!(shown.contains("Members of #Ops: 1") && shown.contains("● Bob  owner"), "{shown}");
    assert_eq!(key(&mut chat, KeyCode::Enter), [Ask::Join(Channel::Direct(uuid_of_bob()))]);
}

fn uuid_of_bob() -> UserUuid {
    bob().uuid
}

#[test]
fn the_finder_knows_channels_that_are_not_ones_own() {
    let mut chat = member_chat();
    let asks = ctrl(&mut chat, 'k');
    assert_eq!(asks, [Ask::Find(String::new()), Ask::FindChannels(String::new())]);
    write(&mut chat, "#n");
    let too_old = || refused(ErrorCode::UnknownType, "no");
    chat.answer(Answer::Found(String::new(), Err(too_old())));
    let asks = chat.answer(Answer::FoundChannels(Err(too_old())));
    assert_eq!(asks, [Ask::FindChannels("n".into())]);
    let news = outgoing::Channel { member: false, ..details(61, "News") };
    let found = Channels { total: 1, received: 1, channels: vec![news] };
    chat.answer(Answer::FoundChannels(Ok(found)));
    let shown = screen(&chat);
    assert!(shown.contains("# News  not a member") && !shown.contains("● Bob"), "{shown}");
    key(&mut chat, KeyCode::Down);
    assert_eq!(key(&mut chat, KeyCode::Enter), [Ask::Join(Channel::Shared(details(61, "").uuid))]);
    // A server of 0.1 knows no channels, which is nothing to complain of.
    chat.notice = None;
    chat.answer(Answer::FoundChannels(Err(too_old())));
    assert_eq!(chat.notice, None);
}

#[test]
fn names_of_channels_are_completed_and_addressed() {
    let mut chat = member_chat();
    write(&mut chat, "see #o");
    key(&mut chat, KeyCode::Tab);
    assert_eq!(chat.room().text(), "see #Ops ");
    let asks = enter(&mut chat, "/msg #ops it burns");
    assert_eq!(asks[1..], [Ask::History(ops(), Page::Last), post(1, ops(), "it burns")]);
    chat.show(GENERAL);
    assert_eq!(enter(&mut chat, "/msg #nowhere hi"), []);
    assert!(screen(&chat).contains("You are in no channel of this name"));
}

#[test]
fn who_types_in_a_channel_is_shown_there() {
    let mut chat = member_chat();
    chat.show(ops());
    let channel = Recipient { recipient: Some(Uuid::from_u128(50)) };
    let body = Body::ChannelTyping(Typing { channel, user: uuid(2) });
    let by = By { session: None, user: None, user_uuid: None };
    chat.event(Event::News(Box::new(Outgoing { id: None, by, body })));
    let bob = crate::chat::state::Person { name: "Bob".into(), online: true, marks: String::new() };
    chat.people.insert(uuid(2), bob);
    assert!(screen(&chat).contains("Bob is typing…"), "{}", screen(&chat));
}

#[test]
fn an_inbox_that_was_asked_for_ends_no_channel() {
    let mut chat = member_chat();
    let Event::Inbox(older) = inbox(Vec::new()) else { unreachable!("it is one") };
    chat.answer(Answer::Inbox(Ok(older.clone())));
    assert!(screen(&chat).contains("# Ops"));
    chat.event(Event::Inbox(older));
    assert!(!screen(&chat).contains("# Ops"));
}

#[test]
fn an_inbox_that_was_read_before_the_last_news_undoes_none_of_them() {
    let mut chat = member_chat();
    chat.event(news(Sys::Channel { channel: details(60, "New") }));
    let made = outgoing::Channel { owner: true, ..details(60, "New") };
    let before = inbox(vec![shared(made, 0, 0), shared(details(50, "Ops"), 3, 1)]);
    let Event::Inbox(before) = before else { unreachable!("it is one") };
    chat.event(news(Sys::Channel { channel: details(60, "Newer") }));
    say(&mut chat, in_ops(4, "it burns"));
    chat.event(Event::Inbox(before));
    let shown = screen(&chat);
    assert!(shown.contains("# Newer") && shown.contains("# Ops               •"), "{shown}");
    assert_eq!(chat.rooms[&ops()].unread(), 2);
    let newer = chat.rooms[&Channel::Shared(details(60, "").uuid)].details.as_ref().unwrap();
    assert!(newer.owner, "news don't tell it");
}

#[test]
fn an_inbox_that_was_read_before_a_channel_came_does_not_end_it() {
    let mut chat = member_chat();
    chat.event(news(Sys::Channel { channel: details(60, "New") }));
    let Event::Inbox(older) = inbox(Vec::new()) else { unreachable!("it is one") };
    chat.event(Event::Inbox(older.clone()));
    let shown = screen(&chat);
    assert!(shown.contains("# New") && !shown.contains("# Ops"), "{shown}");
    // While the connection was lost nothing is told.
    chat.event(Event::Link(Link::Connecting));
    chat.event(Event::Inbox(older));
    assert!(!screen(&chat).contains("# New"));
}

#[test]
fn a_private_message_that_can_not_be_read_stays_in_its_channel() {
    let mut chat = chat();
    say(&mut chat, message(bob(), Some(ada()), 1, "hello"));
    let nobody = User { uuid: UserUuid(Uuid::nil()), ..User::default() };
    let lost = Message { recipient_uuid: Some(bob().uuid.0), ..message(nobody, None, 2, "") };
    say(&mut chat, lost);
    assert_eq!((chat.rooms.len(), chat.rooms[&Channel::Direct(bob().uuid)].total), (2, 2));
}
