//! `report`, `reports` and `reportClose`: messages that the admins are to look at.

use std::collections::HashMap;
use std::rc::Rc;

use chinwag_protocol::incoming::{self, NewReport, UuidRef};
use chinwag_protocol::outgoing::{self, Named};
use chinwag_protocol::{Body, ChannelUuid, ErrorCode, RequestId, UserUuid};
use chinwag_store::{
    Channel, Denied, Failure, Message, Place, Report, ReportsPage, ReportsQuery, User,
};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::history::MAX_TEXT;
use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::{Outcome, Refused};
use crate::{reply, wire};

pub async fn add(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    new: NewReport,
) -> Outcome {
    let user = recipient::user(connection)?;
    let channel = recipient::existing_channel(core, connection, &new.recipient).await?;
    let channel = channel.ok_or(Denied::NoMessage)?;
    let message = find(core, &user, &channel, new.seq).await?;
    core.app.limits.report(user.uuid)?;
    let report = Report {
        uuid: name(user.uuid, channel.uuid, new.seq),
        by: user.uuid,
        channel: channel.uuid,
        message: copy(&message)?,
        reason: new.reason,
        at: Timestamp::now(),
    };
    let uuid = report.uuid;
    core.app.store.add_report(report).await?;
    connection.send(reply::to(id, Body::Report(Named { uuid })));
    Ok(())
}

/// The message that is to be reported, if the user can read it.
async fn find(core: &Core, user: &User, channel: &Channel, seq: u64) -> Result<Message, Refused> {
    let named = channel.recipient().map_or(channel.uuid.0, |other| other.uuid.0);
    let place = Place { channel: channel.uuid, named, seq };
    let found = core.app.store.messages_at(user, vec![place]).await?.pop().flatten();
    let message = found.ok_or(Denied::NoMessage)?;
    let is_gone = message.is_deleted() || message.is_unreadable();
    if is_gone { Err(Denied::Deleted.into()) } else { Ok(message) }
}

/// The message as JSON, without what others said or did: the beginning of the one that it answers, and reactions.
fn copy(message: &Message) -> Result<String, Refused> {
    let mut message = wire::past_message(message);
    message.reactions.clear();
    if let Some(reply) = &mut message.reply_to {
        reply.excerpt = None;
    }
    Ok(serde_json::to_string(&message).map_err(anyhow::Error::from)?)
}

/// The UUID of a report: the same one when somebody reports a message again.
fn name(user: UserUuid, channel: ChannelUuid, seq: u64) -> Uuid {
    let mut digest = Sha256::new();
    digest.update(user.0);
    digest.update(channel.0);
    digest.update(seq.to_be_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.finalize()[..16]);
    Uuid::from_bytes(bytes)
}

pub async fn list(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    page: incoming::ReportsPage,
) -> Outcome {
    let asker = recipient::user(connection)?.uuid;
    let limit = page.wanted();
    let asked = page.before.unwrap_or_default();
    let before = if asked.is_empty() { None } else { Some(asked.parse().map_err(|_| unknown())?) };
    let mut found = core.app.store.reports(ReportsQuery { asker, before, limit }).await?;
    let fitting = fitting(&found.reports);
    let more = found.more || fitting < found.reports.len();
    found.reports.truncate(fitting);
    let last = found.reports.last().map_or(asked, |(place, _)| place.to_string());
    let reports = shown(core, asker, found).await?;
    connection
        .send(reply::to(id, Body::Reports(outgoing::Reports { reports, before: last, more })));
    Ok(())
}

/// How many of the reports fit into one reply; the first one always does.
fn fitting(reports: &[(u64, Report)]) -> usize {
    let mut text = 0;
    let fits = |(at, (_, report)): &(usize, &(u64, Report))| {
        text += report.message.len() + wire::length_in_json(&report.reason);
        *at == 0 || text <= MAX_TEXT
    };
    reports.iter().enumerate().take_while(fits).count()
}

/// Reports with the names of those who made them, and with the channels that the asker can read.
async fn shown(
    core: &Core,
    asker: UserUuid,
    page: ReportsPage,
) -> Result<Vec<outgoing::Report>, Refused> {
    let mut users: Vec<_> = page.reports.iter().map(|(_, report)| report.by).collect();
    users.sort_unstable();
    users.dedup();
    let users = core.app.store.known_users(users).await?;
    let mut channels = HashMap::new();
    let mut reports = Vec::new();
    for (_, report) in page.reports {
        let recipient = match channels.get(&report.channel) {
            Some(known) => Option::clone(known),
            None => readable(core, asker, report.channel).await?,
        };
        channels.insert(report.channel, recipient.clone());
        let Some(user) = users.iter().find(|user| user.uuid == report.by) else { continue };
        // One that this program can't read, as another version wrote it, is left out.
        let copy: Result<outgoing::Message, _> = serde_json::from_str(&report.message);
        let Ok(mut message) = copy else { continue };
        // A direct channel is named by its users, who are both named anyway.
        if recipient.is_none() && message.recipient.is_none() {
            message.recipient_uuid = None;
        }
        reports.push(outgoing::Report {
            uuid: report.uuid,
            user: wire::user(user, None),
            recipient,
            message,
            reason: report.reason,
            at: report.at,
        });
    }
    Ok(reports)
}

/// By what the asker names the channel; `None` if it is direct, or the asker can't read it.
async fn readable(
    core: &Core,
    asker: UserUuid,
    channel: ChannelUuid,
) -> Result<Option<String>, Refused> {
    match core.app.store.channel(asker, channel).await {
        Ok(_) if channel.is_general() => Ok(Some(String::new())),
        Ok(_) => Ok(Some(channel.to_string())),
        Err(Failure::Denied(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

pub async fn close(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    UuidRef { uuid }: UuidRef,
) -> Outcome {
    let asker = recipient::user(connection)?.uuid;
    core.app.store.close_report(asker, uuid).await?;
    connection.send(reply::to(id, Body::ReportClose(Named { uuid })));
    Ok(())
}

fn unknown() -> Refused {
    Refused::new(ErrorCode::ChannelRefused, "\"before\" is that of another page of the reports.")
}
