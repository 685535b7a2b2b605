//! The statements, each a function, within the caller's transaction.

pub(super) mod accounts;
pub(super) mod blocks;
pub(super) mod channels;
pub(super) mod deletions;
pub(super) mod files;
pub(super) mod followed;
pub(super) mod hooks;
pub(super) mod links;
pub(super) mod members;
pub(super) mod mentions;
pub(super) mod messages;
pub(super) mod notify;
pub(super) mod reactions;
pub(super) mod reports;
pub(super) mod rows;
pub(super) mod subscriptions;
