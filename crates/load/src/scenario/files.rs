//! Files: as fast as nginx takes and gives them, the memory of a large one, and live messages beside uploads.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde_json::{Value, json};

use super::live::Live;
use super::{Scenario, as_f64};
use crate::bed::{Bed, Target};
use crate::crew::{Stage, join};
use crate::figures::{Figures, Latencies, figure};
use crate::fleet::Fleet;
use crate::http::Http;
use crate::nginx::Nginx;

/// Uploads and downloads beside nginx, the memory that a large file takes, and live messages beside uploads
#[derive(Args, Debug)]
pub struct Files {
    /// The file that goes up and down, in MB
    #[arg(long, default_value_t = 100)]
    size: usize,
    /// How often it does so on each side, by turns
    #[arg(long, default_value_t = 10)]
    turns: usize,
    /// The large file, in MB
    #[arg(long, default_value_t = 1_000)]
    large: usize,
    /// Uploads at once beside live messages, each as fast as it can
    #[arg(long, default_value_t = 100)]
    uploads: usize,
    /// Live messages a second
    #[arg(long, default_value_t = 40.0)]
    rate: f64,
    /// Seconds to measure these for, at each of five turns
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// The nginx to compare with; `make programs` brings it
    #[arg(long, default_value = "target/checks/debian/usr/sbin/nginx")]
    nginx: PathBuf,
}

/// Sessions in General, which send and hear the live messages.
const LISTENERS: usize = 50;

/// How often live messages are measured alone and beside uploads, by turns.
const TURNS: usize = 5;

/// The bytes of a piece, as the server names it.
const PIECE: usize = 768 * 1024;

const MB: usize = 1_000_000;

/// An upload that has begun.
struct Upload {
    uuid: String,
    token: String,
}

impl Scenario for Files {
    fn measure(&self, bed: &Bed, stage: &Stage) -> Result<Figures> {
        let target = bed.start(&stage.ground, 0)?;
        let mut fleet = stage.connect(&target, LISTENERS + self.uploads, |_| "/ws".to_owned())?;
        let mut figures = self.beside_nginx(bed, stage, &target, &mut fleet)?;
        figures.extend(self.memory(stage, &target, &mut fleet)?);
        figures.extend(self.beside_uploads(&target, &mut fleet)?);
        target.stop()?;
        Ok(figures)
    }
}

impl Files {
    /// How fast a file goes up and down, beside nginx.
    fn beside_nginx(
        &self,
        bed: &Bed,
        stage: &Stage,
        target: &Target,
        fleet: &mut Fleet,
    ) -> Result<Figures> {
        let nginx = Nginx::start(&self.nginx, stage.ground.folder(), &bed.cores.server)?;
        let bytes = vec![7; self.size * MB];
        let mut took = [[Duration::ZERO; 2]; 2];
        for _ in 0..self.turns {
            let mut there = Http::connect(nginx.address)?;
            took[0][0] += timed(|| there.ask("PUT /file", "", &bytes).map(drop))?;
            took[1][0] += timed(|| whole(there.ask("GET /file", "", b"")?, bytes.len()))?;
            let mut here = Http::connect(target.addresses[0])?;
            let upload = begin(fleet, 0..1, bytes.len())?.remove(0);
            took[0][1] += timed(|| send_up(&mut here, &upload, bytes.chunks(PIECE)))?;
            let seq = bind(fleet, &upload)?;
            let read = (format!("GET /files/{}", upload.uuid), key(stage));
            took[1][1] += timed(|| whole(here.ask(&read.0, &read.1, b"")?, bytes.len()))?;
            delete(fleet, seq)?;
        }
        fs::remove_dir_all(stage.ground.folder().join("nginx/files"))?;
        let all = as_f64((self.size * self.turns) as u64);
        let names = [
            ["upload to nginx", "upload", "upload, to nginx's"],
            ["download from nginx", "download", "download, to nginx's"],
        ];
        let figures = names.into_iter().zip(took).flat_map(|([nginx, own, ratio], took)| {
            let [there, here] = took.map(|took| all / took.as_secs_f64());
            let shown = |name, speed| figure(name, "MB/s", speed);
            [shown(nginx, there), shown(own, here), figure(ratio, "times", here / there)]
        });
        Ok(figures.collect())
    }

    /// The most memory of the server while a small and a large file go up and down.
    fn memory(&self, stage: &Stage, target: &Target, fleet: &mut Fleet) -> Result<Figures> {
        let mut peaks = [0; 2];
        for (peak, size) in peaks.iter_mut().zip([1, self.large]) {
            let (size, piece) = (size * MB, vec![7; PIECE]);
            target.forget_peak()?;
            let mut socket = Http::connect(target.addresses[0])?;
            let upload = begin(fleet, 0..1, size)?.remove(0);
            let pieces = (0..size).step_by(PIECE).map(|at| &piece[..PIECE.min(size - at)]);
            send_up(&mut socket, &upload, pieces)?;
            let seq = bind(fleet, &upload)?;
            let line = format!("GET /files/{}", upload.uuid);
            whole(socket.ask(&line, &key(stage), b"")?, size)?;
            *peak = target.peak()?;
            delete(fleet, seq)?;
        }
        let [small, large] = peaks.map(|peak| as_f64(peak) / 1e3);
        Ok(vec![
            figure("peak memory, file of 1 MB", "MB", small),
            figure("peak memory, large file", "MB", large),
            figure("large file, to one of 1 MB", "times", large / small),
        ])
    }

    /// The latencies of live messages alone and beside uploads.
    fn beside_uploads(&self, target: &Target, fleet: &mut Fleet) -> Result<Figures> {
        fleet.ask(0..LISTENERS, |_| join(""), "channelJoin", |_, _| Ok(()))?;
        let [mut alone, mut beside] = [Latencies::new(), Latencies::new()];
        let (mut sent, mut took) = (0, Duration::ZERO);
        for _ in 0..TURNS {
            alone.add(&self.talk(fleet)?);
            let sessions = LISTENERS..LISTENERS + self.uploads;
            let uploads = begin(fleet, sessions, 1_000 * MB)?;
            let (stop, started) = (AtomicBool::new(false), Instant::now());
            thread::scope(|threads| {
                let (address, stop) = (target.addresses[0], &stop);
                let up = |upload| threads.spawn(move || send_until(address, upload, stop));
                let up: Vec<_> = uploads.iter().map(up).collect();
                let talked = self.talk(fleet);
                stop.store(true, Ordering::Relaxed);
                for up in up {
                    let Ok(bytes) = up.join() else { bail!("an upload panicked") };
                    sent += bytes?;
                }
                beside.add(&talked?);
                Ok(())
            })?;
            took += started.elapsed();
        }
        let [alone, beside] = [alone, beside].map(|latencies| latencies.milliseconds(0.99));
        ensure!(alone > 0.0 && beside > 0.0, "no live message came");
        let speed = as_f64(sent / MB as u64) / took.as_secs_f64();
        Ok(vec![
            figure("live messages p99 alone", "ms", alone),
            figure("live messages p99 beside uploads", "ms", beside),
            figure("live messages beside uploads, to alone", "times", beside / alone),
            figure("these uploads", "MB/s", speed),
        ])
    }

    fn talk(&self, fleet: &mut Fleet) -> Result<Latencies> {
        let mut senders = (0..LISTENERS).cycle();
        let step = Duration::from_secs_f64(1.0 / self.rate);
        Live::measure(fleet, step, Duration::from_secs_f64(self.seconds), |fleet, messages, _| {
            let sender = senders.next().unwrap_or_default();
            fleet.write(sender, |out| messages.write(sender, out))
        })
    }
}

fn timed(work: impl FnOnce() -> Result<()>) -> Result<Duration> {
    let started = Instant::now();
    work()?;
    Ok(started.elapsed())
}

fn whole(read: usize, size: usize) -> Result<()> {
    ensure!(read == size, "{read} of {size} bytes came");
    Ok(())
}

/// The header of the first session's user.
fn key(stage: &Stage) -> String {
    format!("Authorization: Bearer {}\r\n", stage.accounts[0].key)
}

/// Begins an upload for General with each of these sessions.
fn begin(fleet: &mut Fleet, sessions: std::ops::Range<usize>, size: usize) -> Result<Vec<Upload>> {
    let new = json!({"recipientUUID": "", "name": "file", "size": size});
    let request = json!({"type": "fileCreate", "fileCreate": new}).to_string();
    let mut uploads = Vec::new();
    fleet.ask(
        sessions,
        |_| request.clone(),
        "fileCreate",
        |_, payload| {
            let reply: Value = serde_json::from_slice(payload)?;
            let text = |name: &str| reply["fileCreate"][name].as_str().map(str::to_owned);
            let (uuid, token) = text("UUID").zip(text("token")).context("no upload begins")?;
            uploads.push(Upload { uuid, token });
            Ok(())
        },
    )?;
    Ok(uploads)
}

/// Uploads these pieces.
fn send_up<'a>(
    socket: &mut Http,
    upload: &Upload,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> Result<()> {
    let (headers, mut at) = (format!("Authorization: Bearer {}\r\n", upload.token), 0);
    for piece in pieces {
        socket.ask(&format!("PUT /files/{}?offset={at}", upload.uuid), &headers, piece)?;
        at += piece.len();
    }
    Ok(())
}

/// Uploads piece by piece until it shall stop, gives the upload up, and returns how many bytes were sent.
fn send_until(address: SocketAddr, upload: &Upload, stop: &AtomicBool) -> Result<u64> {
    // What is measured on this core has to go first.
    rustix::process::nice(19)?;
    let (mut socket, piece, mut sent) = (Http::connect(address)?, vec![7; PIECE], 0);
    let headers = format!("Authorization: Bearer {}\r\n", upload.token);
    while !stop.load(Ordering::Relaxed) {
        socket.ask(&format!("PUT /files/{}?offset={sent}", upload.uuid), &headers, &piece)?;
        sent += PIECE as u64;
    }
    socket.ask(&format!("DELETE /files/{}", upload.uuid), &headers, b"")?;
    Ok(sent)
}

/// Sends a message with the file to General, and returns its `Seq`.
fn bind(fleet: &mut Fleet, upload: &Upload) -> Result<u64> {
    let message = json!({"recipientUUID": "", "message": "", "files": [upload.uuid]});
    let request = json!({"type": "channelMessage", "channelMessage": message}).to_string();
    let mut seq = None;
    fleet.ask(
        0..1,
        |_| request.clone(),
        "channelMessage",
        |_, payload| {
            let reply: Value = serde_json::from_slice(payload)?;
            seq = reply["channelMessage"]["Seq"].as_u64();
            Ok(())
        },
    )?;
    seq.context("a message without a Seq")
}

fn delete(fleet: &mut Fleet, seq: u64) -> Result<()> {
    let payload = json!({"recipientUUID": "", "seq": seq});
    let request = json!({"type": "messageDelete", "messageDelete": payload}).to_string();
    fleet.ask(0..1, |_| request.clone(), "messageDelete", |_, _| Ok(()))
}
