//! Commands and names that Tab completes.

use chinwag_client::protocol::outgoing::Channels;

use super::channels::{details, member_chat, ops};
use super::*;

/// What Tab makes of this draft.
fn completed(chat: &mut Chat, text: &str) -> String {
    chat.completion = None;
    chat.room_mut().write(text);
    assert_eq!(key(chat, KeyCode::Tab), [], "{text}");
    chat.room().text()
}

#[test]
fn the_words_of_commands_are_completed() {
    let mut chat = member_chat();
    let prefs = Chosen { section: "At work".into(), ..Chosen::default() };
    chat.rooms.get_mut(&ops()).unwrap().prefs = prefs;
    let cleo = Users { total: 1, received: 1, users: vec![user(4, "Cleo Smith")] };
    chat.answer(Answer::Found("cleo".into(), Ok(cleo)));
    for (text, whole) in [
        ("/join op", "/join #Ops "),
        ("/msg #se", "/msg #Secret "),
        ("/add bo", "/add Bob "),
        ("/add Bob, @cleo s", "/add Bob, @Cleo Smith "),
        ("/level m", "/level mentions "),
        ("/posting ow", "/posting owners "),
        ("/section at w", "/section At work"),
        ("/mute o", "/mute off "),
        ("/create #new --p", "/create #new --private "),
        ("/una", "/unarchive "),
        ("ask cleo s", "ask Cleo Smith "),
    ] {
        assert_eq!(completed(&mut chat, text), whole);
    }
}

#[test]
fn a_name_that_is_not_known_here_is_asked_for_and_completed() {
    let mut chat = member_chat();
    let news = outgoing::Channel { member: false, ..details(61, "News") };
    let found = || Channels { total: 1, received: 1, channels: vec![news.clone()] };
    chat.room_mut().write("/join ne");
    assert_eq!(key(&mut chat, KeyCode::Tab), [Ask::FindChannels("ne".into())]);
    chat.answer(Answer::FoundChannels(Ok(found())));
    assert_eq!(chat.room().text(), "/join #News ");
    let zoe = || Users { total: 1, received: 1, users: vec![user(8, "Zoe")] };
    chat.completion = None;
    chat.room_mut().write("/add zo");
    assert_eq!(key(&mut chat, KeyCode::Tab), [Ask::Find("zo".into())]);
    write(&mut chat, "!");
    chat.answer(Answer::Found("zo".into(), Ok(zoe())));
    assert_eq!(chat.room().text(), "/add zo!", "something else is written by now");
    chat.room_mut().write("zzz");
    assert_eq!(key(&mut chat, KeyCode::Tab), [], "a plain word is nobody's name");
}
