//! Moving from one store to another: all that lasts, as lines of JSON, and where they go.

mod order;
mod part;
mod record;

use async_trait::async_trait;

pub use order::Order;
pub use part::Part;
pub use record::{
    ChannelKind, ChannelRecord, Counts, DetailsRecord, MemberRecord, MessageRecord, OLDEST, Record,
    StateRecord, UserRecord, VERSION,
};

use crate::{Result, Unavailable};

/// Takes the records of an export, one after the other.
pub type Sink<'a> = &'a mut (dyn FnMut(Record) -> std::io::Result<()> + Send);

/// How far an import has come: so many lines, and the SHA-256 of all of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Lines that are stored.
    pub lines: u64,
    /// By this a resumed import knows that it has the same lines before it.
    pub digest: String,
}

/// What a line brings, with what the store needs to know besides.
#[derive(Debug)]
pub enum Item {
    /// A user.
    User {
        /// The user.
        user: UserRecord,
        /// The name as it is compared.
        folded_name: String,
        /// How many users came before.
        index: u64,
    },
    /// A channel whose members and messages are to follow.
    Channel {
        /// The channel.
        channel: ChannelRecord,
        /// Of a named channel the name as it is compared.
        folded_name: Option<String>,
    },
    /// A member of this channel.
    Member(ChannelRecord, MemberRecord),
    /// A message of this channel.
    Message(ChannelRecord, MessageRecord),
}

/// A store that is being filled. No server may use it until that is finished.
#[async_trait]
pub trait Target: Send {
    /// How far an earlier import has come, if it was not finished.
    fn progress(&self) -> Option<&Progress>;

    /// The finished import of a store that holds a chat already: only that of the same lines is taken again, and adds nothing.
    fn finished(&self) -> Option<&Progress>;

    /// Stores items and the progress made with them, both or neither, durably.
    async fn write(&mut self, items: Vec<Item>, progress: &Progress) -> Result<()>;

    /// Opens the store to servers, and notes the import as finished.
    async fn finish(&mut self) -> Result<()>;

    /// Why the store takes no other lines than those of its finished import.
    fn refusal(&self) -> Unavailable;
}
