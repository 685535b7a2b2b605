//! Quitting and signing out.

use super::*;

#[test]
fn a_draft_stays_with_its_channel_and_is_not_lost_by_quitting_at_once() {
    let mut chat = talk(1);
    say(&mut chat, message(bob(), Some(ada()), 1, "psst"));
    chat.mark_read();
    write(&mut chat, "half a th");
    with(&mut chat, KeyModifiers::ALT, KeyCode::Char('u'));
    assert_eq!(chat.open, Channel::Direct(uuid(2)));
    assert!(chat.room().draft.is_empty());
    assert!(shown(&chat).iter().any(|row| row.contains("# General") && row.contains('✎')));
    ctrl(&mut chat, 'p');
    assert_eq!(chat.room().text(), "half a th");
    assert_eq!(ctrl(&mut chat, 'c'), []);
    assert!(screen(&chat).contains("1 draft is not sent yet and would be lost."));
    key(&mut chat, KeyCode::Esc);
    assert!(!screen(&chat).contains("would be lost"));
    ctrl(&mut chat, 'c');
    assert_eq!(ctrl(&mut chat, 'c'), [Ask::Quit]);
    ctrl(&mut chat, 'q');
    assert_eq!(key(&mut chat, KeyCode::Enter), [Ask::Quit]);
    chat.rooms.get_mut(&GENERAL).unwrap().write("");
    key(&mut chat, KeyCode::Esc);
    assert_eq!(ctrl(&mut chat, 'q'), [Ask::Quit]);
}

#[test]
fn signing_out_asks_first_and_keeps_what_was_written() {
    let mut chat = talk(1);
    write(&mut chat, "refused");
    key(&mut chat, KeyCode::Enter);
    chat.answer(Answer::Sent(1, Err(refused(ErrorCode::MessageRefused, "No."))));
    write(&mut chat, "half a th");
    assert_eq!(key(&mut chat, KeyCode::F(9)), []);
    assert!(screen(&chat).contains("Sign out?"), "{}", screen(&chat));
    assert!(screen(&chat).contains("and 1 draft are not sent yet"), "{}", screen(&chat));
    assert_eq!(key(&mut chat, KeyCode::F(9)), [], "a bouncing key signs nobody out");
    assert_eq!(key(&mut chat, KeyCode::F(9)), []);
    assert_eq!(key(&mut chat, KeyCode::Enter), [Ask::SignOut]);
    let drafts = chat.drafts();
    let mut again = talk(1);
    again.take_drafts(drafts);
    assert_eq!(again.room().text(), "refused\nhalf a th");
}

#[test]
fn signing_out_works_without_a_connection() {
    let mut chat = talk(1);
    key(&mut chat, KeyCode::F(9));
    assert_eq!(key(&mut chat, KeyCode::Enter), [Ask::SignOut]);
    chat.answer(Answer::SignedOut);
    assert_eq!(chat.link, Link::Ended(Error::SignedOut));
}
