//! Takes the frames of a participant's connections, and holds each against what came before it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::Value;

use super::Scene;
use super::record::{Gone, Receipt, Record};
use crate::client::text;

/// What a participant knows from all connections, and of each channel on this one.
pub struct Listener {
    scene: Arc<Scene>,
    who: usize,
    /// All that came, to be audited.
    pub record: Record,
    /// Messages behind a gap, by channel and `Seq`.
    early: BTreeMap<(usize, u64), String>,
    /// Each channel on this connection.
    pub lines: Vec<Line>,
}

/// A channel on one connection.
#[derive(Clone, Default)]
pub struct Line {
    /// Whether the server has told that the participant is a member.
    pub told: bool,
    /// When the history was asked for that has been read to its end since then.
    pub whole: Option<u64>,
    /// Whether the history is to be read.
    pub due: bool,
    /// The news of coming and going so far.
    pub news: u64,
    /// The `Seq` of the last live message.
    last: u64,
}

impl Listener {
    /// A listener without messages.
    pub fn new(scene: Arc<Scene>, who: usize) -> Self {
        let channels = scene.channels.len();
        let record = Record { seen: vec![Vec::new(); channels], ..Record::default() };
        let lines = vec![Line::default(); channels];
        Self { scene, who, record, early: BTreeMap::new(), lines }
    }

    /// A new connection begins. Before the inbox is answered, news and messages of any channel may come.
    pub fn begin(&mut self) {
        self.lines.fill(Line { told: true, ..Line::default() });
    }

    /// The first inbox of a connection lists these channels.
    pub fn list(&mut self, listed: &[usize]) {
        for (channel, line) in self.lines.iter_mut().enumerate() {
            if listed.contains(&channel) {
                (line.told, line.due) = (true, true);
            } else if line.news == 0 {
                line.told = false;
            }
        }
    }

    /// Up to which `Seq` every message of the channel has come.
    pub fn last(&self, channel: usize) -> u64 {
        self.record.seen[channel].len() as u64
    }

    /// A frame that answers no request.
    pub fn take(&mut self, frame: &Value) {
        match (text(&frame["type"]), text(&frame["sys"]["type"])) {
            ("channelMessage", _) => self.live(&frame["channelMessage"]),
            ("sys", "channel") => self.come(&frame["sys"]["channel"]["UUID"]),
            ("sys", "channelGone") => self.go(&frame["sys"]["channelGone"]["recipientUUID"]),
            _ => {}
        }
    }

    /// A live message: on one connection they come in order, and without a gap once the history has been read.
    pub fn live(&mut self, message: &Value) {
        let Some(channel) = self.channel(&message["RecipientUUID"]) else { return };
        let (seq, whole) = (message["Seq"].as_u64().unwrap_or_default(), self.last(channel));
        let line = &mut self.lines[channel];
        let before = std::mem::replace(&mut line.last, seq);
        if !line.told {
            self.surprise(&format!("got {seq} of channel {channel} without being told of it"));
        } else if seq <= before || (line.whole.is_some() && seq > whole + 1) {
            let fault = format!("saw {seq} of channel {channel} after {before}, having {whole}");
            self.surprise(&fault);
        }
        self.keep(channel, message);
    }

    /// A message, from wherever it came.
    pub fn keep(&mut self, channel: usize, message: &Value) {
        let seq = message["Seq"].as_u64().unwrap_or_default();
        let uuid = text(&message["UUID"]).to_owned();
        self.record.received.push(Receipt { channel, seq, at: self.scene.clock.tick() });
        let at = usize::try_from(seq.saturating_sub(1)).unwrap_or_default();
        if let Some(known) = self.record.seen[channel].get(at) {
            if *known != uuid {
                self.surprise(&format!("saw two messages with the Seq {seq}"));
            }
            return;
        }
        self.early.insert((channel, seq), uuid);
        while let Some(uuid) = self.early.remove(&(channel, self.last(channel) + 1)) {
            self.record.seen[channel].push(uuid);
        }
        let read = &self.scene.tally.read[self.who * self.scene.channels.len() + channel];
        read.store(self.last(channel), Ordering::Relaxed);
    }

    /// The channel with this UUID, if it is one of the scene.
    pub fn channel(&self, uuid: &Value) -> Option<usize> {
        self.scene.channels.iter().position(|channel| *channel == *uuid)
    }

    fn come(&mut self, uuid: &Value) {
        let Some(channel) = self.channel(uuid) else { return };
        let line = &mut self.lines[channel];
        (line.told, line.due) = (true, true);
        line.news += 1;
    }

    fn go(&mut self, uuid: &Value) {
        let Some(channel) = self.channel(uuid) else { return };
        if !self.lines[channel].told {
            self.surprise(&format!("was removed from channel {channel}, having heard nothing"));
        }
        if let Some(since) = self.lines[channel].whole {
            self.record.gone.push(Gone { channel, since, seen: self.last(channel) });
        }
        let line = &mut self.lines[channel];
        (line.told, line.whole, line.due) = (false, None, false);
        line.news += 1;
    }

    fn surprise(&self, fault: &str) {
        self.scene.tally.surprise(format!("{} {fault}", self.scene.people[self.who].name));
    }
}
