//! The statements about subscriptions to web push, each a function.

use chinwag_protocol::{ChannelUuid, UserUuid};
use rusqlite::{Connection, Result, params};
use uuid::Uuid;

use super::rows::{text_at, uuid_at};
use crate::{KEY_LIFETIME, KeyDigest, Subscription};

/// The server's private key, which is `made` if there was none.
pub(in crate::embedded) fn push_key(db: &Connection, made: &[u8]) -> Result<Vec<u8>> {
    db.prepare_cached("INSERT OR IGNORE INTO push_key VALUES (1, ?)")?.execute([made])?;
    db.prepare_cached("SELECT private FROM push_key")?.query_row([], |row| row.get(0))
}

/// Whether the access key of a subscription is one.
pub(in crate::embedded) fn lives(
    db: &Connection,
    subscription: &Subscription,
    now: i64,
) -> Result<bool> {
    db.prepare_cached("SELECT 1 FROM access_keys WHERE user = ? AND digest = ? AND used_at > ?")?
        .exists(params![subscription.user.0.as_bytes(), subscription.key.0, now - KEY_LIFETIME])
}

/// Adds a subscription as the newest, in the place of any with its endpoint.
pub(in crate::embedded) fn add(db: &Connection, subscription: &Subscription) -> Result<()> {
    let Subscription { user, key, endpoint, p256dh, auth } = subscription;
    db.prepare_cached("DELETE FROM subscriptions WHERE endpoint = ?")?.execute([endpoint])?;
    db.prepare_cached(
        "INSERT INTO subscriptions (endpoint, user, digest, p256dh, auth) VALUES (?, ?, ?, ?, ?)",
    )?
    .execute(params![endpoint, user.0.as_bytes(), key.0, p256dh, auth])?;
    Ok(())
}

/// Ends the user's oldest subscriptions beyond the bound.
pub(in crate::embedded) fn bound(db: &Connection, user: UserUuid, most: u64) -> Result<()> {
    db.prepare_cached(
        "DELETE FROM subscriptions WHERE place IN (
             SELECT place FROM subscriptions WHERE user = ? ORDER BY place DESC LIMIT -1 OFFSET ?)",
    )?
    .execute(params![user.0.as_bytes(), most.cast_signed()])?;
    Ok(())
}

pub(in crate::embedded) fn end(db: &Connection, user: UserUuid, endpoint: &str) -> Result<()> {
    db.prepare_cached("DELETE FROM subscriptions WHERE user = ? AND endpoint = ?")?
        .execute(params![user.0.as_bytes(), endpoint])?;
    Ok(())
}

/// Gives the subscriptions of one access key to another.
pub(in crate::embedded) fn move_to(
    db: &Connection,
    user: UserUuid,
    from: KeyDigest,
    to: KeyDigest,
) -> Result<()> {
    db.prepare_cached("UPDATE subscriptions SET digest = ?3 WHERE user = ?1 AND digest = ?2")?
        .execute(params![user.0.as_bytes(), from.0, to.0])?;
    Ok(())
}

/// The user's subscriptions, oldest first, without those whose key has lapsed.
pub(in crate::embedded) fn of(
    db: &Connection,
    user: UserUuid,
    now: i64,
) -> Result<Vec<Subscription>> {
    db.prepare_cached(
        "SELECT s.endpoint, s.digest, s.p256dh, s.auth
         FROM subscriptions s JOIN access_keys k ON k.user = s.user AND k.digest = s.digest
         WHERE s.user = ? AND k.used_at > ? ORDER BY s.place",
    )?
    .query_map(params![user.0.as_bytes(), now - KEY_LIFETIME], |row| {
        Ok(Subscription {
            user,
            endpoint: text_at(row, 0)?,
            key: KeyDigest(row.get(1)?),
            p256dh: row.get(2)?,
            auth: row.get(3)?,
        })
    })?
    .collect()
}

pub(in crate::embedded) fn are_there(db: &Connection) -> Result<bool> {
    db.prepare_cached("SELECT 1 FROM subscriptions LIMIT 1")?.exists([])
}

/// The members at the level `all` behind this user, in the order of their UUIDs.
pub(in crate::embedded) fn told_of_all(
    db: &Connection,
    channel: ChannelUuid,
    after: Uuid,
    most: u32,
) -> Result<Vec<Uuid>> {
    db.prepare_cached(
        "SELECT user FROM members INDEXED BY told_of_all
         WHERE channel = ? AND level = 0 AND user > ? ORDER BY user LIMIT ?",
    )?
    .query_map(params![channel.0.as_bytes(), after.as_bytes(), most], |row| uuid_at(row, 0))?
    .collect()
}

/// The members of a group or a named channel.
pub(in crate::embedded) fn members(db: &Connection, channel: ChannelUuid) -> Result<Vec<Uuid>> {
    db.prepare_cached("SELECT user FROM members WHERE channel = ? AND folded_name IS NOT NULL")?
        .query_map([channel.0.as_bytes()], |row| uuid_at(row, 0))?
        .collect()
}

/// The users with subscriptions behind this one, in the order of their UUIDs.
pub(in crate::embedded) fn subscribers(
    db: &Connection,
    after: Uuid,
    most: u32,
) -> Result<Vec<Uuid>> {
    db.prepare_cached(
        "SELECT DISTINCT user FROM subscriptions WHERE user > ? ORDER BY user LIMIT ?",
    )?
    .query_map(params![after.as_bytes(), most], |row| uuid_at(row, 0))?
    .collect()
}
