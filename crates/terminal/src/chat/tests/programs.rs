//! Hooks and bots: made, shown once, listed and ended; and what people are.

use chinwag_client::protocol::HookUuid;
use chinwag_client::protocol::outgoing::Role;

use super::*;
use crate::chat::deeds::{Deed, Outcome};
use crate::chat::programs::{Program, Scope, Secret, Which};

fn enter(chat: &mut Chat, command: &str) -> Vec<Ask> {
    chat.room_mut().write(command);
    key(chat, KeyCode::Enter)
}

fn hook(number: u128, name: &str) -> Program {
    let which = Which::Hook(HookUuid(Uuid::from_u128(number)));
    Program { which, name: name.into(), made: Some(noon()) }
}

#[test]
fn a_secret_stays_until_it_is_closed_and_can_be_copied() {
    let mut chat = chat();
    let asks = enter(&mut chat, "/hook Alerts");
    let deed = Deed::CreateHook(GENERAL, "Alerts".into());
    assert_eq!(asks, [Ask::Do(deed, "/hook Alerts".into())]);
    let text: String = format!("https://chat.example/hooks/{}", "secret".repeat(12));
    let secret =
        Some(Secret { title: "Hook Alerts".into(), about: "About it.", text: text.clone() });
    let outcome = Outcome { secret, ..Outcome::default() };
    chat.answer(Answer::Done("/hook Alerts".into(), Ok(outcome)));
    for code in [KeyCode::Char('x'), KeyCode::Down, KeyCode::Backspace] {
        assert_eq!(key(&mut chat, code), []);
        assert!(screen(&chat).contains("About it."), "{}", screen(&chat));
    }
    assert_eq!(key(&mut chat, KeyCode::Char('c')), [Ask::Copy(text)]);
    assert!(screen(&chat).contains("Copied"), "{}", screen(&chat));
    key(&mut chat, KeyCode::Esc);
    assert!(!screen(&chat).contains("About it."));
    assert_eq!(chat.room().text(), "");
}

#[test]
fn hooks_are_listed_and_ended_after_a_question() {
    let mut chat = chat();
    let asks = enter(&mut chat, "/hooks");
    assert_eq!(asks, [Ask::Do(Deed::List(Scope::Hooks(GENERAL)), "/hooks".into())]);
    let listed = |found: Vec<Program>| Outcome {
        programs: Some((Scope::Hooks(GENERAL), found)),
        ..Outcome::default()
    };
    chat.answer(Answer::Done("/hooks".into(), Ok(listed(Vec::new()))));
    assert!(screen(&chat).contains("General has no hooks; /hook NEW makes one."));
    let (alerts, builds) = (hook(1, "Alerts"), hook(2, "Builds"));
    chat.answer(Answer::Done("/hooks".into(), Ok(listed(vec![alerts, builds.clone()]))));
    let text = screen(&chat);
    assert!(text.contains("Hooks of General") && text.contains("Builds  since 12:00"), "{text}");
    key(&mut chat, KeyCode::Down);
    key(&mut chat, KeyCode::Char('d'));
    assert!(screen(&chat).contains("End this hook?"), "{}", screen(&chat));
    key(&mut chat, KeyCode::Esc);
    assert!(screen(&chat).contains("d end"), "it is kept");
    key(&mut chat, KeyCode::Char('d'));
    let asks = key(&mut chat, KeyCode::Char('d'));
    assert_eq!(asks, [Ask::Do(Deed::End(builds), String::new())]);
}

#[test]
fn a_refused_command_comes_back() {
    let mut chat = chat();
    assert_eq!(
        enter(&mut chat, "/bot Helper"),
        [Ask::Do(Deed::CreateBot("Helper".into()), "/bot Helper".into())]
    );
    chat.answer(Answer::Done("/bot Helper".into(), Err("Only admins make bots.".into())));
    assert!(screen(&chat).contains("Only admins make bots."));
    assert_eq!(chat.room().text(), "/bot Helper");
    assert_eq!(enter(&mut chat, "/bots"), [Ask::Do(Deed::List(Scope::Bots), "/bots".into())]);
}

#[test]
fn people_are_shown_with_what_they_are() {
    let mut chat = chat();
    enter(&mut chat, "/who");
    let cleo = User { role: Role::Admin, ..user(3, "Cleo") };
    let gone = User { deactivated: true, online: Some(false), ..user(4, "Dora") };
    let robot = User { uuid: UserUuid::random_bot(), bot: true, ..user(5, "Robot") };
    let users = vec![bob(), cleo.clone(), gone.clone(), robot.clone()];
    chat.answer(Answer::Found(String::new(), Ok(Users { total: 4, received: 4, users })));
    let text = screen(&chat);
    for row in ["● Bob ", "● Cleo  admin", "○ Dora  deactivated", "● Robot  bot"] {
        assert!(text.contains(row), "{row}: {text}");
    }
    key(&mut chat, KeyCode::Esc);
    // A message doesn't tell it, and what a list has told stays.
    say(&mut chat, message(User { role: Role::Member, ..cleo }, None, 1, "Hello"));
    chat.show(Channel::Direct(uuid(3)));
    assert!(screen(&chat).contains("Cleo  admin, online"), "{}", screen(&chat));
    chat.show(Channel::Direct(robot.uuid));
    assert!(screen(&chat).contains("Robot  bot, online"), "{}", screen(&chat));
}
