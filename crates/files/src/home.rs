//! A home: where the bytes of files are.

use std::io::Read;
use std::ops::Range;
use std::time::SystemTime;

use uuid::Uuid;

use crate::{Finished, Result};

/// What a home holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Object {
    /// A whole file.
    File(Uuid),
    /// The preview of a file.
    Preview(Uuid),
    /// A file that is being uploaded, with all that belongs to it.
    Upload(Uuid),
}

impl Object {
    /// The file to which it belongs.
    #[must_use]
    pub fn file(self) -> Uuid {
        match self {
            Self::File(file) | Self::Preview(file) | Self::Upload(file) => file,
        }
    }
}

/// An object in a listing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The object.
    pub object: Object,
    /// Its size in bytes, or that of a part of an upload.
    pub size: u64,
    /// The time of its last change, by the clock of the home.
    pub modified: SystemTime,
}

/// The room on a disk, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Space {
    /// The size of the disk, without what is reserved for others.
    pub total: u64,
    /// What this program may still write.
    pub free: u64,
}

/// Where the bytes of files are.
///
/// Every method blocks until it is done. What it says is done survives the end of the program and of the machine.
/// Any node may do any of it, with the same home; two that do the same at the same time do no harm.
pub trait Home: Send + Sync {
    /// Writes a piece of an upload at this offset. The first piece begins the upload. What was there is replaced.
    ///
    /// # Errors
    /// [`crate::Error::Gap`] if the upload ends before the offset, [`crate::Error::NotFound`] if it is over or not
    /// begun: by a folder at once, by a bucket when it is finished.
    fn write_piece(&self, file: Uuid, offset: u64, piece: &[u8]) -> Result<()>;

    /// Makes a file of this many bytes out of its upload: pictures lose their metadata, so it may become smaller.
    /// A file that is finished already is the same again.
    ///
    /// # Errors
    /// [`crate::Error::Gap`] if the upload is shorter, [`crate::Error::TooManyPixels`], and
    /// [`crate::Error::NotFound`] if there is neither an upload nor a file. The upload stays as it was.
    fn finish(&self, file: Uuid, size: u64) -> Result<Finished>;

    /// Writes a whole file or preview, at once or not at all, in place of the one that was there. Returns its size.
    fn put(&self, object: Object, from: &mut dyn Read) -> Result<u64>;

    /// Opens a file or preview. It can be read to its end, also if it is deleted meanwhile, where the home is a folder.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`].
    fn open(&self, object: Object) -> Result<Box<dyn Opened>>;

    /// Deletes an object. It is no error if it is not there.
    fn delete(&self, object: Object) -> Result<()>;

    /// Calls for each object, in no order, as they are found. An upload may come several times.
    fn list(&self, each: &mut dyn FnMut(Entry)) -> Result<()>;

    /// The room on the disk; none where nobody can say.
    fn space(&self) -> Result<Option<Space>>;
}

/// A file or preview that is open.
pub trait Opened: Send + Sync {
    /// Its size in bytes.
    fn size(&self) -> u64;

    /// These bytes of it, which must be there.
    fn read(&self, range: Range<u64>) -> Result<Vec<u8>>;
}
