//! Bell, notifications and title.

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
