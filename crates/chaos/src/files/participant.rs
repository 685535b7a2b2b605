//! A participant: uploads, sends, reads and deletes files on one connection after the other.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, bail};
use chinwag_testbed::Random;
use serde_json::{Value, json};

use super::Scene;
use super::http;
use super::record::{Found, Read, Sent, bytes};
use crate::client::{Client, text};
use crate::tally::{RETRY, one_more};

/// How many of the newest files are read and deleted.
const NEWEST: usize = 12;

/// What is under way, until it is acknowledged.
enum Open {
    /// The upload of the file of this number.
    Upload(u64),
    /// The message with it, and its UUID.
    Message(u64, String),
    /// The deletion of the message of the file at this place.
    Deletion(usize),
}

/// Acts until the tally says stop.
pub struct Participant {
    scene: Arc<Scene>,
    who: usize,
    random: Random,
    open: Option<Open>,
}

impl Participant {
    /// The one at this place.
    pub fn new(scene: Arc<Scene>, who: usize) -> Self {
        Self { random: Random::new(who as u64), open: None, scene, who }
    }

    /// Acts, and rests when what is under way is acknowledged.
    pub fn run(mut self) {
        for at in self.who.. {
            let node = self.scene.nodes[at % self.scene.nodes.len()];
            if self.scene.closed() || self.connection(node).is_ok() {
                break;
            }
            thread::sleep(RETRY);
        }
        self.scene.rest();
    }

    /// One connection, until it breaks or all is over.
    fn connection(&mut self, node: SocketAddr) -> Result<()> {
        let (mut client, answer) = self.scene.people[self.who].resume(node)?;
        self.scene.accept(answer)?;
        one_more(&self.scene.tally.reconnects);
        while !self.scene.tally.stopped() || self.open.is_some() {
            self.act(&mut client, node)?;
            one_more(&self.scene.tally.acknowledged[self.who]);
        }
        Ok(())
    }

    fn act(&mut self, client: &mut Client, node: SocketAddr) -> Result<()> {
        let who = self.who;
        let open = match self.open.take() {
            Some(open) => open,
            None => match self.random.below(8) {
                0..3 => Open::Upload(self.scene.channels.number()),
                3 => match self.one_of(|sent| sent.who == who && sent.deleting.is_none()) {
                    Some(place) => Open::Deletion(place),
                    None => return Ok(()),
                },
                _ => {
                    let place = self.one_of(|_| true);
                    return place.map_or(Ok(()), |place| read(&self.scene, node, who, place));
                }
            },
        };
        let open = self.open.insert(open);
        match open {
            Open::Upload(number) => {
                let (number, file) = (*number, upload(&self.scene, client, node, *number)?);
                self.open = Some(Open::Message(number, file));
                return Ok(());
            }
            Open::Message(number, file) => {
                let sent = Sent { who, ..send(&self.scene, client, *number, file)? };
                self.scene.channels.sent().push(sent);
            }
            Open::Deletion(place) => delete(&self.scene, client, *place)?,
        }
        self.open = None;
        Ok(())
    }

    /// One of the newest files of this kind.
    fn one_of(&mut self, is: impl Fn(&Sent) -> bool) -> Option<usize> {
        let sent = self.scene.channels.sent();
        let places = sent.iter().enumerate().rev().filter(|(_, sent)| is(sent)).take(NEWEST);
        let places: Vec<_> = places.map(|(place, _)| place).collect();
        (!places.is_empty()).then(|| places[self.random.place(places.len())])
    }
}

/// Uploads the rest of a file, and returns its UUID.
fn upload(scene: &Scene, client: &mut Client, node: SocketAddr, number: u64) -> Result<String> {
    let bytes = bytes(number);
    let upload = ask(
        scene,
        client,
        "fileCreate",
        &json!({
            "recipientUUID": "", "name": format!("{number}.txt"), "size": bytes.len(),
            "clientUUID": format!("upload {number}"),
        }),
    )?;
    let size = |name: &str| usize::try_from(upload[name].as_u64().unwrap_or_default());
    let (mut offset, piece) = (size("received")?, size("piece")?);
    while offset < bytes.len() {
        let end = bytes.len().min(offset + piece);
        let line = format!("PUT {}?offset={offset}", text(&upload["url"]));
        let answer = http::ask(node, &line, text(&upload["token"]), &bytes[offset..end])?;
        accept(scene, answer.status, &[204])?;
        offset = end;
    }
    Ok(text(&upload["UUID"]).to_owned())
}

fn send(scene: &Scene, client: &mut Client, number: u64, file: &str) -> Result<Sent> {
    let client_uuid = format!("message {number}");
    let payload = json!({
        "recipientUUID": "", "message": "", "files": [file], "clientUUID": client_uuid,
    });
    client.send(&json!({"type": "channelMessage", "channelMessage": payload}))?;
    let fits = |frame: &Value| frame["channelMessage"]["clientUUID"] == client_uuid;
    let reply = scene.accept(client.answer(fits, |_| {})?)?;
    let message = &reply["channelMessage"];
    if message["Files"][0]["UUID"] != file {
        scene.tally.surprise(format!("a message came back without its file: {message}"));
    }
    let seq = message["Seq"].as_u64().context("a message without a Seq")?;
    Ok(Sent { number, file: file.to_owned(), seq, ..Sent::default() })
}

fn delete(scene: &Scene, client: &mut Client, place: usize) -> Result<()> {
    let seq = {
        let sent = &mut scene.channels.sent()[place];
        sent.deleting.get_or_insert_with(|| scene.clock.tick());
        sent.seq
    };
    ask(scene, client, "messageDelete", &json!({"recipientUUID": "", "seq": seq}))?;
    scene.channels.sent()[place].deleted = Some(scene.clock.tick());
    Ok(())
}

/// Reads a file as this participant, and notes what came.
pub fn read(scene: &Scene, node: SocketAddr, who: usize, place: usize) -> Result<()> {
    let Sent { number, file, .. } = scene.channels.sent()[place].clone();
    let asked = scene.clock.tick();
    let answer = http::ask(node, &format!("GET /files/{file}"), &scene.people[who].key, b"")?;
    let answered = scene.clock.tick();
    accept(scene, answer.status, &[200, 404])?;
    let found = match answer.status {
        404 => Found::Nothing,
        _ if answer.body == bytes(number) => Found::Whole,
        _ => Found::Other,
    };
    scene.channels.reads().push(Read { place, asked, answered, found });
    Ok(())
}

fn ask(scene: &Scene, client: &mut Client, kind: &str, payload: &Value) -> Result<Value> {
    let mut reply =
        scene.accept(client.ask(&json!({"type": kind, kind: payload}), kind, |_| {})?)?;
    Ok(reply[kind].take())
}

/// After another status the participant comes back on a new connection.
fn accept(scene: &Scene, status: u16, expected: &[u16]) -> Result<()> {
    match status {
        status if expected.contains(&status) => return Ok(()),
        503 => one_more(&scene.tally.refused),
        other => scene.tally.surprise(format!("status {other}")),
    }
    bail!("not now")
}
