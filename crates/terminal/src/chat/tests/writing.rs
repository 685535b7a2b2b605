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
    assert!(screen(&chat).contains("A name, or General"), "{}", screen(&chat));
}

#[test]
fn a_text_that_no_request_holds_stays_and_is_told() {
    let mut chat = chat();
    chat.input(Input::Paste("x".repeat(70_000)));
    assert_eq!(key(&mut chat, KeyCode::Enter), []);
    assert!(screen(&chat).contains("This text is too long for a message"), "{}", screen(&chat));
    assert_eq!(chat.room().text().len(), 70_000);
}
