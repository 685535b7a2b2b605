//! Gives an order to the server that runs here or, without one, carries it out on the store.

use anyhow::{Context, Result, bail};
use chinwag_store::embedded::EmbeddedStore;
use chinwag_store::redis::RedisStore;
use serde_json::Value;

use crate::config::{Config, StoreConfig};
use crate::control;
use crate::operator::{self, Order};

/// Carries an order out, and returns the lines of the answer.
///
/// The embedded store has one process that writes, so that a server which runs on it is asked. On Redis the store itself
/// is.
pub(super) async fn carry_out(config: &Config, order: Order) -> Result<Vec<Value>> {
    let local = || format!("http://localhost:{}", config.address.port());
    let public_url = config.public_url.clone().unwrap_or_else(local);
    let lines = match &config.store {
        StoreConfig::Embedded(folder) => {
            let asked = serde_json::to_string(&order)?;
            if let Some(answer) = control::ask(folder, &asked)?.into_iter().next() {
                return read(&answer);
            }
            let store = EmbeddedStore::open(folder, Box::new(|_| ()))?;
            operator::carry_out(&*store, &public_url, order).await
        }
        StoreConfig::Redis { url, roots } => {
            let store = RedisStore::open_trusting(url, roots.clone(), Box::new(|_| ())).await?;
            operator::carry_out(&*store, &public_url, order).await
        }
    };
    Ok(lines?)
}

/// What a server answers.
fn read(answer: &str) -> Result<Vec<Value>> {
    let lines = answer.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>();
    let lines = lines.with_context(|| format!("the server answered: {}", answer.trim_end()))?;
    if let Some(error) = lines.first().and_then(|line| line["error"].as_str()) {
        bail!("{error}");
    }
    Ok(lines)
}
