//! Which unread messages are counted, in the list and in the title.

use chinwag_client::protocol::outgoing::{Level, ReplyTo};

use super::channels::{details, in_ops, inbox, member_chat, ops, shared};
use super::prefs::choose;
use super::*;

/// The inbox with messages in #Ops of which some mention Ada.
fn with_mentions(total: u64, unread: u64, mentions: u64) -> Event {
    let listed = shared(details(50, "Ops"), total, unread);
    let prefs = level(Level::Mentions);
    inbox(vec![InboxChannel { mentions: Some(mentions), prefs, ..listed }])
}

fn level(level: Level) -> Chosen {
    Chosen { level: Some(level), ..Chosen::default() }
}

/// What the list shows of #Ops, and the title.
fn told(chat: &Chat) -> (String, String) {
    let rows = shown(chat);
    let mut row = rows.iter().map(|row| row.chars().take(22).collect::<String>());
    let row = row.rfind(|row| row.contains("# Ops")).unwrap();
    (row.replace("# Ops", "").trim().to_owned(), chat.title())
}

fn is_told(chat: &Chat, row: &str, title: &str) {
    assert_eq!(told(chat), (row.into(), format!("{title}General · Chinwag")));
}

fn mention(seq: u64) -> Message {
    Message { mentions: vec![ada()], ..in_ops(seq, "@Ada it burns") }
}

#[test]
fn mentions_and_answers_are_counted_and_the_rest_is_a_dot() {
    let mut chat = member_chat();
    is_told(&chat, "•", "• ");
    chat.event(with_mentions(8, 5, 2));
    is_told(&chat, "2", "(2) ");
    say(&mut chat, in_ops(9, "nothing for Ada"));
    is_told(&chat, "2", "(2) ");
    say(&mut chat, mention(10));
    say(&mut chat, Message { mention_all: true, ..in_ops(11, "@all") });
    let to = ReplyTo {
        seq: 1,
        root: 1,
        sender_uuid: uuid(1),
        sender: ada(),
        written_as: None,
        excerpt: None,
    };
    say(&mut chat, Message { reply_to: Some(Box::new(to)), ..in_ops(12, "yes") });
    is_told(&chat, "5", "(5) ");
    // Another device of hers has read all but the last two.
    let channel = Recipient { recipient: Some(Uuid::from_u128(50)) };
    read(&mut chat, channel.clone(), 10);
    is_told(&chat, "2", "(2) ");
    chat.show(ops());
    let messages = (1..=12).rev().map(|seq| in_ops(seq, "…")).collect();
    let page = History { channel, total: 12, received: 12, rev: 0, messages };
    chat.answer(Answer::History(ops(), Page::Last, Ok(page)));
    chat.mark_read();
    assert_eq!(chat.title(), "#Ops · Chinwag");
}

/// Another session of Ada's has read up to this message.
fn read(chat: &mut Chat, channel: Recipient, seq: u64) {
    let body = Body::ChannelRead(outgoing::Read { channel, seq });
    let by = outgoing::By { session: None, user: None, user_uuid: None };
    chat.event(Event::News(Box::new(outgoing::Outgoing { id: None, by, body })));
}

#[test]
fn a_channel_counts_as_its_level_says_and_a_muted_one_not_in_the_title() {
    let mut chat = member_chat();
    chat.event(with_mentions(8, 5, 2));
    choose(&mut chat, ops(), level(Level::All));
    is_told(&chat, "5", "(5) ");
    choose(&mut chat, ops(), level(Level::None));
    is_told(&chat, "•", "");
    let muted_until = Some(noon() + SignedDuration::from_hours(1));
    choose(&mut chat, ops(), Chosen { muted_until, ..level(Level::Mentions) });
    is_told(&chat, "🔕  2", "");
    say(&mut chat, message(bob(), Some(ada()), 1, "psst"));
    assert_eq!(chat.title(), "(1) General · Chinwag");
    chat.input(Input::Resize(40, 12));
    assert!(screen(&chat).starts_with(" (1) # General"), "{}", screen(&chat));
}

#[test]
fn edits_and_deletions_change_the_count() {
    let mut chat = member_chat();
    chat.event(with_mentions(8, 5, 1));
    say(&mut chat, mention(9));
    let changed = |chat: &mut Chat, message: Message| {
        let message = Box::new(message);
        chat.event(Event::Changed { message, live: true });
    };
    let edited = |message| Message { edited_at: Some(noon()), rev: Some(1), ..message };
    changed(&mut chat, edited(in_ops(9, "it is out")));
    is_told(&chat, "1", "(1) ");
    changed(&mut chat, Message { rev: Some(2), ..edited(mention(9)) });
    is_told(&chat, "2", "(2) ");
    changed(&mut chat, Message { deleted_at: Some(noon()), ..edited(in_ops(9, "")) });
    is_told(&chat, "1", "(1) ");
    assert_eq!(chat.recount(), []);
    changed(&mut chat, Message { rev: Some(4), ..in_ops(7, "a reaction changes no text") });
    assert_eq!(chat.recount(), []);
    // Of a message that is not here the server alone knows whether it counted.
    changed(&mut chat, edited(in_ops(6, "it is out")));
    assert_eq!(chat.recount(), [Ask::Recount]);
    changed(&mut chat, edited(in_ops(7, "it is out")));
    assert_eq!(chat.recount(), [], "one at a time");
    let Event::Inbox(now) = with_mentions(9, 6, 0) else { unreachable!("it is one") };
    chat.answer(Answer::Recounted(Ok(now.clone())));
    is_told(&chat, "•", "• ");
    assert_eq!(chat.recount(), [Ask::Recount]);
    chat.answer(Answer::Recounted(Err(Error::Disconnected)));
    assert_eq!(chat.recount(), []);
    // Nor how many of those that were read elsewhere.
    chat.event(with_mentions(9, 6, 3));
    read(&mut chat, Recipient { recipient: Some(Uuid::from_u128(50)) }, 5);
    assert_eq!(chat.recount(), [Ask::Recount]);
}
