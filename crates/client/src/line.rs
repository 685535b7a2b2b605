//! One WebSocket to a server: requests out, frames in.

use std::time::Duration;

use chinwag_protocol::outgoing::{Authorized, Outgoing};
use chinwag_protocol::{Request, RequestId};
use futures_util::{SinkExt, StreamExt};
use http::StatusCode;
use serde::Serialize;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::error::Error as Broken;
use tokio_tungstenite::tungstenite::handshake::client::Response;
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::stream::{self, Stream};
use crate::{Address, Error, Login, waits};

/// How long a connection, an answer or a sign of life may take.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// An inbox of a thousand long messages fits; what is longer is no frame of this protocol.
const LONGEST_FRAME: usize = 64 << 20;

/// One connection to a server, on which nothing happens by itself: [`Client`](crate::Client) keeps one alive.
pub struct Line(WebSocketStream<Stream>);

/// A connection that ended, or never was.
#[derive(Debug)]
pub struct Lost {
    /// Why.
    pub error: Error,
    /// How long the server asks to stay away.
    pub wait: Option<Duration>,
}

/// A request with the `id` that its reply will carry.
#[derive(Serialize)]
struct Numbered<'a> {
    #[serde(flatten)]
    request: &'a Request,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
}

impl Line {
    /// Connects.
    ///
    /// # Errors
    /// [`Error::Unreachable`].
    pub async fn connect(address: &Address) -> Result<Self, Error> {
        Self::open(address).await.map_err(|lost| lost.error)
    }

    pub(crate) async fn open(address: &Address) -> Result<Self, Lost> {
        let unreachable = |reason: String| Lost {
            error: Error::Unreachable { address: address.to_string(), reason },
            wait: None,
        };
        let stream = stream::connect(address).await.map_err(|error| Lost { error, wait: None })?;
        let limits = WebSocketConfig::default()
            .max_message_size(Some(LONGEST_FRAME))
            .max_frame_size(Some(LONGEST_FRAME));
        let upgrade = Box::pin(client_async_with_config(address.socket(), stream, Some(limits)));
        match timeout(PATIENCE, upgrade).await {
            Ok(Ok((socket, _))) => Ok(Self(socket)),
            Ok(Err(Broken::Http(response))) => {
                Err(Lost { wait: retry_after(&response), ..unreachable(refusal(&response)) })
            }
            Ok(Err(error)) => Err(unreachable(error.to_string())),
            Err(_) => Err(unreachable("no answer came".into())),
        }
    }

    /// Sends a request; its reply carries the `id`.
    ///
    /// # Errors
    /// [`Error::Disconnected`].
    pub async fn send(&mut self, id: Option<i64>, request: &Request) -> Result<(), Error> {
        let text =
            serde_json::to_string(&Numbered { request, id }).map_err(|_| Error::Unexpected)?;
        let sent = timeout(PATIENCE, self.0.send(Message::text(text))).await;
        sent.ok().and_then(Result::ok).ok_or(Error::Disconnected)
    }

    /// The next frame. Frames of kinds that this client doesn't know are passed over.
    pub(crate) async fn read(&mut self) -> Result<Outgoing, Lost> {
        let lost = |wait| Err(Lost { error: Error::Disconnected, wait });
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => {
                    if let Ok(frame) = serde_json::from_str(&text) {
                        return Ok(frame);
                    }
                }
                Some(Ok(Message::Close(close))) => {
                    return lost(close.and_then(|close| waits::asked(&close.reason)));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return lost(None),
            }
        }
    }

    /// Signs in on a new connection.
    pub(crate) async fn sign_in(&mut self, login: &Login) -> Result<Authorized, Lost> {
        let gone = |error| Lost { error, wait: None };
        self.send(Some(0), &login.request()).await.map_err(gone)?;
        let answer = async {
            loop {
                match self.read().await? {
                    Outgoing::Authorized { authorized, .. } => return Ok(authorized),
                    Outgoing::Error { error, .. } => return Err(gone(Error::Refused(error))),
                    _ => {}
                }
            }
        };
        timeout(PATIENCE, answer).await.unwrap_or_else(|_| Err(gone(Error::Disconnected)))
    }

    /// Says goodbye. Whether the server hears it makes no difference.
    pub async fn close(mut self) {
        let _ = timeout(PATIENCE, self.0.close(None)).await;
    }
}

/// The number of the request that this frame answers.
pub fn answers(frame: &Outgoing) -> Option<i64> {
    let id = match frame {
        Outgoing::Authorized { id, .. }
        | Outgoing::SignOut { id, .. }
        | Outgoing::SignOutEverywhere { id, .. }
        | Outgoing::ChangePassword { id, .. }
        | Outgoing::Error { id, .. }
        | Outgoing::ChannelJoin { id, .. }
        | Outgoing::ChannelLeave { id, .. }
        | Outgoing::ChannelMessage { id, .. }
        | Outgoing::ChannelMessages { id, .. }
        | Outgoing::ChannelRead { id, .. }
        | Outgoing::Users { id, .. }
        | Outgoing::Inbox { id, .. }
        | Outgoing::Pong { id } => id,
        Outgoing::Ready { .. } | Outgoing::Sys { .. } | Outgoing::ChannelTyping { .. } => &None,
    };
    match id {
        Some(RequestId::Number(number)) => Some(*number),
        _ => None,
    }
}

fn refusal(response: &Response) -> String {
    match response.status() {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            "the server is busy".into()
        }
        status => format!("it answered {status}; is it a Chinwag server?"),
    }
}

fn retry_after<B>(response: &http::Response<B>) -> Option<Duration> {
    let seconds = response.headers().get(http::header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}
