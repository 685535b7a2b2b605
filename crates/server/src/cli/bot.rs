//! `chinwag bot`: a bot, or another access key for one.

use std::io::{Write, stdout};

use anyhow::Result;
use chinwag_terminal::may_close;
use clap::Args;

use super::orders;
use crate::config::Config;
use crate::operator::Order;

/// Make a bot, and print its access key, which doesn't lapse
///
/// A bot has no password and signs in with the key. For an existing bot it makes a new key and ends the old one. It is
/// printed this once: keep it where only the bot can read it. Works with the server running or not.
#[derive(Args, Debug)]
pub struct Bot {
    /// The bot's name
    name: String,
}

impl Bot {
    pub(super) async fn run(&self, config: &Config) -> Result<()> {
        for line in orders::carry_out(config, Order::Bot(self.name.clone())).await? {
            let key = line["accessKey"].as_str().unwrap_or_default();
            may_close(writeln!(stdout(), "{key}").map_err(Into::into))?;
        }
        Ok(())
    }
}
