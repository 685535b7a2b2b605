//! The same asked several times at once: sends, and names.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Barrier;
use std::thread;

use anyhow::{Context, Result, anyhow};
use serde_json::json;

use super::{Cluster, Plan};
use crate::audit::{Cost, history};
use crate::client::{Answer, Client, Person, text};

/// How often each message is sent.
const REPEATS: usize = 5;

pub fn sends(plan: &Plan) -> Result<(u32, Cost)> {
    let (cluster, times) = (Cluster::start(plan, 3)?, plan.times(1_000, 50));
    let nodes = cluster.addresses();
    let person = Person::new(nodes[0], "echo")?;
    let connect = |at| Ok(person.resume(nodes[at % nodes.len()])?.0);
    let mut clients: Vec<Client> = (0..REPEATS).map(connect).collect::<Result<_>>()?;
    let (mut cost, mut seqs) = (Cost::default(), Vec::new());
    for number in 0..times {
        let text = format!("echo {number}");
        let answers = thread::scope(|scope| {
            let say = |client| scope.spawn(|| Client::say(client, "", &text));
            let saying: Vec<_> = clients.iter_mut().map(say).collect();
            saying
                .into_iter()
                .map(|said| said.join().map_err(|_| anyhow!("a send panicked"))?)
                .collect::<Result<Vec<_>>>()
        })?;
        let frames = answers.iter().filter_map(|answer| match answer {
            Answer::Reply(frame) => Some(&frame["channelMessage"]),
            _ => None,
        });
        let frames: Vec<_> = frames.collect();
        cost.silences += (REPEATS - frames.len()) as u64;
        cost.acknowledged += frames.len();
        let places: HashSet<_> =
            frames.iter().map(|frame| (frame["Seq"].as_u64(), frame["UUID"].as_str())).collect();
        cost.twice += places.len().saturating_sub(1);
        seqs.extend(frames.first().and_then(|frame| frame["Seq"].as_u64()));
    }
    cost.out_of_order = seqs.windows(2).filter(|pair| pair[0] >= pair[1]).count();
    let stored = history(&person, nodes[0], "")?;
    let texts: HashSet<_> = stored.iter().map(|message| text(&message["Message"])).collect();
    cost.twice += stored.len() - texts.len();
    cost.lost = times as usize - texts.len();
    cost.holes = (1..).zip(&stored).filter(|(place, message)| message["Seq"] != *place).count();
    Ok((times, cost))
}

pub fn names(plan: &Plan) -> Result<(u32, Cost)> {
    let (cluster, times) = (Cluster::start(plan, 3)?, plan.times(1_000, 20));
    let (nodes, mut cost) = (cluster.addresses(), Cost::default());
    for number in 0..times {
        let (name, start) = (format!("name{number}"), Barrier::new(nodes.len()));
        let winners = thread::scope(|scope| {
            let race = |node: &SocketAddr| {
                let (node, name, start) = (*node, &name, &start);
                scope.spawn(move || sign_up(node, name, start))
            };
            let racing: Vec<_> = nodes.iter().map(race).collect();
            racing
                .into_iter()
                .map(|raced| raced.join().map_err(|_| anyhow!("a race panicked"))?)
                .collect::<Result<Vec<_>>>()
        })?;
        let winners = winners.into_iter().filter(|won| *won).count();
        cost.acknowledged += winners;
        cost.lost += usize::from(winners == 0);
        cost.twice += winners.saturating_sub(1);
    }
    let users = cluster.redis.cli(&["LLEN", "users"])?.concat().parse::<usize>();
    cost.twice += users.context("failed to count the users")?.saturating_sub(times as usize);
    Ok((times, cost))
}

/// Whether the name became this one's.
fn sign_up(node: SocketAddr, name: &str, start: &Barrier) -> Result<bool> {
    let client = Client::connect(node);
    // Nobody waits for one who could not connect.
    start.wait();
    let request = json!({"type": "signUp", "signUp": {"username": name, "password": "secret"}});
    match client?.ask(&request, "authorized", |_| {})? {
        Answer::Reply(_) => Ok(true),
        Answer::Error(5) => Ok(false),
        other => Err(anyhow!("a sign-up got {other:?}")),
    }
}
