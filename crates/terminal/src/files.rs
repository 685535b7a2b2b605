//! Files: those of a message as words and saved, and those of this machine sent.

use std::borrow::Cow;
use std::fmt::Write;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use chinwag_client::protocol::FileUuid;
use chinwag_client::protocol::outgoing::{File, Message};
use chinwag_client::{ChannelId, Client, Error};
use indicatif::{ProgressBar, ProgressStyle};

use crate::plain::one_line;

/// How many files a message has at most.
pub const MOST: usize = 10;

/// How many names are tried where a name is taken.
const MOST_NAMES: usize = 1_000;

/// A file of this machine that is to be sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LocalFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its name without the path.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
}

impl LocalFile {
    /// Looks whether it is there and can be read.
    ///
    /// # Errors
    /// Why not, in words for a person.
    pub fn find(path: &Path) -> Result<Self> {
        let failed = || format!("failed to read \"{}\"", path.display());
        let found = path.metadata().with_context(failed)?;
        if !found.is_file() {
            bail!("\"{}\" is not a file", path.display());
        }
        fs::File::open(path).with_context(failed)?;
        let name = path.file_name().with_context(failed)?.to_string_lossy().into_owned();
        Ok(Self { path: path.to_owned(), name, size: found.len() })
    }

    /// Uploads it for this channel. `told` gets the number of bytes that are on their way or there.
    ///
    /// # Errors
    /// As those of [`Client::upload_from`].
    pub async fn upload(
        &self,
        client: &Client,
        channel: ChannelId,
        told: impl FnMut(u64),
    ) -> Result<FileUuid, Error> {
        let file = tokio::fs::File::open(&self.path).await;
        let file =
            file.map_err(|error| Error::LocalFile(format!("failed to read the file: {error}")))?;
        client.upload_from(channel, self.name.clone(), file, told).await
    }
}

/// Uploads files for a channel, on a terminal with a progress bar.
///
/// # Errors
/// As those of [`Client::upload_from`], with the file's name.
pub async fn upload_all(
    client: &Client,
    channel: ChannelId,
    files: &[LocalFile],
) -> Result<Vec<FileUuid>> {
    let mut uploaded = Vec::new();
    for file in files {
        let bar = ProgressBar::new(file.size).with_message(file.name.clone());
        let template = ProgressStyle::with_template("{msg} {percent} % of {decimal_total_bytes}");
        bar.set_style(template.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let sent = file.upload(client, channel, |there| bar.set_position(there)).await;
        bar.finish_and_clear();
        let failed = || format!("failed to send \"{}\"", file.path.display());
        uploaded.push(sent.with_context(failed)?);
    }
    Ok(uploaded)
}

/// Saves a file of a message into a folder, under its name or, where that is taken, with a number behind it. Returns its path.
/// While it is incomplete, its name ends in `.part`.
///
/// # Errors
/// In words for a person. Nothing is left of the file then.
pub async fn save(client: &Client, file: &File, folder: &Path) -> Result<PathBuf> {
    let (path, part, sink) = create(folder, &file.name)?;
    let saved = client.download_to(file.uuid, &mut tokio::fs::File::from_std(sink)).await;
    let saved = match saved {
        Ok(_) => fs::rename(&part, &path).with_context(|| failed_to_write(&path)),
        Err(error) => Err(error.into()),
    };
    if saved.is_err() {
        // What went wrong before is told.
        let _ = fs::remove_file(&part);
    }
    saved.map(|()| path)
}

/// The first free path, and the file that becomes it.
fn create(folder: &Path, name: &str) -> Result<(PathBuf, PathBuf, fs::File)> {
    let name = harmless_name(name);
    for path in (1..=MOST_NAMES).map(|number| folder.join(numbered(&name, number))) {
        let part = PathBuf::from(format!("{}.part", path.display()));
        if path.symlink_metadata().is_ok() {
            continue;
        }
        match fs::OpenOptions::new().write(true).create_new(true).open(&part) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            opened => {
                let sink = opened.with_context(|| failed_to_write(&path))?;
                return Ok((path, part, sink));
            }
        }
    }
    bail!("the folder \"{}\" has too many files of the name \"{name}\"", folder.display())
}

/// The name without a path, and without characters that a terminal obeys.
fn harmless_name(name: &str) -> String {
    let name = one_line(name.rsplit(['/', '\\']).next().unwrap_or_default());
    match name.chars().next() {
        // A file that is hidden, such as `.profile`, may be obeyed.
        Some('.') => format!("_{name}"),
        Some(_) => name,
        None => "file".into(),
    }
}

fn failed_to_write(path: &Path) -> String {
    format!("failed to write \"{}\"", path.display())
}

/// The name with a number before its ending, from the second one on.
fn numbered(name: &str, number: usize) -> String {
    match (number, name.rsplit_once('.')) {
        (1, _) => name.to_owned(),
        (_, Some((stem, ending))) => format!("{stem} ({number}).{ending}"),
        (_, None) => format!("{name} ({number})"),
    }
}

/// The text of a message, and its files behind it, each on a line with its name and size.
pub fn said(message: &Message) -> Cow<'_, str> {
    if message.files.is_empty() {
        return Cow::Borrowed(&message.text);
    }
    let mut said = message.text.to_string();
    for file in &message.files {
        let line = if said.is_empty() { "" } else { "\n" };
        // Writing to a string never fails.
        let _ = write!(said, "{line}{}", told(&file.name, file.size));
    }
    said.into()
}

/// A file as words: its name and size.
pub fn told(name: &str, bytes: u64) -> String {
    format!("[{name}, {}]", size(bytes))
}

/// A number of bytes, as people write it.
#[expect(clippy::cast_precision_loss, reason = "one digit behind the point is shown")]
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} KB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_file_overwrites_nothing_and_is_not_hidden() {
        let folder = tempfile::tempdir().unwrap();
        let next = |name: &str| {
            let (path, part, _) = create(folder.path(), name).unwrap();
            fs::rename(part, &path).unwrap();
            path.strip_prefix(folder.path()).unwrap().to_str().unwrap().to_owned()
        };
        let names = ["plan.pdf", "plan.pdf", "../plan.pdf", "README", "README", ".profile", "/"];
        let saved = names.map(next);
        let expected = [
            "plan.pdf",
            "plan (2).pdf",
            "plan (3).pdf",
            "README",
            "README (2)",
            "_.profile",
            "file",
        ];
        assert_eq!(saved, expected);
    }

    #[test]
    fn a_folder_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |path: &Path| format!("{:#}", LocalFile::find(path).unwrap_err());
        assert!(refused(folder.path()).ends_with("is not a file"));
        assert!(refused(&folder.path().join("none")).starts_with("failed to read"));
    }

    #[test]
    fn sizes_are_written_as_people_do() {
        for (bytes, text) in
            [(6, "6 bytes"), (1_500, "1.5 KB"), (3_487_112, "3.5 MB"), (2_000_000_000, "2.0 GB")]
        {
            assert_eq!(size(bytes), text);
        }
    }
}
