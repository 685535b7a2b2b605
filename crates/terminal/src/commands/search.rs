//! `chinwag search`: finds messages.

use std::io::{self, IsTerminal, Write, stderr, stdout};

use anyhow::{Result, anyhow};
use chinwag_client::protocol::outgoing::Found;
use chinwag_client::protocol::{Body, ErrorCode, Request, incoming};
use chinwag_client::{Client, Error};
use clap::Args;
use jiff::tz::TimeZone;

use crate::account::Account;
use crate::channels::Names;
use crate::charset::printable;
use crate::output::{has_colours, may_close};
use crate::plain::harmless_json;
use crate::text::Text;
use crate::wait::Wait;

/// Find messages by their words, in all channels that you can read, newest first
///
/// A message has all words; the last one may be the beginning of one. '"a phrase"', -word, from:Name, in:Name, has:link, and
/// before:, after: and on: with a day as 2026-01-31 narrow it down. It never creates an account.
#[derive(Args, Debug)]
pub struct Search {
    #[command(flatten)]
    account: Account,

    /// What to look for; -- goes before words that begin with a hyphen
    #[arg(value_name = "WORDS", required = true)]
    words: Vec<String>,

    /// Print this many at most, up to 500
    #[arg(long, value_name = "NUMBER", default_value_t = 20,
        value_parser = clap::value_parser!(u16).range(1..=500))]
    limit: u16,

    /// Print each as one line of JSON, the `channelMessage` of the protocol
    #[arg(long)]
    json: bool,
}

impl Search {
    pub async fn run(&self) -> Result<()> {
        let visit = self.account.visit(Wait::NOT).await?;
        let printed = self.print_all(&visit.client).await;
        visit.end().await;
        may_close(printed)
    }

    async fn print_all(&self, client: &Client) -> Result<()> {
        let mut names = Names::default();
        let mut text = Text::new(has_colours(), TimeZone::system());
        if !self.json {
            names.learn_all(&client.inbox().await?, client.me());
        }
        let (mut left, mut before) = (u64::from(self.limit), String::new());
        loop {
            let found = self.find(client, left, before).await.map_err(explained)?;
            if !self.json {
                names.learn_those_of(&found.messages, client).await?;
            }
            let mut out = stdout().lock();
            for message in &found.messages {
                if self.json {
                    writeln!(out, "{}", harmless_json(&serde_json::to_string(message)?))?;
                } else {
                    write!(out, "{}", printable(text.of(message, names.of(message))))?;
                }
            }
            left = left.saturating_sub(found.messages.len() as u64);
            if left == 0 || !found.more {
                return Ok(hint(&found)?);
            }
            before = found.before;
        }
    }

    async fn find(&self, client: &Client, left: u64, before: String) -> Result<Found, Error> {
        let limit = Some(left.min(incoming::Search::MAX_LIMIT));
        let search = incoming::Search { query: self.words.join(" "), limit, before };
        match client.request(Request::Search(search)).await?.body {
            Body::Search(found) => Ok(found),
            _ => Err(Error::Unexpected),
        }
    }
}

/// Says what was not printed.
fn hint(last: &Found) -> io::Result<()> {
    let ready = last.ready.as_f64().unwrap_or(1.0);
    if ready < 1.0 {
        let ready = (ready * 100.0).floor();
        writeln!(
            stderr(),
            "chinwag: only {ready} % of all messages are searched yet; try again later"
        )
    } else if last.more && stdout().is_terminal() {
        writeln!(stderr(), "chinwag: there are older ones, too; --limit prints more")
    } else {
        Ok(())
    }
}

/// A server of 0.1 doesn't know the request.
fn explained(error: Error) -> anyhow::Error {
    if error.code() == Some(ErrorCode::UnknownType) {
        return anyhow!("this server is older than 0.2 and has no search");
    }
    error.into()
}
