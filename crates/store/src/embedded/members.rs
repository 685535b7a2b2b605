//! Groups and named channels: how they are made and edited, and how members come and go.

use async_trait::async_trait;
use chinwag_protocol::{ChannelUuid, UserUuid};
use rusqlite::Connection;

use super::EmbeddedStore;
use super::statements::{blocks, channels, hooks, members};
use super::{create, listing};
use crate::{
    Attempt, ChannelDetails, ChannelEdit, ChannelsPage, ChannelsQuery, Denied, Event, Failure,
    Member, Members, MembersAdd, MembersChange, MembersPage, MembersQuery, Membership, NewChannel,
    Preferences, PreferencesChange, Result,
};

/// A change, with the events that announce it; or why it is denied, and then nothing is changed.
pub(super) type Denyable<T> = std::result::Result<T, Denied>;

/// Leaves a function whose result is a [`Denyable`] in a [`rusqlite::Result`].
macro_rules! permit {
    ($denyable:expr) => {
        match $denyable {
            Ok(value) => value,
            Err(denied) => return Ok(Err(denied)),
        }
    };
}
pub(super) use permit;

impl EmbeddedStore {
    /// Runs a change that may be denied, before it has written anything.
    pub(super) async fn attempt<T: Send + 'static>(
        &self,
        action: &'static str,
        change: impl FnOnce(&Connection) -> rusqlite::Result<Denyable<(T, Vec<Event>)>> + Send + 'static,
    ) -> Attempt<T> {
        self.writer.write(action, move |db| change(db).map(split)).await?.map_err(Failure::from)
    }

    /// The same for a change of a channel's stored messages.
    pub(super) async fn attempt_change<T: Send + 'static>(
        &self,
        action: &'static str,
        channel: ChannelUuid,
        change: impl FnOnce(&Connection) -> rusqlite::Result<Denyable<(T, Vec<Event>)>> + Send + 'static,
    ) -> Attempt<T> {
        let change = move |db: &Connection| change(db).map(split);
        self.writer.change(action, channel, change).await?.map_err(Failure::from)
    }
}

fn split<T>(change: Denyable<(T, Vec<Event>)>) -> (Denyable<T>, Vec<Event>) {
    match change {
        Ok((value, events)) => (Ok(value), events),
        Err(denied) => (Err(denied), Vec::new()),
    }
}

#[async_trait]
impl Members for EmbeddedStore {
    async fn create_channel(&self, new: NewChannel) -> Attempt<ChannelDetails> {
        let recent = self.recent.clone();
        self.attempt("create a channel", move |db| create::create(db, &recent, &new)).await
    }

    async fn edit_channel(&self, edit: ChannelEdit) -> Attempt<ChannelDetails> {
        self.attempt("edit a channel", move |db| create::edit(db, &edit)).await
    }

    async fn add_members(&self, add: MembersAdd) -> Attempt<MembersChange> {
        let recent = self.recent.clone();
        self.attempt("add members", move |db| {
            let rights = channels::rights(db, add.asker, add.channel)?;
            let rights = permit!(rights.ok_or(Denied::NotFound));
            let joins = add.users == [add.asker] && rights.member.is_none() && !rights.private;
            let is_owner = rights.member == Some(true) || rights.may_govern();
            permit!(match rights.member {
                _ if !rights.may_read() => Err(Denied::NotFound),
                _ if rights.kind != channels::NAMED => Err(Denied::Fixed),
                None if !joins && !is_owner => Err(Denied::NotMember),
                _ if add.owner.is_some() && !is_owner => Err(Denied::NotOwner),
                _ if rights.archived => Err(Denied::Archived),
                _ => Ok(()),
            });
            let (mut added, mut changed, mut now) = (Vec::new(), Vec::new(), Vec::new());
            for user in &add.users {
                let Some(user) = super::statements::accounts::user(db, *user)? else {
                    return Ok(Err(Denied::NoUser));
                };
                let before = members::membership(db, user.uuid, add.channel)?;
                let was_owner = before.as_ref().is_some_and(|member| member.owner);
                let member = Member { user, owner: add.owner.unwrap_or(was_owner) };
                if before.is_none() {
                    permit!(create::has_room(db, member.user.uuid)?);
                    if blocks::separate(db, add.asker, member.user.uuid)? {
                        return Ok(Err(Denied::Deactivated));
                    }
                    added.push(member.clone());
                } else if member.owner != was_owner {
                    changed.push(member.clone());
                }
                now.push(member);
            }
            permit!(keeps_an_owner(db, rights.private, add.channel, &added, &changed)?);
            for Member { user, owner } in &added {
                members::add(db, &recent, user.uuid, add.channel, *owner, add.at)?;
            }
            for Member { user, owner } in &changed {
                members::set_owner(db, user.uuid, add.channel, *owner)?;
            }
            announce(db, add.channel, now, added, changed, Vec::new())
        })
        .await
    }

    async fn remove_member(
        &self,
        asker: UserUuid,
        channel: ChannelUuid,
        user: UserUuid,
    ) -> Attempt<MembersChange> {
        let remove = move |db: &Connection| {
            let rights = channels::rights(db, asker, channel)?;
            let rights = permit!(rights.ok_or(Denied::NotFound));
            permit!(match rights.member {
                _ if !rights.may_read() => Err(Denied::NotFound),
                _ if rights.kind != channels::NAMED => Err(Denied::Fixed),
                _ if asker == user => Ok(()),
                Some(true) => Ok(()),
                _ if rights.may_govern() => Ok(()),
                Some(false) => Err(Denied::NotOwner),
                None => Err(Denied::NotMember),
            });
            let Some(removed) = super::statements::accounts::user(db, user)? else {
                return Ok(Err(Denied::NoUser));
            };
            let Some(before) = members::membership(db, user, channel)? else {
                return announce(db, channel, Vec::new(), Vec::new(), Vec::new(), Vec::new());
            };
            let was_owner = Member { user: removed.clone(), owner: before.owner };
            let total = channels::details(db, channel)?.map_or(0, |details| details.users_total);
            let is_last_owner = before.owner && members::owners(db, channel)? == 1;
            if rights.private && is_last_owner && total > 1 {
                return Ok(Err(Denied::LastOwner));
            }
            members::remove(db, user, channel)?;
            let change =
                announce(db, channel, vec![was_owner], Vec::new(), Vec::new(), vec![removed]);
            if rights.private && total == 1 {
                channels::delete(db, channel)?;
            }
            change
        };
        // It may be the end of the channel, of its messages and its hooks.
        let bots = self.readers.read("find hooks", move |db| hooks::bots(db, channel)).await?;
        let removed =
            self.writer.change("remove a member", channel, move |db| remove(db).map(split));
        let removed = removed.await??;
        self.note_standings(bots).await?;
        Ok(removed)
    }

    async fn members(&self, query: MembersQuery) -> Attempt<MembersPage> {
        let presence = self.presence.clone();
        let page = move |db: &_| listing::members(db, &presence, &query);
        self.readers.read("list members", page).await?.map_err(Failure::from)
    }

    async fn channels(&self, query: ChannelsQuery) -> Result<ChannelsPage> {
        self.readers.read("list channels", move |db| listing::channels(db, &query)).await
    }

    async fn channel(
        &self,
        asker: UserUuid,
        channel: ChannelUuid,
    ) -> Attempt<(ChannelDetails, Option<Membership>)> {
        let found = self.readers.read("read a channel", move |db| {
            if !channel.is_general() {
                let rights = channels::rights(db, asker, channel)?;
                let is_readable = rights.is_some_and(channels::Rights::may_read);
                permit!(is_readable.then_some(()).ok_or(Denied::NotFound));
            }
            let details = permit!(channels::details(db, channel)?.ok_or(Denied::NotFound));
            Ok(Ok((details, members::membership(db, asker, channel)?)))
        });
        found.await?.map_err(Failure::from)
    }

    async fn memberships(&self, user: UserUuid) -> Result<Vec<ChannelUuid>> {
        self.readers.read("read memberships", move |db| members::of_user(db, user)).await
    }

    async fn change_preferences(&self, change: PreferencesChange) -> Attempt<Preferences> {
        self.attempt("change preferences", move |db| {
            let PreferencesChange { user, session, channel, .. } = &change;
            let (user, session, address) = (*user, *session, channel.address());
            let Some(membership) = members::membership(db, user, channel.uuid)? else {
                let rights = channels::rights(db, user, channel.uuid)?;
                let is_readable = rights.is_some_and(channels::Rights::may_read);
                return Ok(Err(if is_readable { Denied::NotMember } else { Denied::NotFound }));
            };
            let uuid = channel.uuid;
            let preferences = change.apply(membership.preferences);
            members::set_preferences(db, user, uuid, &preferences)?;
            let told = preferences.clone();
            let event = Event::Preferences { user, session, address, preferences: told };
            Ok(Ok((preferences, vec![event])))
        })
        .await
    }
}

/// Whether a private channel with other members still has an owner after the change.
fn keeps_an_owner(
    db: &Connection,
    private: bool,
    channel: ChannelUuid,
    added: &[Member],
    changed: &[Member],
) -> rusqlite::Result<Denyable<()>> {
    let all = || added.iter().chain(changed);
    let (gained, lost) = (
        all().filter(|member| member.owner).count() as u64,
        changed.iter().filter(|member| !member.owner).count() as u64,
    );
    let keeps = !private || lost == 0 || members::owners(db, channel)? + gained > lost;
    Ok(if keeps { Ok(()) } else { Err(Denied::LastOwner) })
}

/// What became of members, with its event where something did.
pub(super) fn announce(
    db: &Connection,
    channel: ChannelUuid,
    users: Vec<Member>,
    added: Vec<Member>,
    changed: Vec<Member>,
    removed: Vec<crate::User>,
) -> rusqlite::Result<Denyable<(MembersChange, Vec<Event>)>> {
    let details = permit!(channels::details(db, channel)?.ok_or(Denied::NotFound));
    let change = MembersChange { users, users_total: details.users_total };
    let is_news = !(added.is_empty() && changed.is_empty() && removed.is_empty());
    let details = std::sync::Arc::new(details);
    let news = is_news.then_some(Event::Members { details, added, changed, removed });
    Ok(Ok((change, news.into_iter().collect())))
}
