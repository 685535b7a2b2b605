//! What a reader has found in an archive: people, channels, and messages in a temporary file.

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::files::{Attached, Files};
use crate::ids::derived;
use crate::people::{People, Person};
use crate::text::Text;
use crate::{Format, Loss, Options, Report};

/// What kind of channel it is, as far as the archive says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    General,
    Direct,
    Group,
    Named { private: bool },
}

/// A channel.
#[derive(Debug)]
pub(crate) struct Channel {
    pub key: String,
    pub kind: Kind,
    pub name: String,
    pub topic: String,
    pub archived: bool,
    pub created_at: Option<Timestamp>,
    pub members: BTreeSet<u32>,
    pub owners: BTreeSet<u32>,
    /// Who wrote there.
    pub authors: BTreeSet<u32>,
}

impl Channel {
    pub(crate) fn new(key: &str, kind: Kind, name: &str) -> Self {
        Self {
            key: key.to_owned(),
            kind,
            name: name.to_owned(),
            topic: String::new(),
            archived: false,
            created_at: None,
            members: BTreeSet::new(),
            owners: BTreeSet::new(),
            authors: BTreeSet::new(),
        }
    }
}

/// A message as a reader hands it over.
pub(crate) struct NewMessage {
    pub uuid: Uuid,
    pub sender: u32,
    pub at: Timestamp,
    /// The message that it answers, or that begins its thread.
    pub answers: Option<Uuid>,
    pub pinned: bool,
    pub kept: Kept,
}

/// What of a message waits in the temporary file.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub text: Text,
    pub files: Vec<Attached>,
    pub edited_at: Option<Timestamp>,
    pub reactions: Vec<(String, Vec<u32>)>,
}

/// What of a message stays in memory: 96 bytes.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub channel: u32,
    pub sender: u32,
    pub at: Timestamp,
    pub uuid: Uuid,
    pub answers: Option<Uuid>,
    pub pinned: bool,
    /// Whether it may be too long for one message.
    pub long: bool,
    place: u64,
    length: u32,
}

/// What was found.
pub(crate) struct Gathered {
    pub options: Options,
    pub report: Report,
    pub people: People,
    pub channels: Vec<Channel>,
    pub entries: Vec<Entry>,
    pub files: Files,
    by_key: HashMap<String, u32>,
    kept: BufWriter<File>,
    end: u64,
}

impl Gathered {
    pub(crate) fn new(options: Options) -> io::Result<Self> {
        Ok(Self {
            options,
            report: Report::default(),
            people: People::default(),
            channels: Vec::new(),
            entries: Vec::new(),
            files: Files::default(),
            by_key: HashMap::new(),
            // Without a name, so that nobody else opens it and nothing stays behind.
            kept: BufWriter::new(tempfile::tempfile()?),
            end: 0,
        })
    }

    pub(crate) fn format(&self) -> Format {
        self.options.format
    }

    /// Adds a channel, unless one of this id is there.
    pub(crate) fn add_channel(&mut self, channel: Channel) -> u32 {
        if let Some(known) = self.by_key.get(&channel.key) {
            return *known;
        }
        // As many do not fit into memory.
        let number = u32::try_from(self.channels.len()).unwrap_or(u32::MAX);
        self.by_key.insert(channel.key.clone(), number);
        self.channels.push(channel);
        number
    }

    pub(crate) fn channel(&self, key: &str) -> Option<u32> {
        self.by_key.get(key).copied()
    }

    pub(crate) fn has_general(&self) -> bool {
        self.channels.iter().any(|channel| channel.kind == Kind::General)
    }

    /// The person of this id, who may be one that the archive doesn't describe.
    pub(crate) fn person(&mut self, key: &str, names: &[&str]) -> u32 {
        if let Some(known) = self.people.get(key) {
            return known;
        }
        let names = names.iter().filter(|name| !name.trim().is_empty());
        let names = names.map(|name| (*name).to_owned()).collect();
        self.people.add(Person { key: key.to_owned(), names, ..Person::default() })
    }

    /// The UUID of a message, by its ids in the archive.
    pub(crate) fn message_uuid(&self, ids: &[&str]) -> Uuid {
        derived(self.format(), "message", ids)
    }

    pub(crate) fn add_message(&mut self, channel: u32, message: NewMessage) -> io::Result<()> {
        if message.kept.text.is_blank() && message.kept.files.is_empty() {
            self.report.lose(Loss::Empty);
            return Ok(());
        }
        let bytes = serde_json::to_vec(&message.kept)?;
        self.kept.write_all(&bytes)?;
        let NewMessage { uuid, sender, at, answers, pinned, kept } = message;
        if let Some(channel) = self.channels.get_mut(channel as usize) {
            channel.authors.insert(sender);
        }
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        let lines = kept.files.iter().filter_map(Attached::line);
        let below: usize = lines.map(|line| 1 + line.chars().count()).sum();
        let long = kept.text.longest() + below > self.options.message_length;
        let place = self.end;
        self.entries.push(Entry {
            channel,
            sender,
            at,
            uuid,
            answers,
            pinned,
            long,
            place,
            length,
        });
        self.end += u64::from(length);
        Ok(())
    }

    /// All that was gathered is in the file, and can be read.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.kept.flush()
    }

    /// The files of a message: of each its name, and under which names the archive may hold it.
    pub(crate) fn attach(
        &mut self,
        message: Uuid,
        files: impl IntoIterator<Item = (String, Vec<String>)>,
    ) -> Vec<Attached> {
        self.files.attach(self.options.format, message, files)
    }

    /// The text of a message, with the names of files that weren't taken below it.
    pub(crate) fn shown(&self, kept: &Kept, names: &[String]) -> String {
        let mut text = kept.text.shown(|user| &names[user as usize]);
        let missing = kept.files.iter().filter(|file| self.files.taken(file).is_none());
        for line in missing.filter_map(Attached::line) {
            if !text.is_empty() {
                text.push('\n');
            }
            // No store keeps a NUL in a text.
            text.push_str(&line.replace('\0', ""));
        }
        text
    }

    pub(crate) fn kept(&self, entry: &Entry) -> io::Result<Kept> {
        let mut bytes = vec![0; entry.length as usize];
        self.kept.get_ref().read_exact_at(&mut bytes, entry.place)?;
        Ok(serde_json::from_slice(&bytes)?)
    }
}

/// A time that both stores keep.
pub(crate) fn in_our_days(time: Timestamp) -> Timestamp {
    let last = Timestamp::from_nanosecond(i64::MAX.into()).unwrap_or(Timestamp::MAX);
    time.clamp(Timestamp::UNIX_EPOCH, last)
}

/// A time in milliseconds since 1970.
pub(crate) fn from_milliseconds(time: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(time).ok().map(in_our_days)
}
