//! How much memory Redis uses, and how much it may use.

use super::link::{Link, unreadable};
use crate::{Result, Space};

/// Asks `INFO memory`, for which a user of Redis needs the right `+info`.
pub(super) async fn read(link: &Link) -> Result<Space> {
    let action = "read how much memory Redis uses";
    let mut commands = redis::pipe();
    commands.cmd("INFO").arg("memory");
    let (info,): (String,) = link.send(action, &commands).await?;
    let number = |name: &str| {
        let value = info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        value.and_then(|value| value.trim().parse().ok())
    };
    match (number("used_memory"), number("maxmemory")) {
        (Some(used), Some(limit)) => Ok(Space::Memory { used, limit }),
        _ => Err(unreadable(action, "INFO memory")),
    }
}
