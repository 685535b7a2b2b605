//! Bell, notifications and title.

use chinwag_client::protocol::outgoing::{By, Level, Outgoing, Prefs, ReplyTo};

use super::channels::{in_ops, member_chat, ops};
use super::*;

#[test]
fn a_private_message_and_ones_name_call_unless_one_looks() {
    let mut chat = talk(1);
    assert_eq!(chat.alert, None, "General is read as it comes");
    say(&mut chat, message(bob(), None, 2, "ada?"));
    assert_eq!(chat.alert, None, "it is looked at");
    say(&mut chat, message(bob(), Some(ada()), 1, "psst\n4"));
    let alert = chat.alert.take().unwrap();
    assert_eq!((&*alert.from, &*alert.text, alert.away), ("Bob", "psst 4", false));
    say(&mut chat, message(bob(), Some(ada()), 2, "again"));
    assert_eq!(chat.alert, None, "one call for several messages at once");
    chat.instant += Duration::from_secs(3);
    chat.input(Input::FocusLost);
    say(&mut chat, message(bob(), None, 3, "nothing for her"));
    assert_eq!(chat.alert, None);
    say(&mut chat, message(bob(), None, 4, "Ada!"));
    let alert = chat.alert.take().unwrap();
    assert_eq!((&*alert.from, alert.away), ("Bob in General", true));
}

#[test]
fn neither_a_name_nor_a_text_commands_the_terminal() {
    let hostile = "\u{1b}]0;owned\u{7}\u{1b}\\\u{9b}31m;\u{9d}x\u{9c}\r\n";
    let mut chat = talk(1);
    chat.input(Input::FocusLost);
    say(&mut chat, message(user(3, hostile), Some(ada()), 1, hostile));
    let alert = chat.alert.take().unwrap();
    chat.show(Channel::Direct(uuid(3)));
    for text in [&alert.from, &alert.text, &chat.title()] {
        assert!(!text.chars().any(char::is_control), "{text:?}");
    }
    let sent = Notify::Osc777.bytes(&alert);
    assert_eq!(sent.matches('\u{1b}').count(), 2, "{sent:?}");
    assert_eq!(sent.matches('\u{7}').count(), 1, "{sent:?}");
}

#[test]
fn the_title_counts_what_is_unread() {
    let mut chat = talk(1);
    chat.mark_read();
    assert_eq!(chat.title(), "General · Chinwag");
    say(&mut chat, message(bob(), Some(ada()), 1, "psst"));
    assert_eq!(chat.title(), "(1) General · Chinwag");
}

#[test]
fn at_the_level_of_mentions_a_channel_calls_for_these_and_for_answers() {
    let mut chat = member_chat();
    chat.focused = false;
    let channel = Recipient { recipient: Some(Uuid::from_u128(50)) };
    let chosen = Chosen { level: Some(Level::Mentions), ..Chosen::default() };
    let body = Body::ChannelPrefs(Prefs { channel, chosen });
    let by = By { session: None, user: None, user_uuid: None };
    chat.event(Event::News(Box::new(Outgoing { id: None, by, body })));
    let to = |user: User| ReplyTo {
        seq: 1,
        root: 1,
        sender_uuid: user.uuid,
        sender: user,
        written_as: None,
        excerpt: None,
    };
    let plain = in_ops(4, "the name of Ada alone mentions nobody");
    for (message, calls) in [
        (plain.clone(), false),
        (Message { mentions: vec![bob()], ..plain.clone() }, false),
        (Message { mentions: vec![bob(), ada()], ..plain.clone() }, true),
        (Message { mention_all: true, ..plain.clone() }, true),
        (Message { reply_to: Some(Box::new(to(ada()))), ..plain.clone() }, true),
        (Message { reply_to: Some(Box::new(to(bob()))), ..plain }, false),
    ] {
        chat.rang = None;
        chat.consider(&message, ops());
        assert_eq!(chat.alert.take().is_some(), calls, "{message:?}");
    }
}
