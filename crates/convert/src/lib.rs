//! Makes an export of Chinwag of an archive of Slack, Mattermost or Discord.
//!
//! A reader of the format puts people, channels and messages into a [`gather::Gathered`]; messages go to a
//! temporary file at once. When all is read, [`write`] sorts them and writes the lines of the export.

mod archive;
mod discord;
mod emoji;
mod files;
mod gather;
mod ids;
mod items;
mod mattermost;
mod mrkdwn;
mod names;
mod people;
mod plan;
mod report;
mod slack;
mod split;
mod text;
mod write;

use std::io::{self, Write};
use std::path::Path;

pub use report::{Loss, Report};

use archive::Archive;
use chinwag_files::Home;
use gather::Gathered;

/// By whom the archive was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Slack's own export.
    Slack,
    /// Mattermost's bulk export.
    Mattermost,
    /// Discord, by `DiscordChatExporter` as JSON.
    Discord,
}

impl Format {
    fn word(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Mattermost => "mattermost",
            Self::Discord => "discord",
        }
    }
}

/// A name that a user or channel of Chinwag may have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Name {
    /// As it is shown.
    pub shown: String,
    /// As it is compared.
    pub folded: String,
}

/// How to convert.
#[derive(Clone, Copy)]
pub struct Options {
    /// The format of the archive.
    pub format: Format,
    /// The longest message, in characters.
    pub message_length: usize,
    /// Whether channels of which the archive doesn't say who could read them are public.
    pub public: bool,
    /// The name that Chinwag makes of a typed one, if it allows that.
    pub name: fn(&str) -> Option<Name>,
}

/// Why an archive can't be converted.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The archive, or a file in it.
    #[error("{name}: {reason}")]
    Archive {
        /// Of the file.
        name: String,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// A temporary file, or the output.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Error {
    fn of(name: &str, reason: impl Into<String>) -> Self {
        Self::Archive { name: name.to_owned(), reason: reason.into() }
    }
}

/// Converts the archive at `path`, a file or a folder, into the lines of an export. The files that it holds go into the home; without
/// one their names stay in the texts.
///
/// # Errors
/// When the archive is damaged or of another format, or the output can't be written. What was written until
/// then has no end, so that no import takes it.
pub fn convert(
    path: &Path,
    options: &Options,
    home: Option<&dyn Home>,
    out: impl Write,
) -> Result<Report, Error> {
    run(Archive::open(path)?, options, home, out)
}

/// Converts an archive that is in memory, without files: a zip, or one file of the format.
///
/// # Errors
/// As [`convert`].
pub fn convert_bytes(bytes: Vec<u8>, options: &Options, out: impl Write) -> Result<Report, Error> {
    run(Archive::of_bytes(bytes)?, options, None, out)
}

fn run(
    mut archive: Archive,
    options: &Options,
    home: Option<&dyn Home>,
    out: impl Write,
) -> Result<Report, Error> {
    let mut gathered = Gathered::new(*options)?;
    if home.is_some() {
        gathered.files.offer(archive.names());
    }
    match options.format {
        Format::Slack => slack::read(&mut archive, &mut gathered)?,
        Format::Mattermost => mattermost::read(&mut archive, &mut gathered)?,
        Format::Discord => discord::read(&mut archive, &mut gathered)?,
    }
    if let Some(home) = home {
        gathered.files.take(&mut archive, home)?;
    }
    write::write(gathered, out)
}
