//! Why a request to the store fails.

/// The store can't answer now. The caller may try again; whether a write took effect is unknown.
#[derive(Clone, Debug, thiserror::Error)]
#[error("failed to {action}: {reason}")]
pub struct Unavailable {
    /// What was attempted, as the continuation of "failed to".
    pub action: &'static str,
    /// What the database said. It holds no secret.
    pub reason: String,
}

/// The asker may not do that, or it can't be done. Nothing was changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Denied {
    /// There is no such channel that the asker may know of.
    NotFound,
    /// There is no such user.
    NoUser,
    /// Only members may.
    NotMember,
    /// Only owners may.
    NotOwner,
    /// The channel is archived.
    Archived,
    /// General, direct channels and groups don't change so.
    Fixed,
    /// The last owner of a private channel with other members names another owner first.
    LastOwner,
    /// Another public channel has the name, or one that looks like it.
    NameTaken,
    /// A group has 3 to 20 people.
    GroupSize,
    /// One of the users is a member of 1,000 groups and named channels.
    TooManyChannels,
    /// The message that is to be answered isn't there.
    NothingToAnswer,
    /// The channel has no message with this `Seq`.
    NoMessage,
    /// The message is deleted.
    Deleted,
    /// A message has a text or files.
    NoText,
    /// Only its author may.
    NotAuthor,
    /// Its time for edits is over.
    TooLate,
    /// The message has reactions with 20 emoji.
    TooManyEmoji,
    /// The channel has 100 pinned messages.
    TooManyPins,
    /// Only admins may.
    NotAdmin,
    /// Only admins write in General.
    OnlyAdmins,
    /// The last admin keeps the role and stays active.
    LastAdmin,
    /// The link is unknown, used up or expired.
    LinkEnded,
    /// One of the users is deactivated, or has blocked the asker or is blocked by the asker.
    Deactivated,
    /// Nobody can write in the direct channel: one of the two is deactivated, or has blocked the other.
    Closed,
    /// A file isn't complete, isn't the sender's, isn't for the channel, or is in a message already.
    FileNotReady,
    /// The session has too many unfinished uploads.
    TooManyUploads,
    /// The user's files take too many bytes.
    FileQuota,
    /// All files take too many bytes.
    FileSpace,
    /// Another user has the name, or one that looks like it.
    UserNameTaken,
    /// There is no such hook that the asker may know of.
    NoHook,
    /// The channel has 100 hooks.
    TooManyHooks,
    /// Users can't block themselves.
    OneselfBlocked,
    /// The user has blocked 1,000 others.
    TooManyBlocks,
    /// There is no open report with this UUID.
    NoReport,
}

/// Why a request to the store fails.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure {
    /// The store can't answer now.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// It may not be done.
    #[error("denied: {0:?}")]
    Denied(Denied),
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

/// The result of a request to the store.
pub type Result<T> = std::result::Result<T, Unavailable>;

/// The result of a request that the store may deny.
pub type Attempt<T> = std::result::Result<T, Failure>;
