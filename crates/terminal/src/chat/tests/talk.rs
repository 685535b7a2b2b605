//! What is done, and what comes in.

use super::*;

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
