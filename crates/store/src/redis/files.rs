//! Files that users upload.

use std::collections::HashSet;

use async_trait::async_trait;
use chinwag_protocol::{FileUuid, UserUuid};
use jiff::Timestamp;

use super::RedisStore;
use super::access_keys::hex;
use super::link::unreadable;
use super::messages::other_user;
use super::scripts::{
    ADD_FILE_KEY, CHANGE_FILE, CREATE_FILE, ENDED_FILES as ENDED, FORGET_FILE, HAS_FILE_KEY,
    READ_FILE, READ_UPLOAD,
};
use super::subscriptions::bytes;
use crate::{
    Attempt, ENDED_FILES, File, Files, KEY_LIFETIME, KeyDigest, NewFile, Result, UPLOAD_LIFETIME,
    UPLOADS_LIMIT, Upload, UploadChange, channel_name,
};

#[async_trait]
impl Files for RedisStore {
    async fn create_file(&self, new: NewFile) -> Attempt<(FileUuid, u64)> {
        let action = "begin an upload";
        let mut script = CREATE_FILE.arg(new.uuid.to_string());
        script
            .arg(new.user.to_string())
            .arg(new.session.to_string())
            .arg(channel_name(new.channel.uuid));
        script.arg(&*new.name).arg(new.size);
        let [width, height] = words(new.dimensions);
        script.arg(width).arg(height).arg(hex(&new.token.0));
        script.arg(new.client_uuid.unwrap_or_default()).arg(new.at.as_second()).arg(new.quota);
        script.arg(new.space.map(|space| space.to_string()).unwrap_or_default()).arg(UPLOADS_LIMIT);
        script.arg(hex(&new.key.0)).arg(other_user(&new.channel));
        let [uuid, received]: [String; 2] = self.shared.link.attempt(action, &script).await?;
        let read = uuid.parse().ok().zip(received.parse().ok());
        Ok(read.ok_or_else(|| unreadable(action, "an upload"))?)
    }

    async fn upload(&self, file: FileUuid) -> Result<Option<Upload>> {
        let script = READ_UPLOAD.arg(file.to_string());
        let fields: Vec<Option<String>> = self.shared.link.run("find an upload", &script).await?;
        Ok(fields.try_into().ok().and_then(read_upload))
    }

    async fn change_upload(
        &self,
        file: FileUuid,
        change: UploadChange,
        at: Timestamp,
    ) -> Result<bool> {
        let (what, size, kind, dimensions) = match change {
            UploadChange::Received(received) => ("received", received, "".into(), None),
            UploadChange::Completed { kind, size, dimensions } => {
                ("complete", size, kind, dimensions)
            }
            UploadChange::Preview => ("preview", 0, "".into(), None),
            UploadChange::Ended => ("end", 0, "".into(), None),
        };
        let [width, height] = words(dimensions);
        let mut script = CHANGE_FILE.arg(file.to_string());
        script.arg(at.as_second()).arg(what).arg(size).arg(&*kind).arg(width).arg(height);
        self.shared.link.run("change an upload", &script).await
    }

    async fn file(&self, user: UserUuid, file: FileUuid) -> Result<Option<File>> {
        let mut script = READ_FILE.arg(user.to_string());
        script.arg(file.to_string());
        let found: Option<String> = self.shared.link.run("find a file", &script).await?;
        Ok(found.and_then(|json| serde_json::from_str(&json).ok()))
    }

    async fn ended_files(&self, now: Timestamp) -> Result<Vec<FileUuid>> {
        let mut script = ENDED.arg(now.as_second() - UPLOAD_LIFETIME);
        let ended: Vec<String> = self.shared.link.run("end files", script.arg(ENDED_FILES)).await?;
        Ok(ended.iter().filter_map(|uuid| uuid.parse().ok()).collect())
    }

    async fn known_files(&self, files: Vec<FileUuid>) -> Result<HashSet<FileUuid>> {
        if files.is_empty() {
            return Ok(HashSet::new());
        }
        let mut commands = redis::pipe();
        for file in &files {
            commands.cmd("EXISTS").arg(format!("file:{file}"));
        }
        let there: Vec<bool> = self.shared.link.send("find files", &commands).await?;
        Ok(files.into_iter().zip(there).filter_map(|(file, there)| there.then_some(file)).collect())
    }

    async fn forget_file(&self, file: FileUuid) -> Result<()> {
        let _: bool =
            self.shared.link.run("forget a file", &FORGET_FILE.arg(file.to_string())).await?;
        Ok(())
    }

    async fn add_file_key(
        &self,
        user: UserUuid,
        key: KeyDigest,
        secret: KeyDigest,
    ) -> Result<bool> {
        let mut script = ADD_FILE_KEY.arg(user.to_string());
        script.arg(hex(&key.0)).arg(hex(&secret.0)).arg(KEY_LIFETIME);
        self.shared.link.run("let files be read", &script).await
    }

    async fn has_file_key(&self, user: UserUuid, secret: KeyDigest) -> Result<bool> {
        let mut script = HAS_FILE_KEY.arg(user.to_string());
        script.arg(hex(&secret.0)).arg(KEY_LIFETIME);
        self.shared.link.run("find who reads a file", &script).await
    }
}

/// Both or none.
fn words(dimensions: Option<(u32, u32)>) -> [String; 2] {
    dimensions
        .map(|(width, height)| [width, height].map(|pixels| pixels.to_string()))
        .unwrap_or_default()
}

fn read_upload(fields: [Option<String>; 7]) -> Option<Upload> {
    let [state, user, token, size, received, width, height] = fields;
    let state = state.filter(|state| state == "begun" || state == "complete")?;
    let pixels = |text: Option<String>| text?.parse().ok();
    Some(Upload {
        user: user?.parse().ok()?,
        token: KeyDigest(bytes(&token?)?),
        size: size?.parse().ok()?,
        received: received?.parse().ok()?,
        dimensions: pixels(width).zip(pixels(height)),
        is_complete: state == "complete",
    })
}
