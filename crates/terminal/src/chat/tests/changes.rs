//! Messages that change: shown, and changed by keys and commands.

use chinwag_client::protocol::outgoing::{Reaction, ReplyTo};

use super::*;
use crate::chat::aim::Aim;
use crate::chat::changes::Change;
use crate::chat::listing::Part;

/// Bob says two messages, and Ada one, on a server where messages change.
fn changing() -> Chat {
    let mut chat = chat();
    let inbox = Inbox { channels: vec![InboxChannel { rev: Some(0), ..listed(None, 0, 0) }] };
    chat.event(Event::Inbox(inbox));
    say(&mut chat, message(bob(), None, 1, "one"));
    say(&mut chat, message(bob(), None, 2, "two"));
    say(&mut chat, message(ada(), None, 3, "mine"));
    chat
}

fn changed(chat: &mut Chat, rev: u64, message: Message) {
    let message = Box::new(Message { rev: Some(rev), ..message });
    chat.event(Event::Changed { message, live: true });
}

fn deleted(seq: u64) -> Message {
    Message { deleted_at: Some(noon()), ..message(bob(), None, seq, "") }
}

fn reacted(count: u64, mine: bool) -> Message {
    let reaction = |emoji: &str| Reaction { emoji: emoji.into(), count, users: vec![], mine };
    let reactions = vec![reaction("👍"), Reaction { mine: false, count: 1, ..reaction("🎉") }];
    Message { reactions, ..message(bob(), None, 2, "two") }
}

fn has(chat: &Chat, text: &str) {
    assert!(screen(chat).contains(text), "{text}:\n{}", screen(chat));
}

fn enter(chat: &mut Chat, text: &str) -> Vec<Ask> {
    chat.room_mut().write(text);
    key(chat, KeyCode::Enter)
}

#[test]
fn the_latest_state_is_shown_in_whatever_order_they_come() {
    let mut chat = changing();
    let edited = |text: &str| Message { edited_at: Some(noon()), ..message(bob(), None, 1, text) };
    changed(&mut chat, 2, edited("the second"));
    changed(&mut chat, 1, edited("the first"));
    has(&chat, "  the second (edited)");
    changed(&mut chat, 3, Message { pinned_at: Some(noon()), ..edited("the second") });
    has(&chat, "  the second (edited, pinned)");
    chat.answer(Answer::Changed(GENERAL, 2, Change::Pin(true), Ok(reacted(3, true))));
    changed(&mut chat, 5, reacted(4, false));
    has(&chat, "  [👍  4]  🎉  1");
    changed(&mut chat, 6, Message { replies: 2, ..message(bob(), None, 2, "two") });
    has(&chat, "  ↳ 2 replies");
    assert!(!screen(&chat).contains("👍"), "{}", screen(&chat));
    changed(&mut chat, 7, message(bob(), None, 99, "not here"));
    assert!(!screen(&chat).contains("not here"));
}

#[test]
fn deleted_messages_in_a_row_are_one_line() {
    let mut chat = changing();
    changed(&mut chat, 1, deleted(1));
    has(&chat, "  deleted");
    has(&chat, " Bob  12:02");
    changed(&mut chat, 2, deleted(2));
    has(&chat, "  2 messages deleted");
    has(&chat, " Ada (you)  12:03");
    assert!(!screen(&chat).contains("  two"));
}

#[test]
fn a_reply_quotes_its_message_as_it_is_now() {
    let mut chat = changing();
    let quote = ReplyTo {
        seq: 2,
        root: 2,
        sender_uuid: uuid(2),
        sender: bob(),
        written_as: None,
        excerpt: Some("as it was".into()),
    };
    let reply = Message { reply_to: Some(Box::new(quote)), ..message(ada(), None, 4, "yes") };
    say(&mut chat, reply);
    has(&chat, "  ↳ Bob: two");
    changed(&mut chat, 1, deleted(2));
    has(&chat, "  ↳ Bob: deleted");
}

#[test]
fn a_quote_of_a_hook_has_the_name_under_which_it_was_written() {
    let mut chat = changing();
    let quote = ReplyTo {
        seq: 90,
        root: 90,
        sender_uuid: uuid(2),
        sender: bob(),
        written_as: Some("Grafana\nalerts".into()),
        excerpt: Some("The disk is full".into()),
    };
    let reply = Message { reply_to: Some(Box::new(quote)), ..message(ada(), None, 4, "yes") };
    say(&mut chat, reply);
    has(&chat, "  ↳ Grafana alerts: The disk is full");
}

#[test]
fn a_change_during_a_page_is_not_lost_and_moves_nothing_that_is_read() {
    let mut chat = changing();
    chat.event(Event::Skipped(GENERAL.id()));
    assert!(chat.room().loading);
    changed(&mut chat, 3, Message { edited_at: Some(noon()), ..message(bob(), None, 2, "new") });
    let messages = vec![message(ada(), None, 3, "mine"), message(bob(), None, 2, "two")];
    let channel = Recipient { recipient: None };
    chat.answer(Answer::History(
        GENERAL,
        Page::Last,
        Ok(History { channel, total: 3, received: 2, rev: 0, messages }),
    ));
    has(&chat, "  new (edited)");
    let mut chat = talk(100);
    key(&mut chat, KeyCode::PageUp);
    let before = pane(&chat);
    changed(&mut chat, 1, message(bob(), None, 99, "a\nb\nc"));
    assert_eq!(pane(&chat), before);
}

#[test]
fn keys_change_the_chosen_message() {
    let mut chat = changing();
    chat.room_mut().write("half a sentence");
    with(&mut chat, KeyModifiers::CONTROL, KeyCode::Up);
    has(&chat, "Esc back · r reply · + react · e edit · d delete · p pin");
    key(&mut chat, KeyCode::Up);
    assert!(!screen(&chat).contains("e edit"), "it is Bob's");
    assert_eq!(key(&mut chat, KeyCode::Char('p')), [Ask::Change(GENERAL, 2, Change::Pin(true))]);
    assert!(chat.chosen.is_none());
    with(&mut chat, KeyModifiers::ALT, KeyCode::Char('m'));
    key(&mut chat, KeyCode::Char('e'));
    assert_eq!((chat.room().text().as_str(), chat.room().aim), ("mine", Aim::Edit(3)));
    has(&chat, "Editing: Enter saves");
    assert_eq!(chat.drafts()[&GENERAL], "half a sentence\nmine", "nothing is lost on leaving");
    write(&mut chat, "!");
    let edit = Change::Edit("mine!".into(), None);
    assert_eq!(key(&mut chat, KeyCode::Enter), [Ask::Change(GENERAL, 3, edit.clone())]);
    assert_eq!(chat.room().text(), "half a sentence");
    chat.room_mut().write("");
    let late = refused(ErrorCode::ChangeRefused, "It is too late.");
    chat.answer(Answer::Changed(GENERAL, 3, edit, Err(late)));
    has(&chat, "It is too late.");
    assert_eq!((chat.room().text().as_str(), chat.room().aim), ("mine!", Aim::Edit(3)));
    key(&mut chat, KeyCode::Esc);
    assert_eq!((chat.room().text().as_str(), chat.room().aim), ("", Aim::Nothing));
    with(&mut chat, KeyModifiers::CONTROL, KeyCode::Up);
    assert_eq!(key(&mut chat, KeyCode::Char('d')), []);
    has(&chat, "Delete this message for everybody?");
    assert_eq!(key(&mut chat, KeyCode::Esc), []);
    with(&mut chat, KeyModifiers::CONTROL, KeyCode::Up);
    key(&mut chat, KeyCode::Char('d'));
    assert_eq!(key(&mut chat, KeyCode::Char('d')), [Ask::Change(GENERAL, 3, Change::Delete)]);
}

#[test]
fn reactions_and_replies_are_written() {
    let mut chat = changing();
    let choose = |chat: &mut Chat| {
        with(chat, KeyModifiers::CONTROL, KeyCode::Up);
        key(chat, KeyCode::Up);
    };
    choose(&mut chat);
    key(&mut chat, KeyCode::Char('+'));
    write(&mut chat, "thumbsu");
    key(&mut chat, KeyCode::Tab);
    assert_eq!(chat.room().text(), "/react thumbsup ");
    let thumb = |on| Ask::Change(GENERAL, 2, Change::React("👍".into(), on));
    assert_eq!(key(&mut chat, KeyCode::Enter), [thumb(true)]);
    chat.answer(Answer::Changed(GENERAL, 2, Change::Delete, Ok(reacted(1, true))));
    choose(&mut chat);
    key(&mut chat, KeyCode::Char('/'));
    assert_eq!(enter(&mut chat, "/react 👍"), [thumb(false)], "again takes it back");
    assert_eq!(chat.room().aim, Aim::Nothing);
    assert_eq!(enter(&mut chat, "/react nonsense"), []);
    has(&chat, "There is no emoji “nonsense”.");
    chat.room_mut().write("");
    choose(&mut chat);
    key(&mut chat, KeyCode::Char('r'));
    has(&chat, "Answering Bob");
    assert_eq!(enter(&mut chat, "yes"), [answer_to(2, 1, GENERAL, "yes")]);
    let error = refused(ErrorCode::MessageRefused, "No.");
    chat.answer(Answer::Sent(1, Err(error)));
    assert_eq!(ctrl(&mut chat, 'r'), [answer_to(2, 2, GENERAL, "yes")]);
}

#[test]
fn commands_are_about_the_newest_message() {
    let mut chat = changing();
    let edit = Ask::Change(GENERAL, 3, Change::Edit("ours".into(), None));
    assert_eq!(enter(&mut chat, "/edit ours"), [edit]);
    say(&mut chat, message(bob(), None, 4, "four"));
    enter(&mut chat, "/edit");
    assert_eq!(chat.room().aim, Aim::Edit(3));
    key(&mut chat, KeyCode::Esc);
    enter(&mut chat, "/delete");
    assert_eq!(key(&mut chat, KeyCode::Enter), [Ask::Change(GENERAL, 3, Change::Delete)]);
    assert_eq!(enter(&mut chat, "/reply so?"), [answer_to(4, 1, GENERAL, "so?")]);
    assert_eq!(enter(&mut chat, "/thread"), [Ask::List(GENERAL, Part::Thread(4))]);
    assert_eq!(enter(&mut chat, "/pinned"), [Ask::List(GENERAL, Part::Pinned)]);
    let page = |messages: Vec<Message>| {
        let channel = Recipient { recipient: None };
        let received = messages.len() as u64;
        Answer::Listed(
            GENERAL,
            Part::Pinned,
            Ok(History { channel, total: 4, received, rev: 0, messages }),
        )
    };
    chat.answer(page(vec![]));
    has(&chat, "Nothing is pinned in General.");
    chat.answer(page(vec![message(bob(), None, 1, "one")]));
    has(&chat, "┌ Pinned in General ");
    has(&chat, "12:01 Bob: one");
    assert_eq!(key(&mut chat, KeyCode::Enter), []);
    assert!(!screen(&chat).contains("Pinned in"));
}

#[test]
fn an_arrow_edits_the_last_own_message_and_goes_on_to_older_ones() {
    let mut chat = changing();
    say(&mut chat, message(ada(), None, 4, "mine too"));
    key(&mut chat, KeyCode::Up);
    assert_eq!((chat.room().text().as_str(), chat.room().aim), ("mine too", Aim::Edit(4)));
    key(&mut chat, KeyCode::Up);
    assert_eq!((chat.room().text().as_str(), chat.room().aim), ("mine", Aim::Edit(3)));
    assert_eq!(key(&mut chat, KeyCode::Enter), [], "nothing is changed");
    key(&mut chat, KeyCode::Up);
    key(&mut chat, KeyCode::Down);
    assert_eq!((chat.room().text().as_str(), chat.room().aim), ("", Aim::Nothing));
}

#[test]
fn a_server_of_0_1_has_no_changes_and_the_chat_says_so() {
    let mut chat = talk(2);
    let sentence = "This server is older than 0.2, where messages never change.";
    for text in ["/edit x", "/delete", "/reply x", "/react 👍", "/thread", "/pinned"] {
        chat.notice = None;
        assert_eq!(enter(&mut chat, text), [], "{text}");
        assert_eq!(chat.notice.as_deref(), Some(sentence), "{text}");
    }
    chat.notice = None;
    with(&mut chat, KeyModifiers::CONTROL, KeyCode::Up);
    assert_eq!(chat.notice.as_deref(), Some(sentence));
}
