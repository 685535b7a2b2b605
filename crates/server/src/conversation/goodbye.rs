//! The end of a conversation: the closing handshake of the WebSocket.

use std::io::ErrorKind;

use bytes::Bytes;

use super::Conversation;
use super::reader::Reader;
use crate::connection::{CloseReason, Order};
use crate::wire;

/// How many bytes are read and thrown away for a peer that goes on sending, so that it gets the
/// close frame: a socket that is closed with unread bytes is reset.
const MOST_DRAINED: usize = 1024 * 1024;

/// How a connection ends.
pub enum Goodbye {
    /// The peer has sent its close frame and gets this one.
    Answer(Bytes),
    /// The server closes first, with this frame.
    Say(Bytes),
    /// The peer is gone, or not worth a frame.
    Nothing,
}

impl Conversation {
    /// Waits until what is under way is answered, and makes the frame to close with.
    pub async fn say_goodbye(&self, reason: CloseReason) -> Bytes {
        let Self { core, connection } = self;
        match reason {
            CloseReason::TooSlow => {
                let delay = core.app.reconnect_delay();
                let reason = format!("reading too slowly; come back and catch up; retry={delay}");
                return wire::close(1013, &reason);
            }
            CloseReason::NotSignedIn => {
                return wire::close(1008, "nobody signed in; come back to do so");
            }
            CloseReason::TooManyRequests => {
                return wire::close(1008, "too many requests; retry=60000");
            }
            CloseReason::TooManySessions => {
                return wire::close(1008, "too many sessions of this user; retry=60000");
            }
            CloseReason::GoingAway | CloseReason::Reset => {}
        }
        connection
            .woken_until(|| {
                connection.in_flight.borrow().is_empty() || connection.ordered() == Order::Abandon
            })
            .await;
        let delay = core.app.reconnect_delay();
        if reason == CloseReason::Reset {
            return wire::close(1012, &format!("messages may be lost; read again; retry={delay}"));
        }
        wire::close(1001, &format!("going away; retry={delay}"))
    }

    /// Ends the WebSocket as RFC 6455, sections 5.5.1 and 7.1.1, has it: with both close frames
    /// sent, the server closes the socket at once.
    pub async fn end(&self, reader: &mut Reader, goodbye: Goodbye) {
        let Self { core, connection } = self;
        match goodbye {
            Goodbye::Nothing => {}
            Goodbye::Answer(frame) => {
                connection.send(frame);
                core.flush();
                connection
                    .woken_until(|| {
                        connection.waiting_bytes() == 0 || connection.ordered() == Order::Abandon
                    })
                    .await;
            }
            Goodbye::Say(frame) => {
                connection.send(frame);
                core.flush();
                self.until_peer_closes(reader).await;
            }
        }
    }

    /// Reads and throws away until the peer has sent its close frame or closed its socket.
    async fn until_peer_closes(&self, reader: &mut Reader) {
        let Self { core, connection } = self;
        let mut left = MOST_DRAINED;
        while !reader.skip_to_close() {
            reader.keep_rest();
            let read: std::io::Result<_> = core.with_scratch(|scratch| {
                let read = connection.socket().try_read(scratch)?;
                reader.pending.extend_from_slice(&scratch[..read]);
                Ok(read)
            });
            match read {
                Ok(0) => return,
                Ok(read) if read > left => return,
                Ok(read) => {
                    left -= read;
                    tokio::task::yield_now().await;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    if connection.socket().readable().await.is_err() {
                        return;
                    }
                }
                Err(_) => return,
            }
        }
    }
}
