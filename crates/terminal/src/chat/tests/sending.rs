//! What is written: sent, refused, pasted, and told while it is typed.

use super::*;

#[test]
fn a_message_is_shown_while_it_is_sent_and_stands_in_its_place_afterwards() {
    let mut chat = talk(1);
    write(&mut chat, "Hello");
    assert_eq!(key(&mut chat, KeyCode::Enter), [post(1, GENERAL, "Hello")]);
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
    assert_eq!(ctrl(&mut chat, 'r'), [post(2, GENERAL, "Hello")]);
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
    assert_eq!(asks, [post(1, GENERAL, text)]);
    write(&mut chat, "a");
    with(&mut chat, KeyModifiers::ALT, KeyCode::Enter);
    write(&mut chat, "b");
    ctrl(&mut chat, 'j');
    assert_eq!(chat.room().text(), "a\nb\n");
}

#[test]
fn typing_is_told_now_and_then_and_shown_for_a_while() {
    let mut chat = chat();
    assert_eq!(key(&mut chat, KeyCode::Char('a')), [Ask::Typing(GENERAL)]);
    assert_eq!(key(&mut chat, KeyCode::Char('b')), []);
    chat.instant += Duration::from_secs(3);
    assert_eq!(key(&mut chat, KeyCode::Char('c')), [Ask::Typing(GENERAL)]);
    say(&mut chat, message(bob(), None, 1, "hm"));
    let typing = Typing { channel: Recipient { recipient: None }, user: uuid(2) };
    chat.event(Event::News(Box::new(Body::ChannelTyping(typing).into())));
    assert!(screen(&chat).contains("Bob is typing…"));
    chat.instant += Duration::from_secs(6);
    assert!(!screen(&chat).contains("typing…"));
}

#[test]
fn a_long_refused_message_leaves_room_for_others() {
    let mut chat = talk(1);
    chat.input(Input::Paste("x\n".repeat(100) + "x"));
    key(&mut chat, KeyCode::Enter);
    chat.answer(Answer::Sent(1, Err(refused(ErrorCode::MessageRefused, "It is too long."))));
    assert!(screen(&chat).contains("message 1"), "{}", screen(&chat));
    assert!(screen(&chat).contains("… and 95 more lines"), "{}", screen(&chat));
    assert!(screen(&chat).contains("Ada (you)  not sent"), "{}", screen(&chat));
}
