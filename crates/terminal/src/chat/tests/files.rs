//! Files: sent by `/upload`, shown with links, and saved by `/save`.

use std::fs;
use std::path::Path;

use chinwag_client::protocol::FileUuid;
use chinwag_client::protocol::outgoing::File;

use super::*;
use crate::chat::deeds::Deed;

fn changing() -> Chat {
    let mut chat = talk(1);
    chat.changes = true;
    chat
}

fn file(number: u128, name: &str) -> File {
    let uuid = FileUuid(Uuid::from_u128(number));
    File { uuid, name: name.into(), size: 1_500, ..File::default() }
}

fn with_files(seq: u64, text: &str, files: Vec<File>) -> Message {
    Message { files, ..message(bob(), None, seq, text) }
}

/// A file of this name in a folder of its own, and how its command begins.
fn on_disk(name: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, "Hello!").unwrap();
    let command = format!("/upload \"{}\"", path.display());
    (folder, command)
}

fn enter(chat: &mut Chat, command: &str) -> Vec<Ask> {
    chat.room_mut().write(command);
    key(chat, KeyCode::Enter)
}

#[test]
fn a_file_is_sent_with_its_text_and_shown_meanwhile() {
    let (_folder, command) = on_disk("my plan.txt");
    let mut chat = changing();
    let asks = enter(&mut chat, &format!("{command} The plan"));
    let [Ask::Attach(1, GENERAL, message, attached)] = &asks[..] else { panic!("{asks:?}") };
    assert_eq!((&*message.message, &message.files), ("The plan", &None));
    assert_eq!((&*attached.file.name, attached.file.size), ("my plan.txt", 6));
    let text = screen(&chat);
    assert!(
        text.contains("[my plan.txt: 0 % of 6 bytes]") && text.contains("  The plan"),
        "{text}"
    );
    assert!(text.contains("Uploading my plan.txt: 0 % of 6 bytes · Esc cancels"), "{text}");
    chat.answer(Answer::Sent(1, Err(refused(ErrorCode::FileRefused, "The file is too large."))));
    assert!(screen(&chat).contains("✗ Not sent: The file is too large."), "{}", screen(&chat));
    let again = ctrl(&mut chat, 'r');
    assert!(matches!(&again[..], [Ask::Attach(2, GENERAL, ..)]), "{again:?}");
    chat.answer(Answer::Sent(2, Ok(self::message(ada(), None, 2, "The plan"))));
    assert!(chat.unsent.is_empty() && !screen(&chat).contains("Uploading"));
}

#[test]
fn esc_cancels_an_upload_and_brings_its_command_back() {
    let (_folder, command) = on_disk("plan two.txt");
    let mut chat = changing();
    enter(&mut chat, &format!("{command} it's"));
    assert_eq!(key(&mut chat, KeyCode::Esc), []);
    assert!(chat.unsent.is_empty());
    assert_eq!(chat.room().text(), format!("{command} it's"));
    assert!(screen(&chat).contains("The upload is cancelled."));
    // Refused ones are taken back as they were written, too.
    enter(&mut chat, &command);
    chat.answer(Answer::Sent(2, Err(refused(ErrorCode::FileRefused, "No."))));
    assert_eq!(key(&mut chat, KeyCode::Esc), [], "a refused one stays");
    assert!(screen(&chat).contains("✗ Not sent: No."));
    ctrl(&mut chat, 'x');
    assert_eq!(chat.room().text(), command);
}

#[test]
fn a_file_that_can_not_be_sent_leaves_the_command_and_says_why() {
    let mut chat = changing();
    for (command, why) in [
        ("/upload /nowhere/plan.txt", "Failed to read"),
        ("/upload /", "is not a file"),
        ("/upload \"open", "Write /upload FILE [TEXT]"),
        ("/save /nowhere", "There is no folder “/nowhere”."),
        ("/save", "No message here has a file"),
    ] {
        assert_eq!(enter(&mut chat, command), [], "{command}");
        assert!(screen(&chat).contains(why), "{command}: {}", screen(&chat));
        assert_eq!(chat.room().text(), command);
    }
}

#[test]
fn a_path_is_completed() {
    let (folder, _) = on_disk("plan.txt");
    fs::create_dir(folder.path().join("plans")).unwrap();
    let mut chat = changing();
    let base = folder.path().display();
    for (text, whole) in [
        (format!("/upload {base}/plan.t"), format!("/upload {base}/plan.txt ")),
        (format!("/save {base}/pl"), format!("/save {base}/plans/")),
        ("/upload a.txt @bo".into(), "/upload a.txt @Bob ".into()),
    ] {
        chat.completion = None;
        chat.room_mut().write(&text);
        assert_eq!(key(&mut chat, KeyCode::Tab), [], "{text}");
        assert_eq!(chat.room().text(), whole);
    }
}

#[test]
fn the_files_of_the_newest_or_of_the_chosen_message_are_saved() {
    let mut chat = changing();
    let (old, new) = (file(1, "old.pdf"), file(2, "new.pdf"));
    say(&mut chat, with_files(2, "Two", vec![old.clone()]));
    say(&mut chat, with_files(3, "", vec![new.clone()]));
    say(&mut chat, message(bob(), None, 4, "None"));
    let save = |file: &File| Deed::Save(vec![file.clone()], Path::new(".").into());
    assert_eq!(enter(&mut chat, "/save"), [Ask::Do(save(&new), "/save".into())]);
    write(&mut chat, "draft");
    for _ in 0..3 {
        with(&mut chat, KeyModifiers::CONTROL, KeyCode::Up);
    }
    assert!(screen(&chat).contains("s save"), "{}", screen(&chat));
    let asks = key(&mut chat, KeyCode::Char('s'));
    assert_eq!(asks, [Ask::Do(save(&old), "draft".into())]);
    assert_eq!(chat.room().text(), "draft");
    let folder = tempfile::tempdir().unwrap();
    let command = format!("/save {}", folder.path().display());
    let asks = enter(&mut chat, &command);
    assert_eq!(asks, [Ask::Do(Deed::Save(vec![new], folder.path().into()), command)]);
}

#[test]
fn a_file_leads_to_its_address_also_beside_a_text() {
    let mut chat = changing();
    chat.url = "https://chat.example/".into();
    say(&mut chat, with_files(2, "", vec![file(7, "plan.pdf")]));
    say(&mut chat, with_files(3, "See\nthis", vec![file(8, "a\u{1b}.png"), file(9, "b.png")]));
    let opened = |part: &str, number: u128| {
        let uuid = Uuid::from_u128(number);
        format!("\u{1b}]8;;https://chat.example/files/{uuid}\u{1b}\\{part}\u{1b}]8;;\u{1b}\\")
    };
    let cells = cells(&chat).content;
    let links: Vec<_> = cells
        .iter()
        .map(ratatui::buffer::Cell::symbol)
        .filter(|it| it.starts_with('\u{1b}'))
        .collect();
    let expected = [
        opened("[plan.pdf, 1.5 KB]", 7),
        opened("[a\u{fffd}.png, 1.5 KB]", 8),
        opened("[b.png, 1.5 KB]", 9),
    ];
    assert_eq!(links, expected);
}
