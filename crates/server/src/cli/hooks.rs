//! `chinwag hooks`: lists, makes and ends incoming hooks.

use std::io::{Write, stdout};

use anyhow::Result;
use chinwag_protocol::HookUuid;
use chinwag_terminal::may_close;
use clap::{Args, Subcommand};
use serde_json::Value;

use super::orders;
use crate::config::Config;
use crate::operator::Order;

/// List, make and end incoming hooks, by which other programs write into a channel
///
/// Without a command it lists all: UUID, channel, name, and since when. Works with the server running or not.
#[derive(Args, Debug)]
pub struct Hooks {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Make a hook, and print its address, a secret that is printed this once
    Create {
        /// General, the name of a public channel, or a channel's UUID
        channel: String,
        /// The name under which it writes
        name: String,
    },
    /// End a hook; what it wrote stays
    End {
        /// The hook
        #[arg(value_name = "UUID")]
        hook: HookUuid,
    },
}

impl Hooks {
    pub(super) async fn run(&self, config: &Config) -> Result<()> {
        let (order, columns): (_, &[&str]) = match &self.action {
            None => (Order::Hooks, &["UUID", "Channel", "Name", "CreatedAt"]),
            Some(Action::Create { channel, name }) => {
                (Order::HookCreate { channel: channel.clone(), name: name.clone() }, &["url"])
            }
            Some(Action::End { hook }) => (Order::HookDelete(*hook), &[]),
        };
        let lines = orders::carry_out(config, order).await?;
        let lines: String = lines.iter().map(|line| row(line, columns)).collect();
        may_close(write!(stdout(), "{lines}").map_err(Into::into))
    }
}

fn row(line: &Value, columns: &[&str]) -> String {
    let cells: Vec<_> =
        columns.iter().map(|column| line[*column].as_str().unwrap_or_default()).collect();
    // Names have no control characters, so that no cell has a tab.
    cells.join("\t") + "\n"
}
