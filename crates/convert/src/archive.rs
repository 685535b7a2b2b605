//! The files of an archive: a zip, a folder, or one file.

use std::borrow::Cow;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use zip::ZipArchive;

use crate::Error;

/// How many times its size a zip may unpack to. Texts of chats shrink to a tenth, of robots to a fiftieth; a
/// file made to fill memory or disk, to a thousandth.
const MOST_TIMES: u64 = 100;

/// What a zip of any size may unpack to.
const ALWAYS_FINE: u64 = 64 * 1024 * 1024;

/// Folders are searched down to this depth.
const DEEPEST: usize = 8;

trait Source: Read + Seek {}
impl<T: Read + Seek> Source for T {}

/// An archive.
pub(crate) struct Archive {
    name: String,
    kind: Kind,
    names: Vec<String>,
    /// How many bytes may still be unpacked.
    left: Rc<Cell<u64>>,
}

enum Kind {
    Zip(ZipArchive<Box<dyn Source>>),
    Folder(PathBuf),
    File(Box<dyn Source>),
}

impl Archive {
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        if path.is_dir() {
            let mut names = Vec::new();
            walk(path, "", 0, &mut names).map_err(|error| Error::of(&name, error.to_string()))?;
            names.sort_unstable();
            let left = Rc::new(Cell::new(u64::MAX));
            return Ok(Self { name, kind: Kind::Folder(path.to_owned()), names, left });
        }
        let file = File::open(path).map_err(|error| Error::of(&name, error.to_string()))?;
        let size = file.metadata()?.len();
        Self::of_source(name, Box::new(BufReader::new(file)), size)
    }

    pub(crate) fn of_bytes(bytes: Vec<u8>) -> Result<Self, Error> {
        let size = bytes.len() as u64;
        Self::of_source("the archive".to_owned(), Box::new(Cursor::new(bytes)), size)
    }

    fn of_source(name: String, mut source: Box<dyn Source>, size: u64) -> Result<Self, Error> {
        let mut start = [0; 2];
        let is_zip = source.read_exact(&mut start).is_ok() && &start == b"PK";
        source.rewind()?;
        if !is_zip {
            let (kind, names) = (Kind::File(source), vec![name.clone()]);
            return Ok(Self { name, kind, names, left: Rc::new(Cell::new(u64::MAX)) });
        }
        let zip = ZipArchive::new(source).map_err(|error| {
            Error::of(&name, format!("damaged ({error}): get the whole archive anew"))
        })?;
        let names = zip.file_names().filter_map(|name| name.ok().map(Cow::into_owned));
        let mut names: Vec<_> = names.filter(|name| !name.ends_with('/')).collect();
        names.sort_unstable();
        let most = size.saturating_mul(MOST_TIMES).max(ALWAYS_FINE);
        Ok(Self { name, kind: Kind::Zip(zip), names, left: Rc::new(Cell::new(most)) })
    }

    /// How the user calls it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The names of its files, sorted, with `/` between folders. They name what is read, never what is
    /// written.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether it is one file of the format itself.
    pub(crate) fn is_one_file(&self) -> bool {
        matches!(self.kind, Kind::File(_))
    }

    /// Reads a file of it from its beginning.
    pub(crate) fn read(&mut self, name: &str) -> Result<Box<dyn Read + '_>, Error> {
        let failed = |error: &dyn ToString| Error::of(name, error.to_string());
        let inner: Box<dyn Read + '_> = match &mut self.kind {
            Kind::Zip(zip) => Box::new(zip.by_name(name).map_err(|error| failed(&error))?),
            Kind::Folder(folder) => {
                Box::new(File::open(folder.join(name)).map_err(|error| failed(&error))?)
            }
            Kind::File(file) => {
                file.rewind()?;
                Box::new(file)
            }
        };
        Ok(Box::new(Bounded { inner, left: Rc::clone(&self.left) }))
    }
}

/// Stops a zip that unpacks to far more than it is.
struct Bounded<R> {
    inner: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let left = self.left.get().checked_sub(read as u64);
        self.left.set(left.unwrap_or_default());
        left.map(|_| read).ok_or_else(|| {
            io::Error::other(format!(
                "the zip unpacks to more than {MOST_TIMES} times its size: it is damaged, or made to fill the disk"
            ))
        })
    }
}

/// Links are not followed: they might lead out of the folder.
fn walk(folder: &Path, prefix: &str, depth: usize, names: &mut Vec<String>) -> io::Result<()> {
    for entry in folder.read_dir()? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let kind = entry.file_type()?;
        if kind.is_file() {
            names.push(format!("{prefix}{name}"));
        } else if kind.is_dir() && depth < DEEPEST {
            walk(&entry.path(), &format!("{prefix}{name}/"), depth + 1, names)?;
        }
    }
    Ok(())
}

/// Whether a file is of this kind by its name.
pub(crate) fn has_extension(name: &str, extension: &str) -> bool {
    let found = Path::new(name).extension();
    found.is_some_and(|found| found.eq_ignore_ascii_case(extension))
}
