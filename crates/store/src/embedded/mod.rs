//! The store of a single node: `SQLite` for what lasts, memory for who is online, a feed in the process.

mod accounts;
mod append;
mod backup;
mod channels;
mod clock;
mod data_dir;
mod epoch;
mod export;
mod import;
mod log;
mod members;
mod messages;
mod migration;
mod mover;
mod presence;
mod ranked;
mod readers;
mod recent;
mod rows;
mod schema;
mod sent;
mod users;
mod writer;

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use chinwag_protocol::{ChannelUuid, SessionUuid, UserUuid};
use jiff::Timestamp;

use crate::newest::Newest;
use crate::{
    AccessKeys, Account, Accounts, Append, Channel, Channels, Creation, Event, Feed, FoundChannel,
    HistoryPage, InboxEntry, Join, JoinedChannel, KEY_LIFETIME, KeyDigest, MEMBERS_LIMIT, Messages,
    MessagesPage, NewAccount, PasswordChange, Result, RevokedKeys, Sessions, Space, Store, Ticket,
    Unavailable, User, UserStatus, UsersPage, UsersQuery,
};
pub use backup::backup;
use clock::Clock;
use data_dir::DataDir;
pub(crate) use data_dir::private_file;
pub use export::{export, size};
pub use import::EmbeddedTarget;
use presence::Presence;
use readers::Readers;
use recent::Recent;
use writer::Writer;

/// A store in one folder, for one process.
pub struct EmbeddedStore {
    writer: Writer,
    readers: Readers,
    recent: Arc<Recent>,
    presence: Arc<Presence>,
    newest: Newest,
    clock: Clock,
    epoch: Arc<str>,
    dir: DataDir,
}

impl EmbeddedStore {
    /// Opens the store in the folder, making both if they are not there.
    ///
    /// # Errors
    /// When the folder can't be written, or another process uses it.
    pub fn open(dir: &Path, feed: Feed) -> Result<Arc<Self>> {
        let action = "open the embedded store";
        let mut dir = DataDir::claim(dir)?;
        let database = dir.database();
        let failed = |error: rusqlite::Error| Unavailable {
            action,
            reason: format!("{}: {error}", database.display()),
        };
        let connection = dir.open_writer(action)?;
        if import::unfinished(&connection).map_err(failed)?.is_some() {
            let reason =
                "an import into it was not finished: run `chinwag import` with the same file again";
            return Err(Unavailable { action, reason: reason.to_owned() });
        }
        let epoch = epoch::open(&connection).map_err(failed)?;
        let presence = Arc::new(Presence::load(&connection).map_err(failed)?);
        let no_thread = |error: std::io::Error| Unavailable { action, reason: error.to_string() };
        let open_reader = || schema::open_reader(&database).map_err(failed);
        let readers = [open_reader()?, open_reader()?];
        let readers = Readers::start(readers).map_err(no_thread)?;
        let recent = Arc::<Recent>::default();
        let writer = Writer::start(connection, Arc::clone(&recent), feed).map_err(no_thread)?;
        Ok(Arc::new(Self {
            writer,
            readers,
            recent,
            presence,
            newest: Newest::default(),
            clock: Clock::default(),
            epoch,
            dir,
        }))
    }

    /// The recipient, and the channel of the two if there is one.
    async fn look_up(
        &self,
        user: UserUuid,
        recipient: UserUuid,
    ) -> Result<Option<(User, Option<ChannelUuid>)>> {
        self.readers
            .read("find a channel", move |db| {
                let Some(recipient) = accounts::user(db, recipient)? else { return Ok(None) };
                let channel = channels::direct(db, user, recipient.uuid)?;
                Ok(Some((recipient, channel)))
            })
            .await
    }

    /// The first members of a channel and their number.
    fn members(&self, user: &User, channel: &Channel) -> (Vec<UserStatus>, u64) {
        let Some(recipient) = channel.recipient() else {
            return self.presence.general_members(MEMBERS_LIMIT);
        };
        let status = |user: &User| UserStatus {
            user: user.clone(),
            online: self.presence.is_online(user.uuid),
        };
        let mut members = vec![status(user)];
        if recipient.uuid != user.uuid {
            members.push(status(recipient));
        }
        members.sort_by(|a, b| b.online.cmp(&a.online).then_with(|| a.user.name.cmp(&b.user.name)));
        let total = members.len() as u64;
        (members, total)
    }
}

#[async_trait]
impl Store for EmbeddedStore {
    fn epoch(&self) -> Arc<str> {
        Arc::clone(&self.epoch)
    }

    async fn ready(&self) -> Result<()> {
        // A write, so that a full or read-only disk shows, too.
        self.writer
            .write("reach the database", |db| {
                schema::touch(db)?;
                Ok(((), Vec::new()))
            })
            .await
    }

    async fn space(&self) -> Result<Space> {
        self.dir.space()
    }

    async fn close(&self) {
        // SQLite folds the log into the database and removes it when the last connection closes.
        self.readers.stop().await;
        self.writer.stop().await;
    }
}

#[async_trait]
impl Accounts for EmbeddedStore {
    async fn account(&self, folded_name: &str) -> Result<Option<Account>> {
        let folded_name = folded_name.to_owned();
        self.readers.read("find an account", move |db| accounts::account(db, &folded_name)).await
    }

    async fn create_account(&self, account: NewAccount) -> Result<Creation> {
        let (recent, presence) = (Arc::clone(&self.recent), Arc::clone(&self.presence));
        let (user, folded_name) = (account.user.uuid, account.folded_name.clone());
        let create =
            move |db: &_| Ok((accounts::create_account(db, &recent, &account)?, Vec::new()));
        let created = move |creation: &Creation| {
            if *creation == Creation::Created {
                presence.add(user, &folded_name);
            }
        };
        self.writer.write_then("create an account", create, created).await
    }

    async fn users(&self, query: UsersQuery) -> Result<UsersPage> {
        let presence = Arc::clone(&self.presence);
        self.readers.read("list users", move |db| users::page(db, &presence, &query)).await
    }

    async fn change_password(&self, change: PasswordChange) -> Result<bool> {
        let now = Timestamp::now().as_second();
        self.writer
            .write("change a password", move |db| {
                let PasswordChange { account, password_hash, asking, key, session } = change;
                let user = account.user.uuid;
                let stands = accounts::has_password(db, user, &account.password_hash)?
                    && accounts::access_key(db, user, asking)?.is_some();
                if !stands {
                    return Ok((false, Vec::new()));
                }
                accounts::set_password(db, user, &password_hash)?;
                accounts::delete_access_keys(db, user)?;
                accounts::set_access_key(db, user, key, now)?;
                let keys = RevokedKeys::AllBut(Some(key));
                Ok((true, vec![Event::KeysRevoked { user, keys, session }]))
            })
            .await
    }
}

#[async_trait]
impl AccessKeys for EmbeddedStore {
    async fn add_access_key(&self, account: &Account, digest: KeyDigest) -> Result<bool> {
        let (now, account) = (Timestamp::now().as_second(), account.clone());
        let is_steady = self.clock.is_steady();
        self.writer
            .write("add an access key", move |db| {
                let user = account.user.uuid;
                let fits = accounts::has_password(db, user, &account.password_hash)?;
                if fits {
                    accounts::set_access_key(db, user, digest, now)?;
                    if is_steady {
                        accounts::delete_lapsed_access_keys(db, user, now)?;
                    }
                    accounts::bound_access_keys(db, user, digest)?;
                }
                Ok((fits, Vec::new()))
            })
            .await
    }

    async fn use_access_key(&self, user: UserUuid, digest: KeyDigest) -> Result<Option<User>> {
        const DAY: u64 = 24 * 60 * 60;
        let found = self
            .readers
            .read("use an access key", move |db| accounts::access_key(db, user, digest))
            .await?;
        let now = Timestamp::now().as_second();
        let Some((user, used_at)) = found.filter(|(_, used_at)| now - used_at < KEY_LIFETIME)
        else {
            return Ok(None);
        };
        // A day's precision is enough for a life of 30, and spares most resumptions a write.
        // A time to come is of a clock that was wrong.
        if now.abs_diff(used_at) > DAY {
            let uuid = user.uuid;
            let used =
                move |db: &_| Ok((accounts::touch_access_key(db, uuid, digest, now)?, Vec::new()));
            self.writer.write("use an access key", used).await?;
        }
        Ok(Some(user))
    }

    async fn revoke_access_key(
        &self,
        user: UserUuid,
        digest: KeyDigest,
        session: SessionUuid,
    ) -> Result<()> {
        self.writer
            .write("end an access key", move |db| {
                accounts::delete_access_key(db, user, digest)?;
                let keys = RevokedKeys::One(digest);
                Ok(((), vec![Event::KeysRevoked { user, keys, session }]))
            })
            .await
    }

    async fn revoke_all_access_keys(&self, user: UserUuid, session: SessionUuid) -> Result<()> {
        self.writer
            .write("end all access keys", move |db| {
                accounts::delete_access_keys(db, user)?;
                let keys = RevokedKeys::AllBut(None);
                Ok(((), vec![Event::KeysRevoked { user, keys, session }]))
            })
            .await
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

    async fn join(&self, join: Join) -> Result<JoinedChannel> {
        let Join { user, session, channel, leaving } = join;
        // The history is read first: should that fail, nothing has been changed or told.
        // Until it is read no message can be missed, since the feed has been flowing all along.
        let history = self.messages(&channel, &user, HistoryPage::NEWEST).await?;
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
        let (members, members_total) = self.members(&user, &channel);
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

#[async_trait]
impl Channels for EmbeddedStore {
    async fn direct_channel(&self, user: UserUuid, recipient: UserUuid) -> Result<Option<Channel>> {
        let Some((recipient, found)) = self.look_up(user, recipient).await? else {
            return Ok(None);
        };
        let uuid = if let Some(uuid) = found {
            uuid
        } else {
            let other = recipient.uuid;
            let create = move |db: &_| Ok((channels::create_direct(db, user, other)?, Vec::new()));
            self.writer.write("create a channel", create).await?
        };
        Ok(Some(Channel::direct(uuid, recipient)))
    }

    async fn find_channel(&self, user: UserUuid, recipient: UserUuid) -> Result<FoundChannel> {
        Ok(match self.look_up(user, recipient).await? {
            None => FoundChannel::NoUser,
            Some((_, None)) => FoundChannel::NoChannel,
            Some((recipient, Some(uuid))) => {
                FoundChannel::Channel(Channel::direct(uuid, recipient))
            }
        })
    }

    async fn inbox(&self, user: &User) -> Result<Vec<InboxEntry>> {
        let (recent, user) = (Arc::clone(&self.recent), user.clone());
        self.readers.read("read the inbox", move |db| channels::inbox(db, &recent, &user)).await
    }

    async fn mark_read(
        &self,
        user: UserUuid,
        session: SessionUuid,
        channel: &Channel,
        seq: u64,
    ) -> Result<u64> {
        let (uuid, address) = (channel.uuid, channel.address());
        let recent = Arc::clone(&self.recent);
        self.writer
            .write("mark a channel as read", move |db| {
                let seq = members::mark_read(db, &recent, user, uuid, seq)?;
                Ok((seq, vec![Event::Read { user, session, address, seq }]))
            })
            .await
    }
}

#[async_trait]
impl Messages for EmbeddedStore {
    fn append(&self, appends: Vec<Append>) -> Vec<(Ticket, Unavailable)> {
        self.writer.append(appends)
    }

    async fn messages(
        &self,
        channel: &Channel,
        user: &User,
        page: HistoryPage,
    ) -> Result<MessagesPage> {
        if let Some(messages) = self.recent.page(channel.uuid, page).whole(page) {
            return Ok(messages);
        }
        let shared = channel.uuid.is_general() && page == HistoryPage::NEWEST;
        let (recent, channel, user) = (Arc::clone(&self.recent), channel.clone(), user.clone());
        let read = self
            .readers
            .read("read the history", move |db| messages::page(db, &recent, &channel, &user, page));
        if shared { self.newest.page(read).await } else { read.await }
    }
}

#[cfg(test)]
mod tests;
