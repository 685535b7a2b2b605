//! What the commands that list something have in common.

use std::io::{Write, stdout};

use anyhow::Result;
use chinwag_client::Client;
use clap::Args;
use serde::Serialize;

use crate::account::{Account, Visit};
use crate::charset::printable;
use crate::output::may_close;
use crate::pages::Pages;
use crate::plain::harmless_json;
use crate::wait::Wait;

/// A server, the start of the names, and the form.
#[derive(Args, Debug)]
pub struct Listing {
    #[command(flatten)]
    account: Account,

    /// Only names that begin with this
    #[arg(value_name = "START", default_value = "", hide_default_value = true)]
    query: String,

    /// Print each as one line of JSON
    #[arg(long)]
    json: bool,
}

impl Listing {
    /// Prints a line for each entry. `page` gets the entries from an offset on, and their number in the whole list.
    ///
    /// # Errors
    /// If the server can't be reached or refuses.
    pub async fn print<T: Serialize>(
        &self,
        page: impl AsyncFn(&Client, &str, u64) -> Result<(Vec<T>, u64)>,
        line: impl Fn(&T) -> String,
    ) -> Result<()> {
        let visit = self.account.visit(Wait::NOT).await?;
        let printed = self.print_all(&visit, page, line).await;
        visit.end().await;
        may_close(printed)
    }

    async fn print_all<T: Serialize>(
        &self,
        visit: &Visit,
        page: impl AsyncFn(&Client, &str, u64) -> Result<(Vec<T>, u64)>,
        line: impl Fn(&T) -> String,
    ) -> Result<()> {
        let (mut out, mut pages) = (stdout().lock(), Pages::new());
        while let Some(offset) = pages.next() {
            let (entries, total) = page(&visit.client, &self.query, offset).await?;
            for entry in &entries {
                if self.json {
                    writeln!(out, "{}", harmless_json(&serde_json::to_string(entry)?))?;
                } else {
                    writeln!(out, "{}", printable(line(entry)))?;
                }
            }
            pages.had(offset, entries.len() as u64, total);
        }
        Ok(())
    }
}
