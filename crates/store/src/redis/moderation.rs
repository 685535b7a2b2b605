//! Blocks and reports.

use std::collections::HashMap;

use async_trait::async_trait;
use chinwag_protocol::UserUuid;
use uuid::Uuid;

use super::RedisStore;
use super::scripts::{ADD_REPORT, BLOCK, CLOSE_REPORT, END_DELETION, REPORTS};
use crate::{
    Accounts, Attempt, BLOCKS_LIMIT, Deletion, Moderation, REPORT_LIFETIME, Report, ReportsPage,
    ReportsQuery, Result, User,
};

#[async_trait]
impl Moderation for RedisStore {
    async fn set_block(&self, user: UserUuid, blocked: UserUuid, on: bool) -> Attempt<()> {
        let mut script = BLOCK.arg(user.to_string());
        script.arg(blocked.to_string()).arg(u8::from(on)).arg(BLOCKS_LIMIT);
        let _: bool = self.shared.link.attempt("block a user", &script).await?;
        Ok(())
    }

    async fn blocked(&self, user: UserUuid) -> Result<Vec<User>> {
        let mut commands = redis::pipe();
        commands.cmd("SMEMBERS").arg(format!("userBlocks:{user}"));
        let (blocked,): (Vec<String>,) =
            self.shared.link.send("list blocked users", &commands).await?;
        let blocked = blocked.iter().filter_map(|user| user.parse().ok());
        self.known_users(blocked.collect()).await
    }

    async fn add_report(&self, report: Report) -> Result<()> {
        let mut script = ADD_REPORT.arg(report.uuid.to_string());
        // Strings only: there is nothing that could fail.
        script.arg(serde_json::to_string(&report).unwrap_or_default()).arg(REPORT_LIFETIME);
        script.arg(self.shared.link.prefix());
        let _: bool = self.shared.link.run("keep a report", &script).await?;
        Ok(())
    }

    async fn reports(&self, query: ReportsQuery) -> Attempt<ReportsPage> {
        let mut script = REPORTS.arg(query.asker.to_string());
        let before = query.before.map_or_else(|| "+inf".to_owned(), |place| format!("({place}"));
        script.arg(before).arg(query.limit.saturating_add(1));
        let found: Vec<String> = self.shared.link.attempt("list reports", &script).await?;
        let (pairs, _) = found.as_chunks::<2>();
        let mut reports: Vec<(u64, Report)> = pairs
            .iter()
            .filter_map(|[place, json]| {
                Some((place.parse().ok()?, serde_json::from_str(json).ok()?))
            })
            .collect();
        let more = pairs.len() as u64 > query.limit;
        reports.truncate(usize::try_from(query.limit).unwrap_or(usize::MAX));
        Ok(ReportsPage { reports, more })
    }

    async fn close_report(&self, asker: UserUuid, report: Uuid) -> Attempt<()> {
        let mut script = CLOSE_REPORT.arg(asker.to_string());
        let _: bool =
            self.shared.link.attempt("close a report", script.arg(report.to_string())).await?;
        Ok(())
    }

    async fn deletions(&self) -> Result<Vec<Deletion>> {
        let mut commands = redis::pipe();
        commands.cmd("HGETALL").arg("deletions");
        let (found,): (HashMap<String, String>,) =
            self.shared.link.send("list deletions", &commands).await?;
        let deletion = |(user, times): (&String, &String)| {
            let (since, until) = times.split_once(' ')?;
            let (since, until) = (since.parse().ok()?, until.parse().ok()?);
            Some(Deletion { user: user.parse().ok()?, since, until })
        };
        Ok(found.iter().filter_map(deletion).collect())
    }

    async fn deletion_done(&self, deletion: Deletion) -> Result<()> {
        let Deletion { user, since, until } = deletion;
        let mut script = END_DELETION.arg(user.to_string());
        let _: bool =
            self.shared.link.run("end a deletion", script.arg(format!("{since} {until}"))).await?;
        Ok(())
    }
}
