//! What is kept and asked for, in the store's own terms.

mod account;
mod channel;
mod message;

pub use account::{
    Account, Creation, KeyDigest, NewAccount, PasswordChange, User, UserStatus, UsersPage,
    UsersQuery,
};
pub use channel::{Address, Channel, FoundChannel, InboxEntry, Join, JoinedChannel, Kind};
pub use message::{Append, HistoryPage, Message, MessagesPage, Page};
