//! WebSocket frames from the client's side, as much of RFC 6455 as a generator needs.

/// An unfragmented text frame.
pub const TEXT: u8 = 0x81;
/// An unfragmented binary frame.
pub const BINARY: u8 = 0x82;
/// A close frame.
pub const CLOSE: u8 = 0x88;
/// A ping.
pub const PING: u8 = 0x89;
/// A pong.
pub const PONG: u8 = 0x8a;

/// Any fixed key is as dear to unmask as a random one.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// One frame of the server.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Its first byte.
    pub opcode: u8,
    /// What it carries.
    pub payload: &'a [u8],
}

/// The first frame in these bytes and its whole length, if it is there to its end.
pub fn next(bytes: &[u8]) -> Option<(Frame<'_>, usize)> {
    let (header, length) = header(bytes)?;
    let payload = bytes.get(header..header + length)?;
    Some((Frame { opcode: bytes[0], payload }, header + length))
}

/// Appends a frame as a client sends it.
pub fn write_masked(out: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    write_header(out, opcode, payload.len(), 0x80);
    out.extend_from_slice(&MASK);
    let start = out.len();
    out.extend_from_slice(payload);
    unmask(&mut out[start..], MASK);
}

/// Appends a frame as a server sends it.
pub fn write_plain(out: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    write_header(out, opcode, payload.len(), 0);
    out.extend_from_slice(payload);
}

/// Unmasks the first frame of a client in place. Its opcode, its payload and its whole length.
pub fn next_masked(bytes: &mut [u8]) -> Option<(u8, &[u8], usize)> {
    let (header, length) = header(bytes)?;
    let end = header + 4 + length;
    let (mask, payload) = bytes.get_mut(header..end)?.split_first_chunk_mut::<4>()?;
    let mask = *mask;
    unmask(payload, mask);
    let (opcode, payload) = bytes.split_at(header + 4);
    Some((opcode[0], &payload[..length], end))
}

/// The lengths of the header, without a mask, and of the payload.
fn header(bytes: &[u8]) -> Option<(usize, usize)> {
    match bytes.get(1)? & 0x7f {
        126 => {
            let length = bytes.get(2..4)?.try_into().ok()?;
            Some((4, usize::from(u16::from_be_bytes(length))))
        }
        127 => {
            let length = bytes.get(2..10)?.try_into().ok()?;
            Some((10, usize::try_from(u64::from_be_bytes(length)).ok()?))
        }
        short => Some((2, usize::from(short))),
    }
}

fn write_header(out: &mut Vec<u8>, opcode: u8, length: usize, masked: u8) {
    out.push(opcode);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ 0..=125), _) => out.push(short | masked),
        (_, Ok(medium)) => {
            out.push(0x7e | masked);
            out.extend_from_slice(&medium.to_be_bytes());
        }
        _ => {
            out.push(127 | masked);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
}

fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    for (byte, mask) in payload.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTHS: [usize; 6] = [0, 1, 125, 126, 65_535, 65_536];

    #[test]
    fn a_server_frame_is_read_back_only_when_it_is_whole() {
        for length in LENGTHS {
            let payload = vec![b'x'; length];
            let mut bytes = Vec::new();
            write_plain(&mut bytes, TEXT, &payload);
            let whole = bytes.len();
            bytes.push(PING);
            let frame = Frame { opcode: TEXT, payload: &payload };
            assert_eq!(next(&bytes), Some((frame, whole)));
            assert_eq!(next(&bytes[..whole - 1]), None);
        }
        assert_eq!(next(&[]), None);
    }

    #[test]
    fn a_client_frame_is_masked_and_unmasked() {
        for length in LENGTHS {
            let payload = vec![b'x'; length];
            let mut bytes = Vec::new();
            write_masked(&mut bytes, TEXT, &payload);
            assert!(bytes[1] & 0x80 != 0 && (length < 4 || !bytes.ends_with(b"xxxx")));
            let whole = bytes.len();
            assert!(next_masked(&mut bytes[..whole - 1]).is_none());
            assert_eq!(next_masked(&mut bytes), Some((TEXT, &payload[..], whole)));
        }
    }
}
