//! WebSocket frames from a client, RFC 6455 section 5: from bytes as they come to whole messages.
//!
//! It holds nothing between messages and never allocates by a declared length.

use super::header::{BINARY, CLOSE, Header, PING, PONG, TEXT, unmask};
use super::skim::Skim;

/// Takes a connection's bytes apart.
pub struct Decoder {
    limits: Sizes,
    /// The message whose frames are coming in.
    message: Option<Box<Partial>>,
    /// What is still to come of its newest frame's payload.
    rest: u64,
}

/// How large a message may be, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Up to this it is read.
    pub request: usize,
    /// Up to this it is skipped and answered with an error; beyond, the connection ends.
    pub connection: usize,
}

/// The most frames that one message may come in.
const MAX_FRAGMENTS: u32 = 1_024;

#[derive(Default)]
struct Partial {
    /// The payload so far, unless nobody would read it.
    bytes: Vec<u8>,
    /// Reads a payload that is too large to be kept.
    skim: Skim,
    /// So many of the bytes are known to be text.
    valid: usize,
    length: u64,
    fragments: u32,
    binary: bool,
    last: bool,
    /// The newest frame's, turned to the next byte that comes.
    mask: [u8; 4],
}

/// What came in.
#[derive(Debug, PartialEq, Eq)]
pub enum Input<'a> {
    /// A text message within the limit, in one frame: the usual case, without a copy.
    Text(&'a str),
    /// A text message within the limit that came in pieces.
    Assembled(String),
    /// A text message that is too large to be read: an object of its `type` and its `id`.
    TooLarge(String),
    /// A binary message.
    Binary,
    /// To be answered with a pong.
    Ping(&'a [u8]),
    /// Answers a ping of ours.
    Pong,
    /// The client closes.
    Close(u16),
    /// A part of something larger.
    Part,
}

/// A breach of the WebSocket protocol, as the code to close with.
#[derive(Debug, PartialEq, Eq)]
pub struct Breach(pub u16);

pub const PROTOCOL_ERROR: Breach = Breach(1002);
const INVALID_TEXT: Breach = Breach(1007);
const TOO_LARGE: Breach = Breach(1009);

impl Decoder {
    pub fn new(limits: Sizes) -> Self {
        Self { limits, message: None, rest: 0 }
    }

    /// Takes the next frame, or what is there of one, off the input. Returns how many bytes it
    /// took; `None` if the input holds too little.
    pub fn next<'a>(&mut self, input: &'a mut [u8]) -> Result<Option<(usize, Input<'a>)>, Breach> {
        if input.is_empty() {
            return Ok(None);
        }
        if self.rest > 0 {
            return self.go_on(input).map(Some);
        }
        let Some(header) = Header::parse(input)? else { return Ok(None) };
        if header.opcode >= 8 {
            return control(&header, input);
        }
        self.check(&header)?;
        let fits = header.length <= self.limits.request as u64;
        if header.fin && header.opcode == TEXT && fits && header.is_whole(input) {
            let Some((taken, payload)) = header.payload(input) else { return Ok(None) };
            let text = simdutf8::basic::from_utf8(payload).map_err(|_| INVALID_TEXT)?;
            return Ok(Some((taken, Input::Text(text))));
        }
        self.message.get_or_insert_default().begin(&header);
        self.rest = header.length;
        let (taken, read) = self.go_on(&mut input[header.size..])?;
        Ok(Some((header.size + taken, read)))
    }

    /// Takes more of a frame's payload.
    fn go_on<'a>(&mut self, input: &mut [u8]) -> Result<(usize, Input<'a>), Breach> {
        let taken = usize::try_from(self.rest).unwrap_or(usize::MAX).min(input.len());
        self.rest -= taken as u64;
        let Some(message) = &mut self.message else { return Err(PROTOCOL_ERROR) };
        if message.binary {
            message.bytes = Vec::new();
        } else if message.length > self.limits.request as u64 {
            message.skim(&mut input[..taken]);
        } else {
            message.read(&mut input[..taken])?;
        }
        let read = if self.rest == 0 { self.finish()? } else { Input::Part };
        Ok((taken, read))
    }

    /// Checks a data frame against the message that it begins or continues.
    fn check(&self, header: &Header) -> Result<(), Breach> {
        let begins = header.opcode != 0;
        if begins == self.message.is_some() {
            return Err(PROTOCOL_ERROR);
        }
        let (length, fragments) =
            self.message.as_ref().map_or((0, 0), |message| (message.length, message.fragments));
        let total = length.saturating_add(header.length);
        if total > self.limits.connection as u64 || fragments >= MAX_FRAGMENTS {
            return Err(TOO_LARGE);
        }
        Ok(())
    }

    /// The message, if its last frame is in.
    fn finish<'a>(&mut self) -> Result<Input<'a>, Breach> {
        let Some(message) = self.message.take_if(|message| message.last) else {
            return Ok(Input::Part);
        };
        if message.binary {
            return Ok(Input::Binary);
        }
        if message.length > self.limits.request as u64 {
            return Ok(Input::TooLarge(message.skim.head()));
        }
        String::from_utf8(message.bytes).map(Input::Assembled).map_err(|_| INVALID_TEXT)
    }
}

impl Partial {
    fn begin(&mut self, header: &Header) {
        self.binary |= header.opcode == BINARY;
        self.length += header.length;
        self.fragments += 1;
        self.last = header.fin;
        self.mask = header.mask;
    }

    /// Reads a part of a payload. What can't become text is noticed at once, and each byte is
    /// looked at once, however few come at a time.
    fn read(&mut self, payload: &mut [u8]) -> Result<(), Breach> {
        self.unmask(payload);
        self.bytes.extend_from_slice(payload);
        match simdutf8::compat::from_utf8(&self.bytes[self.valid..]) {
            Ok(text) => self.valid += text.len(),
            Err(error) if error.error_len().is_none() => self.valid += error.valid_up_to(),
            Err(_) => return Err(INVALID_TEXT),
        }
        Ok(())
    }

    /// Keeps only the `type` and the `id` of a payload, which may have been kept up to here.
    fn skim(&mut self, payload: &mut [u8]) {
        self.unmask(payload);
        self.skim.read(&std::mem::take(&mut self.bytes));
        self.skim.read(payload);
    }

    fn unmask(&mut self, payload: &mut [u8]) {
        unmask(payload, self.mask);
        self.mask.rotate_left(payload.len() % 4);
    }
}

fn control<'a>(header: &Header, input: &'a mut [u8]) -> Result<Option<(usize, Input<'a>)>, Breach> {
    if !header.fin || header.length > 125 {
        return Err(PROTOCOL_ERROR);
    }
    let Some((taken, payload)) = header.payload(input) else { return Ok(None) };
    let read = match header.opcode {
        CLOSE => Input::Close(close_code(payload)?),
        PING => Input::Ping(payload),
        PONG => Input::Pong,
        _ => return Err(PROTOCOL_ERROR),
    };
    Ok(Some((taken, read)))
}

/// The code of a close frame, 1005 if it has none.
fn close_code(payload: &[u8]) -> Result<u16, Breach> {
    let Some((code, reason)) = payload.split_first_chunk() else {
        return if payload.is_empty() { Ok(1005) } else { Err(PROTOCOL_ERROR) };
    };
    std::str::from_utf8(reason).map_err(|_| INVALID_TEXT)?;
    match u16::from_be_bytes(*code) {
        code @ (1000..=1003 | 1007..=1014 | 3000..=4999) => Ok(code),
        _ => Err(PROTOCOL_ERROR),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MASK: [u8; 4] = [1, 2, 3, 4];

    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![first];
        match payload.len() {
            short @ 0..=125 => frame.push(0x80 | u8::try_from(short).unwrap()),
            medium => {
                frame.push(0xfe);
                frame.extend(u16::try_from(medium).unwrap().to_be_bytes());
            }
        }
        frame.extend(MASK);
        frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, key)| byte ^ key));
        frame
    }

    fn decoder() -> Decoder {
        Decoder::new(Sizes { request: 1_000, connection: 3_000 })
    }

    /// What a decoder makes of the bytes when they come `step` at a time.
    fn decode(bytes: &[u8], step: usize) -> Result<Vec<String>, Breach> {
        let (mut decoder, mut pending, mut read) = (decoder(), Vec::new(), Vec::new());
        for chunk in bytes.chunks(step) {
            pending.extend_from_slice(chunk);
            while let Some((taken, input)) = decoder.next(&mut pending)? {
                match input {
                    Input::Part => {}
                    Input::Assembled(text) => read.push(format!("{:?}", Input::Text(&text))),
                    whole => read.push(format!("{whole:?}")),
                }
                pending.drain(..taken);
            }
        }
        Ok(read)
    }

    #[test]
    fn messages_come_out_however_the_bytes_come_in() {
        let mut bytes = frame(0x81, "héllo".as_bytes());
        bytes.extend(frame(0x01, b"frag"));
        bytes.extend(frame(0x89, b"now"));
        bytes.extend(frame(0x80, b"mented"));
        bytes.extend(frame(0x82, &[0xff; 900]));
        bytes.extend(frame(0x02, b""));
        bytes.extend(frame(0x80, &[0xff; 10]));
        bytes.extend(frame(0x81, &[b'x'; 1_001]));
        bytes.extend(frame(0x8a, b""));
        bytes.extend(frame(0x88, b"\x03\xe8bye"));
        let expected = [
            "Text(\"héllo\")",
            "Ping([110, 111, 119])",
            "Text(\"fragmented\")",
            "Binary",
            "Binary",
            "TooLarge(\"{}\")",
            "Pong",
            "Close(1000)",
        ];
        for step in [1, 2, 3, 7, 100, bytes.len()] {
            assert_eq!(decode(&bytes, step).unwrap(), expected, "{step} bytes at a time");
        }
    }

    #[test]
    fn a_breach_has_the_code_that_the_standard_names() {
        let unmasked = [0x81, 1, b'x'].to_vec();
        let mut huge = vec![0x81, 0xff];
        huge.extend(u64::MAX.to_be_bytes());
        let mut too_large = vec![0x81, 0xff];
        too_large.extend(3_001u64.to_be_bytes());
        too_large.extend(MASK);
        for (bytes, code) in [
            (unmasked, 1002),
            (huge, 1002),
            (too_large, 1009),
            (frame(0xc1, b"reserved bit"), 1002),
            (frame(0x83, b"reserved opcode"), 1002),
            (frame(0x80, b"continues nothing"), 1002),
            ([frame(0x01, b"a"), frame(0x81, b"b")].concat(), 1002),
            (frame(0x09, b"fragmented ping"), 1002),
            (frame(0x89, &[0; 126]), 1002),
            (frame(0x81, b"\xff"), 1007),
            ([frame(0x01, b"\xc3"), frame(0x80, b"\x28")].concat(), 1007),
            (frame(0x88, b"x"), 1002),
            (frame(0x88, &999u16.to_be_bytes()), 1002),
            (frame(0x88, b"\x03\xe8\xff"), 1007),
            (
                std::iter::once(frame(0x01, b""))
                    .chain((0..1_024).map(|_| frame(0, b"")))
                    .collect::<Vec<_>>()
                    .concat(),
                1009,
            ),
        ] {
            assert_eq!(decode(&bytes, bytes.len()), Err(Breach(code)), "{:?}", &bytes[..2]);
        }
    }

    #[test]
    fn what_can_not_become_text_is_noticed_before_its_end() {
        let bad = frame(0x81, b"\xf4\x90 and so on");
        assert_eq!(decode(&bad[..7], 1), Ok(vec![]), "a first byte that may go on");
        assert_eq!(decode(&bad[..8], 1), Err(INVALID_TEXT), "a second that may not");
        assert_eq!(decode(&frame(0x01, b"\xf4\x90"), 100), Err(INVALID_TEXT), "in a fragment");
    }

    #[test]
    fn nothing_is_kept_of_what_nobody_reads() {
        let mut decoder = decoder();
        let mut header = vec![0x82, 0xfe];
        header.extend(2_000u16.to_be_bytes());
        header.extend(MASK);
        assert_eq!(decoder.next(&mut header), Ok(Some((8, Input::Part))));
        assert_eq!(decoder.next(&mut [0; 1_999]), Ok(Some((1_999, Input::Part))));
        assert_eq!(decoder.next(&mut [0; 1]), Ok(Some((1, Input::Binary))));
        assert!(decoder.message.is_none());
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig {
            failure_persistence: None,
            ..proptest::prelude::ProptestConfig::with_cases(2_000)
        })]

        #[test]
        fn any_bytes_mean_the_same_however_they_come_in(
            frames in proptest::collection::vec(
                (proptest::prelude::any::<u8>(), proptest::collection::vec(0..=255u8, 0..200)), 0..8,
            ),
            noise: Vec<u8>,
            step in 1..50usize,
        ) {
            let frames = frames.iter().map(|(first, payload)| frame(*first, payload));
            let bytes = [frames.collect::<Vec<_>>().concat(), noise].concat();
            let whole = decode(&bytes, bytes.len().max(1));
            proptest::prop_assert_eq!(decode(&bytes, step), whole);
        }
    }
}
