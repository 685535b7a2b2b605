//! A participant: changes messages and reads on one connection after the other, and holds all it has heard of.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use anyhow::{Result, bail};
use chinwag_testbed::Random;
use serde_json::{Value, json};

use super::Scene;
use super::held::{Held, Lack, whole};
use super::record::{Act, Done, Frame, Record, State, said};
use crate::client::{Answer, Client, PAGE, text};
use crate::tally::{RETRY, one_more};

/// What people react with.
pub const EMOJI: [&str; 3] = ["👍", "❤\u{fe0f}", "🎉"];

/// How many of the newest messages are changed.
pub const NEWEST: usize = 12;

/// What the server answers about a message that can't be changed, since it is deleted.
const REFUSED: u64 = 8;

/// Acts until the tally says stop, and listens until it says close.
pub struct Participant {
    scene: Arc<Scene>,
    who: usize,
    random: Random,
    record: Record,
    held: Vec<Held>,
    connection: u64,
    /// What is under way, by its place in the record.
    open: Option<usize>,
    rests: bool,
}

impl Participant {
    /// The one at this place.
    pub fn new(scene: Arc<Scene>, who: usize) -> Self {
        Self {
            random: Random::new(who as u64),
            record: Record::default(),
            held: (0..super::CHANNELS).map(|_| Held::default()).collect(),
            connection: 0,
            open: None,
            rests: false,
            scene,
            who,
        }
    }

    /// Acts and listens, and returns the record of it and all that is held at the end.
    pub fn run(mut self) -> (Record, Vec<Held>) {
        for at in self.who.. {
            let node = self.scene.nodes[at % self.scene.nodes.len()];
            if self.scene.closed() || self.connection(node).is_ok() {
                break;
            }
            // A new message is sent until it is acknowledged, a change that broke off perhaps once more.
            let is_new = |done: &Done| matches!(done.act, Act::Send(_));
            let again = self.random.below(2) == 0;
            self.open = self.open.filter(|open| again || is_new(&self.record.done[*open]));
            thread::sleep(RETRY);
        }
        (self.record, self.held)
    }

    /// One connection, until it breaks or all is over.
    fn connection(&mut self, node: SocketAddr) -> Result<()> {
        self.connection += 1;
        let (mut client, answer) = self.scene.people[self.who].resume(node)?;
        self.scene.accept(answer)?;
        one_more(&self.scene.tally.reconnects);
        self.inbox(&mut client)?;
        while !self.scene.closed() {
            let lack = Scene::channels(self.who)
                .into_iter()
                .find_map(|channel| Some((channel, self.held[channel].lack()?)));
            if let Some((channel, lack)) = lack {
                self.catch_up(&mut client, channel, lack)?;
            } else if self.scene.tally.stopped() && self.open.is_none() {
                if !std::mem::replace(&mut self.rests, true) {
                    self.scene.rest();
                }
                if let Some(frame) = client.read()? {
                    self.take(&frame, None);
                }
            } else {
                self.act(&mut client)?;
                one_more(&self.scene.tally.acknowledged[self.who]);
            }
            self.mark();
        }
        Ok(())
    }

    /// Shows how far every channel is held.
    fn mark(&self) {
        for channel in Scene::channels(self.who) {
            let (held, marks) = (&self.held[channel], self.scene.marks(self.who, channel));
            marks[0].store(held.last, Ordering::Relaxed);
            marks[1].store(held.rev.unwrap_or_default(), Ordering::Relaxed);
        }
    }

    fn act(&mut self, client: &mut Client) -> Result<()> {
        if let Some(open) = self.open {
            return self.request(client, open);
        }
        let channel = Scene::channels(self.who)[self.random.place(3)];
        let newest: Vec<_> = self.held[channel].messages.values().rev().take(NEWEST).collect();
        let me = &self.scene.people[self.who].user;
        let seqs = |messages: &mut dyn Iterator<Item = &&Value>| {
            messages.map(|message| whole(&message["Seq"])).collect::<Vec<_>>()
        };
        let live = |message: &&&Value| message["DeletedAt"].is_null();
        let all = seqs(&mut newest.iter().filter(live));
        let own =
            seqs(&mut newest.iter().filter(live).filter(|message| message["SenderUUID"] == **me));
        let kind = self.random.below(14);
        let targets = if matches!(kind, 5..=7) { own } else { all };
        if kind < 3 || targets.is_empty() {
            return self.send(client, channel, None);
        }
        // The newest most often: they stand in inboxes.
        let among = 1 + self.random.place(targets.len());
        let seq = targets[self.random.place(among)];
        let act = match kind {
            3 | 4 => return self.send(client, channel, Some(seq)),
            5 | 6 => Act::Edit(self.scene.channels.texts.fetch_add(1, Ordering::Relaxed)),
            7 => Act::Delete,
            8 => Act::Pin(self.random.below(2) == 0),
            9 | 10 => {
                let emoji = EMOJI[self.random.place(EMOJI.len())];
                Act::React(emoji, self.random.below(3) > 0)
            }
            11 => return self.repeat(client),
            _ => return self.look(client, channel, seq),
        };
        self.begin(client, Done { seq, ..self.new_act(act, channel) })
    }

    fn send(&mut self, client: &mut Client, channel: usize, reply_to: Option<u64>) -> Result<()> {
        let act = Act::Send(self.scene.channels.texts.fetch_add(1, Ordering::Relaxed));
        self.begin(client, Done { reply_to, ..self.new_act(act, channel) })
    }

    fn new_act(&self, act: Act, channel: usize) -> Done {
        let asked = self.scene.clock.tick();
        let (seq, reply_to, acknowledged, refused) = (0, None, None, None);
        Done { act, channel, seq, reply_to, asked, acknowledged, refused }
    }

    fn begin(&mut self, client: &mut Client, done: Done) -> Result<()> {
        self.record.done.push(done);
        let place = self.record.done.len() - 1;
        self.open = Some(place);
        self.request(client, place)
    }

    /// Sends one of the newest messages once more: the reply shows it as it is now.
    fn repeat(&mut self, client: &mut Client) -> Result<()> {
        let done = self.record.done.iter().enumerate().rev();
        let sent = done.filter(|(_, done)| matches!(done.act, Act::Send(_))).take(NEWEST);
        let places: Vec<_> = sent.map(|(place, _)| place).collect();
        if places.is_empty() {
            return Ok(());
        }
        let place = places[self.random.place(places.len())];
        self.open = Some(place);
        self.request(client, place)
    }

    /// Sends the act at this place, until it is acknowledged or refused.
    fn request(&mut self, client: &mut Client, place: usize) -> Result<()> {
        let done = self.record.done[place].clone();
        let name = self.scene.name(self.who, done.channel);
        let mut payload = json!({"recipientUUID": name, "seq": done.seq});
        let kind = match done.act {
            Act::Send(number) => {
                let client_uuid = format!("send {number}");
                payload = json!({
                    "recipientUUID": name, "message": said(number), "clientUUID": client_uuid,
                });
                if let Some(seq) = done.reply_to {
                    payload["replyTo"] = seq.into();
                }
                "channelMessage"
            }
            Act::Edit(number) => {
                payload["message"] = said(number).into();
                "messageEdit"
            }
            Act::Delete => "messageDelete",
            Act::Pin(on) => {
                payload["on"] = on.into();
                "messagePin"
            }
            Act::React(emoji, on) => {
                (payload["on"], payload["emoji"]) = (on.into(), emoji.into());
                "messageReact"
            }
        };
        let Some(reply) = self.ask(client, kind, &payload)? else {
            self.record.done[place].refused = Some(self.scene.clock.tick());
            self.open = None;
            return Ok(());
        };
        let is_new = kind == "channelMessage";
        let message = if is_new { &reply[kind] } else { &reply[kind]["message"] };
        self.held[done.channel].take_own(message, is_new);
        let state = State::new(message, done.channel);
        let done = &mut self.record.done[place];
        if done.acknowledged.is_none() {
            done.seq = state.seq;
            done.acknowledged = Some(state);
        }
        self.open = None;
        Ok(())
    }

    /// Reads a channel again: by a page of history, a join, the inbox or its changes.
    fn look(&mut self, client: &mut Client, channel: usize, seq: u64) -> Result<()> {
        let name = self.scene.name(self.who, channel);
        let (kind, payload) = match self.random.below(7) {
            0 => return self.inbox(client),
            1 => ("channelJoin", json!({"recipientUUID": name, "limit": 10})),
            2 => ("channelMessages", json!({"recipientUUID": name, "limit": 10, "root": seq})),
            3 => ("channelMessages", json!({"recipientUUID": name, "limit": 10, "pinned": true})),
            4 => {
                let after = seq.saturating_sub(5);
                ("channelMessages", json!({"recipientUUID": name, "limit": 10, "after": after}))
            }
            5 => {
                let after = self.held[channel].rev.unwrap_or_default().saturating_sub(10);
                ("channelChanges", json!({"recipientUUID": name, "limit": 10, "after": after}))
            }
            _ => ("channelMessages", json!({"recipientUUID": name, "limit": 10})),
        };
        self.ask(client, kind, &payload).map(drop)
    }

    fn inbox(&mut self, client: &mut Client) -> Result<()> {
        let wants = json!({"wants": ["channels", "changes"]});
        let Some(reply) = self.ask(client, "inbox", &wants)? else { bail!("no inbox") };
        for entry in reply["inbox"]["channels"].as_array().into_iter().flatten() {
            let channel = self.scene.channel(self.who, &entry["recipientUUID"]);
            self.held[channel].take_entry(entry);
        }
        Ok(())
    }

    fn catch_up(&mut self, client: &mut Client, channel: usize, lack: Lack) -> Result<()> {
        let name = self.scene.name(self.who, channel);
        match lack {
            Lack::Messages(after) => {
                let known = self.held[channel].rev;
                let page = json!({"recipientUUID": name, "after": after, "limit": PAGE});
                if let Some(reply) = self.ask(client, "channelMessages", &page)? {
                    self.held[channel].take_page(&reply["channelMessages"], known);
                }
            }
            Lack::Changes(after) => {
                let changes = json!({"recipientUUID": name, "after": after, "limit": PAGE});
                self.held[channel].ask();
                if let Some(reply) = self.ask(client, "channelChanges", &changes)? {
                    self.held[channel].take_answer(&reply["channelChanges"]);
                }
            }
        }
        Ok(())
    }

    /// Asks, and notes the reply. `None` if the server says that it can't be done.
    fn ask(&mut self, client: &mut Client, kind: &str, payload: &Value) -> Result<Option<Value>> {
        let asked = self.scene.clock.tick();
        client.send(&json!({"type": kind, "id": "asked", kind: payload}))?;
        let answer = client.answer(
            |frame| frame["id"] == "asked" && frame["type"] == kind,
            |frame| self.take(frame, None),
        )?;
        if matches!(answer, Answer::Error(REFUSED)) && kind.starts_with("message") {
            return Ok(None);
        }
        let reply = self.scene.accept(answer)?;
        self.take(&reply, Some(asked));
        Ok(Some(reply))
    }

    /// Notes a frame, and takes it if it is live.
    fn take(&mut self, frame: &Value, asked: Option<u64>) {
        let at = self.scene.clock.tick();
        let channel = |named: &Value| self.scene.channel(self.who, named);
        let taken = Frame::new(frame, (self.connection, asked, at), &channel);
        self.record.frames.push(taken);
        if asked.is_some() {
            return;
        }
        let kind = text(&frame["type"]);
        let content = &frame[kind];
        match kind {
            "channelMessage" => {
                let channel = channel(&content["RecipientUUID"]);
                self.held[channel].take_message(content);
            }
            "channelChanges" => {
                let channel = channel(&content["recipientUUID"]);
                self.held[channel].take_changes(content);
            }
            _ => {}
        }
    }
}
