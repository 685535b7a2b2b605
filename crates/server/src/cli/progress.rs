//! The progress bar of long commands, shown only on a terminal.

use chinwag_store::transfer::Record;
use indicatif::{ProgressBar, ProgressStyle};

/// Counts the users and messages that are exported.
pub struct Counter {
    bar: ProgressBar,
}

impl Counter {
    pub fn start() -> Self {
        Self { bar: bar(0, "{human_pos} of {human_len} users and messages") }
    }

    pub fn is_seen(&self) -> bool {
        !self.bar.is_hidden()
    }

    pub fn expect(&self, users_and_messages: u64) {
        self.bar.set_length(users_and_messages);
    }

    pub fn count(&self, record: &Record) {
        if matches!(record, Record::User { .. } | Record::Message { .. }) {
            self.bar.inc(1);
        }
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A bar over so many bytes.
pub fn bytes(length: u64) -> ProgressBar {
    bar(length, "{bytes} of {total_bytes}")
}

fn bar(length: u64, amount: &str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    let template = format!("{{wide_bar}} {{percent}}%, {amount}, {{eta}} left");
    // The templates are constants; if one were wrong, the default one would do.
    let style = ProgressStyle::with_template(&template);
    style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))
}
