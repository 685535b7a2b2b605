//! The list of channels.

use super::*;

/// Ada with private channels with so many users, of which each third has something unread.
fn crowd(count: u128) -> Chat {
    let mut chat = chat();
    let private = (10..10 + count).map(|number| {
        let unread = u64::from(number % 3 == 0);
        listed(Some(user(number, &format!("User {number}"))), 1, unread)
    });
    let channels = [listed(None, 0, 0)].into_iter().chain(private).collect();
    chat.event(Event::Inbox(Inbox { channels }));
    chat
}

/// The list without its frame.
fn list(chat: &Chat) -> Vec<String> {
    shown(chat).iter().map(|row| row.chars().take(23).collect::<String>().trim().into()).collect()
}

#[test]
fn the_list_tells_of_the_rest_above_and_below() {
    let mut chat = crowd(30);
    let rows = list(&chat);
    assert_eq!((&*rows[3], &*rows[4], &*rows[5]), ("Channels", "# General", "People"), "{rows:#?}");
    assert_eq!(rows[22], "↓ 14 more, 5 unread", "{rows:#?}");
    for _ in 0..20 {
        with(&mut chat, KeyModifiers::ALT, KeyCode::Down);
    }
    let rows = list(&chat);
    assert!(rows[3].starts_with("↑ ") && rows[22].starts_with("↓ "), "{rows:#?}");
    assert!(rows.iter().any(|row| *row == format!("● {}", chat.name(chat.open))), "{rows:#?}");
    for _ in 0..10 {
        with(&mut chat, KeyModifiers::ALT, KeyCode::Down);
    }
    let rows = list(&chat);
    assert!(rows[3].starts_with("↑ 12 more") && rows[22].starts_with('●'), "{rows:#?}");
    with(&mut chat, KeyModifiers::ALT, KeyCode::Down);
    assert_eq!(chat.open, GENERAL, "after the last channel comes the first");
    assert_eq!(list(&chat)[3], "Channels", "and its heading with it");
    with(&mut chat, KeyModifiers::ALT, KeyCode::Up);
    assert_ne!(chat.open, GENERAL);
}

#[test]
fn alt_and_a_digit_open_a_channel() {
    let mut chat = crowd(3);
    with(&mut chat, KeyModifiers::ALT, KeyCode::Char('2'));
    let second = chat.open;
    assert_ne!(second, GENERAL);
    with(&mut chat, KeyModifiers::ALT, KeyCode::Char('9'));
    assert_eq!(chat.open, second);
    with(&mut chat, KeyModifiers::ALT, KeyCode::Char('1'));
    assert_eq!(chat.open, GENERAL);
}

#[test]
fn every_channel_can_be_opened_at_every_height() {
    for height in 5..40 {
        let mut chat = crowd(30);
        chat.input(Input::Resize(80, height));
        for _ in 0..31 {
            with(&mut chat, KeyModifiers::ALT, KeyCode::Down);
            let name = chat.name(chat.open);
            let is_there = list(&chat).iter().any(|row| row.contains(&name));
            assert!(is_there || height < 8, "{name} at {height}:\n{}", screen(&chat));
        }
    }
}
