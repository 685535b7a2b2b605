//! The epoch: names one history of the store. Another one means that messages that were seen may be lost.
//!
//! An epoch is a number, `-`, and a random UUID. The number grows with each replacement, so that a
//! node can tell a newer epoch from that of a Redis that was set back.

use std::sync::Arc;

use super::link::Link;
use super::records::News;
use super::scripts::EPOCH;
use crate::Result;

/// The epoch of this Redis, made if there is none.
pub(super) async fn open(link: &Link) -> Result<Arc<str>> {
    let stored = read(link).await?;
    if !stored.is_empty() {
        return Ok(stored.into());
    }
    Ok(replace(link, "", "").await?.into())
}

/// The epoch of this Redis; empty if there is none.
pub(super) async fn read(link: &Link) -> Result<String> {
    let mut commands = redis::pipe();
    commands.cmd("GET").arg("epoch");
    let (epoch,): (Option<String>,) = link.send("read the epoch", &commands).await?;
    Ok(epoch.unwrap_or_default())
}

/// Replaces the `stored` epoch by one that is newer than it and the `known` one, unless another node
/// was faster. Returns the epoch that now counts, after telling all nodes of it.
pub(super) async fn replace(link: &Link, stored: &str, known: &str) -> Result<String> {
    let number = number(stored).max(number(known)).saturating_add(1);
    let fresh = format!("{number}-{}", uuid::Uuid::new_v4());
    let news = News::EpochChanged { epoch: fresh.as_str().into() };
    let mut script = EPOCH.arg(stored);
    script.arg(&fresh).arg(news.envelope()).arg(link.prefix());
    link.run("replace the epoch", &script).await
}

/// Whether an epoch was made after one that is known.
pub(super) fn is_newer(epoch: &str, known: &str) -> bool {
    number(epoch) > number(known)
}

fn number(epoch: &str) -> u64 {
    epoch.split_once('-').and_then(|(number, _)| number.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greater_number_is_newer() {
        assert!(is_newer("10-a", "9-b"));
        assert!(!is_newer("9-a", "9-b") && !is_newer("", "1-a") && !is_newer("nonsense", "1-a"));
    }
}
