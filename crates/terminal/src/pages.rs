//! Lists that the server sends in pages.

/// Where the next page begins.
pub struct Pages(Option<u64>);

impl Pages {
    /// From the first entry on.
    pub fn new() -> Self {
        Self(Some(0))
    }

    /// The offset of the next page; nothing after the last one.
    pub fn next(&mut self) -> Option<u64> {
        self.0.take()
    }

    /// Notes the page at this offset: how many entries it has, and how many the whole list has.
    pub fn had(&mut self, offset: u64, received: u64, total: u64) {
        let end = offset + received;
        self.0 = (received > 0 && end < total).then_some(end);
    }
}
