//! A socket that counts as open.

use std::rc::Rc;

use super::Core;
use crate::limits::admission::Place;

/// Counts a socket as open until the last one that serves it is done.
pub struct OpenSocket {
    core: Rc<Core>,
    _place: Place,
}

impl OpenSocket {
    /// A socket that has been accepted, and its place.
    pub fn new(core: &Rc<Core>, place: Place) -> Self {
        Self { core: Rc::clone(core), _place: place }
    }
}

impl Drop for OpenSocket {
    fn drop(&mut self) {
        self.core.socket_closed();
    }
}
