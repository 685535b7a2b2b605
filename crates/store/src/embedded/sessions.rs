//! Who is there, and in which channel.

use async_trait::async_trait;
use chinwag_protocol::{SessionUuid, UserUuid};

use super::EmbeddedStore;
use super::statements::accounts;
use crate::{
    Attempt, Channel, Event, HistoryPage, Join, JoinedChannel, Kind, MEMBERS_LIMIT, Members,
    MembersQuery, Messages, Result, Sessions, User, UserStatus,
};

impl EmbeddedStore {
    /// The first members of a group or a named channel and their number.
    async fn first_members(
        &self,
        user: &User,
        channel: &Channel,
    ) -> Attempt<(Vec<UserStatus>, u64)> {
        let query = MembersQuery {
            asker: user.uuid,
            channel: channel.uuid,
            folded_prefix: String::new(),
            offset: 0,
            limit: MEMBERS_LIMIT as u64,
        };
        let page = Members::members(self, query).await?;
        Ok((page.members.into_iter().map(|(member, _)| member).collect(), page.total))
    }

    /// The first who are in General, or the users of a direct channel, and their number.
    fn listed(&self, user: &User, channel: &Channel) -> (Vec<UserStatus>, u64) {
        let Some(recipient) = channel.recipient() else {
            return self.presence.general_members(MEMBERS_LIMIT);
        };
        let mut members = vec![user.clone()];
        if recipient.uuid != user.uuid {
            members.push(recipient.clone());
        }
        let mut members = self.presence.status(members);
        members.sort_by(|a, b| b.online.cmp(&a.online).then_with(|| a.user.name.cmp(&b.user.name)));
        let total = members.len() as u64;
        (members, total)
    }
}

#[async_trait]
impl Sessions for EmbeddedStore {
    async fn session_started(&self, user: &User, session: SessionUuid) -> Result<u64> {
        let uuid = user.uuid;
        let folded_name =
            self.readers.read("start a session", move |db| accounts::folded_name(db, uuid)).await?;
        self.presence.start_session(user, folded_name, |sessions| {
            let started = Event::SessionStarted { user: user.clone(), session, sessions };
            self.writer.announce(vec![started])
        })
    }

    fn session_ended(&self, user: &User, session: SessionUuid, joined: Option<Channel>) {
        let in_general = joined.as_ref().is_some_and(|channel| channel.uuid.is_general());
        self.presence.end_session(user.uuid, in_general, |sessions, went_offline| {
            let user = user.clone();
            let left = joined.map(|channel| {
                let user = user.clone();
                Event::Left { channel, user, session, sessions }
            });
            let offline = went_offline.then_some(Event::WentOffline { user, sessions });
            self.writer.announce_anyway(left.into_iter().chain(offline).collect());
        });
    }

    fn is_online(&self, user: UserUuid) -> bool {
        self.presence.is_online(user)
    }

    fn online_users(&self) -> u64 {
        self.presence.online_users()
    }

    async fn join(&self, join: Join) -> Attempt<JoinedChannel> {
        let Join { user, session, channel, leaving } = join;
        // The history is read first: should that fail, nothing has been changed or told.
        // Until it is read no message can be missed, since the feed has been flowing all along.
        let history = self.messages(&channel, &user, HistoryPage::NEWEST).await?;
        let first_members = match channel.kind {
            Kind::Members => Some(self.first_members(&user, &channel).await?),
            Kind::General | Kind::Direct(_) => None,
        };
        let left_general = leaving.as_ref().is_some_and(|left| left.uuid.is_general());
        let by = i32::from(channel.uuid.is_general()) - i32::from(left_general);
        let sessions = self.presence.change_general(user.uuid, by, |sessions| {
            let (user, channel) = (user.clone(), channel.clone());
            let left = leaving.filter(|left| left.uuid != channel.uuid).map(|channel| {
                let user = user.clone();
                Event::Left { channel, user, session, sessions }
            });
            let joined = Event::Joined { channel, user, session, sessions };
            self.writer.announce(left.into_iter().chain([joined]).collect())
        })?;
        let (members, members_total) =
            first_members.unwrap_or_else(|| self.listed(&user, &channel));
        Ok(JoinedChannel { history, members, members_total, sessions })
    }

    async fn leave(&self, user: &User, session: SessionUuid, channel: &Channel) -> Result<u64> {
        let by = -i32::from(channel.uuid.is_general());
        self.presence.change_general(user.uuid, by, |sessions| {
            let (user, channel) = (user.clone(), channel.clone());
            self.writer.announce(vec![Event::Left { channel, user, session, sessions }])
        })
    }

    fn typing(&self, user: UserUuid, session: SessionUuid, channel: &Channel) {
        let (channel, address) = (channel.uuid, channel.address());
        let typing = Event::Typing { user, session, channel, address };
        // Of no use later, so that it is lost where too much waits.
        let _ = self.writer.announce(vec![typing]);
    }
}
