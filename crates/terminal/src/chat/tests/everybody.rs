//! `@all`, and names of people who are no members.

use super::channels::{details, enter, inbox, ops, shared};
use super::*;
use crate::chat::changes::Change;

/// Ada in #Ops with this number of members.
fn among(members: u64, owner: bool) -> Chat {
    let mut chat = chat();
    let details = outgoing::Channel { users_total: members, owner, ..details(50, "Ops") };
    chat.event(inbox(vec![shared(details, 0, 0)]));
    chat.show(ops());
    chat
}

/// Whether the message that is sent mentions all; nothing if none is sent.
fn sent(asks: &[Ask]) -> Option<bool> {
    match asks {
        [.., Ask::Post(_, message)] => Some(message.mention_all == Some(true)),
        _ => None,
    }
}

#[test]
fn all_is_for_those_who_may_and_asks_before_it_notifies_many() {
    assert_eq!(sent(&enter(&mut among(5, false), "@all it burns")), Some(true));
    assert_eq!(sent(&enter(&mut among(5, false), "`@all` is a word")), Some(false));
    for (members, owner) in [(6, false), (50, false), (51, true)] {
        let mut chat = among(members, owner);
        assert_eq!(enter(&mut chat, "@all it burns"), [], "{members}");
        let asks = format!("This notifies {} people. Press Enter again to send.", members - 1);
        assert!(screen(&chat).contains(&asks), "{}", screen(&chat));
        assert_eq!(sent(&key(&mut chat, KeyCode::Enter)), Some(true), "{members}");
        assert_eq!(enter(&mut chat, "@all it burns"), [], "it is asked each time");
        write(&mut chat, "!");
        assert_eq!(key(&mut chat, KeyCode::Enter), [], "that is another text");
        key(&mut chat, KeyCode::Left);
        assert_eq!(key(&mut chat, KeyCode::Enter), [], "something else was done meanwhile");
    }
    let mut chat = among(51, false);
    assert_eq!(sent(&enter(&mut chat, "@all it burns")), Some(false));
    let stored = Message {
        recipient_uuid: Some(details(50, "").uuid.0),
        ..message(ada(), None, 1, "@all it burns")
    };
    chat.answer(Answer::Sent(1, Ok(stored)));
    let why = "@all notified nobody: in a channel of more than 50 only its owners do that.";
    assert_eq!(chat.notice.as_deref(), Some(why));
    // Nor is there anybody else in a private talk.
    chat.show(Channel::Direct(uuid(2)));
    assert_eq!(sent(&enter(&mut chat, "@all")), Some(false));
}

#[test]
fn an_edit_begins_or_ceases_to_mention_all() {
    let mut chat = among(6, false);
    chat.changes = true;
    let own = |text: &str, mention_all| Message {
        recipient_uuid: Some(details(50, "").uuid.0),
        mention_all,
        ..message(ada(), None, 1, text)
    };
    let mut edit = |before: Message, text: &str| {
        chat.room_mut().forget();
        say(&mut chat, before);
        let mut asks = enter(&mut chat, &format!("/edit {text}"));
        if chat.notice.take().is_some_and(|notice| notice.starts_with("This notifies 5 people.")) {
            assert_eq!(asks, []);
            asks = key(&mut chat, KeyCode::Enter);
        }
        let [Ask::Change(_, 1, Change::Edit(_, calls))] = &asks[..] else { panic!("{asks:?}") };
        *calls
    };
    assert_eq!(edit(own("it burns", false), "@all it burns"), Some(true));
    assert_eq!(edit(own("@all it burns", true), "it burns"), Some(false));
    assert_eq!(edit(own("@all it burns", true), "@all it burnt"), None);
    assert_eq!(edit(own("it burns", false), "it burnt"), None);
}

#[test]
fn a_command_that_sends_asks_as_well_and_stays_meanwhile() {
    let mut chat = among(6, false);
    chat.show(GENERAL);
    assert_eq!(enter(&mut chat, "/msg #Ops @all look"), []);
    assert_eq!((chat.open, chat.room().text()), (GENERAL, "/msg #Ops @all look".into()));
    assert_eq!(sent(&key(&mut chat, KeyCode::Enter)), Some(true));
    assert_eq!(chat.open, ops());
}

#[test]
fn who_is_mentioned_and_no_member_is_told() {
    let mut chat = among(2, false);
    let mut tell = |not_members: Vec<User>, recipient: Option<User>| {
        let ops = Some(details(50, "").uuid.0);
        let recipient_uuid = recipient.as_ref().map(|user| user.uuid.0).or(ops);
        let stored = message(ada(), recipient, 1, "@Eve?");
        chat.answer(Answer::Sent(1, Ok(Message { recipient_uuid, not_members, ..stored })));
        chat.notice.take()
    };
    let eve = || user(6, "Eve");
    assert_eq!(tell(Vec::new(), None), None);
    let one = "Eve is no member of #Ops and not notified. /add adds people.";
    assert_eq!(tell(vec![eve()], None).as_deref(), Some(one));
    let two = "Eve, Zoe and Cleo are no members of #Ops and not notified. /add adds people.";
    let others = vec![eve(), user(8, "Zoe"), user(3, "Cleo")];
    assert_eq!(tell(others, None).as_deref(), Some(two));
    let private = "Eve is no member of this private talk and not notified.";
    assert_eq!(tell(vec![eve()], Some(bob())).as_deref(), Some(private));
}

#[test]
fn tab_completes_it_where_it_works() {
    let mut chat = among(51, false);
    for (owner, whole) in [(false, "@al"), (true, "@all ")] {
        chat.event(inbox(vec![shared(
            outgoing::Channel { users_total: 51, owner, ..details(50, "Ops") },
            0,
            0,
        )]));
        chat.room_mut().write("@al");
        key(&mut chat, KeyCode::Tab);
        assert_eq!(chat.room().text(), whole);
        chat.completion = None;
    }
}
