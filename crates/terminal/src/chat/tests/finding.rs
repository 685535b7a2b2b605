//! The way to a channel or a person.

use super::*;

#[test]
fn people_are_found_and_a_private_channel_begins() {
    let mut chat = chat();
    ctrl(&mut chat, 'k');
    write(&mut chat, "bo");
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

/// How the server answers a look-up that finds nothing.
fn nothing(ask: &Ask) -> Answer {
    let none = Users { total: 0, received: 0, users: Vec::new() };
    match ask {
        Ask::Find(query) => Answer::Found(query.clone(), Ok(none)),
        _ => Answer::FoundChannels(Err(refused(ErrorCode::UnknownType, "Unknown."))),
    }
}

#[test]
fn one_look_up_is_under_way_and_the_latest_question_follows() {
    let mut chat = chat();
    let both = |text: &str| [Ask::Find(text.into()), Ask::FindChannels(text.into())];
    let asked = ctrl(&mut chat, 'k');
    assert_eq!(asked, both(""));
    for letter in "Bob, Cleo".chars() {
        assert_eq!(key(&mut chat, KeyCode::Char(letter)), [], "{letter}");
    }
    assert_eq!(chat.answer(nothing(&asked[0])), []);
    // The other half was too fast: nobody needs its answer any more.
    let asked = chat.answer(Answer::Again(asked[1].clone()));
    assert_eq!(asked, both("Bob, Cleo"));
    assert_eq!(chat.answer(Answer::Again(asked[1].clone())), asked[1..], "nothing newer");
    for ask in &asked {
        assert_eq!(chat.answer(nothing(ask)), []);
    }
    key(&mut chat, KeyCode::Esc);
    chat.room_mut().write("@Cl");
    assert_eq!(key(&mut chat, KeyCode::Tab), [Ask::Find("Cl".into())]);
    assert_eq!(key(&mut chat, KeyCode::Tab), []);
    assert_eq!(chat.answer(nothing(&Ask::Find("Cl".into()))), [Ask::Find("Cl".into())]);
}

#[test]
fn what_was_too_fast_is_asked_again_while_it_is_needed() {
    let mut chat = talk(1);
    let private = Channel::Direct(uuid(2));
    chat.mark_read();
    assert_eq!(chat.answer(Answer::Again(Ask::Read(GENERAL, 1))), [Ask::Read(GENERAL, 1)]);
    say(&mut chat, message(bob(), None, 2, "more"));
    chat.mark_read();
    assert_eq!(chat.answer(Answer::Again(Ask::Read(GENERAL, 1))), [], "a newer one was asked");
    assert_eq!(chat.answer(Answer::Again(Ask::Join(GENERAL))), [Ask::Join(GENERAL)]);
    chat.show(private);
    assert_eq!(chat.answer(Answer::Again(Ask::Join(GENERAL))), [], "it is left");
    assert_eq!(chat.answer(Answer::Again(Ask::Inbox)), [Ask::Inbox]);
}
