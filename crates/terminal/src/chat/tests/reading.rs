//! What is read: channels opened, messages that come, history, a lost connection.

use super::*;

#[test]
fn a_channel_is_fetched_shown_and_read_when_it_is_opened() {
    let mut chat = chat();
    let inbox = vec![listed(None, 0, 0), listed(Some(bob()), 7, 2)];
    chat.event(Event::Inbox(Inbox { channels: inbox }));
    let private = Channel::Direct(uuid(2));
    let asks = with(&mut chat, KeyModifiers::ALT, KeyCode::Down);
    assert_eq!(asks, [Ask::Join(private), Ask::History(private, Page::Last)]);
    assert_eq!(chat.mark_read(), [], "nothing of it was seen yet");
    let messages = (1..=7).rev().map(|seq| message(bob(), Some(ada()), seq, "psst")).collect();
    let channel = Recipient { recipient: Some(uuid(2).0) };
    let page = History { channel, total: 7, received: 7, rev: 0, messages };
    chat.answer(Answer::History(private, Page::Last, Ok(page)));
    assert!(screen(&chat).contains("── New ──"), "{}", screen(&chat));
    assert_eq!(chat.mark_read(), [Ask::Read(private, 7)]);
    assert_eq!(chat.mark_read(), []);
    assert_eq!(chat.rooms[&private].unread(), 0);
}

#[test]
fn what_comes_unseen_is_counted_until_somebody_looks() {
    let mut chat = talk(1);
    chat.mark_read();
    chat.input(Input::FocusLost);
    say(&mut chat, message(bob(), None, 2, "are you there?"));
    assert_eq!(chat.mark_read(), []);
    assert!(screen(&chat).contains("── New ──"));
    assert_eq!(chat.rooms[&GENERAL].unread(), 1);
    chat.input(Input::FocusGained);
    assert_eq!(chat.mark_read(), [Ask::Read(GENERAL, 2)]);
    say(&mut chat, message(bob(), Some(ada()), 1, "and here?"));
    assert_eq!(chat.rooms[&Channel::Direct(uuid(2))].unread(), 1);
    assert!(shown(&chat).iter().any(|row| row.contains("● Bob") && row.contains("1 │")));
}

#[test]
fn looking_back_fetches_older_messages_and_new_ones_move_nothing() {
    let mut chat = chat();
    chat.event(Event::Inbox(Inbox { channels: vec![listed(None, 200, 0)] }));
    let page = |seqs: std::ops::Range<u64>| History {
        channel: Recipient { recipient: None },
        rev: 0,
        total: 200,
        received: 100,
        messages: seqs
            .rev()
            .map(|seq| message(bob(), None, seq, &format!("message {seq}")))
            .collect(),
    };
    chat.answer(Answer::History(GENERAL, Page::Last, Ok(page(101..201))));
    assert!(screen(&chat).contains("message 200"));
    let asked = (0..20).find_map(|_| key(&mut chat, KeyCode::PageUp).pop());
    assert_eq!(asked, Some(Ask::History(GENERAL, Page::Before(101))));
    assert_eq!(key(&mut chat, KeyCode::PageUp), [], "it was asked for already");
    let before = pane(&chat);
    assert!(before.iter().any(|row| row.contains("message 101")), "{before:#?}");
    say(&mut chat, message(bob(), None, 201, "new"));
    assert_eq!(pane(&chat), before);
    chat.answer(Answer::History(GENERAL, Page::Before(101), Ok(page(1..101))));
    assert_eq!(pane(&chat)[4..], before[4..]);
    for _ in 0..20 {
        assert_eq!(key(&mut chat, KeyCode::PageUp), []);
    }
    assert!(screen(&chat).contains("This is where everybody talks."));
    assert_eq!(chat.mark_read(), []);
    key(&mut chat, KeyCode::Esc);
    assert!(screen(&chat).contains("  new"));
    assert_eq!(chat.mark_read(), [Ask::Read(GENERAL, 201)]);
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
    assert_eq!(chat.rooms[&Channel::Direct(uuid(2))].unread(), 2);
    assert_eq!(chat.open, GENERAL);
}

fn people(users: Vec<User>, total: u64) -> Answer {
    let received = u64::try_from(users.len()).unwrap();
    Answer::Online(Ok(Users { total, received, users }))
}

#[test]
fn everybody_who_is_online_is_counted_though_they_never_wrote() {
    let mut chat = chat();
    let inbox = Event::Inbox(Inbox { channels: vec![listed(None, 0, 0)] });
    assert!(chat.event(inbox.clone()).contains(&Ask::Online));
    let offline = User { online: Some(false), ..user(9, "Eve") };
    let others = (2..=5).map(|number| user(number, "Somebody"));
    let all: Vec<_> = [ada()].into_iter().chain(others).chain([offline.clone()]).collect();
    chat.answer(people(all, 6));
    assert!(shown(&chat)[0].contains("5 online"), "{}", shown(&chat)[0]);
    // After a lost connection, those who went meanwhile.
    assert!(chat.event(inbox).contains(&Ask::Online));
    chat.answer(people(vec![ada(), bob(), offline], 6));
    assert!(shown(&chat)[0].contains("2 online"), "{}", shown(&chat)[0]);
}

#[test]
fn the_servers_number_counts_where_it_names_nobody() {
    let mut chat = chat();
    let news = |sys| {
        let frame = Body::Sys(sys).into();
        Event::News(Box::new(frame))
    };
    let presence = outgoing::Presence { online: 1_200 };
    assert_eq!(chat.event(news(Sys::Presence { presence })), []);
    chat.answer(people((2..1_002).map(|number| user(number, "Somebody")).collect(), 5_000));
    assert!(shown(&chat)[0].contains("1200 online"), "{}", shown(&chat)[0]);
    let sign_out = outgoing::Person { uuid: uuid(2), username: "Bob".into() };
    assert_eq!(chat.event(news(Sys::SignOut { sign_out })), [Ask::Online]);
    chat.answer(people(vec![ada(), User { online: Some(false), ..bob() }], 5_000));
    assert!(shown(&chat)[0].contains("1 online"), "{}", shown(&chat)[0]);
}
