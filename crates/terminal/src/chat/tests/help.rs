//! The help.

use super::*;
use crate::chat::commands::COMMANDS;

#[test]
fn the_keys_are_shown_and_a_question_mark_can_be_written() {
    let mut chat = chat();
    key(&mut chat, KeyCode::Char('?'));
    assert!(screen(&chat).contains("┌ Help ") && screen(&chat).contains("sign out"));
    key(&mut chat, KeyCode::Char('?'));
    assert_eq!(chat.room().text(), "?");
    key(&mut chat, KeyCode::Char('?'));
    assert_eq!(chat.room().text(), "??");
    key(&mut chat, KeyCode::F(1));
    assert!(screen(&chat).contains("┌ Help "));
}

#[test]
fn the_help_fits_every_window_and_scrolls_to_its_end() {
    for (width, height) in [(120, 40), (80, 24), (40, 12), (24, 6)] {
        let mut chat = chat();
        chat.input(Input::Resize(width, height));
        key(&mut chat, KeyCode::F(1));
        let mut seen = screen(&chat);
        for _ in 0..300 {
            key(&mut chat, KeyCode::Down);
            seen.push_str(&screen(&chat));
        }
        let words: Vec<_> = seen.split([' ', '│', '\n']).collect();
        let commands = COMMANDS.iter().map(|entry| (entry.usage(), entry.about));
        let keys = KEYS.iter().map(|(keys, about)| ((*keys).to_owned(), *about));
        // A long word goes on in the next line behind a hyphen.
        let is_there = |word: &str| {
            words.contains(&word) || word.split_inclusive('-').all(|part| words.contains(&part))
        };
        for (keys, about) in keys.chain(commands) {
            for word in keys.split(' ').chain(about.split(' ')) {
                assert!(is_there(word), "{word} at {width}x{height}:\n{}", screen(&chat));
            }
        }
    }
}

#[test]
fn the_help_says_that_there_is_more() {
    let mut chat = chat();
    chat.input(Input::Resize(40, 12));
    key(&mut chat, KeyCode::F(1));
    assert!(screen(&chat).contains("more lines"), "{}", screen(&chat));
    key(&mut chat, KeyCode::End);
    assert!(!screen(&chat).contains("more lines"), "{}", screen(&chat));
    assert!(screen(&chat).contains("above"), "{}", screen(&chat));
    chat.input(Input::Resize(80, 24));
    assert!(screen(&chat).contains("//word"), "{}", screen(&chat));
    chat.input(Input::Resize(40, 12));
    key(&mut chat, KeyCode::Home);
    assert!(screen(&chat).contains("more lines"), "{}", screen(&chat));
}

#[test]
fn no_window_leaves_single_letters_beside_it() {
    let mut chat = chat();
    for width in 20..140 {
        for (title, key_of_it) in [("┌ Help ", '?'), ("┌ Go to ", 'k'), ("┌ Sign out? ", ' ')]
        {
            chat.input(Input::Resize(width, 24));
            match key_of_it {
                '?' => drop(chat.help()),
                'k' => drop(ctrl(&mut chat, 'k')),
                _ => drop(key(&mut chat, KeyCode::F(9))),
            }
            let rows = shown(&chat);
            let row = rows.iter().find(|row| row.contains(title)).unwrap();
            let before = row.chars().take_while(|it| *it != '┌').count();
            assert!(before == 0 || before >= 5, "{title} at {width}: {before}");
            key(&mut chat, KeyCode::Esc);
        }
    }
}
