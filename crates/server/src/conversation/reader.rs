//! The input of a connection that is not dealt with yet.

use crate::connection::decoder::{Decoder, Input, Sizes};

/// What a connection keeps between two turns of reading.
pub struct Reader {
    pub decoder: Decoder,
    /// Input that came in and is not dealt with yet.
    pub pending: Vec<u8>,
    /// The part of `pending` that is dealt with.
    pub taken: usize,
}

impl Reader {
    /// Nothing is dealt with yet; `early` came in together with the upgrade.
    pub fn new(sizes: Sizes, early: Vec<u8>) -> Self {
        Self { decoder: Decoder::new(sizes), pending: early, taken: 0 }
    }

    /// Whether input is left that is not dealt with.
    pub fn holds_more(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Passes over frames up to a close frame, and tells whether there was one. Bytes that break the
    /// protocol are passed over, too.
    pub fn skip_to_close(&mut self) -> bool {
        loop {
            match self.decoder.next(&mut self.pending[self.taken..]) {
                Ok(Some((_, Input::Close(_)))) => return true,
                Ok(Some((length, _))) => self.taken += length,
                Ok(None) => return false,
                Err(_) => self.taken = self.pending.len(),
            }
        }
    }

    /// Drops what is dealt with. Only called when no whole frame is left, so that the rest is short.
    pub fn keep_rest(&mut self) {
        self.pending.drain(..self.taken);
        self.taken = 0;
        if self.pending.is_empty() {
            self.pending = Vec::new();
        }
    }
}
