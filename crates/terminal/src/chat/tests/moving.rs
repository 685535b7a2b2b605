//! Moving through the history.

use super::*;

/// A page of General's history.
fn page(asked: Page, seqs: std::ops::Range<u64>, total: u64) -> Answer {
    let received = seqs.end - seqs.start;
    let messages =
        seqs.rev().map(|seq| message(bob(), None, seq, &format!("message {seq}"))).collect();
    let channel = Recipient { recipient: None };
    Answer::History(GENERAL, asked, Ok(History { channel, total, received, rev: 0, messages }))
}

fn asked(page: Page) -> [Ask; 1] {
    [Ask::History(GENERAL, page)]
}

fn has(chat: &Chat, text: &str) {
    assert!(screen(chat).contains(text), "{text}:\n{}", screen(chat));
}

/// 250 messages in General, of which 170 are new.
fn long() -> Chat {
    let mut chat = chat();
    chat.show(GENERAL);
    let inbox = Inbox { channels: vec![listed(None, 250, 170)] };
    chat.event(Event::Inbox(inbox));
    chat.show(GENERAL);
    chat.answer(page(Page::Last, 151..251, 250));
    chat
}

#[test]
fn home_fetches_the_first_messages_from_which_one_reads_on_to_the_newest() {
    let mut chat = long();
    assert_eq!(key(&mut chat, KeyCode::Home), asked(Page::Around(1)));
    has(&chat, "Fetching messages…");
    assert_eq!(chat.answer(page(Page::Around(1), 1..101, 250)), []);
    has(&chat, "This is where everybody talks.");
    has(&chat, "  message 1\n");
    assert_eq!(chat.mark_read(), []);
    // Neither new messages nor changes move what is read.
    let before = pane(&chat);
    say(&mut chat, message(bob(), None, 251, "message 251"));
    assert_eq!(pane(&chat), before);
    let ask = (0..20).find_map(|_| key(&mut chat, KeyCode::PageDown).pop());
    assert_eq!(ask, Some(asked(Page::After(100))[0].clone()));
    let before = pane(&chat);
    assert_eq!(chat.answer(page(Page::After(100), 101..151, 251)), []);
    assert_eq!(pane(&chat), before);
    assert!(chat.room().past.is_none(), "it reaches the newest messages");
    assert_eq!(chat.room().messages.len(), 251);
    for _ in 0..20 {
        assert_eq!(key(&mut chat, KeyCode::PageDown), []);
    }
    has(&chat, "message 251");
    assert_eq!(chat.mark_read(), [Ask::Read(GENERAL, 251)]);
}

#[test]
fn older_messages_and_changes_come_to_a_place_further_back_as_well() {
    let mut chat = long();
    chat.changes = true;
    chat.go_to(75);
    chat.answer(page(Page::Around(75), 25..125, 250));
    let rows = pane(&chat);
    assert!(rows[1].contains("message 75"), "{rows:#?}");
    let edited =
        Message { edited_at: Some(noon()), rev: Some(1), ..message(bob(), None, 75, "new") };
    chat.event(Event::Changed { message: Box::new(edited), live: true });
    has(&chat, "  new (edited)");
    let ask = (0..20).find_map(|_| key(&mut chat, KeyCode::PageUp).pop());
    assert_eq!(ask, Some(asked(Page::Before(25))[0].clone()));
    // What comes for a place that was left belongs nowhere.
    key(&mut chat, KeyCode::Esc);
    has(&chat, "message 250");
    assert_eq!(chat.answer(page(Page::Before(25), 1..25, 250)), []);
    assert_eq!(chat.room().messages.len(), 100);
    // A message is sent from there, and shown.
    chat.go_to(75);
    chat.answer(page(Page::Around(75), 25..125, 250));
    with(&mut chat, KeyModifiers::CONTROL, KeyCode::Up);
    let seq = chat.chosen.unwrap().seq;
    assert!((75..95).contains(&seq), "{seq}");
    key(&mut chat, KeyCode::Char('r'));
    write(&mut chat, "so?");
    assert_eq!(key(&mut chat, KeyCode::Enter), [answer_to(seq, 1, GENERAL, "so?")]);
    has(&chat, "message 250");
    has(&chat, "sending…");
}

#[test]
fn alt_n_leads_to_the_first_new_message_and_says_that_it_does() {
    let mut chat = long();
    has(&chat, "Alt+N leads to the first new message");
    let asks = with(&mut chat, KeyModifiers::ALT, KeyCode::Char('n'));
    assert_eq!(asks, asked(Page::Around(81)));
    assert_eq!(chat.answer(page(Page::Around(81), 31..131, 250)), []);
    let rows = pane(&chat);
    assert!(rows[0].contains("── New ──") && rows[2].contains("message 81"), "{rows:#?}");
    key(&mut chat, KeyCode::Esc);
    has(&chat, "message 250");
    chat.room_mut().new_from = None;
    with(&mut chat, KeyModifiers::ALT, KeyCode::Char('n'));
    has(&chat, "There is nothing new here.");
}

#[test]
fn esc_stops_on_the_way() {
    let mut chat = long();
    key(&mut chat, KeyCode::Home);
    key(&mut chat, KeyCode::Esc);
    assert_eq!(chat.answer(page(Page::Around(1), 1..101, 250)), []);
    has(&chat, "message 250");
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
