//! The entrances for the fuzz targets in `fuzz/`.

pub use crate::redis::fuzzing::read;

/// Whether there is anything to see of the name.
#[must_use]
pub fn is_visible(name: &str) -> bool {
    !crate::look::looks(name).is_empty()
}
