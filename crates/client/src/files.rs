//! Files: uploaded in pieces over HTTP, and read again.

use std::io::{Cursor, SeekFrom};
use std::time::Duration;

use chinwag_protocol::incoming::NewFile;
use chinwag_protocol::outgoing::{Failure, Upload};
use chinwag_protocol::{Body, ErrorCode, FileUuid, Request};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncSeek, AsyncSeekExt, AsyncWrite, AsyncWriteExt};
use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::client::reply;
use crate::http::{self, Answer, Asked};
use crate::{Address, ChannelId, Client, Error};

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
        self.upload_from(channel, name, Cursor::new(bytes), |_| ()).await
    }

    /// As [`Client::upload`], of all that a source holds, such as a file of tokio's, which is read piece by piece. `told` gets the
    /// number of bytes that are on their way or there; fewer again after a piece that was lost. Where the future is dropped, the upload ends on the server, too.
    ///
    /// # Errors
    /// As there, and [`Error::LocalFile`] if the source can't be read.
    pub async fn upload_from(
        &self,
        channel: impl Into<ChannelId>,
        name: impl Into<String>,
        mut source: impl AsyncRead + AsyncSeek + Unpin,
        mut told: impl FnMut(u64),
    ) -> Result<FileUuid, Error> {
        let size = source.seek(SeekFrom::End(0)).await.map_err(|error| unreadable(&error))?;
        let new = NewFile {
            recipient: channel.into().to_string(),
            name: name.into(),
            size,
            client_uuid: Some(Uuid::new_v4().to_string()),
            ..NewFile::default()
        };
        let upload: Upload = reply!(self, Request::FileCreate(new), FileCreate)?;
        let mut unfinished = Unfinished(Some((self.address.clone(), upload)));
        let Some((address, upload)) = &unfinished.0 else { return Err(Error::Closed) };
        let (mut at, mut attempts, mut piece) = (upload.received, 0, Vec::new());
        while at < size {
            let length = upload.piece.min(size - at);
            read_piece(&mut source, at, length, &mut piece).await?;
            match put(address, upload, at, &piece, |sent| told(at + sent)).await {
                Ok(now) => (at, attempts) = (now, 0),
                Err(error @ Error::Refused(_)) => return Err(error),
                Err(error) if attempts == ATTEMPTS => return Err(error),
                Err(_) => {
                    attempts += 1;
                    sleep(PAUSE).await;
                }
            }
            told(at);
        }
        let uuid = upload.uuid;
        unfinished.0 = None;
        Ok(uuid)
    }

    /// Reads a file of a message.
    ///
    /// # Errors
    /// [`Error::Refused`] with [`ErrorCode::FileRefused`] if the user can't read it, or it isn't there;
    /// [`Error::Unreachable`] or [`Error::Disconnected`] without a connection.
    pub async fn download(&self, file: FileUuid) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        self.download_to(file, &mut bytes).await?;
        Ok(bytes)
    }

    /// As [`Client::download`], piece by piece into a sink, such as a file of tokio's. Returns the number of bytes.
    ///
    /// # Errors
    /// As there, and [`Error::LocalFile`] if the sink can't be written.
    pub async fn download_to(
        &self,
        file: FileUuid,
        into: &mut (impl AsyncWrite + Unpin),
    ) -> Result<u64, Error> {
        let line = format!("GET /files/{file}");
        let asked = Asked { line: &line, secret: &self.access_key(), body: b"" };
        let mut answer = in_time(http::ask(&self.address, asked)).await?;
        if answer.status != 200 {
            return Err(refused(answer).await);
        }
        let mut written = 0;
        while let Some(part) = in_time(answer.part()).await? {
            into.write_all(part).await.map_err(|error| unwritable(&error))?;
            written += part.len() as u64;
        }
        into.flush().await.map_err(|error| unwritable(&error))?;
        Ok(written)
    }
}

/// An upload that ends on the server, too, when this is dropped.
struct Unfinished(Option<(Address, Upload)>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let (Some((address, upload)), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            // If this fails, the server ends it after an hour.
            runtime.spawn(async move {
                let line = format!("DELETE {}", upload.url);
                let asked = Asked { line: &line, secret: &upload.token, body: b"" };
                let _ = in_time(http::ask(&address, asked)).await;
            });
        }
    }
}

async fn read_piece(
    source: &mut (impl AsyncRead + AsyncSeek + Unpin),
    at: u64,
    length: u64,
    into: &mut Vec<u8>,
) -> Result<(), Error> {
    into.clear();
    source.seek(SeekFrom::Start(at)).await.map_err(|error| unreadable(&error))?;
    let read = source.take(length).read_to_end(into).await;
    match read.map_err(|error| unreadable(&error))? {
        0 => Err(Error::LocalFile("failed to read the file: it has become shorter".into())),
        _ => Ok(()),
    }
}

/// Sends the piece that begins here. Returns where to go on.
async fn put(
    address: &Address,
    upload: &Upload,
    at: u64,
    piece: &[u8],
    told: impl FnMut(u64),
) -> Result<u64, Error> {
    let line = format!("PUT {}?offset={at}", upload.url);
    let asked = Asked { line: &line, secret: &upload.token, body: piece };
    let answer = in_time(http::ask_telling(address, asked, told)).await?;
    match (answer.status, answer.offset) {
        (204 | 409, Some(offset)) => Ok(offset),
        (503, _) => Err(Error::Disconnected),
        _ => Err(refused(answer).await),
    }
}

async fn in_time<T>(asked: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout(PATIENCE, asked).await.unwrap_or(Err(Error::Disconnected))
}

/// A refusal in the server's words.
async fn refused(mut answer: Answer) -> Error {
    let words = in_time(answer.words()).await.unwrap_or_default();
    let error = match words.trim() {
        "" => format!("The server answered with the status {}.", answer.status),
        words => words.to_owned(),
    };
    Error::Refused(Failure { code: ErrorCode::FileRefused, error, payload: String::new() })
}

fn unreadable(error: &std::io::Error) -> Error {
    Error::LocalFile(format!("failed to read the file: {error}"))
}

fn unwritable(error: &std::io::Error) -> Error {
    Error::LocalFile(format!("failed to write the file: {error}"))
}
