//! Addresses that the terminal opens.

use super::*;
use crate::chat::state::Links;

const ADDRESS: &str = "https://a.example/a/path/that/is/longer/than/the/line/beside/the/list";

fn opened(chat: &Chat) -> Vec<String> {
    let cells = cells(chat).content;
    cells
        .iter()
        .map(|cell| cell.symbol().to_owned())
        .filter(|it| it.starts_with('\u{1b}'))
        .collect()
}

fn link(part: &str) -> String {
    format!("\u{1b}]8;;{ADDRESS}\u{1b}\\{part}\u{1b}]8;;\u{1b}\\")
}

#[test]
fn each_line_of_an_address_opens_all_of_it() {
    let mut chat = talk(1);
    say(&mut chat, message(bob(), None, 2, &format!("See\n{ADDRESS}")));
    let (first, second) = ADDRESS.split_at(53);
    assert_eq!(opened(&chat), [link(first), link(second)]);
    chat.links = Links::Plain;
    assert_eq!(opened(&chat), [""; 0]);
    assert!(screen(&chat).contains(first) && screen(&chat).contains(second));
}

#[test]
fn a_window_over_an_address_covers_it() {
    let mut chat = talk(1);
    say(&mut chat, message(bob(), None, 2, ADDRESS));
    key(&mut chat, KeyCode::F(1));
    assert_eq!(opened(&chat), [""; 0]);
}

#[test]
fn nothing_of_an_address_stays_when_it_has_gone() {
    let mut chat = talk(1);
    say(&mut chat, message(bob(), None, 2, ADDRESS));
    let before = cells(&chat);
    let after = {
        chat.links = Links::Plain;
        cells(&chat)
    };
    let links: Vec<_> = (0..before.area.height)
        .flat_map(|y| (0..before.area.width).map(move |x| (x, y)))
        .filter(|at| before[*at] != after[*at])
        .collect();
    assert_eq!(links.len(), ADDRESS.len());
    let drawn: Vec<_> = before.diff(&after).into_iter().map(|(x, y, _)| (x, y)).collect();
    assert_eq!(drawn, links);
}
