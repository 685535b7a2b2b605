//! Files: uploaded in pieces over HTTP, and read again.

use std::time::Duration;

use chinwag_protocol::incoming::NewFile;
use chinwag_protocol::outgoing::{Failure, Upload};
use chinwag_protocol::{Body, ErrorCode, FileUuid, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::client::reply;
use crate::{Address, ChannelId, Client, Error, stream};

/// How often in a row a piece is sent again after a broken connection, or where the server has no place for it.
const ATTEMPTS: u32 = 5;

/// How long to wait before that.
const PAUSE: Duration = Duration::from_secs(2);

/// How long a piece may take.
const PATIENCE: Duration = Duration::from_mins(2);

impl Client {
    /// Uploads a file for this channel, and returns its name on the server, by which
    /// [`NewMessage`](chinwag_protocol::incoming::NewMessage) sends it: see [`Client::send_message`]. A broken connection
    /// is made again, and the upload goes on.
    ///
    /// # Errors
    /// [`Error::Refused`] with [`ErrorCode::FileRefused`] where the server takes no files, or not this one;
    /// [`Error::Unreachable`] or [`Error::Disconnected`] when it can't be reached for long.
    pub async fn upload(
        &self,
        channel: impl Into<ChannelId>,
        name: impl Into<String>,
        bytes: &[u8],
    ) -> Result<FileUuid, Error> {
        let new = NewFile {
            recipient: channel.into().to_string(),
            name: name.into(),
            size: bytes.len() as u64,
            client_uuid: Some(Uuid::new_v4().to_string()),
            ..NewFile::default()
        };
        let upload: Upload = reply!(self, Request::FileCreate(new), FileCreate)?;
        let mut at = upload.received;
        let mut attempts = 0;
        while at < bytes.len() as u64 {
            match self.put(&upload, at, bytes).await {
                Ok(now) => (at, attempts) = (now, 0),
                Err(error @ Error::Refused(_)) => return Err(error),
                Err(error) if attempts == ATTEMPTS => return Err(error),
                Err(_) => {
                    attempts += 1;
                    sleep(PAUSE).await;
                }
            }
        }
        Ok(upload.uuid)
    }

    /// Reads a file of a message.
    ///
    /// # Errors
    /// [`Error::Refused`] with [`ErrorCode::FileRefused`] if the user can't read it, or it isn't there.
    pub async fn download(&self, file: FileUuid) -> Result<Vec<u8>, Error> {
        let answer =
            ask(&self.address, &format!("GET /files/{file}"), &self.access_key(), b"").await?;
        if answer.status == 200 { Ok(answer.body) } else { Err(answer.refused()) }
    }

    /// Sends the piece that begins here. Returns where to go on.
    async fn put(&self, upload: &Upload, at: u64, bytes: &[u8]) -> Result<u64, Error> {
        let rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
        let length = usize::try_from(upload.piece).map_or(rest.len(), |most| rest.len().min(most));
        let line = format!("PUT {}?offset={at}", upload.url);
        let answer = ask(&self.address, &line, &upload.token, &rest[..length]).await?;
        match (answer.status, answer.offset) {
            (204 | 409, Some(offset)) => Ok(offset),
            (503, _) => Err(Error::Disconnected),
            _ => Err(answer.refused()),
        }
    }
}

/// An answer to a request by HTTP.
struct Answer {
    status: u16,
    /// How many bytes of an upload are there.
    offset: Option<u64>,
    body: Vec<u8>,
}

impl Answer {
    /// In the server's words.
    fn refused(&self) -> Error {
        let words = String::from_utf8_lossy(&self.body);
        let error = match words.trim() {
            "" => format!("The server answered with the status {}.", self.status),
            words => words.to_owned(),
        };
        Error::Refused(Failure { code: ErrorCode::FileRefused, error, payload: String::new() })
    }
}

async fn ask(address: &Address, line: &str, secret: &str, body: &[u8]) -> Result<Answer, Error> {
    let asked = timeout(PATIENCE, exchange(address, line, secret, body)).await;
    asked.unwrap_or(Err(Error::Disconnected))
}

async fn exchange(
    address: &Address,
    line: &str,
    secret: &str,
    body: &[u8],
) -> Result<Answer, Error> {
    let mut stream = stream::connect(address).await?;
    let head = format!(
        "{line} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {secret}\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        address.authority(),
        body.len()
    );
    // A server that refuses doesn't read all, and its answer is there to be read.
    if stream.write_all(head.as_bytes()).await.is_ok() && stream.write_all(body).await.is_ok() {
        let _ = stream.flush().await;
    }
    let mut answer = Vec::new();
    // Over TLS the end may come without a close alert: the length shows whether the answer is whole.
    let _ = stream.read_to_end(&mut answer).await;
    parse(&answer).ok_or(Error::Disconnected)
}

/// Reads a whole answer.
fn parse(answer: &[u8]) -> Option<Answer> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = str::from_utf8(&answer[..end]).ok()?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let number = |wanted: &str| {
        let mut headers = head.lines().filter_map(|line| line.split_once(':'));
        let (_, value) = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
        value.trim().parse::<u64>().ok()
    };
    let body = &answer[end + 4..];
    let is_whole = number("content-length").is_none_or(|length| length == body.len() as u64);
    is_whole.then(|| Answer { status, offset: number("upload-offset"), body: body.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_whole_or_not_at_all() {
        let read = |answer: &str| {
            parse(answer.as_bytes()).map(|answer| (answer.status, answer.offset, answer.body))
        };
        let conflict = "HTTP/1.1 409 Conflict\r\nUpload-Offset: 7\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(read(conflict), Some((409, Some(7), Vec::new())));
        let ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nab";
        assert_eq!(read(ok), Some((200, None, b"ab".to_vec())));
        for broken in ["", "HTTP/1.1 200 OK\r\ncontent-length: 2", &ok[..ok.len() - 1], "a\r\n\r\n"]
        {
            assert_eq!(read(broken), None, "{broken}");
        }
    }
}
