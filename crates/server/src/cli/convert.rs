//! `chinwag convert`: makes an export of an archive of Slack, Mattermost or Discord.

use std::io::{Write, stderr, stdout};
use std::path::PathBuf;

use anyhow::{Context, Result};
use chinwag_convert::{Format, Options, convert};
use chinwag_files::Home;
use chinwag_terminal::may_close;
use clap::{Args, ValueEnum};

use super::files::open_folder;
use crate::config::Config;
use crate::names;

/// Convert an archive of Slack, Mattermost or Discord into a file for `chinwag import`
///
/// Writes the lines of an export to the standard output: people without passwords, channels with their
/// members, messages with threads, reactions, mentions, edits and pins. What was not taken is listed on the
/// standard error, by kind and number. The same archive gives the same lines each time. The file holds
/// private messages: set `umask 077` before.
#[derive(Args, Debug)]
pub struct Convert {
    /// Who wrote the archive
    #[arg(value_enum)]
    from: From,

    /// Slack: the zip of an export. Mattermost: the zip of a bulk export, or its file of lines. Discord: a
    /// file, a folder or a zip of exported JSON. A zip may be unpacked into a folder
    file: PathBuf,

    /// For Discord, whose archives don't say who could read a channel: make the channels public. Without it
    /// they are private, with those as members who wrote there
    #[arg(long)]
    public: bool,

    /// Copy the files that the archive holds into this folder, for `chinwag import --files`. Mattermost's zip has
    /// them, Discord's folder if it was exported with --media, and Slack's has none
    #[arg(long, value_name = "FOLDER")]
    files: Option<PathBuf>,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum From {
    Slack,
    Mattermost,
    Discord,
}

impl Convert {
    pub(super) fn run(&self, config: &Config) -> Result<()> {
        let format = match self.from {
            From::Slack => Format::Slack,
            From::Mattermost => Format::Mattermost,
            From::Discord => Format::Discord,
        };
        let (message_length, public) = (config.max_message_length, self.public);
        let options = Options { format, message_length, public, name };
        let home = self.files.as_deref().map(open_folder).transpose()?;
        let home = home.as_ref().map(|home| home as &dyn Home);
        let report = convert(&self.file, &options, home, stdout().lock())
            .with_context(|| format!("failed to convert \"{}\"", self.file.display()))?;
        may_close(write!(stderr(), "{report}").map_err(Into::into))
    }
}

fn name(typed: &str) -> Option<chinwag_convert::Name> {
    let names::Name { shown, folded } = names::Name::new(typed).ok()?;
    Some(chinwag_convert::Name { shown, folded })
}
