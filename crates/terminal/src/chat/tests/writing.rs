//! Editing the message.

use super::*;

#[test]
fn ctrl_u_clears_the_line_and_ctrl_y_brings_it_back() {
    let mut chat = chat();
    write(&mut chat, "first wrong");
    ctrl(&mut chat, 'w');
    write(&mut chat, "line");
    ctrl(&mut chat, 'u');
    assert_eq!(chat.room().text(), "");
    ctrl(&mut chat, 'y');
    assert_eq!(chat.room().text(), "first line");
    ctrl(&mut chat, 'k');
    write(&mut chat, "Bob");
    ctrl(&mut chat, 'u');
    assert!(screen(&chat).contains("│ A name  "), "{}", screen(&chat));
}

#[test]
fn a_text_that_no_request_holds_stays_and_is_told() {
    let mut chat = chat();
    chat.input(Input::Paste("x".repeat(70_000)));
    assert_eq!(key(&mut chat, KeyCode::Enter), []);
    assert!(screen(&chat).contains("This text is too long for a message"), "{}", screen(&chat));
    assert_eq!(chat.room().text().len(), 70_000);
}

#[test]
fn sent_messages_come_back_and_go_again() {
    let mut chat = talk(1);
    for (seq, text) in [(2, "first"), (4, "second\nline")] {
        say(&mut chat, message(ada(), None, seq, text));
        say(&mut chat, message(bob(), None, seq + 1, "between"));
    }
    let steps = [
        (KeyCode::Up, "second\nline"),
        (KeyCode::Up, "first"),
        (KeyCode::Up, "first"),
        (KeyCode::Down, "second\nline"),
        (KeyCode::Down, ""),
        (KeyCode::Down, ""),
        (KeyCode::Up, "second\nline"),
    ];
    for (code, text) in steps {
        key(&mut chat, code);
        assert_eq!(chat.room().text(), text);
    }
    key(&mut chat, KeyCode::Char('!'));
    key(&mut chat, KeyCode::Up);
    assert_eq!(chat.room().text(), "second\nline!", "what was changed stays");
    assert_eq!(key(&mut chat, KeyCode::Enter), [post(1, GENERAL, "second\nline!")]);
}

#[test]
fn tab_completes_names_and_commands() {
    let mut chat = talk(1);
    let bo = Users { total: 2, received: 2, users: vec![user(6, "Bob the Builder"), bob()] };
    chat.answer(Answer::Found(String::new(), Ok(bo)));
    write(&mut chat, "bo");
    key(&mut chat, KeyCode::Tab);
    assert_eq!(chat.room().text(), "Bob: ", "who wrote last comes first");
    key(&mut chat, KeyCode::Tab);
    assert_eq!(chat.room().text(), "Bob the Builder: ");
    key(&mut chat, KeyCode::Tab);
    write(&mut chat, "ask @B");
    key(&mut chat, KeyCode::Tab);
    assert_eq!(chat.room().text(), "Bob: ask @Bob ");
    write(&mut chat, "zz");
    key(&mut chat, KeyCode::Tab);
    assert_eq!(chat.room().text(), "Bob: ask @Bob zz");
    chat.room_mut().write("/si");
    key(&mut chat, KeyCode::Tab);
    assert_eq!(chat.room().text(), "/signout ");
}

#[test]
fn a_long_message_shows_its_length() {
    let mut chat = chat();
    chat.input(Input::Paste("x".repeat(3_500)));
    assert!(!screen(&chat).contains("characters"));
    chat.input(Input::Paste("é".repeat(212)));
    assert!(screen(&chat).contains("3712 of 4000 characters"), "{}", screen(&chat));
    chat.message_length = 50_000;
    assert!(!screen(&chat).contains("characters"));
    chat.message_length = 3_000;
    assert!(screen(&chat).contains("3712 of 3000 characters"), "{}", screen(&chat));
}
