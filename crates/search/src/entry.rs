//! What the index is fed with.

use chinwag_protocol::UserUuid;
use jiff::Timestamp;

/// A message as it is now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry<'a> {
    /// Its place in its channel.
    pub seq: u64,
    /// Who wrote it.
    pub sender: UserUuid,
    /// When the sender's node took it.
    pub created_at: Timestamp,
    /// The text; `None` if it is deleted or can't be read, which removes it from the index.
    pub text: Option<&'a str>,
    /// Whether it has a file.
    pub has_file: bool,
    /// Whether one of its files is a picture.
    pub has_image: bool,
}

/// Who can read a channel. It never changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Audience {
    /// Everybody: General and public channels.
    Everybody,
    /// The two users of a direct channel.
    Users([UserUuid; 2]),
    /// The members of a group or a private channel.
    Members,
}

/// How far the index has come in a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cursor {
    /// All messages up to this `Seq` are in it.
    pub seq: u64,
    /// All changes to them up to this `Rev` are in it.
    pub rev: u64,
}
