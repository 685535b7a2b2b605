//! The one table of requests and of the server's frames. CONTRIBUTING.md says how to add a row.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{DeserializeOwned, Error};
use serde::ser::SerializeMap;
use serde_json::value::RawValue;
use ts_rs::{Config, TS};

use crate::incoming::{Refusal, parse};
use crate::typescript::Declarations;

/// What a message costs of its user's budget. All other costs are in proportion, by the work that
/// the request makes, as `make attack` prints it.
pub const MESSAGE_COST: u32 = 10;

// A request reads: its `type` and its variant with its payload, if it has one; the payload of the
// reply of the same type, or the `type` of another reply, if it has one; its cost; who may send it.
//
// - `(UsersPage or default)`: the payload may be absent.
// - `(SignIn by sign_in)`: a function of `incoming/parse.rs` reads the payload, since its shape
//   says too little.
// - `-> Read and "…"`: the same frame is also sent without a request.
// - `cost 2 and 1 for each 10`: of the messages, users … that the payload's `wanted()` returns.
table! {
    requests {
        /// Sign in by name and password or by a link, or resume by access key. An unknown name is signed up.
        "signIn" SignIn(SignIn by sign_in) -> "authorized", cost 10, anybody;
        /// Make a new user and sign in.
        "signUp" SignUp(SignUp by sign_up) -> "authorized", cost 10, anybody;
        /// End this device's session.
        "signOut" SignOut -> SignedOut and "the news that this device was signed out elsewhere",
            cost 5, user;
        /// End all sessions of the user, this one included.
        "signOutEverywhere" SignOutEverywhere -> SignedOut, cost 10, user;
        /// Change the password and end all other sessions.
        "changePassword" ChangePassword(PasswordChange) -> PasswordChanged, cost 80, user;
        /// Join a channel, and leave the one joined before.
        "channelJoin" ChannelJoin(ChannelRef) -> ChannelView, cost 10, user;
        /// Leave the joined channel.
        "channelLeave" ChannelLeave(ChannelRef) -> Recipient and "the news of it to others",
            cost 10, user;
        /// Send a message.
        "channelMessage" ChannelMessage(NewMessage by message)
            -> Message and "the message to everybody else who gets it", cost MESSAGE_COST, user;
        /// Begin to upload a file, which a message of the channel can hold once it is there.
        "fileCreate" FileCreate(NewFile by new_file) -> Upload, cost 10, user;
        /// Read a page of a channel's history.
        "channelMessages" ChannelMessages(HistoryPage) -> History,
            cost 2 and 1 for each 10, user;
        /// Mark a channel as read.
        "channelRead" ChannelRead(ReadMark)
            -> Read and "the news of it to the user's other sessions", cost 5, user;
        /// Show those who joined the channel that the user is typing.
        "channelTyping" ChannelTyping(ChannelRef), cost 2, user;
        /// List users.
        "users" Users(UsersPage or default) -> Users, cost 2 and 1 for each 50, user;
        /// List the user's channels, and get the messages of all of them from now on.
        "inbox" Inbox(InboxWants or default) -> Inbox, cost 20, user;
        /// Make a named channel, or a group.
        "channelCreate" ChannelCreate(NewChannel by new_channel) -> Channel, cost 20, user;
        /// Change a named channel.
        "channelEdit" ChannelEdit(ChannelEdit by channel_edit) -> Channel, cost 10, user;
        /// Add members to a named channel, join a public one as a member, or make and unmake owners.
        "memberAdd" MemberAdd(MemberAdd by member_add) -> MembersChanged, cost 20, user;
        /// Remove a member from a named channel, or leave it.
        "memberRemove" MemberRemove(MemberRemove) -> MembersChanged, cost 10, user;
        /// List the members of a channel.
        "channelMembers" ChannelMembers(MembersPage) -> Members,
            cost 2 and 1 for each 50, user;
        /// List the named channels: public ones, and the user's own private ones.
        "channels" Channels(ChannelsPage or default) -> Channels,
            cost 2 and 1 for each 20, user;
        /// Set what a channel is to the user, or read it.
        "channelPrefs" ChannelPrefs(PrefsChange by prefs_change)
            -> Prefs and "the news of it to the user's other sessions", cost 5, user;
        /// Change the text of one's own message.
        "messageEdit" MessageEdit(MessageEdit by message_edit) -> Changed, cost MESSAGE_COST, user;
        /// Delete a message: its text, its reactions and its pin.
        "messageDelete" MessageDelete(MessageRef) -> Changed, cost 10, user;
        /// React to a message with an emoji, or take that back.
        "messageReact" MessageReact(MessageReact)
            -> Changed and "the news of it to the user's other sessions", cost 5, user;
        /// Pin a message, or undo that.
        "messagePin" MessagePin(MessagePin) -> Changed, cost 10, user;
        /// List those who reacted to a message with an emoji.
        "messageReactors" MessageReactors(ReactorsPage) -> Users,
            cost 2 and 1 for each 50, user;
        /// Read the messages of a channel that have changed, as they are now.
        "channelChanges" ChannelChanges(ChangesPage)
            -> Changes and "the changes to messages as they come", cost 2 and 1 for each 10, user;
        /// List mentions of the user, replies to them and reactions to their messages.
        "activity" Activity(ActivityPage or default) -> Activity, cost 2 and 1 for each 5, user;
        /// Choose what is notified and when, or read it.
        "notify" Notify(NotifyChange or default) -> Notify, cost 5, user;
        /// Let this device be notified by web push, for as long as its access key lasts.
        "pushSubscribe" PushSubscribe(NewSubscription) -> Subscribed, cost 20, user;
        /// End a subscription to web push.
        "pushUnsubscribe" PushUnsubscribe(SubscriptionRef) -> Subscribed, cost 10, user;
        /// Send a notification by web push at once, and tell what the push service answers.
        "pushTest" PushTest(SubscriptionRef) -> PushTested, cost 50, user;
        /// Find messages in all channels that the user can read.
        "search" Search(Search) -> Found, cost 20 and 1 for each 5, user;
        /// Make a bot, or give an existing one a new access key in the place of its old ones.
        "botCreate" BotCreate(NewBot) -> BotCreated, cost 20, user;
        /// Make a hook: an address whose posts become messages.
        "hookCreate" HookCreate(NewHook) -> HookCreated, cost 20, user;
        /// List hooks, without their addresses.
        "hooks" Hooks(HooksOf or default) -> Hooks, cost 10, user;
        /// End a hook.
        "hookDelete" HookDelete(HookRef) -> HookDeleted, cost 10, user;
        /// Make a link that invites, resets a password or signs in another device.
        "linkCreate" LinkCreate(NewLink by new_link) -> Link, cost 50, user;
        /// List the links that can still be used: an admin those of the server, others their own.
        "links" Links -> Links, cost 10, user;
        /// End a link.
        "linkRevoke" LinkRevoke(UuidRef) -> Named, cost 10, user;
        /// List the devices on which the user is signed in.
        "devices" Devices -> Devices, cost 5, user;
        /// Sign out one of these devices.
        "deviceEnd" DeviceEnd(UuidRef) -> Named, cost 10, user;
        /// Change the role of a user, deactivate a user or bring one back, or delete a user's messages.
        "userEdit" UserEdit(UserEdit) -> User, cost 20, user;
        /// Block a user or undo that, or list those who are blocked.
        "block" Block(Block or default) -> Blocked, cost 10, user;
        /// Report a message to the admins.
        "report" Report(NewReport by report) -> Named, cost 50, user;
        /// List the reported messages.
        "reports" Reports(ReportsPage or default) -> Reports, cost 2 and 1 for each 5, user;
        /// Close a report.
        "reportClose" ReportClose(UuidRef) -> Named, cost 10, user;
        /// Tell what a link does, before it is used.
        "linkCheck" LinkCheck(LinkSecret) -> LinkChecked, cost 10, anybody;
        /// Tell an admin how much there is on the server.
        "server" Server -> ServerFigures, cost 50, user;
        /// Answered with `pong`.
        "ping" Ping -> "pong", cost 1, user;
    }
    frames {
        /// The first frame of every connection.
        "ready" Ready(Ready), news;
        /// The reply to `signIn` and `signUp`.
        "authorized" Authorized(Authorized), answer;
        /// The reply to `ping`.
        "pong" Pong, answer;
        /// A request was refused.
        "error" Error(Failure), answer;
        /// News, which answer no request.
        "sys" Sys(Sys), news;
        /// A user is typing in the joined channel.
        "channelTyping" ChannelTyping(Typing), news;
    }
}

/// A request's row.
#[derive(Clone, Copy, Debug)]
pub struct RequestRow {
    /// The `type`.
    pub kind: &'static str,
    /// What it does, as a sentence.
    pub about: &'static str,
    pub(crate) payload: Option<Part>,
    pub(crate) may_be_absent: bool,
    /// The `type` of its reply.
    pub reply: Option<&'static str>,
    /// What it costs of its user's budget; a message costs [`MESSAGE_COST`].
    pub cost: u32,
    /// For how many of its `limit` it costs one more.
    pub each: Option<u64>,
    /// Whether it needs a signed-in user.
    pub needs_sign_in: bool,
}

/// The row of one type of the server's frames.
#[derive(Clone, Copy, Debug)]
pub struct FrameRow {
    /// The `type`.
    pub kind: &'static str,
    /// When it is sent, as a sentence.
    pub about: &'static str,
    pub(crate) payload: Option<Part>,
    /// Whether it answers requests, with their `id`.
    pub answers: bool,
    /// Whether it is sent without a request.
    pub is_news: bool,
}

/// How a payload is described in other languages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// Its JSON Schema, which refers to a definition.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
    /// Its name in TypeScript.
    pub typescript: fn(&Config) -> String,
    /// Declares it in TypeScript, and the types that it consists of.
    pub declare: fn(&mut Declarations),
}

impl Part {
    const fn of<T: JsonSchema + TS + 'static>() -> Self {
        Self {
            schema: |generator| generator.subschema_for::<T>(),
            typescript: T::name,
            declare: |declarations| declarations.add::<T>(),
        }
    }
}

fn page_cost(base: u32, wanted: u64, each: u64) -> u32 {
    base.saturating_add(u32::try_from(wanted / each).unwrap_or(u32::MAX))
}

fn required<T: DeserializeOwned>(raw: Option<&RawValue>) -> serde_json::Result<T> {
    serde_json::from_str(raw.ok_or_else(|| Error::custom("the payload is missing"))?.get())
}
