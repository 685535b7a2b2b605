//! A home in a folder, also one that several nodes mount.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::ops::Range;
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::statvfs;
use uuid::Uuid;

use crate::inspect::inspect;
use crate::{Cleaned, Entry, Error, Finished, Home, Object, Opened, Result, Space};

/// The folder of uploads, beside those of files.
const UPLOADS: &str = "uploads";

/// The ending of previews.
const PREVIEW: &str = "preview";

/// The ending of files that are being written as a whole.
const PART: &str = "part";

/// A home in a folder. Files are spread over 256 subfolders by the beginning of their UUID.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Opens a home, and makes its folder if it is not there. Only this user may read it.
    ///
    /// # Errors
    /// If it can't be made, or is no folder.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self> {
        let root = root.into();
        make_folder(&root.join(UPLOADS))?;
        Ok(Self { root })
    }

    fn path(&self, object: Object) -> PathBuf {
        match object {
            Object::File(file) => self.subfolder(file).join(file.to_string()),
            Object::Preview(file) => self.subfolder(file).join(format!("{file}.{PREVIEW}")),
            Object::Upload(file) => self.root.join(UPLOADS).join(file.to_string()),
        }
    }

    fn subfolder(&self, file: Uuid) -> PathBuf {
        self.root.join(format!("{:02x}", file.as_bytes()[0]))
    }

    /// Where an object is written before it is put in its place.
    fn part(&self, object: Object) -> PathBuf {
        let name = self.path(object).file_name().map(PathBuf::from).unwrap_or_default();
        self.root.join(UPLOADS).join(name.with_added_extension(PART))
    }

    /// Writes without metadata, beside the upload.
    fn write_cleaned(&self, file: Uuid, upload: &mut File, cleaned: &Cleaned) -> Result<()> {
        let part = self.part(Object::File(file));
        let mut to = options().truncate(true).open(&part)?;
        cleaned.copy(upload, &mut to)?;
        to.sync_all()?;
        self.place(&part, Object::File(file))?;
        remove(&self.path(Object::Upload(file)))
    }

    /// Moves a written file to the place of an object.
    fn place(&self, from: &Path, object: Object) -> Result<()> {
        let to = self.path(object);
        let folder = parent(&to)?;
        make_folder(folder)?;
        fs::rename(from, &to)?;
        sync(folder)?;
        sync(parent(from)?)
    }
}

impl Home for Folder {
    fn write_piece(&self, file: Uuid, offset: u64, piece: &[u8]) -> Result<()> {
        let path = self.path(Object::Upload(file));
        let new = offset == 0 && !path.exists();
        if new {
            if self.path(Object::File(file)).exists() {
                return Err(Error::NotFound);
            }
            options().truncate(false).open(&path)?;
        }
        let upload = lock(&path)?;
        let received = upload.metadata()?.len();
        if offset > received {
            return Err(Error::Gap { received });
        }
        upload.write_all_at(piece, offset)?;
        upload.sync_data()?;
        if new { sync(parent(&path)?) } else { Ok(()) }
    }

    fn finish(&self, file: Uuid, size: u64) -> Result<Finished> {
        let path = self.path(Object::Upload(file));
        let mut upload = match lock(&path) {
            Err(Error::NotFound) => {
                let mut file = File::open(self.path(Object::File(file)))?;
                let size = file.metadata()?.len();
                return Ok(inspect(&mut file, size)?.0);
            }
            upload => upload?,
        };
        let received = upload.metadata()?.len();
        if received != size {
            return Err(Error::Gap { received });
        }
        let (finished, cleaned) = inspect(&mut upload, size)?;
        match cleaned {
            Some(cleaned) => self.write_cleaned(file, &mut upload, &cleaned)?,
            None => self.place(&path, Object::File(file))?,
        }
        Ok(finished)
    }

    fn put(&self, object: Object, from: &mut dyn Read) -> Result<u64> {
        let part = self.part(object);
        let mut to = options().truncate(true).open(&part)?;
        let size = io::copy(from, &mut to)?;
        to.sync_all()?;
        self.place(&part, object)?;
        Ok(size)
    }

    fn open(&self, object: Object) -> Result<Box<dyn Opened>> {
        let file = File::open(self.path(object))?;
        let size = file.metadata()?.len();
        Ok(Box::new(OpenedFile { file, size }))
    }

    fn delete(&self, object: Object) -> Result<()> {
        if let Object::Upload(file) = object {
            remove(&self.part(Object::File(file)))?;
            remove(&self.part(Object::Preview(file)))?;
        }
        remove(&self.path(object))
    }

    fn list(&self, each: &mut dyn FnMut(Entry)) -> Result<()> {
        for folder in fs::read_dir(&self.root)? {
            let folder = folder?;
            if !folder.file_type()?.is_dir() {
                continue;
            }
            let uploads = folder.file_name() == UPLOADS;
            for file in fs::read_dir(folder.path())? {
                let file = file?;
                let name = file.file_name();
                let Some(object) = name.to_str().and_then(|name| object(name, uploads)) else {
                    continue;
                };
                let metadata = match file.metadata() {
                    // It was moved or deleted meanwhile.
                    Err(error) if error.kind() == ErrorKind::NotFound => continue,
                    metadata => metadata?,
                };
                each(Entry { object, size: metadata.len(), modified: metadata.modified()? });
            }
        }
        Ok(())
    }

    fn space(&self) -> Result<Option<Space>> {
        let disk = statvfs(&self.root).map_err(io::Error::from)?;
        let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
        // As `df` has it: without what is reserved for others.
        let used = disk.f_blocks.saturating_sub(disk.f_bfree);
        let total = used.saturating_add(disk.f_bavail);
        Ok(Some(Space { total: bytes(total), free: bytes(disk.f_bavail) }))
    }
}

/// An open file.
struct OpenedFile {
    file: File,
    size: u64,
}

impl Opened for OpenedFile {
    fn size(&self) -> u64 {
        self.size
    }

    fn read(&self, range: Range<u64>) -> Result<Vec<u8>> {
        let length = range.end.saturating_sub(range.start);
        let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        self.file.read_exact_at(&mut bytes, range.start)?;
        Ok(bytes)
    }
}

/// The object of a name.
fn object(name: &str, uploads: bool) -> Option<Object> {
    let (uuid, ending) = name.split_once('.').unwrap_or((name, ""));
    let file = Uuid::try_parse(uuid).ok()?;
    match ending {
        _ if uploads => Some(Object::Upload(file)),
        "" => Some(Object::File(file)),
        PREVIEW => Some(Object::Preview(file)),
        _ => None,
    }
}

/// Opens an upload that no other node and no other thread writes to or finishes.
fn lock(path: &Path) -> Result<File> {
    loop {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        file.lock()?;
        let (locked, there) = (file.metadata()?, fs::metadata(path)?);
        // Until it was locked, another may have finished it and begun it anew.
        if (locked.dev(), locked.ino()) == (there.dev(), there.ino()) {
            return Ok(file);
        }
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).mode(0o600);
    options
}

fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    path.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
        Ok(()) => sync(parent(path)?),
    }
}

fn parent(path: &Path) -> Result<&Path> {
    path.parent().ok_or(Error::NotFound)
}

/// Makes what happened to the names in a folder durable.
fn sync(folder: &Path) -> Result<()> {
    Ok(File::open(folder)?.sync_all()?)
}
