//! What the faults cost: everything that was acknowledged and seen, held against what is stored.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::client::{Answer, PAGE, Person, text};
use crate::reader::Seen;
use crate::tally::{Tally, count as counted};
use crate::writer::Acknowledged;

/// What the faults cost.
#[derive(Debug, Default)]
pub struct Cost {
    /// Messages that came back to their writers.
    pub acknowledged: usize,
    /// Of them those that are not stored as they came back.
    pub lost: usize,
    /// Messages that are stored more than once.
    pub twice: usize,
    /// Messages that stand, or were seen, in another order than they were written or stored.
    pub out_of_order: usize,
    /// Places in a channel without a message.
    pub holes: usize,
    /// Errors 30.
    pub refused: u64,
    /// Requests that got nothing at all.
    pub silences: u64,
    /// Connections made.
    pub reconnects: u64,
    /// The longest time from a fault's end until everybody wrote and read.
    pub slowest: Duration,
    /// What must not have happened besides.
    pub surprises: Vec<String>,
}

impl Cost {
    /// What was counted while the faults were done.
    pub fn new(tally: &Tally, slowest: Duration) -> Self {
        Self {
            refused: counted(&tally.refused),
            silences: counted(&tally.silences),
            reconnects: counted(&tally.reconnects),
            slowest,
            surprises: tally.surprises(),
            ..Self::default()
        }
    }

    /// Whether the promise was kept.
    pub fn nothing(&self) -> bool {
        let broken = self.lost + self.twice + self.out_of_order + self.holes;
        broken == 0 && self.silences == 0 && self.surprises.is_empty() && self.acknowledged > 0
    }
}

/// Everything that is stored in a channel, as this person reads it.
pub fn history(person: &Person, node: SocketAddr, to: &str) -> Result<Vec<Value>> {
    let (mut client, answer) = person.resume(node)?;
    if !matches!(answer, Answer::Reply(_)) {
        bail!("failed to audit: {answer:?}");
    }
    let mut messages: Vec<Value> = Vec::new();
    loop {
        let last = messages.last().map_or(0, |last| last["Seq"].as_u64().unwrap_or_default());
        let page = client.after(to, last, |_| {})?;
        let full = page.len() == PAGE;
        messages.extend(page);
        if !full {
            return Ok(messages);
        }
    }
}

/// Counts the cost.
///
/// # Errors
/// When the node does not let somebody read.
pub fn count(
    node: SocketAddr,
    written: &[(Person, Vec<Acknowledged>)],
    seen: &[(Person, Seen)],
    tally: &Tally,
    slowest: Duration,
) -> Result<Cost> {
    let mut cost = Cost::new(tally, slowest);
    cost.acknowledged = written.iter().map(|(_, acknowledged)| acknowledged.len()).sum();
    let Some((anybody, _)) = seen.first() else { bail!("nobody has read") };
    let general = history(anybody, node, "")?;
    let sent = |to: &str| {
        written.iter().flat_map(|(_, sent)| sent).filter(|sent| sent.to == to).collect::<Vec<_>>()
    };
    cost.compare(&general, &sent(""));
    for (reader, channels) in seen {
        let seen_in = |channel: &str| channels.get(channel).map_or(&[][..], Vec::as_slice);
        cost.see(&general, seen_in(""));
        for (writer, acknowledged) in written {
            let sent: Vec<_> = acknowledged.iter().filter(|sent| sent.to == reader.user).collect();
            if !sent.is_empty() {
                let private = history(reader, node, &writer.user)?;
                cost.compare(&private, &sent);
                cost.see(&private, seen_in(&writer.user));
            }
        }
    }
    Ok(cost)
}

impl Cost {
    /// What is stored has no hole, no double and each writer's order, and has all that was acknowledged.
    pub fn compare(&mut self, stored: &[Value], acknowledged: &[&Acknowledged]) {
        let mut places = HashMap::new();
        let mut latest: HashMap<&str, u64> = HashMap::new();
        for (place, message) in (1..).zip(stored) {
            let (said, sender) = (text(&message["Message"]), text(&message["SenderUUID"]));
            self.holes += usize::from(message["Seq"] != place);
            self.twice += usize::from(places.insert(said, message).is_some());
            let number = said.rsplit(' ').next().and_then(|number| number.parse().ok());
            let number: u64 = number.unwrap_or_default();
            let before = latest.insert(sender, number);
            self.out_of_order += usize::from(before.is_some_and(|before| before > number));
        }
        let kept = |sent: &&&Acknowledged| {
            places.get(sent.text.as_str()).is_some_and(|message| {
                message["Seq"] == sent.seq && text(&message["UUID"]) == sent.uuid
            })
        };
        self.lost += acknowledged.len() - acknowledged.iter().filter(kept).count();
    }

    /// Every reader has seen all that is stored, in its order.
    pub fn see(&mut self, stored: &[Value], seen: &[String]) {
        let differ = stored.iter().zip(seen).filter(|(message, uuid)| message["UUID"] != **uuid);
        self.out_of_order += differ.count();
        self.holes += stored.len().abs_diff(seen.len());
    }
}
