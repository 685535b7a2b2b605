//! The width and height of a picture, from its header.

/// The largest picture, in pixels: 400 MB in the memory of who shows it.
pub const MAX_PIXELS: u64 = 100_000_000;

/// Width and height, in pixels.
pub type Dimensions = (u32, u32);

/// The width and height of a picture that begins with these bytes, [`crate::HEAD`] of them or all.
#[must_use]
pub fn dimensions(head: &[u8]) -> Option<Dimensions> {
    let size = imagesize::blob_size(head).ok()?;
    let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
    (width > 0 && height > 0).then_some((width, height))
}

/// The number of pixels.
pub(crate) fn pixels((width, height): Dimensions) -> u64 {
    u64::from(width) * u64::from(height)
}
