//! What a long command shows on a terminal while it works; nothing elsewhere.

use std::time::Duration;

use chinwag_store::transfer::Record;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};

/// Counts what is exported.
pub struct Counter {
    bar: ProgressBar,
    users: u64,
    messages: u64,
}

/// How many records pass between two looks at the clock.
const STEP: u64 = 256;

impl Counter {
    pub fn start() -> Self {
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar, users: 0, messages: 0 }
    }

    pub fn count(&mut self, record: &Record) {
        match record {
            Record::User { .. } => self.users += 1,
            Record::Message { .. } => self.messages += 1,
            _ => return,
        }
        let (users, messages) = (self.users, self.messages);
        if (users + messages).is_multiple_of(STEP) {
            let (users, messages) = (HumanCount(users), HumanCount(messages));
            self.bar.set_message(format!("{users} users, {messages} messages"));
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
    let bar = ProgressBar::new(length);
    // The template is a constant; if it were wrong, the default one would do.
    let style =
        ProgressStyle::with_template("{wide_bar} {percent}%, {bytes} of {total_bytes}, {eta} left");
    style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))
}
