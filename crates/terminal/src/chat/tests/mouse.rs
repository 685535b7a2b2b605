//! The mouse.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::*;

fn mouse(chat: &mut Chat, kind: MouseEventKind, column: u16, row: u16) -> Vec<Ask> {
    chat.input(Input::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
}

fn click(chat: &mut Chat, column: u16, row: u16) -> Vec<Ask> {
    mouse(chat, MouseEventKind::Down(MouseButton::Left), column, row)
}

#[test]
fn a_click_opens_a_channel() {
    let mut chat = talk(1);
    say(&mut chat, message(bob(), Some(ada()), 1, "psst"));
    let private = Channel::Direct(uuid(2));
    // Above them are the headings of their sections.
    assert!(click(&mut chat, 3, 6).contains(&Ask::Join(private)));
    assert_eq!(chat.open, private);
    assert_eq!(click(&mut chat, 3, 6), [], "it is open already");
    assert_eq!(click(&mut chat, 3, 5), [], "that is a heading");
    assert_eq!(click(&mut chat, 3, 10), [], "there is nothing");
    click(&mut chat, 3, 4);
    assert_eq!(chat.open, GENERAL);
    ctrl(&mut chat, 'k');
    let row = shown(&chat).iter().rposition(|row| row.contains("● Bob")).unwrap();
    click(&mut chat, 20, u16::try_from(row).unwrap());
    assert_eq!(chat.open, private);
}

#[test]
fn the_wheel_scrolls_what_is_under_it() {
    let mut chat = talk(100);
    let newest = pane(&chat);
    mouse(&mut chat, MouseEventKind::ScrollUp, 40, 10);
    assert_ne!(pane(&chat), newest);
    mouse(&mut chat, MouseEventKind::ScrollDown, 40, 10);
    assert_eq!(pane(&chat), newest);
    key(&mut chat, KeyCode::F(1));
    chat.input(Input::Resize(40, 12));
    let help = screen(&chat);
    mouse(&mut chat, MouseEventKind::ScrollDown, 20, 6);
    assert_ne!(screen(&chat), help);
}

#[test]
fn a_click_answers_no_question() {
    let mut chat = talk(1);
    key(&mut chat, KeyCode::F(9));
    assert_eq!(click(&mut chat, 30, 12), []);
    assert!(screen(&chat).contains("Sign out?"));
}

#[test]
fn f2_hides_the_list_and_leaves_the_mouse_to_the_terminal() {
    let mut chat = talk(1);
    chat.mark_read();
    assert_eq!(key(&mut chat, KeyCode::F(2)), [Ask::Mouse(false)]);
    let rows = shown(&chat);
    assert!(rows[0].starts_with(" # General") && !screen(&chat).contains('│'), "{rows:#?}");
    assert_eq!(key(&mut chat, KeyCode::F(2)), [Ask::Mouse(true)]);
    assert!(screen(&chat).contains('│'));
}
