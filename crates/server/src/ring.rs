//! Who is notified of a message: the one decision.

use chinwag_protocol::UserUuid;
use chinwag_store::{Kind, Level, Message, NotifySettings};
use jiff::Timestamp;

use crate::quiet::is_quiet;

/// A member of a message's channel, by what the store says at the moment of the decision.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    /// Who.
    pub user: UserUuid,
    /// Of what they are notified in the channel.
    pub level: Level,
    /// Until when they have muted the channel.
    pub muted_until: Option<Timestamp>,
    /// Up to which `Seq` they have read it.
    pub read: u64,
    /// Whether they have blocked the sender.
    pub blocks_sender: bool,
    /// What they have chosen for all notifications.
    pub settings: &'a NotifySettings,
}

/// Why a member is notified of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ring {
    /// It is private, or it mentions or answers them.
    Personal,
    /// They hear of everything in the channel.
    Usual,
}

/// Whether a member is notified of a message, and why.
#[must_use]
pub fn ring(message: &Message, member: &Member, at: Timestamp) -> Option<Ring> {
    let is_over = message.is_deleted() || message.is_unreadable() || member.read >= message.seq;
    let is_muted = member.muted_until.is_some_and(|until| at < until);
    let is_sender = message.sender.uuid == member.user;
    if is_sender || is_over || is_muted || member.blocks_sender || is_quiet(member.settings, at) {
        return None;
    }
    let is_named = concerns(message, member.user);
    let is_private = matches!(message.channel.kind, Kind::Direct(_));
    let is_wanted = match member.level {
        Level::All => true,
        Level::Mentions => is_named,
        Level::None => false,
    };
    is_wanted.then_some(if is_named || is_private { Ring::Personal } else { Ring::Usual })
}

/// Whether a message mentions a member, by name or with all, or answers them.
fn concerns(message: &Message, user: UserUuid) -> bool {
    let answers = message.reply_to.as_ref().is_some_and(|reply| reply.sender.uuid == user);
    let mentions = message.mentions.as_ref().is_some_and(|mentions| {
        mentions.all || mentions.users.iter().any(|mentioned| mentioned.uuid == user)
    });
    answers || mentions
}

#[cfg(test)]
mod tests {
    use chinwag_protocol::{ChannelUuid, MessageUuid};
    use chinwag_store::{Channel, Mentions, MessageState, QuietHours, ReplyTo, User};
    use uuid::Uuid;

    use super::*;

    const NOON: &str = "2026-01-02T12:00:00Z";

    fn user(number: u128) -> User {
        User { uuid: UserUuid(Uuid::from_u128(number)), name: format!("user {number}").into() }
    }

    /// The member in question.
    fn me() -> User {
        user(1)
    }

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn general() -> Message {
        Message {
            uuid: MessageUuid(Uuid::from_u128(1)),
            channel: Channel::GENERAL,
            seq: 7,
            sender: user(2),
            written_as: None,
            text: "hello".into(),
            created_at: time("2026-01-02T11:59:57Z"),
            reply_to: None,
            mentions: None,
            files: Box::default(),
            state: None,
        }
    }

    fn mention(users: &[User], all: bool) -> Message {
        let mentions = Some(Box::new(Mentions { users: users.to_vec(), all }));
        Message { mentions, ..general() }
    }

    fn answer(to: User) -> Message {
        let reply_to = Some(Box::new(ReplyTo {
            seq: 3,
            root: 3,
            sender: to,
            written_as: None,
            excerpt: None,
        }));
        Message { reply_to, ..general() }
    }

    fn in_channel(message: Message) -> Message {
        let channel = Channel::of_members(ChannelUuid(Uuid::from_u128(9)));
        Message { channel, ..message }
    }

    fn private() -> Message {
        let channel = Channel::direct(ChannelUuid(Uuid::from_u128(8)), me());
        Message { channel, ..general() }
    }

    #[test]
    fn members_are_notified_as_their_level_says() {
        use Ring::{Personal, Usual};

        // For the levels "all", "mentions" and "none".
        let rows: [(&str, Message, [Option<Ring>; 3]); 11] = [
            ("a message", general(), [Some(Usual), None, None]),
            ("one in a channel", in_channel(general()), [Some(Usual), None, None]),
            ("a private one", private(), [Some(Personal), None, None]),
            ("a mention", mention(&[user(3), me()], false), [Some(Personal), Some(Personal), None]),
            ("of another", mention(&[user(3)], false), [Some(Usual), None, None]),
            ("of all", mention(&[], true), [Some(Personal), Some(Personal), None]),
            (
                "of all in a channel",
                in_channel(mention(&[], true)),
                [Some(Personal), Some(Personal), None],
            ),
            ("an answer", answer(me()), [Some(Personal), Some(Personal), None]),
            ("to another", answer(user(3)), [Some(Usual), None, None]),
            (
                "a private mention",
                Message { channel: private().channel, ..mention(&[me()], false) },
                [Some(Personal), Some(Personal), None],
            ),
            (
                "a private answer",
                Message { channel: private().channel, ..answer(me()) },
                [Some(Personal), Some(Personal), None],
            ),
        ];
        let settings = NotifySettings::default();
        for (what, message, expected) in rows {
            let found = [Level::All, Level::Mentions, Level::None].map(|level| {
                let member = member(level, &settings);
                ring(&message, &member, time(NOON))
            });
            assert_eq!(found, expected, "{what}");
        }
    }

    fn member(level: Level, settings: &NotifySettings) -> Member<'_> {
        let user = me().uuid;
        Member { user, level, muted_until: None, read: 6, blocks_sender: false, settings }
    }

    /// What silences a private mention by the reader's own choice, and what doesn't.
    #[test]
    fn nobody_is_notified_against_their_will() {
        let night = QuietHours { days: "1234567".to_owned(), from: 20 * 60, to: 8 * 60 };
        let none = NotifySettings::default();
        let quiet = |zone: &str| {
            let (quiet, zone) = (vec![night.clone()], zone.to_owned());
            NotifySettings { quiet, zone, ..NotifySettings::default() }
        };
        let paused =
            |until| NotifySettings { paused_until: Some(time(until)), ..NotifySettings::default() };
        // At noon in Greenwich it is 21 o'clock in Tokyo.
        let (asleep, awake) = (quiet("Asia/Tokyo"), quiet("UTC"));
        let (pauses, paused) = (paused("2026-01-02T12:00:01Z"), paused(NOON));
        let hidden = NotifySettings { hides_content: true, ..NotifySettings::default() };
        let deleted = MessageState { deleted_at: Some(time(NOON)), ..MessageState::default() };
        let call = Message { channel: private().channel, ..mention(&[me()], false) };
        let own = Message { sender: me(), ..call.clone() };
        let deleted = Message { state: Some(Box::new(deleted)), ..call.clone() };
        let unreadable =
            Message { sender: User { uuid: UserUuid::default(), name: "".into() }, ..call.clone() };
        let usual = member(Level::All, &none);
        let muted = |until| Member { muted_until: Some(time(until)), ..usual.clone() };
        let rows = [
            ("nothing", &call, usual.clone(), true),
            ("it is one's own", &own, usual.clone(), false),
            ("it is deleted", &deleted, usual.clone(), false),
            ("it can't be read", &unreadable, usual.clone(), false),
            ("it is read", &call, Member { read: 7, ..usual.clone() }, false),
            ("a later one is read", &call, Member { read: 8, ..usual.clone() }, false),
            ("the channel is muted", &call, muted("2026-01-02T12:00:01Z"), false),
            ("the mute is over", &call, muted(NOON), true),
            (
                "the sender is blocked",
                &call,
                Member { blocks_sender: true, ..usual.clone() },
                false,
            ),
            ("in quiet hours", &call, member(Level::All, &asleep), false),
            ("out of quiet hours", &call, member(Level::All, &awake), true),
            ("in a pause", &call, member(Level::All, &pauses), false),
            ("after a pause", &call, member(Level::All, &paused), true),
            ("without content", &call, member(Level::All, &hidden), true),
        ];
        for (why, message, member, rings) in rows {
            assert_eq!(ring(message, &member, time(NOON)).is_some(), rings, "{why}");
        }
    }
}
