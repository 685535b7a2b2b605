//! A server under mixed load for a long time: its memory, open files and threads must not grow.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use chinwag_client::{ChannelId, Client, Error, Login, Page};
use chinwag_protocol::incoming::NewMessage;
use chinwag_protocol::outgoing::Message;
use chinwag_protocol::{ErrorCode, FileUuid};
use chinwag_testbed::Random;
use clap::Args;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use super::{Scenario, as_f64};
use crate::bed::{Bed, Target};
use crate::crew::Stage;
use crate::figures::{Figures, figure, rounded};
use crate::{people, process};

/// Messages, edits, deletions, reactions, searches, uploads, downloads, joins and reconnects for a long time, and how
/// the server's memory, open files and threads grow
#[derive(Args, Debug)]
pub struct Soak {
    /// Minutes; the first third is the warm-up, five times as fast, so that the caches are full after it
    #[arg(long, default_value_t = 30.0)]
    minutes: f64,
    /// Users, each on one connection after the other
    #[arg(long, default_value_t = 40)]
    users: u32,
    /// What all users together do in a second
    #[arg(long, default_value_t = 100.0)]
    rate: f64,
    /// Messages in General before, so that caches are full early
    #[arg(long, default_value_t = 50_000)]
    history: u64,
    /// Seconds between two looks at the server
    #[arg(long, default_value_t = 15.0)]
    every: f64,
}

/// Named channels, of which all users are members.
const CHANNELS: usize = 5;

/// What a user does on one connection.
const ACTS: u32 = 200;

/// How many messages a user remembers to edit or delete, and files to read.
const REMEMBERED: usize = 20;

/// Different words, so that the index doesn't grow by them.
const WORDS: u64 = 2_000;

/// The largest file.
const LARGEST: u64 = 300_000;

/// How many times as fast the warm-up is.
const HASTE: u32 = 5;

/// By more than this it has grown.
const NOISE: f64 = 1.1;

impl Scenario for Soak {
    fn prepare(&self, bed: &Bed) -> Result<Stage> {
        let (ground, users) = (bed.ground()?, usize::try_from(self.users)?);
        let (accounts, channels) =
            people::in_channels(bed, &ground, users, CHANNELS, users, false)?;
        let stage = Stage { ground, accounts, channels };
        let target = bed.in_haste().start(&stage.ground, 0)?;
        stage.write_history(&target, self.history)?;
        target.stop()?;
        Ok(stage)
    }

    fn measure(&self, bed: &Bed, stage: &Stage) -> Result<Figures> {
        let target = bed.start(&stage.ground, 1_000)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let looks = LocalSet::new().block_on(&runtime, self.run(&target, stage))?;
        let looks = &looks[looks.len() / 3..];
        let mut figures = vec![figure("acts", "", looks.last().map_or(0.0, |look| look.acts))];
        for (name, slope, unit, value) in VALUES {
            let values: Vec<_> =
                looks.iter().map(|look| (look.minutes, look.values[value])).collect();
            let (before, after) = halves(&values).context("the time is too short")?;
            figures.push(figure(name, unit, after));
            figures.push(figure(slope, "a minute", growth(&values)));
            ensure!(
                after <= before * NOISE,
                "{name} grew from {} to {} {unit}",
                rounded(before),
                rounded(after)
            );
        }
        Ok(figures)
    }
}

/// What is looked at: its figure, that of its growth, its unit, and its place in a look.
const VALUES: [(&str, &str, &str, usize); 3] = [
    ("memory", "growth of memory, KB", "KB", 0),
    ("open files", "growth of open files", "", 1),
    ("threads", "growth of threads", "", 2),
];

/// The server at a moment.
struct Look {
    minutes: f64,
    acts: f64,
    values: [f64; VALUES.len()],
}

impl Soak {
    async fn run(&self, target: &Target, stage: &Stage) -> Result<Vec<Look>> {
        let (mut users, acts) = (JoinSet::new(), Rc::new(Cell::new(0)));
        let pause = Duration::from_secs_f64(f64::from(self.users) / self.rate);
        let pace = Rc::new(Cell::new(pause / HASTE));
        for (number, account) in stage.accounts.iter().enumerate() {
            let user = User {
                address: target.addresses[number % target.addresses.len()].to_string(),
                key: account.key.clone(),
                channels: channels(stage, number)?,
                random: Random::new(number as u64),
                pause: Rc::clone(&pace),
                acts: Rc::clone(&acts),
                own: VecDeque::new(),
            };
            users.spawn_local(user.act_on_and_on());
        }
        let (began, mut looks) = (Instant::now(), Vec::new());
        let mut ticks = interval(Duration::from_secs_f64(self.every));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while began.elapsed().as_secs_f64() < self.minutes * 60.0 {
            tokio::select! {
                Some(ended) = users.join_next() => ended??,
                _ = ticks.tick() => {
                    let minutes = began.elapsed().as_secs_f64() / 60.0;
                    if minutes > self.minutes / 3.0 {
                        pace.set(pause);
                    }
                    looks.push(Look::at(target, minutes, acts.get())?);
                }
            }
        }
        Ok(looks)
    }
}

/// General, all named channels, and the direct one with the next user.
fn channels(stage: &Stage, number: usize) -> Result<Vec<ChannelId>> {
    let other = &stage.accounts[(number + 1) % stage.accounts.len()].user;
    let named = stage.channels.iter().map(String::as_str);
    let all = ["", other].into_iter().chain(named);
    all.map(|name| Ok(name.to_owned().try_into()?)).collect()
}

impl Look {
    /// Looks, and tells what it sees.
    fn at(target: &Target, minutes: f64, acts: u64) -> Result<Self> {
        let (memory, files, threads) = (target.memory()?, target.open_files()?, target.threads()?);
        let told = rounded(as_f64(memory));
        process::say(&format!(
            "{minutes:5.1} min: {acts} acts, {told} KB, {files} open files, {threads} threads"
        ));
        let values = [as_f64(memory), f64::from(files), f64::from(threads)];
        Ok(Self { minutes, acts: as_f64(acts), values })
    }
}

/// The medians of the first half and of the second one.
fn halves(values: &[(f64, f64)]) -> Option<(f64, f64)> {
    let median = |values: &[(f64, f64)]| {
        let mut values: Vec<_> = values.iter().map(|(_, value)| *value).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    let (first, second) = values.split_at(values.len() / 2);
    Some((median(first)?, median(second)?))
}

/// How much the value grows in a unit of the first number: the slope by least squares.
fn growth(values: &[(f64, f64)]) -> f64 {
    let count = as_f64(values.len() as u64);
    let mean = |pick: fn(&(f64, f64)) -> f64| values.iter().map(pick).sum::<f64>() / count;
    let (at, value) = (mean(|it| it.0), mean(|it| it.1));
    let along: f64 = values.iter().map(|it| (it.0 - at) * (it.1 - value)).sum();
    let across: f64 = values.iter().map(|it| (it.0 - at).powi(2)).sum();
    if across > 0.0 { along / across } else { 0.0 }
}

/// A user who acts again and again.
struct User {
    address: String,
    key: String,
    channels: Vec<ChannelId>,
    random: Random,
    /// How long to wait after each act.
    pause: Rc<Cell<Duration>>,
    /// Counts what all have done.
    acts: Rc<Cell<u64>>,
    /// The newest messages.
    own: VecDeque<Message>,
}

impl User {
    /// Returns only when something fails.
    async fn act_on_and_on(mut self) -> Result<()> {
        // Not all at once.
        sleep(self.pause.get().mul_f64(as_f64(self.random.below(1_000)) / 1e3)).await;
        loop {
            let login = Login::Resume { access_key: self.key.clone() };
            let (client, mut events) = Client::sign_in(&self.address, login).await?;
            let reading = tokio::spawn(async move { while events.next().await.is_some() {} });
            for _ in 0..ACTS {
                self.act(&client).await?;
                self.acts.set(self.acts.get() + 1);
                sleep(self.pause.get()).await;
            }
            drop(client);
            reading.await?;
        }
    }

    async fn act(&mut self, client: &Client) -> Result<()> {
        let place = self.random.below(self.channels.len() as u64);
        let channel = self.channels[usize::try_from(place)?];
        let text = self.text();
        match self.random.below(20) {
            0..8 => self.say(client, channel, text, None).await?,
            8..10 => {
                if let Some(message) = self.own.back() {
                    client.edit(message, text).await?;
                }
            }
            10..13 => self.react(client, channel).await?,
            13 => {
                if let Some(message) = self.own.pop_front() {
                    client.delete(&message).await?;
                }
            }
            14 | 15 => drop(client.search(text, "").await?),
            16 => {
                let size = usize::try_from(1 + self.random.below(LARGEST))?;
                let file = client.upload(channel, "soak.bin", &vec![b'x'; size]).await?;
                self.say(client, channel, text, Some(file)).await?;
            }
            17 => {
                let mut own = self.own.iter().rev();
                if let Some(file) = own.find_map(|message| message.files.first()) {
                    client.download(file.uuid).await?;
                }
            }
            18 => drop(client.join(channel).await?),
            _ => drop(client.inbox().await?),
        }
        Ok(())
    }

    async fn say(
        &mut self,
        client: &Client,
        channel: ChannelId,
        text: String,
        file: Option<FileUuid>,
    ) -> Result<()> {
        let message = NewMessage {
            recipient: channel.to_string(),
            message: text,
            files: file.map(|file| vec![file]),
            ..NewMessage::default()
        };
        self.own.push_back(client.send_message(message).await?);
        if self.own.len() > REMEMBERED {
            self.own.pop_front();
        }
        Ok(())
    }

    /// Reacts to one of the newest messages.
    async fn react(&mut self, client: &Client, channel: ChannelId) -> Result<()> {
        let messages = client.history(channel, Page::Last).await?.messages;
        let (at, on) = (self.random.below(messages.len().max(1) as u64), self.random.below(3) > 0);
        let Some(message) = messages.get(usize::try_from(at)?) else { return Ok(()) };
        match client.react(message, "👍", on).await {
            // It is deleted.
            Err(Error::Refused(failure)) if failure.code == ErrorCode::ChangeRefused => {}
            reacted => drop(reacted?),
        }
        Ok(())
    }

    /// Five words.
    fn text(&mut self) -> String {
        (0..5).map(|_| format!("w{}", self.random.below(WORDS))).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_a_slope() {
        let close = |values: &[(f64, f64)], slope: f64| (growth(values) - slope).abs() < 1e-9;
        assert!(close(&[(0.0, 5.0), (1.0, 7.0), (2.0, 9.0)], 2.0));
        assert!(close(&[(0.0, 5.0), (1.0, 8.0), (2.0, 5.0)], 0.0));
        assert!(close(&[(3.0, 5.0)], 0.0));
    }

    #[test]
    fn halves_are_told_by_their_medians() {
        let values = [1.0, 9.0, 2.0, 4.0, 3.0, 5.0].map(|value| (0.0, value));
        assert_eq!(halves(&values), Some((2.0, 4.0)));
        assert_eq!(halves(&values[..1]), None);
    }
}
