//! The way to a channel or a person.

use super::*;

#[test]
fn people_are_found_and_a_private_channel_begins() {
    let mut chat = chat();
    let both = |text: &str| [Ask::Find(text.into()), Ask::FindChannels(text.into())];
    assert_eq!(ctrl(&mut chat, 'k'), both(""));
    write(&mut chat, "b");
    let asks = key(&mut chat, KeyCode::Char('o'));
    assert_eq!(asks, both("bo"));
    let old = Users { total: 1, received: 1, users: vec![user(9, "Bea")] };
    chat.answer(Answer::Found("b".into(), Ok(old)));
    assert!(!screen(&chat).contains("Bea"), "an answer to another question");
    chat.answer(Answer::Found(
        "bo".into(),
        Ok(Users { total: 1, received: 1, users: vec![bob()] }),
    ));
    assert!(screen(&chat).contains("● Bob"), "{}", screen(&chat));
    let private = Channel::Direct(uuid(2));
    assert_eq!(key(&mut chat, KeyCode::Enter), [Ask::Join(private)]);
    assert!(screen(&chat).contains("Only the two of you can read"), "{}", screen(&chat));
    assert!(screen(&chat).contains("Message Bob"));
    ctrl(&mut chat, 'k');
    write(&mut chat, "zz");
    assert!(screen(&chat).contains("Nothing and nobody here is called “zz”."));
    key(&mut chat, KeyCode::Esc);
    assert_eq!(chat.open, private);
}
