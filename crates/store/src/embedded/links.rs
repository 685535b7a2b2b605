//! Links, devices and roles.

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use chinwag_protocol::{ChannelUuid, UserUuid};
use jiff::Timestamp;
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::EmbeddedStore;
use super::members::{Denyable, announce, permit};
use super::statements::rows::uuid_at;
use super::statements::{accounts, deletions, hooks, links, members};
use crate::{
    Attempt, Denied, Device, Event, Failure, KeyDigest, KnownUser, Link, LinkKind, LinkUse, Links,
    Member, Result, RevokedKeys, Role, Standing, Unavailable, User, UserEdit, UserStatus,
};

/// Adds links from the command line, also while a server runs on the folder.
///
/// # Errors
/// When the database can't be written.
pub fn add_links(dir: &Path, made: &[(Link, KeyDigest)]) -> Result<()> {
    let add = || -> rusqlite::Result<()> {
        let db = open(dir)?;
        let transaction = db.unchecked_transaction()?;
        for (link, digest) in made {
            links::insert(&transaction, link, *digest)?;
        }
        transaction.commit()
    };
    add().map_err(|error| Unavailable { action: "make a link", reason: error.to_string() })
}

/// All users by their folded names, for the command line.
///
/// # Errors
/// When the database can't be read.
pub fn known_users(dir: &Path) -> Result<Vec<KnownUser>> {
    let read = || accounts::known(&open(dir)?);
    read().map_err(|error| Unavailable { action: "list users", reason: error.to_string() })
}

/// A connection beside that of a server, for a short write.
fn open(dir: &Path) -> rusqlite::Result<Connection> {
    let flags =
        rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(dir.join("chinwag.db"), flags)?;
    db.busy_timeout(Duration::from_secs(10))?;
    Ok(db)
}

/// What was done, with the events that announce it; or why it is denied.
type Done<T> = Denyable<(T, Vec<Event>)>;

#[async_trait]
impl Links for EmbeddedStore {
    async fn add_link(&self, link: Link, digest: KeyDigest) -> Attempt<()> {
        self.attempt("make a link", move |db| {
            permit!(may_make(db, &link)?);
            links::insert(db, &link, digest)?;
            Ok(Ok(((), Vec::new())))
        })
        .await
    }

    async fn link(&self, digest: KeyDigest) -> Result<Option<Link>> {
        self.readers.read("find a link", move |db| links::find(db, digest, Timestamp::now())).await
    }

    async fn links(&self, asker: UserUuid) -> Result<Vec<Link>> {
        let list = move |db: &Connection| {
            let mut all = listed(db, asker)?;
            all.sort_by_key(|(link, _)| std::cmp::Reverse(link.at));
            Ok(all.into_iter().map(|(link, _)| link).collect())
        };
        self.readers.read("list links", list).await
    }

    async fn revoke_link(&self, asker: UserUuid, link: Uuid) -> Attempt<()> {
        self.attempt("end a link", move |db| {
            let found = listed(db, asker)?.into_iter().find(|(found, _)| found.uuid == link);
            let (_, digest) = permit!(found.ok_or(Denied::LinkEnded));
            links::delete(db, digest)?;
            Ok(Ok(((), Vec::new())))
        })
        .await
    }

    async fn use_link(&self, used: LinkUse) -> Attempt<(User, Role)> {
        let user = used.user;
        let done = self.attempt("use a link", move |db| use_link(db, &used)).await?;
        self.presence.set_standing(user, Standing { role: done.1, ..Standing::default() });
        Ok(done)
    }

    async fn devices(&self, user: UserUuid) -> Result<Vec<Device>> {
        let list = move |db: &Connection| {
            db.prepare_cached(
                "SELECT digest, device, used_at FROM access_keys WHERE user = ? ORDER BY used_at DESC, digest",
            )?
            .query_map([user.0.as_bytes()], |row| {
                Ok(Device { digest: KeyDigest(row.get(0)?), name: row.get(1)?, used_at: row.get(2)? })
            })?
            .collect()
        };
        self.readers.read("list devices", list).await
    }

    async fn edit_user(&self, edit: UserEdit) -> Attempt<UserStatus> {
        let edited = self.attempt("edit a user", move |db| edit_user(db, edit)).await?;
        let (user, standing, bots) = edited;
        self.presence.set_standing(edit.user, standing);
        self.note_standings(bots).await?;
        let status = self.presence.status(vec![user]).into_iter().next();
        status.ok_or(Failure::Denied(Denied::NoUser))
    }

    async fn has_admin(&self) -> Result<bool> {
        self.readers.read("look for an admin", |db| Ok(!accounts::admins(db)?.is_empty())).await
    }
}

fn is_active_admin(standing: Standing) -> bool {
    standing.role == Role::Admin && !standing.deactivated
}

fn may_make(db: &Connection, link: &Link) -> rusqlite::Result<Denyable<()>> {
    if let Some(by) = link.by {
        let by_admins = matches!(link.kind, LinkKind::Invite | LinkKind::Reset);
        if by_admins && !accounts::is_admin(db, by)? {
            return Ok(Err(Denied::NotAdmin));
        }
    }
    match link.user {
        Some(user) if accounts::user(db, user)?.is_none() => Ok(Err(Denied::NoUser)),
        Some(user) if accounts::standing(db, user)?.deactivated => Ok(Err(Denied::Deactivated)),
        _ => Ok(Ok(())),
    }
}

fn listed(db: &Connection, asker: UserUuid) -> rusqlite::Result<Vec<(Link, KeyDigest)>> {
    let is_admin = accounts::is_admin(db, asker)?;
    let all = links::all(db, Timestamp::now())?;
    Ok(all.into_iter().filter(|(link, _)| is_admin || link.by == Some(asker)).collect())
}

fn use_link(db: &Connection, used: &LinkUse) -> rusqlite::Result<Done<(User, Role)>> {
    let link = permit!(links::find(db, used.link, used.at)?.ok_or(Denied::LinkEnded));
    let standing = accounts::standing(db, used.user)?;
    let user = permit!(accounts::user(db, used.user)?.ok_or(Denied::LinkEnded));
    if link.user != Some(used.user) || standing.deactivated {
        return Ok(Err(Denied::LinkEnded));
    }
    links::count_use(db, used.link)?;
    let (mut role, mut events) = (standing.role, Vec::new());
    if link.kind == LinkKind::Claim {
        role = Role::Admin;
        accounts::set_role(db, used.user, role)?;
    }
    if let (LinkKind::Reset, Some(password)) = (link.kind, &used.password_hash) {
        accounts::set_password(db, used.user, password)?;
        accounts::delete_access_keys(db, used.user)?;
        let keys = RevokedKeys::AllBut(Some(used.key));
        events.push(Event::KeysRevoked { user: used.user, keys, session: used.session });
    }
    accounts::set_access_key(db, used.user, used.key, used.at.as_second(), &used.device)?;
    accounts::bound_access_keys(db, used.user, used.key)?;
    Ok(Ok(((user, role), events)))
}

/// Returns the user, what the user is now, and the bots of hooks that have ended.
fn edit_user(
    db: &Connection,
    edit: UserEdit,
) -> rusqlite::Result<Done<(User, Standing, Vec<UserUuid>)>> {
    if let Some(asker) = edit.asker
        && !accounts::is_admin(db, asker)?
    {
        return Ok(Err(Denied::NotAdmin));
    }
    let user = permit!(accounts::user(db, edit.user)?.ok_or(Denied::NoUser));
    let before = accounts::standing(db, edit.user)?;
    let after = Standing {
        role: edit.role.unwrap_or(before.role),
        deactivated: edit.deactivated.unwrap_or(before.deactivated),
        // A hook ends with its bot.
        hook: before.hook && edit.deactivated != Some(true),
    };
    let ends = is_active_admin(before) && !is_active_admin(after);
    if ends && accounts::admins(db)?.len() <= 1 {
        return Ok(Err(Denied::LastAdmin));
    }
    accounts::set_role(db, edit.user, after.role)?;
    if let Some(deletion) = edit.deletion() {
        deletions::add(db, &deletion)?;
    }
    let (mut events, mut bots) = (Vec::new(), Vec::new());
    if after.deactivated != before.deactivated {
        accounts::deactivate(db, edit.user, after.deactivated.then_some(edit.at))?;
    }
    if after.deactivated && !before.deactivated {
        accounts::delete_access_keys(db, edit.user)?;
        bots = hooks::bots_of(db, edit.user)?;
        bots.iter().try_for_each(|bot| hooks::end(db, *bot))?;
        for (link, digest) in links::all(db, edit.at)? {
            if link.by == Some(edit.user) || link.user == Some(edit.user) {
                links::delete(db, digest)?;
            }
        }
        events.extend(hand_over(db, edit.user)?);
        let keys = RevokedKeys::AllBut(None);
        events.push(Event::KeysRevoked { user: edit.user, keys, session: edit.session });
    }
    Ok(Ok(((user, after, bots), events)))
}

/// Makes the longest member an owner of each private channel that has only this one.
fn hand_over(db: &Connection, owner: UserUuid) -> rusqlite::Result<Vec<Event>> {
    let mut events = Vec::new();
    let mut owned = db.prepare_cached(
        "SELECT m.channel FROM members m JOIN channels c ON c.uuid = m.channel
         WHERE m.user = ? AND m.owner AND c.kind = 3 AND c.private",
    )?;
    let owned = owned.query_map([owner.0.as_bytes()], |row| Ok(ChannelUuid(uuid_at(row, 0)?)))?;
    for channel in owned.collect::<rusqlite::Result<Vec<_>>>()? {
        if members::owners(db, channel)? > 1 {
            continue;
        }
        let mut longest = db.prepare_cached(
            "SELECT m.user FROM members m JOIN users u ON u.uuid = m.user
             WHERE m.channel = ? AND m.user <> ? AND u.deactivated_at IS NULL ORDER BY m.since LIMIT 1",
        )?;
        let mut rows = longest.query(params![channel.0.as_bytes(), owner.0.as_bytes()])?;
        let Some(row) = rows.next()? else { continue };
        let longest = UserUuid(uuid_at(row, 0)?);
        members::set_owner(db, longest, channel, true)?;
        if let Some(user) = accounts::user(db, longest)? {
            let changed = vec![Member { user, owner: true }];
            let announced = announce(db, channel, Vec::new(), Vec::new(), changed, Vec::new())?;
            events.extend(announced.into_iter().flat_map(|(_, events)| events));
        }
    }
    Ok(events)
}
