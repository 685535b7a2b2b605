//! Many named channels at once, each with messages at a rate.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::Args;

use super::{Scenario, WARM_UP, as_f64, busy, cpu_each};
use crate::bed::{Bed, Target, Used};
use crate::crew::{ALL_CHANNELS, GROUP, Stage};
use crate::figures::{Figures, Latencies, figure};
use crate::fleet::Fleet;
use crate::message::{Messages, is_message, stamp};
use crate::people;

/// Named channels, each with members who hear it, and messages at a rate in each
#[derive(Args, Debug)]
pub struct Channels {
    /// How many
    #[arg(long = "channels", value_name = "CHANNELS", default_value_t = 2_500)]
    count: usize,
    /// Members of each
    #[arg(long, default_value_t = 200)]
    members: usize,
    /// Users, each with one session
    #[arg(long, default_value_t = 10_000)]
    users: usize,
    /// Messages a second in each channel
    #[arg(long, default_value_t = 1.0)]
    rate: f64,
    /// Bytes of a message's text
    #[arg(long, default_value_t = 100)]
    size: usize,
    /// Seconds to measure for
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
}

/// One in so many users reads what comes; of the others it is thrown away.
const READERS: usize = 16;

/// Timers are this exact; the rest of the time until a message is due is spent awake.
const TIMER: Duration = Duration::from_millis(1);

/// How long nothing comes before memory is measured, and at the end.
const REST: Duration = Duration::from_secs(3);

impl Scenario for Channels {
    fn prepare(&self, bed: &Bed) -> Result<Stage> {
        ensure!(self.members <= self.users, "there are more members than users");
        let ground = bed.ground()?;
        let (accounts, channels) =
            people::in_channels(bed, &ground, self.users, self.count, self.members, false)?;
        Ok(Stage { ground, accounts, channels })
    }

    fn measure(&self, bed: &Bed, stage: &Stage) -> Result<Figures> {
        let target = bed.start(&stage.ground, 0)?;
        let empty = target.memory()?;
        let (mut fleet, [sign_in, inbox]) = self.enter(&target, stage)?;
        fleet.drain(REST, |_, _| {})?;
        let memory = u32::try_from(target.memory()?.saturating_sub(empty))?;
        let users = as_f64(self.users as u64);
        let mut figures = vec![
            figure("memory a connection", "KB", f64::from(memory) / users),
            cpu_each("server CPU a sign-in by key", &sign_in, users),
            cpu_each("server CPU an inbox", &inbox, users),
        ];
        if self.rate > 0.0 {
            figures.extend(self.talk(&target, stage, fleet)?);
        }
        Ok(figures)
    }
}

impl Channels {
    /// Signs everybody in, and lets each hear all channels. What each step uses.
    fn enter(&self, target: &Target, stage: &Stage) -> Result<(Fleet, [Used; 2])> {
        let mut fleet = target.fleet()?;
        let mut used = [Used::default(), Used::default()];
        while fleet.len() < self.users {
            let group = fleet.len()..self.users.min(fleet.len() + GROUP);
            fleet.connect(&target.addresses, group.end, |_| "/ws".to_owned())?;
            used[0] += target.used(|| stage.sign_in(&mut fleet, group.clone()))?;
            used[1] += target.used(|| {
                fleet.ask(group.clone(), |_| ALL_CHANNELS.to_owned(), "inbox", |_, _| Ok(()))
            })?;
        }
        Ok((fleet, used))
    }

    fn talk(&self, target: &Target, stage: &Stage, mut fleet: Fleet) -> Result<Figures> {
        fleet.skim(|user| !user.is_multiple_of(READERS));
        let clock = Instant::now();
        let messages: Vec<_> = stage
            .channels
            .iter()
            .map(|channel| Messages::requests(clock, channel, self.size))
            .collect();
        let mut talk = Talk {
            fleet,
            clock,
            got: 0,
            sent: vec![0; messages.len()],
            messages,
            latencies: Latencies::new(),
        };
        self.flow(&mut talk, WARM_UP)?;
        talk.latencies.clear();
        let before: u64 = talk.sent.iter().sum();
        let used = target.used(|| self.flow(&mut talk, Duration::from_secs_f64(self.seconds)))?;
        let sent = talk.sent.iter().sum::<u64>() - before;
        talk.rest()?;
        self.check(&talk)?;
        let deliveries = as_f64(sent * self.members as u64);
        let mut figures = vec![
            cpu_each("server CPU a delivery", &used, deliveries),
            figure("deliveries", "/s", deliveries / used.wall.as_secs_f64()),
        ];
        figures.extend(talk.latencies.figures());
        figures.extend(busy(&used));
        Ok(figures)
    }

    /// Lets each channel's first member write to it, the channels by turns.
    fn flow(&self, talk: &mut Talk, time: Duration) -> Result<()> {
        let period = Duration::from_secs_f64(1.0 / (self.rate * as_f64(self.count as u64)));
        let start = Instant::now();
        let mut due = start;
        for channel in (0..self.count).cycle() {
            while let Some(left) = due.checked_duration_since(Instant::now()) {
                talk.turn(left.saturating_sub(TIMER))?;
            }
            if due >= start + time {
                return Ok(());
            }
            talk.send(channel, channel * self.members % self.users)?;
            due += period;
        }
        Ok(())
    }

    /// Whether the readers have got every message of their channels, each once.
    fn check(&self, talk: &Talk) -> Result<()> {
        let members = |channel: usize| {
            (0..self.members).map(move |at| (channel * self.members + at) % self.users)
        };
        let readers =
            |channel| members(channel).filter(|user| user.is_multiple_of(READERS)).count();
        let expected: u64 = talk
            .sent
            .iter()
            .enumerate()
            .map(|(channel, sent)| sent * readers(channel) as u64)
            .sum();
        ensure!(talk.got == expected, "{} deliveries came, not {expected}", talk.got);
        Ok(())
    }
}

/// A talk in many channels that goes on.
struct Talk {
    fleet: Fleet,
    clock: Instant,
    messages: Vec<Messages>,
    /// How many messages went to each channel.
    sent: Vec<u64>,
    /// How many have come to the readers.
    got: u64,
    latencies: Latencies,
}

impl Talk {
    fn send(&mut self, channel: usize, sender: usize) -> Result<()> {
        self.sent[channel] += 1;
        self.fleet.write(sender, |out| self.messages[channel].write(sender, out))
    }

    fn turn(&mut self, wait: Duration) -> Result<()> {
        let Self { fleet, clock, got, latencies, .. } = self;
        fleet.turn(wait, |_, payload, _| {
            hear(payload, clock, got, latencies);
            Ok(())
        })
    }

    fn rest(&mut self) -> Result<()> {
        let Self { fleet, clock, got, latencies, .. } = self;
        fleet.drain(REST, |_, payload| hear(payload, clock, got, latencies))
    }
}

fn hear(payload: &[u8], clock: &Instant, got: &mut u64, latencies: &mut Latencies) {
    if is_message(payload) {
        *got += 1;
        if let Some(stamp) = stamp(payload) {
            latencies.record(clock.elapsed().saturating_sub(stamp.sent));
        }
    }
}
