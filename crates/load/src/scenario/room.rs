//! A room whose members count what they get, for fan-out in a closed and in an open loop.

use std::mem::take;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::bed::{Target, Used};
use crate::crew::Stage;
use crate::figures::{Figures, Latencies, figure};
use crate::fleet::Fleet;
use crate::message::{Messages, is_message, stamp};
use crate::scenario::{as_f64, busy, cpu_each};

/// General, a named channel, or the one room of the plain loop.
pub struct Room {
    /// The members' clients.
    fleet: Fleet,
    clock: Instant,
    messages: Messages,
    /// Those that mention all members.
    to_all: Messages,
    tally: Tally,
    /// Which users react to the first message now. Members who share one come by turns.
    reacting: Vec<bool>,
}

/// What the members have sent and got.
struct Tally {
    sent: u64,
    got: u64,
    /// Frames that told of changes.
    changes: u64,
    latencies: Latencies,
    /// The first members, who answer each message of their own with a next one.
    publishers: usize,
    /// Besides them one in so many members reads what it gets; of the others the bytes are counted.
    one_in: usize,
    /// The messages and the bytes of one who reads and doesn't publish. Everybody gets the same.
    example: usize,
    example_got: u64,
}

/// In a closed loop one in so many members reads what it gets.
const READERS: usize = 16;

impl Room {
    /// Lets the members in: into General, or into a named channel.
    pub fn open(
        target: &Target,
        stage: &Stage,
        members: usize,
        size: usize,
        named: bool,
    ) -> Result<Self> {
        let (fleet, channel) = if named && !target.is_plain {
            stage.in_a_channel(target, members)?
        } else {
            (stage.in_general(target, members)?, String::new())
        };
        let clock = Instant::now();
        let messages = target
            .frames(clock, false, size, "/ws")
            .unwrap_or_else(|| Messages::requests(clock, &channel, size));
        let to_all = Messages::requests_to_all(clock, &channel, size);
        let tally = Tally {
            sent: 0,
            got: 0,
            changes: 0,
            latencies: Latencies::new(),
            publishers: 0,
            one_in: 1,
            example: 0,
            example_got: 0,
        };
        let reacting = vec![false; stage.accounts.len()];
        Ok(Self { fleet, clock, messages, to_all, tally, reacting })
    }

    /// Lets the first members publish in a closed loop.
    pub fn publish(&mut self, publishers: usize, under_way: usize) -> Result<()> {
        // What the joins have caused must be in before bytes are counted.
        self.fleet.drain(REST, |_, _| {})?;
        let tally = &mut self.tally;
        tally.publishers = publishers;
        (tally.one_in, tally.example) = match publishers.next_multiple_of(READERS) {
            reader if reader < self.fleet.len() => (READERS, reader),
            _ => (1, self.fleet.len() - 1),
        };
        self.fleet.skim(|index| !tally.reads(index));
        for _ in 0..under_way {
            (0..publishers).try_for_each(|publisher| self.send(publisher))?;
        }
        Ok(())
    }

    /// Sends one message.
    pub fn send(&mut self, sender: usize) -> Result<()> {
        self.tally.sent += 1;
        self.fleet.write(sender, |out| self.messages.write(sender, out))
    }

    /// Sends one message that mentions all members, by the channel's owner.
    pub fn mention_all(&mut self) -> Result<()> {
        self.tally.sent += 1;
        self.fleet.write(0, |out| self.to_all.write(0, out))
    }

    /// Lets everybody hear of changes, and stores a message that can be reacted to.
    pub fn hear_changes(&mut self) -> Result<()> {
        let wants = |_| r#"{"type":"inbox","inbox":{"wants":["changes"]}}"#.to_owned();
        self.fleet.ask(0..self.fleet.len(), wants, "inbox", |_, _| Ok(()))?;
        self.send(0)?;
        let Self { fleet, clock, tally, .. } = self;
        fleet.drain(REST, |index, payload| {
            tally.hear(index, payload, clock);
        })
    }

    /// Lets a member react to the first message, or take that back.
    pub fn react(&mut self, member: usize) -> Result<()> {
        let users = self.reacting.len();
        let on = &mut self.reacting[member % users];
        *on = !*on;
        let request = format!(
            r#"{{"type":"messageReact","messageReact":{{"recipientUUID":"","seq":1,"emoji":"👍","on":{on}}}}}"#
        );
        self.fleet.send(member, request.as_bytes())
    }

    /// Lets messages flow, at most so long and at least one turn.
    pub fn turn(&mut self, wait: Duration) -> Result<()> {
        let Self { fleet, clock, messages, tally, .. } = self;
        fleet.turn(wait, |index, payload, out| {
            if tally.hear(index, payload, clock) {
                tally.sent += 1;
                messages.write(index, out);
            }
            Ok(())
        })
    }

    /// Measures while `work` goes on, then lets the room come to rest and sees that nothing is lost.
    pub fn measure(
        mut self,
        target: &Target,
        work: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<Figures> {
        self.tally.latencies.clear();
        self.tally.changes = 0;
        let (before, wire, got) = (self.deliveries(), self.wire(), self.tally.example_got);
        let used = target.used(|| work(&mut self))?;
        let mut figures = self.tally.figures(&used, self.deliveries() - before);
        let each = as_f64(self.wire() - wire) / as_f64(self.tally.example_got - got);
        figures.push(figure("bytes on the wire a delivery", "", each));
        if self.tally.changes > 0 {
            let each = as_f64(self.tally.changes) / as_f64(self.fleet.len() as u64);
            let each = each / used.wall.as_secs_f64();
            figures.push(figure("frames of changes a receiver", "/s", each));
        }
        self.come_to_rest()?;
        Ok(figures)
    }

    /// Members who throw away what they get.
    fn skimmers(&self) -> impl Iterator<Item = usize> {
        (0..self.fleet.len()).filter(|&index| !self.tally.reads(index))
    }

    /// What the readers have got, and by its bytes what the others have.
    fn deliveries(&self) -> f64 {
        let example = as_f64(self.fleet.bytes(self.tally.example));
        let each = if example == 0.0 { 0.0 } else { as_f64(self.tally.example_got) / example };
        let skimmed: f64 = self.skimmers().map(|index| as_f64(self.fleet.bytes(index))).sum();
        as_f64(self.tally.got) + skimmed * each
    }

    /// The bytes that one member has got.
    fn wire(&self) -> u64 {
        self.fleet.bytes(self.tally.example)
    }

    fn come_to_rest(&mut self) -> Result<()> {
        let Self { fleet, clock, tally, .. } = self;
        let publishers = take(&mut tally.publishers);
        fleet.drain(REST, |index, payload| {
            tally.hear(index, payload, clock);
        })?;
        tally.publishers = publishers;
        let readers = fleet.len() - self.skimmers().count();
        let Self { fleet, tally, .. } = self;
        let expected = tally.sent * readers as u64;
        ensure!(tally.got == expected, "{} deliveries came, not {expected}", tally.got);
        let expected = fleet.bytes(tally.example);
        let tolerance = if fleet.is_packed() { expected / 20 } else { 0 };
        for bytes in self.skimmers().map(|index| self.fleet.bytes(index)) {
            let is_right = bytes.abs_diff(expected) <= tolerance;
            ensure!(is_right, "a member got {bytes} bytes, another one {expected}");
        }
        Ok(())
    }
}

/// After so long without anything nothing more will come.
const REST: Duration = Duration::from_millis(500);

impl Tally {
    /// Whether it was an answer that lets its publisher send the next one.
    fn hear(&mut self, index: usize, payload: &[u8], clock: &Instant) -> bool {
        if !is_message(payload) {
            self.changes += u64::from(payload.starts_with(br#"{"type":"channelChanges""#));
            return false;
        }
        self.got += 1;
        self.example_got += u64::from(index == self.example);
        let publishes = index < self.publishers;
        let Some(stamp) = stamp(payload) else { return false };
        self.latencies.record(clock.elapsed().saturating_sub(stamp.sent));
        publishes && stamp.sender == index
    }

    fn reads(&self, index: usize) -> bool {
        index < self.publishers || index.is_multiple_of(self.one_in)
    }

    fn figures(&self, used: &Used, got: f64) -> Figures {
        let mut figures = vec![
            cpu_each("server CPU a delivery", used, got),
            figure("deliveries", "/s", got / used.wall.as_secs_f64()),
        ];
        figures.extend(self.latencies.figures());
        figures.extend(busy(used));
        figures
    }
}
