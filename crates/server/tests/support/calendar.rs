//! A clock that a test moves, for a server whose timers go on as ever.

use std::fs;

use tempfile::TempDir;

use super::TestServer;

pub struct Calendar(TempDir);

impl Calendar {
    pub fn new() -> Self {
        let calendar = Self(TempDir::new().unwrap());
        calendar.set(0);
        calendar
    }

    /// So many days ahead.
    pub fn set(&self, days: u32) {
        let (new, file) = (self.0.path().join("new"), self.0.path().join("clock"));
        fs::write(&new, format!("+{days}d\n")).unwrap();
        fs::rename(new, file).unwrap();
    }

    /// A server that lives by it.
    pub fn server(&self, variables: &[(&str, &str)]) -> TestServer {
        let file = self.0.path().join("clock");
        let clock = [
            ("FAKETIME_TIMESTAMP_FILE", file.to_str().unwrap()),
            ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ];
        TestServer::with_faketime(&[&clock, variables].concat())
    }
}
