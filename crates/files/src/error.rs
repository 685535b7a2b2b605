//! Why something failed in a home.

use std::io;

/// The result of an operation on a home.
pub type Result<T> = std::result::Result<T, Error>;

/// Why something failed in a home.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The object is not there.
    #[error("no such file")]
    NotFound,
    /// A piece begins behind the end of the upload, or the upload ends early.
    #[error("only {received} bytes have been received")]
    Gap {
        /// The bytes that are there.
        received: u64,
    },
    /// A picture of more than [`crate::MAX_PIXELS`], or a preview of more than [`crate::MAX_PREVIEW_PIXELS`].
    #[error("the picture has too many pixels")]
    TooManyPixels,
    /// The preview is not a whole PNG, JPEG or WebP of at most [`crate::MAX_PREVIEW`] bytes.
    #[error("a preview is a PNG, JPEG or WebP of at most 256 KB")]
    NoPreview,
    /// The disk or bucket has no room left.
    #[error("no space is left")]
    Full,
    /// Reading or writing failed.
    #[error("{0}")]
    Io(io::Error),
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io(error),
        }
    }
}
