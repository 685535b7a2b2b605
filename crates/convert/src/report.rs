//! What a conversion took, and what it left out, by kind and number.

use std::collections::BTreeMap;
use std::fmt;

/// What an archive holds that an export doesn't, or holds in another form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Loss {
    /// Lines about joins, topics, calls and the like.
    SystemLine,
    /// Messages that were deleted there.
    Deleted,
    /// Messages without a text, a file or an attachment.
    Empty,
    /// Messages that the archive holds twice.
    Repeated,
    /// Messages that lack a sender or a time, or have them in another shape.
    Unreadable,
    /// Messages in a direct channel by others than its two users.
    Stranger,
    /// Messages of channels that the archive doesn't describe.
    NoChannel,
    /// Threads and replies whose answered message isn't in the archive.
    NoAnswered,
    /// Files that weren't taken, whose names stand in the texts.
    File,
    /// Cards and buttons below a text.
    Card,
    /// Reactions by an emoji that only the other server has, or beyond 20 kinds.
    Reaction,
    /// Reactions whose users the archive doesn't name.
    NamelessReaction,
    /// Mentions beyond 50 in a message.
    Mention,
    /// Pins beyond 100 in a channel.
    Pin,
    /// Messages that were too long for one.
    Split,
    /// Topics that were cut.
    Topic,
    /// Emoji that were drawn for the other server.
    Emoji,
    /// Records of other kinds.
    Other,
}

impl Loss {
    fn about(self) -> &'static str {
        match self {
            Self::SystemLine => "lines about joins, topics, calls and the like",
            Self::Deleted => "deleted messages",
            Self::Empty => "messages without content",
            Self::Repeated => "messages that the archive holds twice",
            Self::Unreadable => "messages or records that can't be read",
            Self::Stranger => "messages in a direct channel by others than its users",
            Self::NoChannel => "messages of channels that the archive doesn't describe",
            Self::NoAnswered => "replies to messages that aren't in the archive (kept as messages)",
            Self::File => "files that weren't taken (their names stand in the messages)",
            Self::Card => "cards and buttons below a message",
            Self::Reaction => "reactions with the other server's own emoji, or beyond 20 kinds",
            Self::NamelessReaction => "reactions without the names of users",
            Self::Mention => "mentions beyond 50 in a message",
            Self::Pin => "pins beyond 100 in a channel",
            Self::Split => "messages too long for one (split into several)",
            Self::Topic => "topics too long (cut)",
            Self::Emoji => "the other server's own emoji",
            Self::Other => "records of other kinds",
        }
    }
}

/// What became of an archive.
#[derive(Default, Debug)]
pub struct Report {
    /// People and bots.
    pub users: u64,
    /// Channels, General included.
    pub channels: u64,
    /// Messages, as they stand in the export.
    pub messages: u64,
    /// Files that were taken.
    pub files: u64,
    /// Names that had to change, and what they have become.
    pub renamed: Vec<(String, String)>,
    losses: BTreeMap<Loss, u64>,
}

impl Report {
    /// How many there are of a loss.
    #[must_use]
    pub fn lost(&self, loss: Loss) -> u64 {
        self.losses.get(&loss).copied().unwrap_or_default()
    }

    pub(crate) fn lose(&mut self, loss: Loss) {
        self.lose_some(loss, 1);
    }

    pub(crate) fn lose_some(&mut self, loss: Loss, number: u64) {
        if number > 0 {
            *self.losses.entry(loss).or_default() += number;
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { users, channels, messages, files, .. } = self;
        write!(f, "converted {users} users, {channels} channels, {messages} messages")?;
        if *files > 0 {
            write!(f, ", {files} files")?;
        }
        writeln!(f)?;
        if !self.renamed.is_empty() {
            writeln!(f, "renamed, since the name is taken, looks like another or is not allowed:")?;
        }
        for (from, to) in &self.renamed {
            writeln!(f, "  {from:?} is now {to:?}")?;
        }
        if !self.losses.is_empty() {
            writeln!(f, "not taken, or changed:")?;
        }
        for (loss, number) in &self.losses {
            writeln!(f, "  {number} {}", loss.about())?;
        }
        Ok(())
    }
}
