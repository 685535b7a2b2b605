//! Commands that are written like messages.

use super::channels::enter;
use super::*;

#[test]
fn what_other_chats_know_as_commands_is_not_posted() {
    let mut chat = talk(1);
    assert_eq!(enter(&mut chat, "/shrug"), []);
    assert!(screen(&chat).contains("No command /shrug; see /help. To send it: //shrug"));
    assert_eq!(chat.room().text(), "/shrug", "it stays to be changed");
    assert_eq!(enter(&mut chat, "/quit smoking"), []);
    assert!(screen(&chat).contains("/quit stands alone."), "{}", screen(&chat));
    assert_eq!(enter(&mut chat, "//shrug"), [post(1, GENERAL, "/shrug")]);
    assert_eq!(enter(&mut chat, "/usr/bin"), [post(2, GENERAL, "/usr/bin")]);
    chat.unsent.clear();
    assert_eq!(enter(&mut chat, "/help"), []);
    assert!(screen(&chat).contains("┌ Help "));
    key(&mut chat, KeyCode::Esc);
    assert_eq!(enter(&mut chat, "/signout"), []);
    assert!(screen(&chat).contains("Sign out?"));
    key(&mut chat, KeyCode::Esc);
    assert_eq!(enter(&mut chat, "/quit"), [Ask::Quit]);
}

#[test]
fn msg_sends_to_a_person_and_go_opens_a_channel() {
    let mut chat = talk(1);
    let private = Channel::Direct(uuid(2));
    let asks = enter(&mut chat, "/msg bob hello\nyou");
    assert_eq!(asks, [Ask::Join(private), post(1, private, "hello\nyou")]);
    assert_eq!((chat.open, chat.room().text().as_str()), (private, ""));
    assert_eq!(enter(&mut chat, "/go #general"), [Ask::Join(GENERAL)]);
    assert_eq!(enter(&mut chat, "/join @Bob"), [Ask::Join(private)]);
    assert_eq!(enter(&mut chat, "/msg bob"), []);
    assert!(screen(&chat).contains("Write the message behind the name"));
    chat.room_mut().write("");
    assert_eq!(enter(&mut chat, "/who"), [Ask::Find(String::new())]);
    assert!(screen(&chat).contains("┌ People ") && !screen(&chat).contains("# General  ┌"));
}

#[test]
fn a_person_who_is_not_known_here_is_looked_up() {
    let mut chat = talk(1);
    let text = "/msg Cleo Smith hi";
    assert_eq!(enter(&mut chat, text), [Ask::LookUp("Cleo".into(), text.into())]);
    let none = Users { total: 0, received: 0, users: Vec::new() };
    assert_eq!(chat.answer(Answer::LookedUp("Cleo".into(), text.into(), Ok(none))), []);
    assert!(screen(&chat).contains("There is no user “Cleo”."), "{}", screen(&chat));
    assert_eq!(chat.room().text(), text);
    let users = vec![user(4, "Cleo"), user(5, "Cleo Smith")];
    let found = Users { total: 2, received: 2, users };
    let asks = chat.answer(Answer::LookedUp("Cleo".into(), text.into(), Ok(found)));
    let private = Channel::Direct(uuid(5));
    assert_eq!(asks, [Ask::Join(private), post(1, private, "hi")]);
}
