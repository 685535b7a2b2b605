//! Files: their kinds, names and ranges, pictures without metadata, and the homes where their bytes are.
//!
//! Nothing here decodes a picture: headers are read, and structures are walked. A [`Home`] blocks; ask it from a
//! thread that may wait.

mod clean;
mod dimensions;
mod error;
mod folder;
mod home;
mod inspect;
mod kind;
pub mod name;
mod range;
mod s3;

pub use clean::{Cleaned, clean};
pub use dimensions::{Dimensions, MAX_PIXELS, dimensions};
pub use error::{Error, Result};
pub use folder::Folder;
pub use home::{Entry, Home, Object, Opened, Space};
pub use inspect::{Finished, MAX_PREVIEW, MAX_PREVIEW_PIXELS, preview};
pub use kind::{Class, HEAD, Kind};
pub use range::Wanted;
pub use s3::{Credentials, S3};
