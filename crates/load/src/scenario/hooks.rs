//! A flood of posts to a hook, and live messages in General beside it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde_json::{Value, json};

use super::live::Live;
use super::{Scenario, as_f64};
use crate::bed::Bed;
use crate::crew::{Stage, join};
use crate::figures::{Figures, Latencies, figure};
use crate::fleet::Fleet;

/// A flood of posts to a hook, each on a connection of its own, and live messages in General beside it
#[derive(Args, Debug)]
pub struct Hooks {
    /// Posts for each live message: in 5 seconds 1,000 at each turn
    #[arg(long, default_value_t = 5)]
    posts: u32,
    /// Live messages a second
    #[arg(long, default_value_t = 40.0)]
    rate: f64,
    /// Seconds to measure for, at each of five turns
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
}

/// Sessions in General, which send and hear the live messages.
const LISTENERS: usize = 50;

/// How often live messages are measured alone and beside posts, by turns.
const TURNS: usize = 5;

/// How many posts may be under way at once.
const POSTERS: usize = 8;

/// What Alertmanager posts.
const BODY: &str = r##"{"channel":"#ops","username":"Alertmanager","attachments":[{"title":"[FIRING:1] DiskFull (db1)","title_link":"http://alerts.example:9093/#/alerts","text":"","fallback":"[FIRING:1] DiskFull","color":"danger"}]}"##;

impl Scenario for Hooks {
    fn measure(&self, bed: &Bed, stage: &Stage) -> Result<Figures> {
        let target = bed.start(&stage.ground, 0)?;
        let mut fleet = stage.connect(&target, 1 + LISTENERS, |_| "/ws".to_owned())?;
        let path = make_hook(&mut fleet)?;
        let posters = Posters::start(target.addresses[0], &path);
        fleet.ask(1..1 + LISTENERS, |_| join(""), "channelJoin", |_, _| Ok(()))?;
        let [mut alone, mut beside] = [Latencies::new(), Latencies::new()];
        for _ in 0..TURNS {
            alone.add(&self.talk(&mut fleet, || Ok(()))?);
            beside.add(&self.talk(&mut fleet, || posters.post())?);
        }
        let (taken, slowed) = posters.end()?;
        let [alone, beside] = [alone, beside].map(|latencies| latencies.milliseconds(0.99));
        ensure!(alone > 0.0 && beside > 0.0, "no live message came");
        ensure!(taken > 0, "no post was taken");
        Ok(vec![
            figure("live messages p99 alone", "ms", alone),
            figure("live messages p99 beside posts", "ms", beside),
            figure("beside posts, of alone", "", beside / alone),
            figure("posts answered by ok", "", as_f64(taken)),
            figure("posts answered by 429", "", as_f64(slowed)),
        ])
    }
}

impl Hooks {
    /// The latencies of live messages, each followed by some posts.
    fn talk(&self, fleet: &mut Fleet, post: impl Fn() -> Result<()>) -> Result<Latencies> {
        let step = Duration::from_secs_f64(1.0 / self.rate / f64::from(1 + self.posts));
        let mut senders = (1..=LISTENERS).cycle();
        Live::measure(fleet, step, Duration::from_secs_f64(self.seconds), |fleet, messages, at| {
            if at % (1 + self.posts) != 0 {
                return post();
            }
            let sender = senders.next().unwrap_or_default();
            fleet.write(sender, |out| messages.write(sender, out))
        })
    }
}

/// Makes a hook of a channel in which only the first client's user is; returns the path of its address.
fn make_hook(fleet: &mut Fleet) -> Result<String> {
    let name = format!("alerts {}", std::process::id());
    let channel = ask(fleet, "channelCreate", &json!({"name": name}), "UUID")?;
    let url = ask(fleet, "hookCreate", &json!({"recipientUUID": channel, "name": "Flood"}), "url")?;
    let (_, path) = url.split_once("/hooks/").context("a hook's address without its path")?;
    Ok(format!("/hooks/{path}"))
}

/// What the reply to a request of the first client says.
fn ask(fleet: &mut Fleet, kind: &str, payload: &Value, property: &str) -> Result<String> {
    let request = json!({"type": kind, (kind): payload}).to_string();
    let mut told = String::new();
    let take = |_, reply: &[u8]| {
        let reply: Value = serde_json::from_slice(reply)?;
        reply[kind][property].as_str().unwrap_or_default().clone_into(&mut told);
        Ok(())
    };
    fleet.ask(0..1, |_| request.clone(), kind, take)?;
    Ok(told)
}

/// Threads that post when they are told to.
struct Posters {
    queue: Sender<()>,
    threads: Vec<JoinHandle<Result<Answers>>>,
}

/// How many posts were taken, and how many were too many.
type Answers = (u64, u64);

impl Posters {
    fn start(address: SocketAddr, path: &str) -> Self {
        let (queue, waiting) = mpsc::channel();
        let waiting = Arc::new(Mutex::new(waiting));
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{BODY}",
            BODY.len()
        );
        let start = |_| {
            let (waiting, request) = (Arc::clone(&waiting), request.clone());
            thread::spawn(move || post_all(&waiting, address, &request))
        };
        Self { queue, threads: (0..POSTERS).map(start).collect() }
    }

    fn post(&self) -> Result<()> {
        self.queue.send(()).context("no thread posts any more")
    }

    /// Waits until all is posted.
    fn end(self) -> Result<Answers> {
        drop(self.queue);
        let mut all = (0, 0);
        for thread in self.threads {
            let Ok(answers) = thread.join() else { bail!("a thread that posts panicked") };
            let (taken, slowed) = answers?;
            all = (all.0 + taken, all.1 + slowed);
        }
        Ok(all)
    }
}

fn post_all(waiting: &Mutex<Receiver<()>>, address: SocketAddr, request: &str) -> Result<Answers> {
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
    let mut answers = (0, 0);
    while next().is_ok() {
        let mut socket = TcpStream::connect(address)?;
        socket.write_all(request.as_bytes())?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer)?;
        match answer.split(' ').nth(1) {
            Some("200") => answers.0 += 1,
            Some("429") => answers.1 += 1,
            _ => bail!("a post was answered {answer:?}"),
        }
    }
    Ok(answers)
}
