//! What Redis promises of its writes, said at the start.

use super::link::Link;
use crate::Result;

/// Warns where an acknowledged message could be lost with the Redis server.
pub(super) async fn check(link: &Link) -> Result<()> {
    let mut commands = redis::pipe();
    commands.cmd("CONFIG").arg("GET").arg("appendonly").arg("appendfsync");
    let Ok((settings,)) = link.send::<(Vec<String>,)>("read Redis's settings", &commands).await
    else {
        tracing::info!(
            "failed to read Redis's settings (CONFIG GET): make sure that appendonly is yes and appendfsync always"
        );
        return Ok(());
    };
    let is = |name: &str, value: &str| settings.windows(2).any(|pair| pair == [name, value]);
    if !is("appendonly", "yes") || !is("appendfsync", "always") {
        tracing::warn!(
            "an acknowledged message can be lost if the Redis server dies: set appendonly yes and appendfsync always"
        );
    }
    Ok(())
}
