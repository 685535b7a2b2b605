//! A blocking client of the public protocol that takes every failure as something to come back from.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tungstenite::{Error, Message, WebSocket};

/// How long an answer may take before it counts as silence: the store's own limit is 5 s.
pub const SILENCE: Duration = Duration::from_secs(8);

/// How often a waiting client looks up.
const TURN: Duration = Duration::from_millis(50);

/// Somebody who signs in again and again.
#[derive(Clone, Debug)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The UUID.
    pub user: String,
    /// The access key.
    pub key: String,
}

/// A connection, signed in.
pub struct Client(WebSocket<TcpStream>);

/// What a request got.
#[derive(Debug)]
pub enum Answer {
    /// The reply.
    Reply(Value),
    /// An error, by its code.
    Error(u64),
    /// Nothing, for [`SILENCE`].
    Silence,
}

impl Person {
    /// Signs up.
    pub fn new(node: SocketAddr, name: &str) -> Result<Self> {
        let mut client = Client::connect(node)?;
        let request = json!({"type": "signUp", "signUp": {"username": name, "password": "secret"}});
        match client.ask(&request, "authorized", |_| {})? {
            Answer::Reply(reply) => {
                let text = |name: &str| text(&reply["authorized"][name]).to_owned();
                Ok(Self { name: name.to_owned(), user: text("userUUID"), key: text("accessKey") })
            }
            other => bail!("failed to sign {name} up: {other:?}"),
        }
    }

    /// Comes back with the access key.
    pub fn resume(&self, node: SocketAddr) -> Result<(Client, Answer)> {
        let mut client = Client::connect(node)?;
        let request = json!({"type": "signIn", "signIn": {"accessKey": self.key}});
        let answer = client.ask(&request, "authorized", |_| {})?;
        Ok((client, answer))
    }
}

impl Client {
    /// A connection on which nobody has signed in.
    pub fn connect(node: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&node, SILENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(SILENCE))?;
        let (socket, _) = tungstenite::client(format!("ws://{node}/ws"), stream)
            .ok()
            .context("failed to shake hands")?;
        socket.get_ref().set_read_timeout(Some(TURN))?;
        Ok(Self(socket))
    }

    /// Sends a request.
    pub fn send(&mut self, request: &Value) -> Result<()> {
        Ok(self.0.send(Message::text(request.to_string()))?)
    }

    /// The next frame; `None` when none has come for a moment.
    pub fn read(&mut self) -> Result<Option<Value>> {
        match self.0.read() {
            Ok(Message::Text(text)) => Ok(Some(serde_json::from_str(&text)?)),
            Ok(Message::Close(_)) => bail!("the server closed the connection"),
            Ok(_) => Ok(None),
            Err(Error::Io(error))
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
            {
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Sends a request and waits for its reply; other frames go to `other`.
    pub fn ask(
        &mut self,
        request: &Value,
        reply: &str,
        other: impl FnMut(&Value),
    ) -> Result<Answer> {
        self.send(request)?;
        self.answer(|frame| frame["type"] == reply, other)
    }

    /// Waits for the frame that fits, or for an error.
    pub fn answer(
        &mut self,
        fits: impl Fn(&Value) -> bool,
        mut other: impl FnMut(&Value),
    ) -> Result<Answer> {
        let since = Instant::now();
        while since.elapsed() < SILENCE {
            match self.read()? {
                Some(frame) if fits(&frame) => return Ok(Answer::Reply(frame)),
                Some(frame) if frame["type"] == "error" => {
                    let code = frame["error"]["code"].as_u64();
                    return Ok(Answer::Error(code.context("an error without a code")?));
                }
                Some(frame) => other(&frame),
                None => {}
            }
        }
        Ok(Answer::Silence)
    }

    /// Sends a message, and waits for its outcome.
    pub fn say(&mut self, to: &str, text: &str) -> Result<Answer> {
        let payload = json!({"recipientUUID": to, "message": text, "clientUUID": text});
        self.send(&json!({"type": "channelMessage", "channelMessage": payload}))?;
        self.answer(|frame| frame["channelMessage"]["clientUUID"] == text, |_| {})
    }

    /// A page of a channel: what comes after a `Seq`.
    pub fn after(&mut self, to: &str, seq: u64, other: impl FnMut(&Value)) -> Result<Vec<Value>> {
        let page = json!({"recipientUUID": to, "after": seq, "limit": PAGE});
        let request = json!({"type": "channelMessages", "channelMessages": page});
        match self.ask(&request, "channelMessages", other)? {
            Answer::Reply(mut reply) => match reply["channelMessages"]["messages"].take() {
                Value::Array(messages) => Ok(messages),
                other => bail!("a page without messages: {other}"),
            },
            other => bail!("failed to read the history: {other:?}"),
        }
    }
}

/// The most messages of one page.
pub const PAGE: usize = 100;

/// The text in a frame, empty where there is none.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
