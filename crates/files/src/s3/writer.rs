//! An object that is written in parts, and is there only when all are.

use std::io::{self, Write};
use std::mem;

use rusty_s3::S3Action;
use rusty_s3::actions::{CompleteMultipartUploadResponse, CreateMultipartUpload};

use super::http::Method;
use super::{Shared, VALID};
use crate::{Error, Result};

/// The size of a part: at least 5 MiB, and 10,000 of them make 80 GB.
const PART: usize = 8 * 1024 * 1024;

/// The most parts.
const MAX_PARTS: u16 = 10_000;

/// An object that is being written. If it is not finished, it is not there.
pub struct Writer<'a> {
    shared: &'a Shared,
    key: &'a str,
    buffer: Vec<u8>,
    id: Option<String>,
    etags: Vec<String>,
}

impl<'a> Writer<'a> {
    /// Begins to write.
    pub fn new(shared: &'a Shared, key: &'a str) -> Self {
        Self { shared, key, buffer: Vec::new(), id: None, etags: Vec::new() }
    }

    /// Writes the rest, and puts the object in its place.
    pub fn finish(mut self) -> Result<()> {
        if self.id.is_none() {
            return self.shared.put(self.key, mem::take(&mut self.buffer));
        }
        if !self.buffer.is_empty() {
            self.part()?;
        }
        let Some(id) = &self.id else { return Err(Error::NotFound) };
        let Shared { bucket, credentials, client, .. } = self.shared;
        let etags = self.etags.iter().map(String::as_str);
        let action = bucket.complete_multipart_upload(Some(credentials), self.key, id, etags);
        let url = action.sign(VALID);
        let answer =
            client.ask(Method::POST, &url, None, action.body().into_bytes())?.text("an answer")?;
        CompleteMultipartUploadResponse::parse(&answer).map_err(|_| {
            io::Error::other("the bucket does not put the parts of a file together")
        })?;
        // What is complete can't be taken back.
        self.id = None;
        Ok(())
    }

    fn part(&mut self) -> Result<()> {
        let number = u16::try_from(self.etags.len() + 1).ok().filter(|number| *number <= MAX_PARTS);
        let number = number.ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?;
        if self.id.is_none() {
            self.id = Some(self.begin()?);
        }
        let id = self.id.as_deref().unwrap_or_default();
        let Shared { bucket, credentials, client, .. } = self.shared;
        let url = bucket.upload_part(Some(credentials), self.key, number, id).sign(VALID);
        let answer =
            client.ask(Method::PUT, &url, None, mem::take(&mut self.buffer))?.successful()?;
        let etag =
            answer.etag.ok_or_else(|| io::Error::other("the bucket gives no ETag for a part"))?;
        self.etags.push(etag);
        Ok(())
    }

    fn begin(&self) -> Result<String> {
        let Shared { bucket, credentials, client, .. } = self.shared;
        let url = bucket.create_multipart_upload(Some(credentials), self.key).sign(VALID);
        let answer = client.ask(Method::POST, &url, None, Vec::new())?.text("an answer")?;
        let answer = CreateMultipartUpload::parse_response(&answer).map_err(io::Error::other)?;
        Ok(answer.upload_id().to_owned())
    }
}

impl Write for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.buffer.len() == PART {
            self.part().map_err(io::Error::other)?;
        }
        let taken = bytes.len().min(PART - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Writer<'_> {
    /// Deletes the parts of an object that is not finished. Those of a killed program stay until the bucket's own rule
    /// for unfinished uploads deletes them.
    fn drop(&mut self) {
        if let Some(id) = &self.id {
            let Shared { bucket, credentials, client, .. } = self.shared;
            let url = bucket.abort_multipart_upload(Some(credentials), self.key, id).sign(VALID);
            let _ = client.ask(Method::DELETE, &url, None, Vec::new());
        }
    }
}
