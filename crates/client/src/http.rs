//! One request by HTTP on a connection of its own, and its answer.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::stream::{self, Stream};
use crate::{Address, Error};

/// The longest head of an answer in bytes, and the longest words of a refusal.
const LONGEST: usize = 64 << 10;

/// How many bytes of a body are read or written at once.
const PART: usize = 64 << 10;

/// A request.
pub struct Asked<'a> {
    /// The method and the path.
    pub line: &'a str,
    /// What proves that it is allowed.
    pub secret: &'a str,
    /// What it carries.
    pub body: &'a [u8],
}

/// An answer, of which the head has come.
pub struct Answer<S = Stream> {
    /// The status.
    pub status: u16,
    /// How many bytes of an upload are there.
    pub offset: Option<u64>,
    /// How many bytes of the body are still to come, if the head tells it.
    left: Option<u64>,
    /// What came with the head, then each part.
    read: Vec<u8>,
    /// Whether `read` was given out.
    given: bool,
    stream: S,
}

/// Sends a request, and reads the head of its answer.
///
/// # Errors
/// [`Error::Unreachable`], or [`Error::Disconnected`] without a whole head.
pub async fn ask(address: &Address, asked: Asked<'_>) -> Result<Answer, Error> {
    ask_telling(address, asked, |_| ()).await
}

/// The same; `told` gets how many bytes of the body are on their way.
///
/// # Errors
/// As those of [`ask`].
pub async fn ask_telling(
    address: &Address,
    asked: Asked<'_>,
    told: impl FnMut(u64),
) -> Result<Answer, Error> {
    let mut stream = stream::connect(address).await?;
    let head = format!(
        "{} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        asked.line,
        address.authority(),
        asked.secret,
        asked.body.len()
    );
    // A server that refuses doesn't read all, and its answer is there to be read.
    let _ = send(&mut stream, head.as_bytes(), asked.body, told).await;
    Answer::read(stream).await
}

async fn send(
    stream: &mut (impl AsyncWrite + Unpin),
    head: &[u8],
    body: &[u8],
    mut told: impl FnMut(u64),
) -> std::io::Result<()> {
    stream.write_all(head).await?;
    let mut sent = 0;
    for part in body.chunks(PART) {
        stream.write_all(part).await?;
        sent += part.len() as u64;
        told(sent);
    }
    stream.flush().await
}

impl<S: AsyncRead + Unpin> Answer<S> {
    async fn read(mut stream: S) -> Result<Self, Error> {
        let mut read = Vec::new();
        let end = loop {
            if let Some(at) = read.windows(4).position(|four| four == b"\r\n\r\n") {
                break at;
            }
            if read.len() > LONGEST || stream.read_buf(&mut read).await.unwrap_or(0) == 0 {
                return Err(Error::Disconnected);
            }
        };
        let body = read.split_off(end + 4);
        let head = str::from_utf8(&read[..end]).map_err(|_| Error::Unexpected)?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or(Error::Unexpected)?;
        let offset = number(head, "upload-offset");
        let has_none = status == 204;
        let length = number(head, "content-length").or(has_none.then_some(0));
        let left = length.map(|length| length.saturating_sub(body.len() as u64));
        Ok(Self { status, offset, left, read: body, given: false, stream })
    }

    /// The next part of the body, and nothing behind the last one.
    ///
    /// # Errors
    /// [`Error::Disconnected`] where the body is not whole.
    pub async fn part(&mut self) -> Result<Option<&[u8]>, Error> {
        if !std::mem::replace(&mut self.given, true) && !self.read.is_empty() {
            return Ok(Some(&self.read));
        }
        if self.left == Some(0) {
            return Ok(None);
        }
        self.read.clear();
        self.read.reserve(PART);
        // Over TLS the end may come without a close alert: the length shows whether the body is whole.
        let came = self.stream.read_buf(&mut self.read).await.unwrap_or(0);
        match &mut self.left {
            Some(_) if came == 0 => return Err(Error::Disconnected),
            None if came == 0 => return Ok(None),
            Some(left) => *left = left.saturating_sub(came as u64),
            None => {}
        }
        Ok(Some(&self.read))
    }

    /// The body as text, cut where it is too long.
    ///
    /// # Errors
    /// As those of a part.
    pub async fn words(&mut self) -> Result<String, Error> {
        let mut words = Vec::new();
        while let Some(part) = self.part().await? {
            words.extend_from_slice(part);
            if words.len() > LONGEST {
                break;
            }
        }
        Ok(String::from_utf8_lossy(&words).into_owned())
    }
}

fn number(head: &str, wanted: &str) -> Option<u64> {
    let mut headers = head.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
    value.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The status, the offset and the body, or that it is not whole.
    async fn read(answer: &str) -> Result<(u16, Option<u64>, String), Error> {
        let mut answer = Answer::read(answer.as_bytes()).await?;
        let words = answer.words().await?;
        Ok((answer.status, answer.offset, words))
    }

    #[tokio::test]
    async fn an_answer_is_read_whole_or_not_at_all() {
        let conflict = "HTTP/1.1 409 Conflict\r\nUpload-Offset: 7\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(read(conflict).await, Ok((409, Some(7), String::new())));
        let none = "HTTP/1.1 204 No Content\r\n\r\n";
        assert_eq!(read(none).await, Ok((204, None, String::new())));
        let ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nab";
        assert_eq!(read(ok).await, Ok((200, None, "ab".into())));
        let endless = "HTTP/1.1 404 Not Found\r\n\r\nab";
        assert_eq!(read(endless).await, Ok((404, None, "ab".into())));
        for broken in ["", "HTTP/1.1 200 OK\r\ncontent-length: 2", &ok[..ok.len() - 1], "a\r\n\r\n"]
        {
            assert!(read(broken).await.is_err(), "{broken}");
        }
    }
}
