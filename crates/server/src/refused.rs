//! Why a request is refused.

use std::borrow::Cow;

use chinwag_protocol::ErrorCode;
use chinwag_store::{Denied, Failure, Unavailable};

use crate::limits::Wait;

/// A message shows nothing.
pub const NO_TEXT: &str = "A message must have some text that shows.";

/// General's `posting` is `owners`, and the sender is no admin.
const ONLY_ADMINS: &str =
    "Only admins write in General now; write in another channel, or to a person.";

/// Why a request is refused, as its `error` frame says it.
#[derive(Debug)]
pub struct Refused {
    /// The code.
    pub code: ErrorCode,
    /// What is wrong and what to do.
    pub sentence: Cow<'static, str>,
    /// For [`ErrorCode::TooManyRequests`]: the seconds to wait.
    pub wait: Option<u64>,
    /// For [`ErrorCode::StoreUnavailable`]: what the store said, for the log.
    pub cause: Option<Unavailable>,
}

/// The end of a handler or a check: it has done its work, or the request is refused.
pub type Outcome = Result<(), Refused>;

impl Refused {
    /// Refuses with a code and a sentence.
    pub fn new(code: ErrorCode, sentence: impl Into<Cow<'static, str>>) -> Self {
        Self { code, sentence: sentence.into(), wait: None, cause: None }
    }

    /// The store does not answer.
    pub fn unavailable() -> Self {
        Self::new(
            ErrorCode::StoreUnavailable,
            "The store is unavailable now; try again in a moment.",
        )
    }
}

impl From<Unavailable> for Refused {
    fn from(error: Unavailable) -> Self {
        Self { cause: Some(error), ..Self::unavailable() }
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Unavailable(error) => error.into(),
            Failure::Denied(denied) => denied.into(),
        }
    }
}

impl From<Denied> for Refused {
    fn from(denied: Denied) -> Self {
        let (code, sentence) = match denied {
            Denied::NotFound => {
                (ErrorCode::UnknownUser, "There is no user or channel with this recipientUUID.")
            }
            Denied::NoUser => (ErrorCode::UnknownUser, "There is no user with this UUID."),
            Denied::NotMember => {
                (ErrorCode::NotAllowed, "Only members may do that: become a member first.")
            }
            Denied::NotOwner => (ErrorCode::NotAllowed, "Only owners of the channel may do that."),
            Denied::Archived => {
                (ErrorCode::NotAllowed, "The channel is archived: an owner can bring it back.")
            }
            Denied::Fixed => (
                ErrorCode::NotAllowed,
                "Direct channels and groups can't be changed so, and of General only topic and posting.",
            ),
            Denied::LastOwner => (
                ErrorCode::NotAllowed,
                "A private channel needs an owner: make another member its owner first.",
            ),
            Denied::NameTaken => (
                ErrorCode::ChannelNotAcceptable,
                "Another channel has this name, or one that looks like it: choose another.",
            ),
            Denied::GroupSize => (ErrorCode::ChannelNotAcceptable, "A group has 3 to 20 people."),
            Denied::NothingToAnswer => (
                ErrorCode::MessageRefused,
                "There is no message with the Seq of \"replyTo\" in this channel.",
            ),
            Denied::NoMessage => {
                (ErrorCode::ChangeRefused, "There is no message with this seq in the channel.")
            }
            Denied::Deleted => (ErrorCode::ChangeRefused, "The message is deleted."),
            Denied::NoText => (ErrorCode::MessageRefused, NO_TEXT),
            Denied::NotAuthor => {
                (ErrorCode::NotAllowed, "Only the author of the message may do that.")
            }
            Denied::TooLate => (
                ErrorCode::ChangeRefused,
                "The time in which this message could be edited is over: write a new one.",
            ),
            Denied::TooManyEmoji => (
                ErrorCode::ChangeRefused,
                "The message has 20 kinds of reactions, the most there can be: take one of these.",
            ),
            Denied::TooManyPins => (
                ErrorCode::ChangeRefused,
                "The channel has 100 pinned messages, the most there can be: unpin one first.",
            ),
            Denied::NotAdmin => (ErrorCode::NotAllowed, "Only admins may do that."),
            Denied::OnlyAdmins => (ErrorCode::MessageRefused, ONLY_ADMINS),
            Denied::LastAdmin => (
                ErrorCode::NotAllowed,
                "The server needs an admin: make somebody else an admin first.",
            ),
            Denied::LinkEnded => (
                ErrorCode::LinkRefused,
                "This link is unknown, used up or expired: ask for a new one.",
            ),
            Denied::Deactivated => (ErrorCode::NotAllowed, "One of the users can't be added."),
            Denied::Closed => (
                ErrorCode::MessageRefused,
                "Nothing can be written in this channel; what was written can still be read.",
            ),
            Denied::FileNotReady => (
                ErrorCode::FileRefused,
                "A file isn't complete, isn't yours, isn't for this channel, or is in a message already.",
            ),
            Denied::TooManyUploads => (
                ErrorCode::FileRefused,
                "5 of your uploads are unfinished, the most there can be: finish or end one first.",
            ),
            Denied::FileQuota => (
                ErrorCode::FileRefused,
                "Your files take all the space that you have: delete messages with files first.",
            ),
            Denied::FileSpace => {
                (ErrorCode::FileRefused, "The server has no space left for files: ask its admin.")
            }
            Denied::UserNameTaken => (
                ErrorCode::SignUpRefused,
                "Another user has this name, or one that looks like it: choose another.",
            ),
            Denied::NoHook => (ErrorCode::UnknownUser, "There is no hook with this UUID."),
            Denied::TooManyHooks => (
                ErrorCode::NotAllowed,
                "The channel has 100 hooks, the most there can be: end one first.",
            ),
            Denied::OneselfBlocked => (ErrorCode::NotAllowed, "You can't block yourself."),
            Denied::TooManyBlocks => (
                ErrorCode::NotAllowed,
                "You have blocked 1,000 users, the most there can be: unblock one first.",
            ),
            Denied::NoReport => (ErrorCode::UnknownUser, "There is no open report with this UUID."),
            Denied::TooManyChannels => (
                ErrorCode::ChannelNotAcceptable,
                "One of the users is in 1,000 groups and channels, the most there can be.",
            ),
        };
        Self::new(code, sentence)
    }
}

impl From<anyhow::Error> for Refused {
    fn from(error: anyhow::Error) -> Self {
        tracing::error!(%error, "a request failed");
        Self::unavailable()
    }
}

impl From<Wait> for Refused {
    fn from(wait: Wait) -> Self {
        let seconds = wait.seconds();
        let sentence = format!("Too many requests; wait {seconds} s.");
        Self { wait: Some(seconds), ..Self::new(ErrorCode::TooManyRequests, sentence) }
    }
}
