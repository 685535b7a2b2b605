//! One WebSocket to a server: requests out, frames in.

use std::time::Duration;

use chinwag_protocol::outgoing::Authorized;
use chinwag_protocol::{Body, Outgoing, Request, RequestId};
use futures_util::{SinkExt, StreamExt};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::error::{Error as Broken, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::stream::{self, Stream};
use crate::{Address, Error, Login, Reason, waits};

/// How long a connection, an answer or a `pong` may take.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// More than an inbox of 1,000 long messages.
const LONGEST_FRAME: usize = 64 << 20;

/// The longest request in bytes: a server with default settings ends the connection for a longer one.
pub const MAX_REQUEST: usize = 1024 * 1024;

/// One connection to a server, without reconnecting: see [`Client`](crate::Client) for that.
pub struct Line {
    socket: WebSocketStream<Stream>,
    max_request: usize,
}

/// A connection that ended or could not be made.
#[derive(Debug)]
pub struct Lost {
    /// Why.
    pub error: Error,
    /// The delay that the server asks for.
    pub wait: Option<Duration>,
    /// Whether a request was too large, which close code 1009 says.
    pub too_large: bool,
}

/// A frame from the server.
pub(crate) enum Frame {
    /// A frame that this client knows.
    Known(Box<Outgoing>),
    /// The answer of a newer server to the request with this number.
    Newer(i64, Error),
}

impl From<Error> for Lost {
    fn from(error: Error) -> Self {
        Self { error, wait: None, too_large: false }
    }
}

/// The known part of a frame that this client doesn't know.
#[derive(Deserialize)]
struct Newer {
    id: RequestId,
    error: Option<NewerFailure>,
}

#[derive(Deserialize)]
struct NewerFailure {
    code: u16,
    error: String,
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
        let unreachable =
            |reason| Lost::from(Error::Unreachable { address: address.to_string(), reason });
        let stream = stream::connect(address).await?;
        let limits = WebSocketConfig::default()
            .max_message_size(Some(LONGEST_FRAME))
            .max_frame_size(Some(LONGEST_FRAME));
        let upgrade = Box::pin(client_async_with_config(address.socket(), stream, Some(limits)));
        match timeout(PATIENCE, upgrade).await {
            Ok(Ok((socket, _))) => Ok(Self { socket, max_request: MAX_REQUEST }),
            Ok(Err(Broken::Http(response))) => Err(Lost {
                wait: retry_after(&response),
                ..unreachable(Reason::of_answer(&response))
            }),
            Ok(Err(Broken::Io(error))) => Err(unreachable(error.into())),
            // As of a server that is just stopping.
            Ok(Err(error @ Broken::Protocol(ProtocolError::HandshakeIncomplete))) => {
                Err(unreachable(Reason::Away(error.to_string())))
            }
            Ok(Err(error)) => Err(unreachable(Reason::Foreign(error.to_string()))),
            Err(_) => Err(unreachable(Reason::Away("no answer came".into()))),
        }
    }

    /// Sets the longest request, in bytes: 1 MiB if it is not set.
    #[must_use]
    pub fn with_max_request(self, max_request: usize) -> Self {
        Self { max_request, ..self }
    }

    /// Sends a request; its reply carries the `id`. Returns its length in bytes.
    ///
    /// # Errors
    /// [`Error::Refused`] if it is too large, which leaves the connection as it is; [`Error::Disconnected`].
    pub async fn send(&mut self, id: Option<i64>, request: &Request) -> Result<usize, Error> {
        let text =
            serde_json::to_string(&Numbered { request, id }).map_err(|_| Error::Unexpected)?;
        let length = text.len();
        if length > self.max_request {
            return Err(Error::too_large(request.kind()));
        }
        let sent = timeout(PATIENCE, self.socket.send(Message::text(text))).await;
        sent.ok().and_then(Result::ok).map(|()| length).ok_or(Error::Disconnected)
    }

    /// The next frame. Frames that this client doesn't know and that answer nothing are passed over.
    pub(crate) async fn read(&mut self) -> Result<Frame, Lost> {
        let disconnected = Lost::from(Error::Disconnected);
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    if let Some(frame) = parse(&text) {
                        return Ok(frame);
                    }
                }
                Some(Ok(Message::Close(Some(close)))) => {
                    let (wait, too_large) =
                        (waits::asked(&close.reason), close.code == CloseCode::Size);
                    return Err(Lost { wait, too_large, ..disconnected });
                }
                Some(Ok(Message::Close(None)) | Err(_)) | None => return Err(disconnected),
                Some(Ok(_)) => {}
            }
        }
    }

    /// Signs in on a new connection.
    pub(crate) async fn sign_in(&mut self, login: &Login) -> Result<Authorized, Lost> {
        self.send(Some(0), &login.request()).await?;
        let answer = async {
            loop {
                match self.read().await? {
                    Frame::Known(frame) => match frame.body {
                        Body::Authorized(authorized) => return Ok(authorized),
                        Body::Error(error) => return Err(Error::Refused(error).into()),
                        _ => {}
                    },
                    Frame::Newer(_, error) => return Err(error.into()),
                }
            }
        };
        timeout(PATIENCE, answer).await.unwrap_or_else(|_| Err(Error::Disconnected.into()))
    }

    /// Closes the connection, if possible with a close frame.
    pub async fn close(mut self) {
        let _ = timeout(PATIENCE, self.socket.close(None)).await;
    }
}

fn parse(text: &str) -> Option<Frame> {
    if let Ok(frame) = Outgoing::parse(text) {
        return Some(Frame::Known(Box::new(frame)));
    }
    let Newer { id, error } = serde_json::from_str(text).ok()?;
    let RequestId::Number(id) = id else { return None };
    let error = error.map_or(Error::Unexpected, |NewerFailure { code, error: sentence }| {
        Error::RefusedByNewer { code, sentence }
    });
    Some(Frame::Newer(id, error))
}

/// The number of the request that this frame answers.
pub fn answers(frame: &Outgoing) -> Option<i64> {
    match &frame.id {
        Some(RequestId::Number(number)) => Some(*number),
        _ => None,
    }
}

fn retry_after<B>(response: &http::Response<B>) -> Option<Duration> {
    let seconds = response.headers().get(http::header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}
