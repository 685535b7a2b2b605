//! What is kept and asked for, in the store's own terms.

mod account;
mod change;
mod channel;
mod file;
mod followed;
mod hook;
mod link;
mod mention;
mod message;
mod moderation;
mod notify;
mod subscription;

pub use account::{
    Account, Creation, KeyDigest, KnownUser, NewAccount, PasswordChange, Role, Standing, User,
    UserStatus, UsersPage, UsersQuery,
};
pub use change::{
    Change, Changed, ChangesPage, EXCERPT, MessageChange, MessageState, Reaction, ReactorsQuery,
    ReplyTo, excerpt,
};
pub use channel::{
    Address, Channel, ChannelDetails, ChannelEdit, ChannelName, ChannelsPage, ChannelsQuery,
    FoundChannel, InboxEntry, Join, JoinedChannel, Kind, Level, Member, MembersAdd, MembersChange,
    MembersPage, MembersQuery, Membership, NewChannel, Preferences, PreferencesChange, Wanted,
};
pub use file::{File, NewFile, Upload, UploadChange};
pub use followed::{ChannelReaders, FollowedChannel, FollowedMessage, Moved};
pub use hook::{Hook, NewBot, NewHook, WrittenBy};
pub use link::{Device, Link, LinkKind, LinkUse, UserEdit};
pub(crate) use mention::concerned;
pub use mention::{ActivityItem, ActivityKind, ActivityPage, ActivityQuery, Mentions};
pub use message::{Append, Filter, HistoryPage, Message, MessagesPage, Page, Place};
pub use moderation::{Deletion, Report, ReportsPage, ReportsQuery};
pub use notify::{NotifyChange, NotifySettings, QuietHours};
pub use subscription::{RingPage, RingQuery, Ringable, Subscription};
