//! Files that go from the chat to the server and back: `/upload` and `/save`.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chinwag_client::protocol::FileUuid;
use chinwag_client::protocol::incoming::NewMessage;
use chinwag_client::protocol::outgoing::Message;
use chinwag_client::{Channel, Client, Error};
use tokio::sync::Notify;

use super::asks::Ask;
use super::deeds::Deed;
use super::incoming::sentence;
use super::outbox::Unsent;
use super::paths::{expanded, path_and_text, quoted};
use super::state::Chat;
use super::states::is_deleted;
use crate::files::{self, LocalFile};
use crate::plain::one_line;

/// A file on its way into a message.
#[derive(Clone, Debug)]
pub struct Attached {
    /// The file.
    pub file: LocalFile,
    way: Arc<Way>,
}

/// How far it is.
#[derive(Debug, Default)]
struct Way {
    /// How many bytes are there.
    there: AtomicU64,
    cancelled: Notify,
}

impl PartialEq for Attached {
    fn eq(&self, other: &Self) -> bool {
        self.file == other.file && Arc::ptr_eq(&self.way, &other.way)
    }
}

impl Eq for Attached {}

impl Attached {
    /// Nothing of it is there.
    pub fn new(file: LocalFile) -> Self {
        Self { file, way: Arc::default() }
    }

    /// Its name, its size, and how much of it is there.
    pub fn told(&self) -> String {
        let LocalFile { name, size, .. } = &self.file;
        let percent = (self.way.there.load(Ordering::Relaxed) * 100).checked_div(*size);
        format!("{}: {} % of {}", one_line(name), percent.unwrap_or(0), files::size(*size))
    }

    /// Uploads it and sends its message; nothing if that is cancelled.
    pub async fn send(
        self,
        client: &Client,
        channel: Channel,
        message: NewMessage,
    ) -> Option<Result<Message, Error>> {
        let way = &self.way;
        let sent = async {
            let told = |there| way.there.store(there, Ordering::Relaxed);
            let uuid = self.file.upload(client, channel.id(), told).await?;
            client.send_message(NewMessage { files: Some(vec![uuid]), ..message }).await
        };
        tokio::select! {
            sent = sent => Some(sent),
            () = way.cancelled.notified() => None,
        }
    }
}

impl Chat {
    /// `/upload FILE [TEXT]`: sends a file of this machine.
    pub(super) fn upload(&mut self, words: &str) -> Option<Vec<Ask>> {
        let (path, text) = path_and_text(words)?;
        if let Some(asks) = self.asks_first(self.open, &text) {
            return Some(asks);
        }
        Some(match LocalFile::find(&expanded(&path)) {
            Ok(file) => self.send_with(text, Some(file)),
            Err(error) => self.say(&sentence(&format!("{error:#}"))),
        })
    }

    /// The first upload of the channel that is shown.
    pub(super) fn uploading(&self) -> Option<&Unsent> {
        let under_way = |unsent: &&Unsent| {
            unsent.channel == self.open && unsent.refused.is_none() && unsent.attached.is_some()
        };
        self.unsent.iter().find(under_way)
    }

    /// Whether Esc ends it, and has nothing else to end.
    pub(super) fn can_cancel(&self) -> bool {
        self.is_at_newest() && self.going.is_none() && self.uploading().is_some()
    }

    /// Ends it. The command comes back, unless something else is written.
    pub(super) fn cancel_upload(&mut self) -> Vec<Ask> {
        let Some(number) = self.uploading().map(|unsent| unsent.number) else { return Vec::new() };
        let Some(at) = self.unsent.iter().position(|unsent| unsent.number == number) else {
            return Vec::new();
        };
        let unsent = self.unsent.remove(at);
        if let Some(attached) = &unsent.attached {
            attached.way.cancelled.notify_one();
        }
        if self.room().draft.is_empty() {
            self.room_mut().write(&unsent.draft());
        }
        self.say("The upload is cancelled.")
    }

    /// `/save [FOLDER]`: saves the files of the chosen message or, without one, of the newest that has some.
    pub(super) fn save_files(&mut self, chosen: Option<u64>, words: &str) -> Vec<Ask> {
        let folder = match words {
            "" => PathBuf::from("."),
            words => match path_and_text(words) {
                Some((path, rest)) if rest.is_empty() => expanded(&path),
                _ => return self.say("Write a folder behind it, in quotes if it has spaces."),
            },
        };
        if !folder.is_dir() {
            return self
                .say(&format!("There is no folder “{}”.", one_line(&folder.to_string_lossy())));
        }
        let messages = self.room().shown();
        let has_files = |message: &&Message| !message.files.is_empty() && !is_deleted(message);
        let message = match chosen {
            Some(seq) => self.room().get(seq).filter(|message| has_files(message)),
            None => messages.values().rev().find(has_files),
        };
        let Some(message) = message else {
            return self.say("No message here has a file; Ctrl+↑ chooses one.");
        };
        let deed = Deed::Save(message.files.clone(), folder);
        let asks = self.ask(deed);
        self.end_aim();
        self.notice = Some("Saving…".into());
        asks
    }

    /// The same by a key, where the chat was started. What is written stays.
    pub(super) fn save_chosen(&mut self, seq: u64) -> Vec<Ask> {
        let draft = self.room().text();
        let asks = self.save_files(Some(seq), "");
        self.room_mut().write(&draft);
        asks
    }

    /// Where a file can be read by those who are signed in there.
    pub(super) fn file_address(&self, file: FileUuid) -> String {
        format!("{}/files/{file}", self.url.trim_end_matches('/'))
    }
}

impl Unsent {
    /// As it is written: its text, or the command that sends its file.
    pub fn draft(&self) -> String {
        match &self.attached {
            None => self.text.clone(),
            Some(attached) => {
                let path = quoted(&attached.file.path.to_string_lossy());
                format!("/upload {path} {}", self.text).trim_end().to_owned()
            }
        }
    }
}
