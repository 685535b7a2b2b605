//! Sessions: how they start and end, and which channel they join.

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_protocol::{ChannelUuid, SessionUuid, UserUuid};
use jiff::Timestamp;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::accounts::general_members;
use super::feed::{Request, audience, publish};
use super::link::PATIENCE;
use super::presence::Presence;
use super::records::News;
use super::{RedisStore, members};
use crate::{
    Attempt, Channel, HistoryPage, Join, JoinedChannel, Kind, MEMBERS_LIMIT, MembersPage,
    MembersQuery, Messages, Result, Sessions, Unavailable, User, UserStatus,
};

#[async_trait]
impl Sessions for RedisStore {
    async fn session_started(&self, user: &User, session: SessionUuid) -> Result<u64> {
        self.start_session(user, session).await
    }

    fn session_ended(&self, user: &User, session: SessionUuid, joined: Option<Channel>) {
        self.end_session(user, session, joined.as_ref());
    }

    fn is_online(&self, user: UserUuid) -> bool {
        self.shared.online().contains(&user)
    }

    fn online_users(&self) -> u64 {
        self.shared.online().len() as u64
    }

    async fn join(&self, join: Join) -> Attempt<JoinedChannel> {
        self.join_channel(join).await
    }

    async fn leave(&self, user: &User, session: SessionUuid, channel: &Channel) -> Result<u64> {
        self.leave_channel(user, session, channel).await
    }

    fn typing(&self, user: UserUuid, session: SessionUuid, channel: &Channel) {
        let news =
            News::Typing { user, session, channel: channel.uuid, address: channel.address() };
        let mut commands = redis::pipe();
        publish(&self.shared.link, &mut commands, &audience(channel, user), &news);
        let shared = Arc::clone(&self.shared);
        tokio::spawn(async move {
            // Typing is lost when Redis is away; nobody misses it.
            let _: Result<()> = shared.link.send("tell of typing", &commands).await;
        });
    }
}

/// A session that has begun, and ends unless it is kept: a sign-in that failed or was dropped leaves nothing.
struct Begun<'a> {
    store: &'a RedisStore,
    user: &'a User,
    session: SessionUuid,
    kept: bool,
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        if !self.kept {
            self.store.end_session(self.user, self.session, None);
        }
    }
}

/// Sessions of a user that are counted in General, and not any more unless that is kept.
struct Counted<'a> {
    presence: &'a Presence,
    user: &'a User,
    by: i64,
    kept: bool,
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        if !self.kept {
            self.presence.count(self.user.uuid, 0, -self.by);
            self.presence.tell(self.user, Vec::new(), None);
        }
    }
}

impl RedisStore {
    async fn start_session(&self, user: &User, session: SessionUuid) -> Result<u64> {
        let (action, presence) = ("start a session", &self.shared.presence);
        presence.room(action)?;
        self.watches.room(action)?;
        self.shared.names.remember(user);
        presence.count(user.uuid, 1, 0);
        let mut begun = Begun { store: self, user, session, kept: false };
        let news = News::SessionStarted { user: user.into(), session };
        let news = addressed(vec!["feed".to_owned()], &news).collect();
        let watched = self.followed(action, |done| Request::Watch(user.uuid, done));
        let (watched, started) = tokio::join!(watched, presence.told(action, user, news));
        let started = watched.and(started);
        begun.kept = started.is_ok();
        started
    }

    fn end_session(&self, user: &User, session: SessionUuid, joined: Option<&Channel>) {
        let left_general = joined.map_or(0, in_general);
        self.shared.presence.count(user.uuid, -1, -left_general);
        let news = joined
            .iter()
            .flat_map(|left| addressed(audience(left, user.uuid), &News::left(left, user, session)))
            .collect();
        self.shared.presence.tell(user, news, None);
        // The task lives as long as the store.
        self.watches.push(Request::Unwatch(user.uuid));
    }

    /// Waits until this node has told the channel's messages up to this `Seq`, if it follows the channel. A `rev`
    /// that was read with them covers changes to them: had they not been told, they would come later as they were.
    pub(super) async fn told(&self, channel: ChannelUuid, seq: u64) -> Result<()> {
        self.followed("read changes", |done| Request::Tell(channel, seq, done)).await
    }

    /// Returns when the feed does as requested.
    pub(super) async fn followed(
        &self,
        action: &'static str,
        request: impl FnOnce(oneshot::Sender<()>) -> Request,
    ) -> Result<()> {
        let (done, followed) = oneshot::channel();
        // The task lives as long as the store.
        self.watches.push(request(done));
        let late = || Unavailable { action, reason: "Redis did not answer in time".to_owned() };
        timeout(PATIENCE, followed).await.map_err(|_| late())?.map_err(|_| late())
    }

    async fn join_channel(&self, join: Join) -> Attempt<JoinedChannel> {
        let Join { user, session, channel, leaving } = join;
        // What is shown is read first: should that fail, nothing has been changed or told.
        let history = self.messages(&channel, &user, HistoryPage::NEWEST).await?;
        let (members, members_total) = self.members(&user, &channel).await?;
        let moved = in_general(&channel) - leaving.as_ref().map_or(0, in_general);
        let left = leaving.iter().filter(|left| left.uuid != channel.uuid).flat_map(|left| {
            addressed(audience(left, user.uuid), &News::left(left, &user, session))
        });
        let joined = News::joined(&channel, &user, session);
        let news = left.chain(addressed(audience(&channel, user.uuid), &joined)).collect();
        let sessions = self.move_general("join a channel", &user, moved, news).await?;
        Ok(JoinedChannel { history, members, members_total, sessions })
    }

    async fn leave_channel(
        &self,
        user: &User,
        session: SessionUuid,
        channel: &Channel,
    ) -> Result<u64> {
        let left = News::left(channel, user, session);
        let news = addressed(audience(channel, user.uuid), &left).collect();
        self.move_general("leave a channel", user, -in_general(channel), news).await
    }

    /// Counts sessions of the user in General up or down, with news; as before if that fails.
    async fn move_general(
        &self,
        action: &'static str,
        user: &User,
        by: i64,
        news: Vec<(String, String)>,
    ) -> Result<u64> {
        let presence = &self.shared.presence;
        presence.room(action)?;
        presence.count(user.uuid, 0, by);
        let mut counted = Counted { presence, user, by, kept: false };
        let moved = presence.told(action, user, news).await;
        counted.kept = moved.is_ok();
        moved
    }

    /// The first members with the user, who is about to join.
    async fn members(&self, user: &User, channel: &Channel) -> Attempt<(Vec<UserStatus>, u64)> {
        if channel.kind == Kind::Members {
            let query = MembersQuery {
                asker: user.uuid,
                channel: channel.uuid,
                folded_prefix: String::new(),
                offset: 0,
                limit: MEMBERS_LIMIT as u64,
            };
            let MembersPage { total, members } = members::page(&self.shared, query).await?;
            return Ok((members.into_iter().map(|(member, _)| member).collect(), total));
        }
        let Some(recipient) = channel.recipient() else {
            return Ok(general_members(&self.shared, user).await?);
        };
        let mut members = vec![UserStatus::new(user.clone(), true)];
        if recipient.uuid != user.uuid {
            members.push(UserStatus::new(recipient.clone(), self.is_online(recipient.uuid)));
        }
        members.sort_by(|a, b| b.online.cmp(&a.online).then_with(|| a.user.name.cmp(&b.user.name)));
        let mut commands = redis::pipe();
        let now = Timestamp::now().to_string();
        let hset = commands.cmd("HSET").arg(format!("channelUsers:{}", channel.uuid));
        for member in &members {
            hset.arg(member.user.uuid.to_string()).arg(&now);
        }
        hset.ignore();
        let () = self.shared.link.send("join a channel", &commands).await?;
        let total = members.len() as u64;
        Ok((members, total))
    }
}

/// News with the Pub/Sub channels that they go to.
fn addressed(to: Vec<String>, news: &News) -> impl Iterator<Item = (String, String)> + use<> {
    let json = news.json();
    to.into_iter().map(move |channel| (channel, json.clone()))
}

fn in_general(channel: &Channel) -> i64 {
    i64::from(channel.uuid.is_general())
}
