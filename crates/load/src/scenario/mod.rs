//! What is measured, one file each.

mod channels;
mod disk;
mod fanout;
mod files;
mod hooks;
mod idle;
mod inbox;
mod join;
mod live;
mod open;
mod pairs;
mod presence;
mod rejoin;
mod room;
mod search;
mod soak;
mod start;
mod storage;
mod storm;

pub use channels::Channels;
pub use disk::Disk;
pub use fanout::Fanout;
pub use files::Files;
pub use hooks::Hooks;
pub use idle::Idle;
pub use inbox::Inbox;
pub use join::Join;
pub use open::Open;
pub use pairs::Pairs;
pub use presence::Presence;
pub use rejoin::Rejoin;
pub use search::Search;
pub use soak::Soak;
pub use start::Start;
pub use storage::Storage;
pub use storm::Storm;

use std::time::Duration;

use anyhow::Result;

use crate::bed::{Bed, Used};
use crate::crew::{MOST_USERS, Stage};
use crate::figures::{Figure, Figures, figure};

/// Something to measure.
pub trait Scenario {
    /// What its runs start from.
    fn prepare(&self, bed: &Bed) -> Result<Stage> {
        Stage::prepare(bed, MOST_USERS, 0, 0)
    }

    /// Measures once, on a fresh server.
    fn measure(&self, bed: &Bed, stage: &Stage) -> Result<Figures>;
}

/// How long everything runs before it is measured.
const WARM_UP: Duration = Duration::from_millis(500);

/// The server's processor time for each of so many.
fn cpu_each(name: &'static str, used: &Used, count: f64) -> Figure {
    figure(name, "µs", used.server.as_secs_f64() * 1e6 / count)
}

/// How busy both sides were. A generator at 100% measures itself.
fn busy(used: &Used) -> [Figure; 2] {
    let share = |cpu: Duration| cpu.as_secs_f64() * 100.0 / used.wall.as_secs_f64();
    [
        figure("server busy", "% of a core", share(used.server)),
        figure("generator busy", "% of a core", share(used.generator)),
    ]
}

/// A count as a figure. None here is so large that it would lose a digit.
fn as_f64(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
