//! What is drawn.

use super::*;

#[test]
fn the_whole_screen_of_a_talk() {
    let mut chat = chat();
    let inbox = vec![listed(None, 3, 0), listed(Some(bob()), 7, 2)];
    chat.event(Event::Inbox(Inbox { channels: inbox }));
    let page = History {
        channel: Recipient { recipient: None },
        rev: 0,
        total: 3,
        received: 3,
        messages: vec![
            message(ada(), None, 3, "Hello, Bob!"),
            message(
                bob(),
                None,
                2,
                "A line that is much too long for what is left of the window beside the list",
            ),
            message(bob(), None, 1, "Good morning"),
        ],
    };
    chat.answer(Answer::History(GENERAL, Page::Last, Ok(page)));
    write(&mut chat, "How are you?");
    let expected = " Ada                   │ # General  2 online
 localhost:5000        │
                       │
 Channels              │
 # General             │
 People                │
 ● Bob               2 │
                       │
                       │
                       │
                       │ This is where everybody talks. Everybody here can read
                       │ it. Say hello!
                       │ ── Today ──────────────────────────────────────────────
                       │ Bob  12:01
                       │   Good morning
                       │   A line that is much too long for what is left   12:02
                       │   of the window beside the list
                       │
                       │ Ada (you)  12:03
                       │   Hello, Bob!
                       │
                       │ ───────────────────────────────────────────────────────
                       │ › How are you?
 ? help · Ctrl+Q quit · Ctrl+K go to · Alt+↑↓ channel · PgUp older";
    assert_eq!(screen(&chat), expected, "\n{}", screen(&chat));
}

#[test]
fn nothing_that_others_write_reaches_the_terminal_as_a_command() {
    let mut chat = chat();
    let hostile = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}txt\u{9b}31m\r\u{8}";
    say(&mut chat, message(user(3, hostile), None, 1, hostile));
    let sign_in = outgoing::Person { uuid: uuid(3), username: hostile.into() };
    chat.event(Event::News(Box::new(Body::Sys(Sys::SignIn { sign_in }).into())));
    say(&mut chat, message(user(3, hostile), Some(ada()), 1, hostile));
    let screen = screen(&chat);
    assert!(screen.contains("owned"));
    let harmless = |character: char| character == '\n' || !character.is_control();
    assert!(screen.chars().all(harmless) && !screen.contains('\u{202e}'), "{screen:?}");
}

#[test]
fn it_draws_at_every_size() {
    let mut chat = talk(30);
    chat.input(Input::Paste("one\ntwo\nthree\nfour\n漢字 👩‍👩‍👧‍👦".into()));
    chat.link = Link::Connecting;
    chat.notice = Some("a notice".into());
    for (width, height) in (1..=100).flat_map(|width| (1..=30).map(move |height| (width, height))) {
        chat.input(Input::Resize(width, height));
        screen(&chat);
    }
    for (width, height) in [(1, 1), (7, 3), (20, 5), (80, 24), (300, 100)] {
        for open in [KeyCode::F(1), KeyCode::Char('k')] {
            with(&mut chat, KeyModifiers::CONTROL, open);
            chat.input(Input::Resize(width, height));
            screen(&chat);
            key(&mut chat, KeyCode::Esc);
        }
    }
}

#[test]
fn a_small_window_shows_the_talk_and_what_waits_elsewhere() {
    let mut chat = talk(1);
    say(&mut chat, message(bob(), Some(ada()), 1, "psst"));
    chat.mark_read();
    chat.input(Input::Resize(32, 9));
    let rows = shown(&chat);
    assert!(rows[0].starts_with(" (1) # General"), "{rows:#?}");
    assert!(rows.iter().any(|row| row == "   message 1"), "{rows:#?}");
    assert!(rows[7].starts_with(" › ") && rows[8].contains("? help · Ctrl+Q quit"), "{rows:#?}");
}

#[test]
fn a_notice_is_whole_in_a_small_window() {
    let mut chat = talk(1);
    chat.input(Input::Resize(40, 12));
    chat.send("x".repeat(70_000));
    let rows = shown(&chat);
    let expected = [
        " This text is too long for a message:",
        " it takes 69 KiB, and a message has at",
        " most 63.",
    ];
    assert_eq!(rows[9..], expected, "{rows:#?}");
    key(&mut chat, KeyCode::Esc);
    assert!(shown(&chat)[11].starts_with(" ? help"), "{rows:#?}");
}
