//! A participant: writes, reads and asks on one connection after the other, and changes who is in a channel of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;

use anyhow::Result;
use chinwag_testbed::Random;
use serde_json::{Value, json};

use super::Scene;
use super::listener::Listener;
use super::record::{Change, Record, Request, Sent};
use crate::client::{Answer, Client, PAGE, text};
use crate::tally::{RETRY, one_more};

/// What the server answers about a private channel to those who are not in it.
const NOT_FOUND: u64 = 10;

/// What it answers while the store doesn't.
const UNAVAILABLE: u64 = 30;

/// Acts until the tally says stop, and listens until it says close.
pub struct Participant {
    scene: Arc<Scene>,
    who: usize,
    listener: Listener,
    random: Random,
    /// Whom it made a member of its own channel; `None` where that is open.
    members: Vec<Option<bool>>,
    /// Whether a message is under way: the last one that was sent.
    unsent: bool,
    /// Whether it was sent before on another connection.
    repeats: bool,
    rests: bool,
}

impl Participant {
    /// The one at this place.
    pub fn new(scene: Arc<Scene>, who: usize) -> Self {
        Self {
            listener: Listener::new(Arc::clone(&scene), who),
            random: Random::new(who as u64),
            members: vec![Some(false); scene.people.len()],
            unsent: false,
            repeats: false,
            rests: false,
            scene,
            who,
        }
    }

    /// Acts and listens, and returns the record of it.
    pub fn run(mut self) -> Record {
        for at in self.who.. {
            let node = self.scene.nodes[at % self.scene.nodes.len()];
            if self.scene.closed() || self.connection(node).is_ok() {
                break;
            }
            self.repeats = self.unsent;
            thread::sleep(RETRY);
        }
        self.listener.record
    }

    /// One connection, until it breaks or all is over.
    fn connection(&mut self, node: SocketAddr) -> Result<()> {
        self.listener.begin();
        let (mut client, answer) = self.scene.people[self.who].resume(node)?;
        self.scene.accept(answer)?;
        one_more(&self.scene.tally.reconnects);
        let listed = self.inbox(&mut client)?;
        self.listener.list(&listed);
        while !self.scene.closed() {
            if let Some(due) = self.listener.lines.iter().position(|line| line.due) {
                self.catch_up(&mut client, due)?;
            } else if self.scene.tally.stopped() {
                if !std::mem::replace(&mut self.rests, true) {
                    self.scene.rest();
                }
                if let Some(frame) = client.read()? {
                    self.listener.take(&frame);
                }
            } else {
                self.act(&mut client)?;
                one_more(&self.scene.tally.acknowledged[self.who]);
            }
        }
        Ok(())
    }

    fn act(&mut self, client: &mut Client) -> Result<()> {
        if self.unsent {
            return self.send(client);
        }
        if self.who < self.scene.channels.len() && self.random.below(2) == 0 {
            self.change(client)?;
            return self.write(client, self.who);
        }
        let channel = self.random.place(self.scene.channels.len());
        let limited = json!({"recipientUUID": self.scene.channels[channel], "limit": 10});
        match self.random.below(8) {
            0 => drop(self.look(client, "channelMessages", channel, &limited)?),
            1 => {
                if self.look(client, "channelJoin", channel, &limited)?.is_some() {
                    self.listener.lines[channel].told = true;
                }
            }
            2 => drop(self.inbox(client)?),
            _ => self.write(client, channel)?,
        }
        Ok(())
    }

    /// Adds or removes somebody in the participant's own channel.
    fn change(&mut self, client: &mut Client) -> Result<()> {
        let (channel, people) = (self.who, self.scene.people.len());
        let who = (channel + 1 + self.random.place(people - 1)) % people;
        let added = self.members[who].take().map_or_else(|| self.random.below(2) == 0, |is| !is);
        let (uuid, user) = (&self.scene.channels[channel], &self.scene.people[who].user);
        let (kind, payload) = if added {
            ("memberAdd", json!({"recipientUUID": uuid, "users": [user]}))
        } else {
            ("memberRemove", json!({"recipientUUID": uuid, "userUUID": user}))
        };
        let asked = self.scene.clock.tick();
        let change = Change { channel, who, added, asked, acknowledged: None };
        self.listener.record.changes.push(change);
        let answer = self.ask(client, kind, &payload)?;
        self.scene.accept(answer)?;
        let change = self.listener.record.changes.last_mut();
        change.expect("it was noted just now").acknowledged = Some(self.scene.clock.tick());
        self.members[who] = Some(added);
        Ok(())
    }

    fn write(&mut self, client: &mut Client, channel: usize) -> Result<()> {
        let sent = &mut self.listener.record.sent;
        let text = format!("{} {}", self.scene.people[self.who].name, sent.len());
        sent.push(Sent { channel, text, asked: self.scene.clock.tick(), acknowledged: None });
        (self.unsent, self.repeats) = (true, false);
        self.send(client)
    }

    /// Sends the last message, until it has come back or the channel is closed to its sender.
    fn send(&mut self, client: &mut Client) -> Result<()> {
        let sent = self.listener.record.sent.last().expect("one is under way");
        let (channel, said) = (sent.channel, sent.text.clone());
        let (uuid, asked) = (&self.scene.channels[channel], self.scene.clock.tick());
        let payload = json!({"recipientUUID": uuid, "message": said, "clientUUID": said});
        client.send(&json!({"type": "channelMessage", "channelMessage": payload}))?;
        let answer = client.answer(
            |frame| frame["channelMessage"]["clientUUID"] == said,
            |frame| self.listener.take(frame),
        )?;
        let Some(frame) = self.shown("channelMessage", channel, asked, answer)? else {
            self.unsent = false;
            return Ok(());
        };
        let message = &frame["channelMessage"];
        // One that was sent before may have come live, too.
        if self.repeats {
            self.listener.keep(channel, message);
        } else {
            self.listener.live(message);
        }
        self.unsent = false;
        let uuid = text(&message["UUID"]).to_owned();
        let seq = message["Seq"].as_u64().unwrap_or_default();
        let sent = self.listener.record.sent.last_mut().expect("it is under way");
        sent.acknowledged = Some((self.scene.clock.tick(), seq, uuid));
        Ok(())
    }

    /// Reads what the participant lacks of a channel's history.
    fn catch_up(&mut self, client: &mut Client, channel: usize) -> Result<()> {
        self.listener.lines[channel].due = false;
        let news = self.listener.lines[channel].news;
        let (mut full, mut since) = (true, 0);
        while full {
            since = self.scene.clock.tick();
            let after = self.listener.last(channel);
            let uuid = &self.scene.channels[channel];
            let page = json!({"recipientUUID": uuid, "after": after, "limit": PAGE});
            let Some(read) = self.look(client, "channelMessages", channel, &page)? else {
                return Ok(());
            };
            full = read == PAGE;
        }
        let line = &mut self.listener.lines[channel];
        line.whole = (line.told && line.news == news).then_some(since);
        Ok(())
    }

    /// Asks for messages of a channel; returns how many there were, `None` if there is no channel for the asker.
    fn look(
        &mut self,
        client: &mut Client,
        kind: &'static str,
        channel: usize,
        payload: &Value,
    ) -> Result<Option<usize>> {
        let asked = self.scene.clock.tick();
        let answer = self.ask(client, kind, payload)?;
        let Some(reply) = self.shown(kind, channel, asked, answer)? else { return Ok(None) };
        let messages = reply[kind]["messages"].as_array();
        for message in messages.into_iter().flatten() {
            self.listener.keep(channel, message);
        }
        Ok(Some(messages.map_or(0, Vec::len)))
    }

    /// The channels in the participant's inbox.
    fn inbox(&mut self, client: &mut Client) -> Result<Vec<usize>> {
        let asked = self.scene.clock.tick();
        let answer = self.ask(client, "inbox", &json!({"wants": ["channels"]}))?;
        let reply = self.scene.accept(answer)?;
        let answered = self.scene.clock.tick();
        let entries = reply["inbox"]["channels"].as_array().into_iter().flatten();
        let entries = entries.filter_map(|entry| {
            Some((self.listener.channel(&entry["recipientUUID"])?, &entry["lastMessage"]))
        });
        let listed: Vec<_> = entries.collect();
        for (channel, last) in listed.iter().filter(|(_, last)| last.is_object()) {
            self.listener.keep(*channel, last);
        }
        let listed: Vec<_> = listed.into_iter().map(|(channel, _)| channel).collect();
        for channel in 0..self.scene.channels.len() {
            let (kind, shown) = ("inbox", listed.contains(&channel));
            let request = Request { kind, channel, asked, answered, shown };
            self.listener.record.requests.push(request);
        }
        Ok(listed)
    }

    fn ask(&mut self, client: &mut Client, kind: &str, payload: &Value) -> Result<Answer> {
        let frame = json!({"type": kind, kind: payload});
        client.ask(&frame, kind, |frame| self.listener.take(frame))
    }

    /// Notes whether the channel was shown, and returns the reply that shows it.
    fn shown(
        &mut self,
        kind: &'static str,
        channel: usize,
        asked: u64,
        answer: Answer,
    ) -> Result<Option<Value>> {
        let reply = match answer {
            Answer::Error(NOT_FOUND) => None,
            Answer::Error(code) if code != UNAVAILABLE => {
                self.scene.tally.error(code);
                None
            }
            answer => Some(self.scene.accept(answer)?),
        };
        let (answered, shown) = (self.scene.clock.tick(), reply.is_some());
        let request = Request { kind, channel, asked, answered, shown };
        self.listener.record.requests.push(request);
        Ok(reply)
    }
}
