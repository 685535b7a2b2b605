//! The statements about files, each a function.

use std::collections::HashSet;
use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, FileUuid, UserUuid};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::rows::{number_at, saturated, text_at, uuid_at};
use crate::{
    Append, ENDED_FILES, File, KEY_LIFETIME, KeyDigest, NewFile, UPLOAD_LIFETIME, Upload,
    UploadChange,
};

/// As a message has its files; NULL if it has none.
pub(in crate::embedded) fn column(files: &[File]) -> Option<String> {
    // Strings and numbers only: there is nothing that could fail.
    (!files.is_empty()).then(|| serde_json::to_string(files).unwrap_or_default())
}

/// The files of a message.
pub(in crate::embedded) fn at(row: &Row, column: usize) -> Result<Box<[File]>> {
    let json = row.get_ref(column)?.as_str_or_null()?.unwrap_or("[]");
    Ok(serde_json::from_str(json).unwrap_or_default())
}

/// The files that a message is to hold; `None` if it can't have one of them.
pub(in crate::embedded) fn for_message(
    db: &Connection,
    append: &Append,
) -> Result<Option<Box<[File]>>> {
    let channel = append.channel.uuid.0;
    let find = |uuid: &FileUuid| {
        db.prepare_cached(
            "SELECT uuid, name, kind, size, width, height, preview FROM files
             WHERE uuid = ? AND state = 1 AND user = ? AND channel = ?",
        )?
        .query_row(
            params![uuid.0.as_bytes(), append.sender.uuid.0.as_bytes(), channel.as_bytes()],
            file,
        )
        .optional()
    };
    append.files.iter().map(find).collect()
}

/// Puts a file into the message with this key.
pub(in crate::embedded) fn bind(db: &Connection, file: FileUuid, message: i64) -> Result<()> {
    db.prepare_cached("UPDATE files SET state = 2, message = ? WHERE uuid = ?")?
        .execute(params![message, file.0.as_bytes()])?;
    Ok(())
}

/// Ends the files of the messages with these keys, the last one included.
pub(in crate::embedded) fn end_of(db: &Connection, from: i64, to: i64) -> Result<()> {
    db.prepare_cached("UPDATE files SET state = 3, message = NULL WHERE message BETWEEN ? AND ?")?
        .execute([from, to])?;
    Ok(())
}

/// The user's file that no message holds with this `clientUUID`, which gets another token.
pub(in crate::embedded) fn again(
    db: &Connection,
    new: &NewFile,
) -> Result<Option<(FileUuid, u64)>> {
    if new.client_uuid.is_none() {
        return Ok(None);
    }
    db.prepare_cached(
        "UPDATE files SET token = ?3, digest = ?4 WHERE user = ?1 AND state < 2 AND client_uuid = ?2
         RETURNING uuid, received",
    )?
    .query_row(params![new.user.0.as_bytes(), new.client_uuid, new.token.0, new.key.0], |row| {
        Ok((FileUuid(uuid_at(row, 0)?), number_at(row, 1)?))
    })
    .optional()
}

/// How many uploads of the session are unfinished.
pub(in crate::embedded) fn unfinished(db: &Connection, new: &NewFile) -> Result<u64> {
    db.prepare_cached("SELECT count(*) FROM files WHERE user = ? AND state = 0 AND session = ?")?
        .query_row(params![new.user.0.as_bytes(), new.session.0.as_bytes()], |row| {
            number_at(row, 0)
        })
}

/// How many bytes the user's files have, until they are deleted.
pub(in crate::embedded) fn bytes_of(db: &Connection, user: UserUuid) -> Result<u64> {
    db.prepare_cached("SELECT ifnull(sum(size), 0) FROM files WHERE user = ?")?
        .query_row([user.0.as_bytes()], |row| number_at(row, 0))
}

/// How many bytes all files have.
pub(in crate::embedded) fn bytes(db: &Connection) -> Result<u64> {
    db.prepare_cached("SELECT ifnull(sum(size), 0) FROM files")?
        .query_row([], |row| number_at(row, 0))
}

pub(in crate::embedded) fn insert(db: &Connection, new: &NewFile) -> Result<()> {
    let (width, height) = new.dimensions.unzip();
    db.prepare_cached(
        "INSERT INTO files (uuid, state, user, session, channel, name, size, received, width, height, token,
             digest, client_uuid, at) VALUES (?, 0, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        new.uuid.0.as_bytes(),
        new.user.0.as_bytes(),
        new.session.0.as_bytes(),
        new.channel.uuid.0.as_bytes(),
        new.name,
        saturated(new.size),
        width,
        height,
        new.token.0,
        new.key.0,
        new.client_uuid,
        new.at.as_second(),
    ])?;
    Ok(())
}

/// A file that the message with this key holds.
pub(in crate::embedded) fn import(
    db: &Connection,
    (channel, user): (ChannelUuid, UserUuid),
    file: &File,
    message: i64,
) -> Result<()> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO files (uuid, state, user, session, channel, name, size, received, width, height, kind,
             preview, token, at, message) VALUES (?, 2, ?, x'', ?, ?, ?, ?5, ?, ?, ?, ?, x'', 0, ?)",
    )?
    .execute(params![
        file.uuid.0.as_bytes(),
        user.0.as_bytes(),
        channel.0.as_bytes(),
        file.name,
        saturated(file.size),
        file.width,
        file.height,
        file.kind,
        file.preview,
        message,
    ])?;
    Ok(())
}

/// The files that messages hold, with whether each has a preview.
pub(in crate::embedded) fn held(db: &Connection) -> Result<Vec<(FileUuid, bool)>> {
    db.prepare("SELECT uuid, preview FROM files WHERE state = 2")?
        .query_map([], |row| Ok((FileUuid(uuid_at(row, 0)?), row.get(1)?)))?
        .collect()
}

/// A file that no message holds and whose upload may go on: its access key is there, and its user is still one of the
/// channel.
pub(in crate::embedded) fn upload(db: &Connection, file: FileUuid) -> Result<Option<Upload>> {
    db.prepare_cached(
        "SELECT f.user, f.token, f.size, f.received, f.width, f.height, f.state
         FROM files f JOIN channels c ON c.uuid = f.channel
             JOIN access_keys k ON k.user = f.user AND k.digest = f.digest
         WHERE f.uuid = ? AND f.state < 2
             AND (c.kind < 2 OR EXISTS (SELECT 1 FROM members WHERE user = f.user AND channel = c.uuid))",
    )?
    .query_row([file.0.as_bytes()], |row| {
        Ok(Upload {
            user: UserUuid(uuid_at(row, 0)?),
            token: KeyDigest(row.get(1)?),
            size: number_at(row, 2)?,
            received: number_at(row, 3)?,
            dimensions: row.get::<_, Option<u32>>(4)?.zip(row.get(5)?),
            is_complete: row.get::<_, i64>(6)? == 1,
        })
    })
    .optional()
}

/// Changes a file that no message holds. Whether there is one, and its upload may go on.
pub(in crate::embedded) fn change(
    db: &Connection,
    file: FileUuid,
    change: &UploadChange,
    now: i64,
) -> Result<bool> {
    let uuid = file.0.as_bytes();
    if *change != UploadChange::Ended && upload(db, file)?.is_none() {
        return Ok(false);
    }
    let changed = match change {
        UploadChange::Received(received) => db
            .prepare_cached("UPDATE files SET received = ?, at = ? WHERE uuid = ? AND state = 0")?
            .execute(params![saturated(*received), now, uuid])?,
        UploadChange::Completed { kind, size, dimensions } => {
            let (width, height) = dimensions.unzip();
            db.prepare_cached(
                "UPDATE files SET state = 1, kind = ?, size = ?, received = ?2, width = ?, height = ?, at = ?
                 WHERE uuid = ? AND state = 0",
            )?
            .execute(params![kind, saturated(*size), width, height, now, uuid])?
        }
        UploadChange::Preview => db
            .prepare_cached("UPDATE files SET preview = 1, at = ? WHERE uuid = ? AND state < 2")?
            .execute(params![now, uuid])?,
        UploadChange::Ended => db
            .prepare_cached("UPDATE files SET state = 3 WHERE uuid = ? AND state < 2")?
            .execute([uuid])?,
    };
    Ok(changed > 0)
}

/// The file, if a message that the user can read holds it.
pub(in crate::embedded) fn readable(
    db: &Connection,
    user: UserUuid,
    uuid: FileUuid,
) -> Result<Option<File>> {
    db.prepare_cached(
        "SELECT f.uuid, f.name, f.kind, f.size, f.width, f.height, f.preview
         FROM files f JOIN channels c ON c.uuid = f.channel
         WHERE f.uuid = ?1 AND f.state = 2 AND EXISTS (SELECT 1 FROM users WHERE uuid = ?2 AND deactivated_at IS NULL)
             AND (c.kind = 0 OR (c.kind = 3 AND NOT c.private)
                  OR EXISTS (SELECT 1 FROM members WHERE user = ?2 AND channel = c.uuid))",
    )?
    .query_row([uuid.0.as_bytes(), user.0.as_bytes()], file)
    .optional()
}

/// Ends the files that no message has held for an hour, and returns some of those that have ended.
pub(in crate::embedded) fn ended(db: &Connection, now: i64) -> Result<Vec<FileUuid>> {
    for state in [0, 1] {
        db.prepare_cached("UPDATE files SET state = 3 WHERE state = ? AND at < ?")?
            .execute([state, now - UPLOAD_LIFETIME])?;
    }
    let mut statement = db.prepare_cached("SELECT uuid FROM files WHERE state = 3 LIMIT ?")?;
    statement.query_map([ENDED_FILES], |row| uuid_at(row, 0).map(FileUuid))?.collect()
}

pub(in crate::embedded) fn known(db: &Connection, files: &[FileUuid]) -> Result<HashSet<FileUuid>> {
    let mut find = db.prepare_cached("SELECT 1 FROM files WHERE uuid = ?")?;
    let mut known = HashSet::new();
    for file in files {
        if find.exists([file.0.as_bytes()])? {
            known.insert(*file);
        }
    }
    Ok(known)
}

pub(in crate::embedded) fn forget(db: &Connection, file: FileUuid) -> Result<()> {
    db.prepare_cached("DELETE FROM files WHERE uuid = ? AND state = 3")?
        .execute([file.0.as_bytes()])?;
    Ok(())
}

/// Lets the user read files by a secret, as long as the access key lasts.
pub(in crate::embedded) fn add_key(
    db: &Connection,
    (user, key): (UserUuid, KeyDigest),
    secret: KeyDigest,
    now: i64,
) -> Result<bool> {
    let added = db
        .prepare_cached(
            "INSERT OR REPLACE INTO file_keys
             SELECT user, digest, ?3 FROM access_keys WHERE user = ?1 AND digest = ?2 AND used_at > ?4",
        )?
        .execute(params![user.0.as_bytes(), key.0, secret.0, now - KEY_LIFETIME])?;
    Ok(added > 0)
}

pub(in crate::embedded) fn has_key(
    db: &Connection,
    user: UserUuid,
    secret: KeyDigest,
    now: i64,
) -> Result<bool> {
    db.prepare_cached(
        "SELECT 1 FROM file_keys f JOIN access_keys a ON a.user = f.user AND a.digest = f.digest
         WHERE f.user = ? AND f.secret = ? AND a.used_at > ?",
    )?
    .exists(params![user.0.as_bytes(), secret.0, now - KEY_LIFETIME])
}

fn file(row: &Row) -> Result<File> {
    let kind: Arc<str> = text_at(row, 2)?;
    Ok(File {
        uuid: FileUuid(uuid_at(row, 0)?),
        name: text_at(row, 1)?,
        kind,
        size: number_at(row, 3)?,
        width: row.get(4)?,
        height: row.get(5)?,
        preview: row.get(6)?,
    })
}
