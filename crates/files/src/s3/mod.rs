//! A home in a bucket of S3, or of another service that speaks its protocol.

mod address;
mod http;
mod pieces;
mod writer;

use std::io::{self, BufReader, Read};
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use rusty_s3::actions::{ListObjectsV2, ListObjectsV2Response};
use rusty_s3::{Bucket, S3Action};
use uuid::Uuid;

pub use rusty_s3::Credentials;

use crate::inspect::inspect;
use crate::{Entry, Error, Finished, Home, Object, Opened, Result, Space};
use address::Address;
use http::{Client, Method};
use pieces::{Piece, Pieces};
use writer::Writer;

/// How long a signature is valid. The clocks of both sides may differ by some of it.
const VALID: Duration = Duration::from_mins(5);

/// The folder of uploads, beside those of files.
const UPLOADS: &str = "uploads/";

/// The ending of previews.
const PREVIEW: &str = ".preview";

/// A home in a bucket. The pieces of an upload are objects of their own, so that any node may take them.
pub struct S3 {
    shared: Arc<Shared>,
}

/// What open files share.
struct Shared {
    bucket: Bucket,
    prefix: String,
    credentials: Credentials,
    client: Client,
}

impl S3 {
    /// Opens `s3://BUCKET/PREFIX?region=…&endpoint=…&style=path|host`, and asks the bucket once. Without an endpoint it
    /// is Amazon's, and names the bucket in its host; another names it in its path, unless `style` says otherwise.
    ///
    /// # Errors
    /// One sentence, if the address can't be read or the bucket refuses.
    pub fn open(address: &str, credentials: Credentials) -> Result<Self> {
        let Address { bucket, prefix } = Address::read(address).map_err(io::Error::other)?;
        let client = Client::new(bucket.base_url())?;
        let home = Self { shared: Arc::new(Shared { bucket, prefix, credentials, client }) };
        home.shared.page("", None, 1)?;
        Ok(home)
    }

    /// What an upload has received without a gap, in order.
    fn received(&self, file: Uuid) -> Result<Vec<Piece>> {
        let folder = self.shared.key(Object::Upload(file));
        let mut found = Vec::new();
        self.shared.all(&folder, &mut |key, size, _| {
            let offset = key.strip_prefix(&*folder).and_then(|offset| offset.parse().ok());
            found.extend(offset.map(|start| Piece { key: key.to_owned(), start, size }));
        })?;
        found.sort_by_key(|piece| piece.start);
        let mut end = 0;
        // A piece that was written, but not acknowledged, may come again from another offset.
        found.retain(|piece| {
            let next = piece.start <= end && piece.end() > end;
            end = if next { piece.end() } else { end };
            next
        });
        Ok(found)
    }

    /// A file that was finished before, and what is left of its upload deleted.
    fn finished(&self, file: Uuid, size: u64) -> Result<Finished> {
        let key = self.shared.key(Object::File(file));
        let mut whole = Pieces::new(self.shared.clone(), vec![Piece { key, start: 0, size }]);
        let (finished, _) = inspect(&mut whole, size)?;
        self.delete(Object::Upload(file))?;
        Ok(finished)
    }
}

impl Home for S3 {
    fn write_piece(&self, file: Uuid, offset: u64, piece: &[u8]) -> Result<()> {
        // As wide as the largest offset, so that a listing is in order.
        let key = format!("{}{offset:020}", self.shared.key(Object::Upload(file)));
        self.shared.put(&key, piece.to_vec())
    }

    fn finish(&self, file: Uuid, size: u64) -> Result<Finished> {
        let key = self.shared.key(Object::File(file));
        match self.shared.size(&key) {
            Err(Error::NotFound) => {}
            stored => return self.finished(file, stored?),
        }
        let pieces = self.received(file)?;
        let received = pieces.last().ok_or(Error::NotFound)?.end();
        if received != size {
            return Err(Error::Gap { received });
        }
        let mut upload = BufReader::new(Pieces::new(self.shared.clone(), pieces));
        let (finished, cleaned) = inspect(&mut upload, size)?;
        let mut to = Writer::new(&self.shared, &key);
        match cleaned {
            Some(cleaned) => cleaned.copy(&mut upload, &mut to)?,
            None => drop(io::copy(&mut rewound(upload)?, &mut to)?),
        }
        to.finish()?;
        self.delete(Object::Upload(file))?;
        Ok(finished)
    }

    fn put(&self, object: Object, from: &mut dyn Read) -> Result<u64> {
        let key = self.shared.key(object);
        let mut to = Writer::new(&self.shared, &key);
        let size = io::copy(from, &mut to)?;
        to.finish()?;
        Ok(size)
    }

    fn open(&self, object: Object) -> Result<Box<dyn Opened>> {
        let key = self.shared.key(object);
        let size = self.shared.size(&key)?;
        Ok(Box::new(OpenedObject { shared: self.shared.clone(), key, size }))
    }

    fn delete(&self, object: Object) -> Result<()> {
        let key = self.shared.key(object);
        let Object::Upload(_) = object else { return self.shared.delete(&key) };
        let mut pieces = Vec::new();
        self.shared.all(&key, &mut |key, _, _| pieces.push(key.to_owned()))?;
        pieces.iter().try_for_each(|key| self.shared.delete(key))
    }

    fn list(&self, each: &mut dyn FnMut(Entry)) -> Result<()> {
        self.shared.all(&self.shared.prefix, &mut |key, size, modified| {
            let object = key.strip_prefix(&*self.shared.prefix).and_then(object);
            if let Some(object) = object {
                each(Entry { object, size, modified });
            }
        })
    }

    fn space(&self) -> Result<Option<Space>> {
        Ok(None)
    }
}

/// An open file.
struct OpenedObject {
    shared: Arc<Shared>,
    key: String,
    size: u64,
}

impl Opened for OpenedObject {
    fn size(&self) -> u64 {
        self.size
    }

    fn read(&self, range: Range<u64>) -> Result<Vec<u8>> {
        self.shared.read(&self.key, range)
    }
}

impl Shared {
    fn key(&self, object: Object) -> String {
        let prefix = &self.prefix;
        match object {
            Object::File(file) => format!("{prefix}{:02x}/{file}", file.as_bytes()[0]),
            Object::Preview(file) => format!("{prefix}{:02x}/{file}{PREVIEW}", file.as_bytes()[0]),
            Object::Upload(file) => format!("{prefix}{UPLOADS}{file}/"),
        }
    }

    fn put(&self, key: &str, body: Vec<u8>) -> Result<()> {
        let action = self.bucket.put_object(Some(&self.credentials), key);
        self.client.ask(Method::PUT, &action.sign(VALID), None, body)?.done()
    }

    fn size(&self, key: &str) -> Result<u64> {
        let action = self.bucket.head_object(Some(&self.credentials), key);
        let answer =
            self.client.ask(Method::HEAD, &action.sign(VALID), None, Vec::new())?.successful()?;
        answer
            .length
            .ok_or_else(|| io::Error::other("the bucket does not say how large a file is").into())
    }

    fn read(&self, key: &str, range: Range<u64>) -> Result<Vec<u8>> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let action = self.bucket.get_object(Some(&self.credentials), key);
        let header = format!("bytes={}-{}", range.start, range.end - 1);
        let answer = self
            .client
            .ask(Method::GET, &action.sign(VALID), Some(&header), Vec::new())?
            .successful()?;
        if answer.body.len() as u64 != range.end - range.start {
            return Err(Error::Io(io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(answer.body)
    }

    fn delete(&self, key: &str) -> Result<()> {
        let action = self.bucket.delete_object(Some(&self.credentials), key);
        match self.client.ask(Method::DELETE, &action.sign(VALID), None, Vec::new())?.done() {
            Err(Error::NotFound) => Ok(()),
            deleted => deleted,
        }
    }

    /// Calls for each key below this one, with its size and the time of its last change.
    fn all(&self, below: &str, each: &mut dyn FnMut(&str, u64, SystemTime)) -> Result<()> {
        let mut after = None;
        loop {
            let page = self.page(below, after.as_deref(), 1_000)?;
            for found in page.contents {
                let time = found.last_modified.and_then(|time| time.parse::<Timestamp>().ok());
                let seconds = time.and_then(|time| u64::try_from(time.as_second()).ok());
                let time =
                    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.unwrap_or_default());
                each(&found.key, found.size.unwrap_or_default(), time);
            }
            after = page.next_continuation_token;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    fn page(&self, below: &str, after: Option<&str>, most: usize) -> Result<ListObjectsV2Response> {
        let mut action = self.bucket.list_objects_v2(Some(&self.credentials));
        action.with_prefix(below);
        action.with_max_keys(most);
        if let Some(after) = after {
            action.with_continuation_token(after);
        }
        let answer = self.client.ask(Method::GET, &action.sign(VALID), None, Vec::new())?;
        let text = answer.text("a listing")?;
        Ok(ListObjectsV2::parse_response(&text).map_err(io::Error::other)?)
    }
}

fn rewound(mut upload: BufReader<Pieces>) -> io::Result<BufReader<Pieces>> {
    io::Seek::rewind(&mut upload)?;
    Ok(upload)
}

/// The object of a key without its prefix.
fn object(key: &str) -> Option<Object> {
    let uuid = |text| Uuid::try_parse(text).ok();
    if let Some(piece) = key.strip_prefix(UPLOADS) {
        return uuid(piece.split_once('/')?.0).map(Object::Upload);
    }
    let (_, name) = key.split_once('/')?;
    match name.strip_suffix(PREVIEW) {
        Some(name) => uuid(name).map(Object::Preview),
        None => uuid(name).map(Object::File),
    }
}
