//! Blocks and reports.

use async_trait::async_trait;
use chinwag_protocol::UserUuid;
use jiff::Timestamp;
use rusqlite::Connection;
use uuid::Uuid;

use super::EmbeddedStore;
use super::members::permit;
use super::statements::accounts::is_admin;
use super::statements::{accounts, blocks, deletions, reports};
use crate::{
    Attempt, BLOCKS_LIMIT, Deletion, Denied, Event, Failure, Moderation, Report, ReportsPage,
    ReportsQuery, Result, User,
};

#[async_trait]
impl Moderation for EmbeddedStore {
    async fn set_block(&self, user: UserUuid, blocked: UserUuid, on: bool) -> Attempt<()> {
        self.attempt("block a user", move |db| {
            permit!(accounts::user(db, blocked)?.ok_or(Denied::NoUser));
            if !on {
                blocks::delete(db, user, blocked)?;
            } else if !blocks::has(db, user, blocked)? {
                let is_full = blocks::count(db, user)? >= BLOCKS_LIMIT;
                permit!(if is_full { Err(Denied::TooManyBlocks) } else { Ok(()) });
                blocks::insert(db, user, blocked)?;
            }
            Ok(Ok(((), Vec::new())))
        })
        .await
    }

    async fn blocked(&self, user: UserUuid) -> Result<Vec<User>> {
        self.readers.read("list blocked users", move |db| blocks::of(db, user)).await
    }

    async fn add_report(&self, report: Report) -> Result<()> {
        let add = move |db: &Connection| {
            let is_new = reports::insert(db, &report)?;
            let reported = Event::Reported { report: report.uuid, admins: accounts::admins(db)? };
            Ok(((), is_new.then_some(reported).into_iter().collect()))
        };
        self.writer.write("keep a report", add).await
    }

    async fn reports(&self, query: ReportsQuery) -> Attempt<ReportsPage> {
        let list = move |db: &Connection| {
            if !is_admin(db, query.asker)? {
                return Ok(Err(Denied::NotAdmin));
            }
            let limit = query.limit.saturating_add(1);
            let before = query.before.unwrap_or(u64::MAX);
            let mut reports = reports::page(db, before, limit, Timestamp::now())?;
            let more = reports.len() as u64 == limit;
            reports.truncate(usize::try_from(query.limit).unwrap_or(usize::MAX));
            Ok(Ok(ReportsPage { reports, more }))
        };
        self.readers.read("list reports", list).await?.map_err(Failure::from)
    }

    async fn close_report(&self, asker: UserUuid, report: Uuid) -> Attempt<()> {
        self.attempt("close a report", move |db| {
            if !is_admin(db, asker)? {
                return Ok(Err(Denied::NotAdmin));
            }
            let closed = reports::delete(db, report)?;
            Ok(closed.then_some(((), Vec::new())).ok_or(Denied::NoReport))
        })
        .await
    }

    async fn deletions(&self) -> Result<Vec<Deletion>> {
        self.readers.read("list deletions", deletions::all).await
    }

    async fn deletion_done(&self, deletion: Deletion) -> Result<()> {
        let done = move |db: &Connection| Ok((deletions::delete(db, &deletion)?, Vec::new()));
        self.writer.write("end a deletion", done).await
    }
}
