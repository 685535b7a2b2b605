//! Deletes a user's messages in every channel, in the background.
//!
//! The store keeps what is to be deleted until that is done, so that any node goes on after a crash. Two nodes that
//! delete the same do it once: each message is deleted by the step that deletes any other.

use std::sync::Arc;
use std::time::Duration;

use chinwag_protocol::{ChannelUuid, SessionUuid};
use chinwag_store::{
    Attempt, Change, Channel, ChannelReaders, Deletion, Failure, FollowedChannel, FollowedMessage,
    MessageChange, Result, User,
};
use jiff::{SignedDuration, Timestamp};
use tokio::time::timeout;

use crate::app::App;

/// How often the store is asked for deletions that another node has begun and not finished.
const PERIOD: Duration = Duration::from_mins(1);

/// How many messages are read at once.
const WINDOW: u64 = 500;

/// How far the clocks of two nodes may be apart: so much older messages than the oldest to be deleted are read.
const APART: SignedDuration = SignedDuration::from_hours(1);

/// Deletes what the store says is to be deleted, for ever.
pub async fn run(app: Arc<App>) {
    loop {
        if let Err(error) = delete_all(&app).await {
            tracing::warn!("messages of a user are deleted later: {error}");
        }
        // It may well take that long until an admin asks for the next one.
        let _ = timeout(PERIOD, app.deletions.notified()).await;
    }
}

async fn delete_all(app: &App) -> Result<()> {
    for deletion in app.store.deletions().await? {
        let users = app.store.known_users(vec![deletion.user]).await?;
        if let Some(user) = users.first() {
            for channel in app.store.followed_channels().await? {
                delete_in(app, &deletion, user, &channel).await?;
            }
        }
        app.store.deletion_done(deletion).await?;
    }
    Ok(())
}

/// Deletes the user's messages in a channel, the newest first.
async fn delete_in(
    app: &App,
    deletion: &Deletion,
    user: &User,
    followed: &FollowedChannel,
) -> Result<()> {
    let Some(channel) = channel_of(app, user, followed).await? else { return Ok(()) };
    let earliest = deletion.since.saturating_sub(APART).unwrap_or(Timestamp::MIN);
    let mut end = followed.total;
    while end > 0 {
        let start = end.saturating_sub(WINDOW);
        let window = read(app, followed.uuid, start, end).await?;
        for message in window.iter().filter(|message| is_meant(deletion, message)) {
            delete(app, user, &channel, message.seq).await?;
        }
        let readable = window.iter().filter(|message| message.created_at != Timestamp::UNIX_EPOCH);
        if readable.map(|message| message.created_at).max().is_some_and(|newest| newest < earliest)
        {
            break;
        }
        end = start;
    }
    Ok(())
}

/// The channel from the user's side; `None` for a direct channel of others.
async fn channel_of(app: &App, user: &User, followed: &FollowedChannel) -> Result<Option<Channel>> {
    let [one, other] = match followed.readers {
        _ if followed.uuid.is_general() => return Ok(Some(Channel::GENERAL)),
        ChannelReaders::Users(users) => users,
        ChannelReaders::Everybody | ChannelReaders::Members => {
            return Ok(Some(Channel::of_members(followed.uuid)));
        }
    };
    let other = match user.uuid {
        uuid if uuid == one => other,
        uuid if uuid == other => one,
        _ => return Ok(None),
    };
    let other = app.store.known_users(vec![other]).await?.into_iter().next();
    Ok(other.map(|other| Channel::direct(followed.uuid, other)))
}

/// The messages behind `start` and up to `end`.
async fn read(
    app: &App,
    channel: ChannelUuid,
    start: u64,
    end: u64,
) -> Result<Vec<FollowedMessage>> {
    let mut window: Vec<FollowedMessage> = Vec::new();
    loop {
        let after = window.last().map_or(start, |message| message.seq);
        let page = match end.saturating_sub(after) {
            0 => Vec::new(),
            limit => app.store.followed_messages(channel, after, limit).await?,
        };
        if page.is_empty() {
            return Ok(window);
        }
        window.extend(page);
    }
}

fn is_meant(deletion: &Deletion, message: &FollowedMessage) -> bool {
    let is_in_time = deletion.since <= message.created_at && message.created_at <= deletion.until;
    message.sender == deletion.user && is_in_time && message.text.is_some()
}

async fn delete(app: &App, user: &User, channel: &Channel, seq: u64) -> Result<()> {
    let change = MessageChange {
        user: user.clone(),
        session: SessionUuid::default(),
        channel: channel.clone(),
        seq,
        change: Change::Purge,
        at: Timestamp::now(),
    };
    let deleted: Attempt<_> = app.store.change_message(change).await;
    match deleted {
        Ok(changed) => app.search.changed(&changed.message),
        Err(Failure::Unavailable(error)) => return Err(error),
        // The channel has ended meanwhile, with its messages.
        Err(Failure::Denied(_)) => {}
    }
    Ok(())
}
