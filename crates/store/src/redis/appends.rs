//! Messages into Redis: all that wait go out as one pipeline, in order.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chinwag_protocol::{FileUuid, MessageUuid};
use tokio::sync::mpsc;

use super::Shared;
use super::link::{TIMEOUT, failure};
use super::messages::other_user;
use super::records::{Person, StoredMessage};
use super::scripts::APPEND;
use crate::{Append, Event, Mentions, Result, Ticket, Unavailable, User, channel_name, vital};

/// How many messages may wait for their outcome.
const APPENDS: usize = 16_384;

/// How many messages one pipeline takes.
const BATCH: usize = 512;

/// How often sends are looked through for those that took too long.
const SWEEP: Duration = Duration::from_millis(100);

/// How long a send whose connection broke waits for the feed to tell that it was stored after all.
const DOUBT: Duration = Duration::from_millis(500);

/// The sends that wait for their outcome, which comes through Pub/Sub in the order of all messages.
#[derive(Default)]
pub(super) struct Pending(Mutex<HashMap<MessageUuid, Waiting>>);

/// A send that waits, and until when.
struct Waiting {
    ticket: Ticket,
    until: Instant,
}

impl Pending {
    fn lock(&self) -> MutexGuard<'_, HashMap<MessageUuid, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, uuid: MessageUuid, ticket: Ticket) -> Result<()> {
        let mut pending = self.lock();
        if pending.len() >= APPENDS {
            let reason = "too many messages wait to be stored".to_owned();
            return Err(Unavailable { action: "store", reason });
        }
        pending.insert(uuid, Waiting { ticket, until: Instant::now() + TIMEOUT });
        Ok(())
    }

    /// Whose send this is, once.
    pub(super) fn take(&self, uuid: MessageUuid) -> Option<Ticket> {
        self.lock().remove(&uuid).map(|waiting| waiting.ticket)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    pub(super) fn contains(&self, uuid: MessageUuid) -> bool {
        self.lock().contains_key(&uuid)
    }

    /// Their connection broke: whether they were stored is for the feed to tell, and soon.
    fn doubt(&self, batch: &[(MessageUuid, Append)]) {
        let (mut pending, soon) = (self.lock(), Instant::now() + DOUBT);
        for (uuid, _) in batch {
            if let Some(waiting) = pending.get_mut(uuid) {
                waiting.until = waiting.until.min(soon);
            }
        }
    }

    fn overdue(&self) -> Vec<Ticket> {
        let now = Instant::now();
        let mut pending = self.lock();
        let overdue = pending.extract_if(|_, waiting| waiting.until <= now);
        overdue.map(|(_, waiting)| waiting.ticket).collect()
    }
}

/// Hands messages to the task that sends them.
pub(super) struct Appends(mpsc::UnboundedSender<(MessageUuid, Append)>);

impl Appends {
    pub(super) fn start(shared: &Arc<Shared>) -> Self {
        // Bounded by the sends that may be pending.
        let (sender, receiver) = mpsc::unbounded_channel();
        vital::task("the sender of messages", send_all(Arc::clone(shared), receiver));
        vital::task("the watch over overdue messages", refuse_overdue(Arc::clone(shared)));
        Self(sender)
    }

    pub(super) fn append(&self, shared: &Shared, append: Append) -> Result<()> {
        let uuid = MessageUuid::random();
        shared.pending.add(uuid, append.ticket)?;
        self.0.send((uuid, append)).map_err(|_| {
            shared.pending.take(uuid);
            Unavailable { action: "store", reason: "the store is closed".to_owned() }
        })
    }
}

async fn send_all(
    shared: Arc<Shared>,
    mut waiting: mpsc::UnboundedReceiver<(MessageUuid, Append)>,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        // What was refused while it waited must not be stored after all.
        batch.retain(|(uuid, _)| shared.pending.contains(*uuid));
        send(&shared, &batch).await;
        batch.clear();
    }
}

async fn send(shared: &Shared, batch: &[(MessageUuid, Append)]) {
    if batch.is_empty() {
        return;
    }
    let mut calls = redis::pipe();
    for (uuid, append) in batch {
        add(&mut calls, shared, *uuid, append);
    }
    let answers = match shared.link.send_calls("store", &APPEND, &mut calls).await {
        Ok(answers) => answers,
        Err(error) => {
            tracing::debug!(%error, "a batch of messages is in doubt");
            return shared.pending.doubt(batch);
        }
    };
    let refused = batch.iter().zip(answers).filter_map(|((uuid, _), answer)| {
        let error = answer.err()?;
        if error.code() == Some("GONE") {
            shared.doubts.raise(false);
        }
        let ticket = shared.pending.take(*uuid)?;
        Some(Event::Refused { ticket, error: Arc::new(failure("store", &error)) })
    });
    shared.tell(refused.collect());
}

pub(super) fn add(
    calls: &mut redis::Pipeline,
    shared: &Shared,
    uuid: MessageUuid,
    append: &Append,
) {
    let channel = channel_name(append.channel.uuid);
    let json = |value: &_| serde_json::to_string::<Person>(value).unwrap_or_default();
    let sender = json(&Person::from(&append.sender));
    let recipient = append.channel.recipient();
    let recipient = recipient.map(|user| format!(r#""Recipient":{},"#, json(&Person::from(user))));
    let names = format!(
        r#""ChannelUUID":"{}","Sender":{sender},{}"#,
        append.channel.uuid,
        recipient.unwrap_or_default()
    );
    let stored = serde_json::to_string(&StoredMessage::new(append, uuid)).unwrap_or_default();
    APPEND
        .call(calls)
        .arg(channel)
        .arg(append.sender.uuid.to_string())
        .arg(append.client_uuid.as_deref().unwrap_or_default())
        .arg(stored)
        .arg(names)
        .arg(uuid.to_string())
        .arg(&shared.node)
        .arg(other_user(&append.channel))
        .arg(append.reply_to.map(|seq| seq.min(1 << 53).to_string()).unwrap_or_default())
        .arg(append.mentions.as_deref().map(mentioned).unwrap_or_default())
        .arg(append.files.iter().map(FileUuid::to_string).collect::<Vec<_>>().join(" "))
        .arg(append.by_hook.as_ref().map(|by| by.hook.to_string()).unwrap_or_default())
        .arg(shared.link.prefix());
}

fn mentioned(Mentions { users, all }: &Mentions) -> String {
    wanted(users, Some(*all))
}

/// Whom a message is to mention, in words as `scripts/mentions.lua` takes them.
pub(super) fn wanted(users: &[User], all: Option<bool>) -> String {
    let all = match all {
        Some(true) => Some("all"),
        Some(false) => None,
        None => Some("keep"),
    };
    let users = users.iter().map(|user| user.uuid.to_string());
    users.chain(all.map(str::to_owned)).collect::<Vec<_>>().join(" ")
}

async fn refuse_overdue(shared: Arc<Shared>) {
    let mut sweep = tokio::time::interval(SWEEP);
    loop {
        sweep.tick().await;
        let reason = "Redis did not say in time that it is stored".to_owned();
        let error = Arc::new(Unavailable { action: "store", reason }.into());
        let overdue = shared.pending.overdue().into_iter();
        shared.tell(
            overdue.map(|ticket| Event::Refused { ticket, error: Arc::clone(&error) }).collect(),
        );
    }
}
