//! Files that users upload.

use std::collections::HashSet;

use async_trait::async_trait;
use chinwag_protocol::{FileUuid, UserUuid};
use jiff::Timestamp;
use rusqlite::Connection;

use super::EmbeddedStore;
use super::members::{Denyable, permit};
use super::statements::files;
use super::writing;
use crate::{
    Attempt, Denied, Failure, File, Files, KeyDigest, NewFile, Result, UPLOADS_LIMIT, Upload,
    UploadChange,
};

#[async_trait]
impl Files for EmbeddedStore {
    async fn create_file(&self, new: NewFile) -> Attempt<(FileUuid, u64)> {
        let create = move |db: &_| Ok((create(db, &new)?, Vec::new()));
        self.writer.write("begin an upload", create).await?.map_err(Failure::from)
    }

    async fn upload(&self, file: FileUuid) -> Result<Option<Upload>> {
        self.readers.read("find an upload", move |db| files::upload(db, file)).await
    }

    async fn change_upload(
        &self,
        file: FileUuid,
        change: UploadChange,
        at: Timestamp,
    ) -> Result<bool> {
        let write =
            move |db: &_| Ok((files::change(db, file, &change, at.as_second())?, Vec::new()));
        self.writer.write("change an upload", write).await
    }

    async fn file(&self, user: UserUuid, file: FileUuid) -> Result<Option<File>> {
        self.readers.read("find a file", move |db| files::readable(db, user, file)).await
    }

    async fn ended_files(&self, now: Timestamp) -> Result<Vec<FileUuid>> {
        let end = move |db: &_| Ok((files::ended(db, now.as_second())?, Vec::new()));
        self.writer.write("end files", end).await
    }

    async fn known_files(&self, files: Vec<FileUuid>) -> Result<HashSet<FileUuid>> {
        self.readers.read("find files", move |db| files::known(db, &files)).await
    }

    async fn forget_file(&self, file: FileUuid) -> Result<()> {
        let forget = move |db: &_| Ok((files::forget(db, file)?, Vec::new()));
        self.writer.write("forget a file", forget).await
    }

    async fn add_file_key(
        &self,
        user: UserUuid,
        key: KeyDigest,
        secret: KeyDigest,
    ) -> Result<bool> {
        let now = Timestamp::now().as_second();
        let add = move |db: &_| Ok((files::add_key(db, (user, key), secret, now)?, Vec::new()));
        self.writer.write("let files be read", add).await
    }

    async fn has_file_key(&self, user: UserUuid, secret: KeyDigest) -> Result<bool> {
        let now = Timestamp::now().as_second();
        self.readers
            .read("find who reads a file", move |db| files::has_key(db, user, secret, now))
            .await
    }
}

fn create(db: &Connection, new: &NewFile) -> rusqlite::Result<Denyable<(FileUuid, u64)>> {
    permit!(writing::may_write(db, new.user, &new.channel)?);
    if let Some(known) = files::again(db, new)? {
        return Ok(Ok(known));
    }
    let takes = |used: u64, most: u64| used.saturating_add(new.size) <= most;
    let has_place = files::unfinished(db, new)? < UPLOADS_LIMIT;
    permit!(has_place.then_some(()).ok_or(Denied::TooManyUploads));
    let has_quota = takes(files::bytes_of(db, new.user)?, new.quota);
    permit!(has_quota.then_some(()).ok_or(Denied::FileQuota));
    if let Some(space) = new.space {
        permit!(takes(files::bytes(db)?, space).then_some(()).ok_or(Denied::FileSpace));
    }
    files::insert(db, new)?;
    Ok(Ok((new.uuid, 0)))
}
