//! The header of a WebSocket frame, RFC 6455 section 5.2, and the mask of its payload.

use super::decoder::{Breach, PROTOCOL_ERROR};

pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;

/// A header, with its own `size` in bytes.
pub struct Header {
    pub fin: bool,
    pub opcode: u8,
    pub length: u64,
    pub mask: [u8; 4],
    pub size: usize,
}

impl Header {
    /// Reads a header that is whole.
    pub fn parse(input: &[u8]) -> Result<Option<Self>, Breach> {
        let &[first, second, ref rest @ ..] = input else { return Ok(None) };
        let (reserved, masked) = (first & 0x70, second & 0x80 != 0);
        let opcode = first & 0x0f;
        if reserved != 0 || !masked || !matches!(opcode, 0..=BINARY | CLOSE..=PONG) {
            return Err(PROTOCOL_ERROR);
        }
        let length = match second & 0x7f {
            126 => {
                rest.split_first_chunk().map(|(&l, rest)| (u64::from(u16::from_be_bytes(l)), rest))
            }
            127 => rest.split_first_chunk().map(|(&l, rest)| (u64::from_be_bytes(l), rest)),
            short => Some((u64::from(short), rest)),
        };
        let Some((length, rest)) = length else { return Ok(None) };
        if length > i64::MAX as u64 {
            return Err(PROTOCOL_ERROR);
        }
        let Some((&mask, rest)) = rest.split_first_chunk() else { return Ok(None) };
        let size = input.len() - rest.len();
        Ok(Some(Self { fin: first & 0x80 != 0, opcode, length, mask, size }))
    }

    pub fn is_whole(&self, input: &[u8]) -> bool {
        (input.len() - self.size) as u64 >= self.length
    }

    /// The unmasked payload, if it is whole, and where it ends.
    pub fn payload<'a>(&self, input: &'a mut [u8]) -> Option<(usize, &'a [u8])> {
        let end = self.size.checked_add(usize::try_from(self.length).ok()?)?;
        let payload = input.get_mut(self.size..end)?;
        unmask(payload, self.mask);
        Some((end, payload))
    }
}

/// Works on eight bytes at a time, which the compiler turns into wider ones.
pub fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let [a, b, c, d] = mask;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (chunks, rest) = payload.as_chunks_mut::<8>();
    for chunk in chunks {
        *chunk = (u64::from_ne_bytes(*chunk) ^ wide).to_ne_bytes();
    }
    for (byte, key) in rest.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= key;
    }
}
