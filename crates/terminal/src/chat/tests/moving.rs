//! Moving through the history.

use super::*;

/// A page of General's history of so many messages, newest first.
fn page(seqs: std::ops::Range<u64>, total: u64) -> Answer {
    let received = seqs.end - seqs.start;
    let messages =
        seqs.rev().map(|seq| message(bob(), None, seq, &format!("message {seq}"))).collect();
    let channel = Recipient { recipient: None };
    Answer::History(GENERAL, Ok(History { channel, total, received, rev: 0, messages }))
}

/// 250 messages in General, of which 170 are new.
fn long() -> Chat {
    let mut chat = chat();
    chat.show(GENERAL);
    let inbox = Inbox { channels: vec![listed(None, 250, 170)] };
    chat.event(Event::Inbox(inbox));
    chat.show(GENERAL);
    chat.answer(page(151..251, 250));
    chat
}

#[test]
fn home_fetches_all_and_shows_the_first_message() {
    let mut chat = long();
    assert_eq!(key(&mut chat, KeyCode::Home), [Ask::History(GENERAL, Page::Before(151))]);
    assert!(screen(&chat).contains("Fetching older messages: 100 of 250"), "{}", screen(&chat));
    let asks = chat.answer(page(51..151, 250));
    assert_eq!(asks, [Ask::History(GENERAL, Page::Before(51))]);
    assert_eq!(chat.answer(page(1..51, 250)), []);
    assert!(screen(&chat).contains("This is where everybody talks."), "{}", screen(&chat));
    assert!(screen(&chat).contains("  message 1\n"), "{}", screen(&chat));
    key(&mut chat, KeyCode::End);
    assert!(screen(&chat).contains("message 250"));
}

#[test]
fn alt_n_leads_to_the_first_new_message_and_says_that_it_does() {
    let mut chat = long();
    assert!(screen(&chat).contains("Alt+N leads to the first new message"), "{}", screen(&chat));
    let asks = with(&mut chat, KeyModifiers::ALT, KeyCode::Char('n'));
    assert_eq!(asks, [Ask::History(GENERAL, Page::Before(151))]);
    assert_eq!(chat.answer(page(51..151, 250)), []);
    let rows = pane(&chat);
    assert!(rows[0].contains("── New ──") && rows[2].contains("message 81"), "{rows:#?}");
    key(&mut chat, KeyCode::Esc);
    assert!(screen(&chat).contains("message 250"));
    chat.room_mut().new_from = None;
    with(&mut chat, KeyModifiers::ALT, KeyCode::Char('n'));
    assert!(screen(&chat).contains("There is nothing new here."));
}

#[test]
fn esc_stops_on_the_way() {
    let mut chat = long();
    key(&mut chat, KeyCode::Home);
    key(&mut chat, KeyCode::Esc);
    assert_eq!(chat.answer(page(51..151, 250)), []);
    assert!(screen(&chat).contains("message 250"));
}

#[test]
fn who_said_it_and_when_stays_in_the_window() {
    let mut chat = chat();
    let long = (1..60).map(|line| format!("line {line}")).collect::<Vec<_>>().join("\n");
    say(&mut chat, message(bob(), None, 1, &long));
    let rows = pane(&chat);
    assert!(rows[0].starts_with(" Bob  12:01"), "{rows:#?}");
    assert!(rows[18].contains("line 59"), "{rows:#?}");
    for seq in 2..=40 {
        say(&mut chat, message(bob(), None, seq, "and"));
    }
    let rows = pane(&chat);
    assert!(rows[0].starts_with(" Bob  12:"), "{rows:#?}");
    assert!(rows[18].ends_with("12:40"), "{rows:#?}");
}

#[test]
fn a_message_that_names_the_user_stands_out_without_colours() {
    let mut chat = talk(1);
    say(&mut chat, message(bob(), None, 2, "what do you think, ada?"));
    let rows = pane(&chat);
    assert!(rows.iter().any(|row| row.starts_with(" ▌ what do you think, ada?")), "{rows:#?}");
}
