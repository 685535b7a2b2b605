//! The one thread that writes, with group commit: all that waits goes into one transaction.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chinwag_protocol::ChannelUuid;
use rusqlite::{Connection, ErrorCode};
use tokio::sync::oneshot;

use super::append::Appender;
use super::log;
use super::outcome::{AfterCommit, Answer, Outcome};
use super::recent::Recent;
use crate::newest::Newest;
use crate::{Append, Attempt, Event, Failure, Feed, Message, Result, Ticket, Unavailable, vital};

/// How many jobs may wait.
pub(super) const JOBS: usize = 16_384;

/// How many jobs one transaction takes at the most, so that the first of them need not wait long.
const BATCH: usize = 1_024;

/// How long a close waits for readers of another process, such as a backup.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// A write's part within the transaction.
type Write = Box<dyn FnOnce(&Connection) -> rusqlite::Result<AfterCommit> + Send>;

enum Job {
    Append(Append),
    /// A message that a hook writes.
    Post(Append, Answer),
    Write(Write),
    /// A write that changes stored messages of this channel.
    Change(ChannelUuid, Write),
    Announce(Vec<Event>),
    Stop(oneshot::Sender<()>),
}

impl Job {
    /// Whether it stores or changes messages of General.
    fn is_for_general(&self) -> bool {
        match self {
            Self::Append(append) | Self::Post(append, _) => append.channel.uuid.is_general(),
            Self::Change(channel, _) => channel.is_general(),
            Self::Write(_) | Self::Announce(_) | Self::Stop(_) => false,
        }
    }
}

/// Hands jobs to the writing thread.
pub(super) struct Writer {
    queue: Arc<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    filled: Condvar,
}

#[derive(Default)]
struct Waiting {
    jobs: Vec<Job>,
    stopped: bool,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        recent: Arc<Recent>,
        newest: Arc<Newest>,
        feed: Feed,
    ) -> std::io::Result<Self> {
        let queue = Arc::<Queue>::default();
        let thread = Thread { queue: Arc::clone(&queue), connection, newest, feed };
        vital::thread("the writer", move || thread.run(Appender::new(recent)))?;
        Ok(Self { queue })
    }

    /// Returns those that don't fit.
    pub(super) fn append(&self, appends: Vec<Append>) -> Vec<(Ticket, Unavailable)> {
        let refused = self.queue.push_all("store", appends.into_iter().map(Job::Append));
        let refused = refused.into_iter().filter_map(|(job, error)| match job {
            Job::Append(append) => Some((append.ticket, error)),
            Job::Post(..) | Job::Announce(_) | Job::Write(_) | Job::Change(..) | Job::Stop(_) => {
                None
            }
        });
        refused.collect()
    }

    /// Stores a message that a hook writes. `None` if it was stored before.
    pub(super) async fn post(&self, append: Append) -> Attempt<Option<Arc<Message>>> {
        let action = "store";
        let (answer, answered) = oneshot::channel();
        self.queue.push(action, Job::Post(append, answer))?;
        let given_up = || Unavailable { action, reason: "the write was given up".to_owned() };
        answered.await.map_err(|_| given_up())?
    }

    /// Announces events after all that was asked for before.
    pub(super) fn announce(&self, events: Vec<Event>) -> Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        self.queue.push("announce", Job::Announce(events))
    }

    /// Announces what can't be refused any more, such as the end of a session. There is one for each
    /// session at the most.
    pub(super) fn announce_anyway(&self, events: Vec<Event>) {
        if !events.is_empty() {
            self.queue.push_anyway(Job::Announce(events));
        }
    }

    /// Runs a write and waits until it is durable. Its events are announced then.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        action: &'static str,
        write: impl FnOnce(&Connection) -> rusqlite::Result<(T, Vec<Event>)> + Send + 'static,
    ) -> Result<T> {
        self.write_then(action, write, |_| ()).await
    }

    /// Runs a write that changes stored messages of a channel: all of them are in their places then.
    pub(super) async fn change<T: Send + 'static>(
        &self,
        action: &'static str,
        channel: ChannelUuid,
        write: impl FnOnce(&Connection) -> rusqlite::Result<(T, Vec<Event>)> + Send + 'static,
    ) -> Result<T> {
        self.run(action, |write| Job::Change(channel, write), write, |_| ()).await
    }

    /// Runs a write and, when it is durable, what follows from it, even if nobody waits for it any more.
    pub(super) async fn write_then<T: Send + 'static>(
        &self,
        action: &'static str,
        write: impl FnOnce(&Connection) -> rusqlite::Result<(T, Vec<Event>)> + Send + 'static,
        then: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T> {
        self.run(action, Job::Write, write, then).await
    }

    async fn run<T: Send + 'static>(
        &self,
        action: &'static str,
        job: impl FnOnce(Write) -> Job,
        write: impl FnOnce(&Connection) -> rusqlite::Result<(T, Vec<Event>)> + Send + 'static,
        then: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel::<Result<T>>();
        let write: Write = Box::new(move |connection| {
            let done = within_savepoint(connection, write)?;
            let done = done.map_err(|error| Unavailable { action, reason: error.to_string() });
            Ok(Box::new(move |failure| {
                let (result, events) = match (failure, done) {
                    (Some(failure), _) => {
                        let reason = failure.reason.clone();
                        (Err(Unavailable { action, reason }), Vec::new())
                    }
                    (None, Err(error)) => (Err(error), Vec::new()),
                    (None, Ok((value, events))) => {
                        then(&value);
                        (Ok(value), events)
                    }
                };
                // The asker may have gone; then nobody wants the answer.
                let _ = answer.send(result);
                events
            }))
        });
        self.queue.push(action, job(write))?;
        answered.await.unwrap_or_else(|_| {
            Err(Unavailable { action, reason: "the write was given up".to_owned() })
        })
    }

    /// Refuses further jobs, and returns when all that waits is stored and announced and the
    /// connection is closed.
    pub(super) async fn stop(&self) {
        let (answer, answered) = oneshot::channel();
        self.queue.stop(answer);
        // After an earlier stop there is no answer.
        let _ = answered.await;
    }
}

/// Runs a write so that it takes effect as a whole or not at all. The inner error is the write's own
/// mistake, such as a constraint that it violates: it must not undo the others' writes.
fn within_savepoint<T>(
    connection: &Connection,
    write: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<rusqlite::Result<T>> {
    connection.prepare_cached("SAVEPOINT job")?.execute([])?;
    let done = write(connection);
    let own_mistake = |error: &rusqlite::Error| {
        error.sqlite_error_code().is_none_or(|code| code == ErrorCode::ConstraintViolation)
    };
    match done {
        Err(error) if !own_mistake(&error) => return Err(error),
        Err(_) => {
            connection.prepare_cached("ROLLBACK TO job")?.execute([])?;
        }
        Ok(_) => {}
    }
    connection.prepare_cached("RELEASE job")?.execute([])?;
    Ok(done)
}

impl Drop for Writer {
    fn drop(&mut self) {
        let (answer, _) = oneshot::channel();
        self.queue.stop(answer);
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, action: &'static str, job: Job) -> Result<()> {
        let refused = self.push_all(action, std::iter::once(job));
        refused.into_iter().next().map_or(Ok(()), |(_, error)| Err(error))
    }

    /// Returns the jobs beyond the bound, and after a stop all.
    fn push_all(
        &self,
        action: &'static str,
        mut jobs: impl Iterator<Item = Job>,
    ) -> Vec<(Job, Unavailable)> {
        let waiting = self.lock();
        let (stopped, free) = (waiting.stopped, JOBS.saturating_sub(waiting.jobs.len()));
        let taken = jobs.by_ref().take(if stopped { 0 } else { free });
        self.put(waiting, taken);
        let reason = if stopped { "the store is closed" } else { "too many writes wait" };
        jobs.map(|job| (job, Unavailable { action, reason: reason.to_owned() })).collect()
    }

    fn push_anyway(&self, job: Job) {
        let waiting = self.lock();
        if !waiting.stopped {
            self.put(waiting, std::iter::once(job));
        }
    }

    fn stop(&self, answer: oneshot::Sender<()>) {
        let mut waiting = self.lock();
        if !waiting.stopped {
            waiting.stopped = true;
            self.put(waiting, std::iter::once(Job::Stop(answer)));
        }
    }

    fn put(&self, mut waiting: MutexGuard<'_, Waiting>, jobs: impl Iterator<Item = Job>) {
        let was_empty = waiting.jobs.is_empty();
        waiting.jobs.extend(jobs);
        drop(waiting);
        if was_empty {
            self.filled.notify_one();
        }
    }

    /// Waits for jobs and takes all of them, up to a batch.
    fn take(&self) -> Vec<Job> {
        let waiting = self.lock();
        let mut waiting = self
            .filled
            .wait_while(waiting, |waiting| waiting.jobs.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        let rest =
            if waiting.jobs.len() > BATCH { waiting.jobs.split_off(BATCH) } else { Vec::new() };
        std::mem::replace(&mut waiting.jobs, rest)
    }
}

struct Thread {
    queue: Arc<Queue>,
    connection: Connection,
    newest: Arc<Newest>,
    feed: Feed,
}

impl Thread {
    fn run(mut self, mut appender: Appender) {
        loop {
            let mut batch = self.queue.take();
            let stop = batch.iter().position(|job| matches!(job, Job::Stop(_)));
            let end = stop.map(|at| batch.split_off(at));
            self.commit(&mut appender, batch);
            if let Some(Job::Stop(answer)) = end.and_then(|end| end.into_iter().next()) {
                self.close();
                // Nobody waits when the store was dropped without being closed.
                let _ = answer.send(());
                return;
            }
        }
    }

    /// Folds the log into the database, as far as another process doesn't read it still, and closes.
    fn close(self) {
        let folded = self
            .connection
            .busy_timeout(CLOSE_TIMEOUT)
            .and_then(|()| log::empty(&self.connection))
            .and_then(|_| self.connection.close().map_err(|(_, error)| error));
        if let Err(error) = folded {
            tracing::warn!(%error, "the log stays beside the database");
        }
    }

    /// Runs a batch in one transaction and tells its outcomes in the batch's order.
    fn commit(&mut self, appender: &mut Appender, batch: Vec<Job>) {
        let mut outcomes = Vec::with_capacity(batch.len());
        let mut jobs = batch.into_iter();
        let failure = self.transact(appender, &mut jobs, &mut outcomes).err().map(|error| {
            appender.rolled_back();
            tracing::debug!(%error, "failed to store a batch");
            Unavailable { action: "store", reason: error.to_string() }
        });
        let refusal = failure.clone().map(|error| Arc::new(Failure::from(error)));
        outcomes.extend(jobs.filter_map(|job| match job {
            Job::Append(append) => Some(Outcome::Append(append.ticket, None)),
            Job::Announce(events) => Some(Outcome::Events(events)),
            // A dropped write tells its waiting caller.
            Job::Post(..) | Job::Write(_) | Job::Change(..) | Job::Stop(_) => None,
        }));
        let mut events = Vec::with_capacity(outcomes.len());
        for outcome in outcomes {
            outcome.tell(failure.as_ref(), refusal.as_ref(), &mut events);
        }
        if !events.is_empty() {
            (self.feed)(events);
        }
    }

    /// Leaves what it did not reach in `jobs`.
    fn transact(
        &mut self,
        appender: &mut Appender,
        jobs: &mut std::vec::IntoIter<Job>,
        outcomes: &mut Vec<Outcome>,
    ) -> rusqlite::Result<()> {
        if jobs.as_slice().iter().all(|job| matches!(job, Job::Announce(_))) {
            return Ok(());
        }
        let is_for_general = jobs.as_slice().iter().any(Job::is_for_general);
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let done = self
            .run_jobs(appender, jobs, outcomes)
            .and_then(|()| self.connection.prepare_cached("COMMIT")?.execute([]));
        if done.is_ok() {
            appender.committed();
            if is_for_general {
                self.newest.outdate();
            }
        } else if !self.connection.is_autocommit() {
            // The next transaction tells, if this fails; what matters is why it must be undone.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        done.map(|_| ())
    }

    /// Runs the jobs of a transaction that has begun.
    fn run_jobs(
        &mut self,
        appender: &mut Appender,
        jobs: &mut std::vec::IntoIter<Job>,
        outcomes: &mut Vec<Outcome>,
    ) -> rusqlite::Result<()> {
        let db = &self.connection;
        let appends =
            jobs.as_slice().iter().filter(|job| matches!(job, Job::Append(_) | Job::Post(..)));
        let appends = appends.count();
        appender.begin(db, appends)?;
        for job in jobs {
            match job {
                Job::Append(append) => {
                    let ticket = append.ticket;
                    let (event, change, failure) = match appender.append(db, append) {
                        Ok((event, change)) => (Some(event), change, None),
                        Err(error) => (None, None, Some(error)),
                    };
                    outcomes.push(Outcome::Append(ticket, event));
                    outcomes.extend(change.map(Outcome::Change));
                    failure.map_or(Ok(()), Err)?;
                }
                Job::Post(append, answer) => {
                    let (event, change) = appender.append(db, append)?;
                    outcomes.push(Outcome::Post(answer, event));
                    outcomes.extend(change.map(Outcome::Change));
                }
                Job::Change(channel, write) => {
                    appender.other_write();
                    appender.bring_home(db, channel)?;
                    outcomes.push(Outcome::AfterCommit(write(db)?));
                    appender.changed(db, channel)?;
                }
                Job::Write(write) => {
                    appender.other_write();
                    outcomes.push(Outcome::AfterCommit(write(db)?));
                }
                Job::Announce(events) => outcomes.push(Outcome::Events(events)),
                Job::Stop(_) => {}
            }
        }
        Ok(())
    }
}
