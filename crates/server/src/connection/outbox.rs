//! The bounded queue of frames that a socket has not taken yet.

use std::collections::VecDeque;
use std::io::{ErrorKind, IoSlice, Result};

use bytes::{Buf, Bytes};

use crate::connection::socket::Socket;

/// What may wait for one reader, besides the frame that is on its way. Beyond it the reader is too
/// slow and has to come back. With that frame and the one that is too much, each of up to 16 KiB,
/// 256 KiB are held for it at the most.
const MAX_BYTES: usize = 224 * 1024;

/// From here on, what can be done without is left out: typing and presence.
const CONGESTED_BYTES: usize = 64 * 1024;

/// How many frames one write takes.
const SLICES: usize = 64;

/// Frames waiting for one socket, the first perhaps written in part.
#[derive(Default)]
pub struct Outbox {
    frames: VecDeque<Bytes>,
    bytes: usize,
    /// Whether the first frame's beginning is on its way, so that it must be finished.
    begun: bool,
    /// How many frames, from the first on, are copies of their own.
    owned: u32,
}

/// What became of a flush.
#[derive(Debug, PartialEq, Eq)]
pub enum Flushed {
    /// The socket took everything.
    All,
    /// The socket is full.
    Some,
}

impl Outbox {
    /// Takes frames.
    pub fn push(&mut self, frames: Bytes) {
        self.bytes += frames.len();
        self.frames.push_back(frames);
    }

    /// How much waits.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes frames of which the socket has taken the beginning.
    pub fn push_rest(&mut self, rest: Bytes) {
        self.begun = true;
        self.push(rest);
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Whether the reader lags so far behind that it should be spared what it can do without.
    pub fn is_congested(&self) -> bool {
        self.bytes > CONGESTED_BYTES
    }

    /// Whether more waits than may wait for a socket that has refused to take it. What is on its
    /// way doesn't count: a page of long messages alone may be larger.
    pub fn is_overfull(&self) -> bool {
        self.bytes - self.frames.front().map_or(0, Bytes::len) > MAX_BYTES
    }

    /// Copies what has to wait. A frame is a slice of a batch with everybody's news, all of which it
    /// would keep in memory for as long as this reader takes.
    pub fn own(&mut self) {
        for frame in self.frames.range_mut(self.owned as usize..) {
            *frame = Bytes::copy_from_slice(frame);
        }
        self.owned = count(self.frames.len());
    }

    /// Drops all that the reader has not begun to get.
    pub fn drop_unbegun(&mut self) {
        self.frames.truncate(usize::from(self.begun));
        self.owned = self.owned.min(count(self.frames.len()));
        self.bytes = self.frames.iter().map(Bytes::len).sum();
    }

    /// Writes what the socket takes.
    pub fn flush(&mut self, socket: &Socket) -> Result<Flushed> {
        while !self.frames.is_empty() {
            match self.write(socket) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => self.advance(written),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.own();
                    return Ok(Flushed::Some);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        match socket.try_flush() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Flushed::Some),
            flushed => flushed?,
        }
        // An idle connection keeps no queue.
        self.frames = VecDeque::new();
        Ok(Flushed::All)
    }

    fn write(&self, socket: &Socket) -> Result<usize> {
        if let [only] = self.frames.as_slices().0
            && self.frames.len() == 1
        {
            return socket.try_write(only);
        }
        let mut slices = [IoSlice::new(&[]); SLICES];
        let mut count = 0;
        for (slice, frame) in slices.iter_mut().zip(&self.frames) {
            *slice = IoSlice::new(frame);
            count += 1;
        }
        socket.try_write_vectored(&slices[..count])
    }

    fn advance(&mut self, mut written: usize) {
        self.bytes -= written;
        self.begun = false;
        while let Some(first) = self.frames.front_mut() {
            if written < first.len() {
                first.advance(written);
                self.begun = written > 0;
                return;
            }
            written -= first.len();
            self.frames.pop_front();
            self.owned = self.owned.saturating_sub(1);
        }
    }
}

/// Far fewer frames wait.
fn count(frames: usize) -> u32 {
    u32::try_from(frames).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_keeps_no_batch_in_memory() {
        let batch = Bytes::from(vec![b'x'; 1_000]);
        let mut outbox = Outbox::default();
        for at in 0..4 {
            outbox.push(batch.slice(at * 100..at * 100 + 100));
        }
        outbox.own();
        outbox.advance(150);
        outbox.push(batch.slice(900..));
        outbox.own();
        assert!(batch.is_unique());
        assert_eq!((outbox.bytes(), outbox.frames.len(), outbox.owned), (350, 4, 4));
    }

    #[test]
    fn one_long_reply_may_wait_but_not_much_behind_it() {
        let frame = |length| Bytes::from(vec![b'x'; length]);
        let mut outbox = Outbox::default();
        outbox.push(frame(2 * MAX_BYTES));
        assert!(outbox.is_congested() && !outbox.is_overfull());
        outbox.push(frame(MAX_BYTES));
        assert!(!outbox.is_overfull());
        outbox.push(frame(1));
        assert!(outbox.is_overfull());
    }
}
