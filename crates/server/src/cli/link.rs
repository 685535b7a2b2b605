//! `chinwag admin`, `invite` and `reset`: links from the command line, with the server running or not.

use std::fmt::Write as _;
use std::io::{Write, stdout};

use anyhow::{Context, Result, bail};
use chinwag_store::{KeyDigest, Link, LinkKind, User, embedded, redis};
use chinwag_terminal::may_close;
use clap::Args;

use super::accounts::known_users;
use crate::commands::links::{RESET, link};
use crate::config::{Config, StoreConfig};
use crate::link_secret::LinkSecret;
use crate::names::Name;

const DAY: u64 = 24 * 60 * 60;

/// Print a link that makes an admin of NAME, who signs in with it and the own password, or signs up
///
/// It needs no running server, and can be used once, within a day.
#[derive(Args, Debug)]
pub struct Admin {
    /// The name of the user, or of one who is to sign up
    name: String,
}

/// Print a link by which new users sign up
#[derive(Args, Debug)]
pub struct Invite {
    /// How often it can be used
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1000))]
    uses: u64,
    /// In how many days it expires
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u64).range(1..=30))]
    days: u64,
}

/// Print a link by which NAME chooses a new password; it lasts for 4 hours
#[derive(Args, Debug)]
pub struct Reset {
    /// The name of the user
    #[arg(required_unless_present = "all")]
    name: Option<String>,
    /// For everybody, a line each: the name, a tab and the link
    #[arg(long, conflicts_with = "name")]
    all: bool,
}

impl Admin {
    pub(super) async fn run(&self, config: &Config) -> Result<()> {
        let known = find(config, &self.name).await?;
        let made = link(LinkKind::Claim, None, known.map(|user| user.uuid), 1, DAY);
        print(config, vec![(String::new(), made)]).await
    }
}

impl Invite {
    pub(super) async fn run(&self, config: &Config) -> Result<()> {
        let made = link(LinkKind::Invite, None, None, self.uses, self.days * DAY);
        print(config, vec![(String::new(), made)]).await
    }
}

impl Reset {
    pub(super) async fn run(&self, config: &Config) -> Result<()> {
        let reset = |user: &User| link(LinkKind::Reset, None, Some(user.uuid), 1, RESET);
        let Some(name) = &self.name else {
            let known = known_users(config).await?.into_iter();
            let active = known.filter(|known| !known.standing.deactivated);
            let people = active.map(|known| known.user).filter(|user| !user.uuid.is_bot());
            let links = people.map(|user| (format!("{}\t", user.name), reset(&user))).collect();
            return print(config, links).await;
        };
        let user = find(config, name).await?.filter(|user| !user.uuid.is_bot());
        let user = user.with_context(|| format!("there is no user \"{name}\" with a password"))?;
        print(config, vec![(String::new(), reset(&user))]).await
    }
}

async fn find(config: &Config, name: &str) -> Result<Option<User>> {
    let Ok(name) = Name::typed(name) else { bail!("this is no name") };
    let mut known = known_users(config).await?.into_iter();
    Ok(known.find(|known| known.folded_name == name.folded).map(|known| known.user))
}

/// Keeps the links, and prints each behind its words.
async fn print(config: &Config, links: Vec<(String, Link)>) -> Result<()> {
    let local = || format!("http://localhost:{}", config.address.port());
    let public_url = config.public_url.clone().unwrap_or_else(local);
    let (mut text, mut kept) = (String::new(), Vec::new());
    for (words, link) in links {
        let secret = LinkSecret::generate()?;
        writeln!(text, "{words}{}", secret.url(&public_url))?;
        kept.push((link, secret.digest));
    }
    keep(config, &kept).await?;
    may_close(write!(stdout(), "{text}").map_err(Into::into))
}

async fn keep(config: &Config, links: &[(Link, KeyDigest)]) -> Result<()> {
    match &config.store {
        StoreConfig::Embedded(folder) => embedded::add_links(folder, links)?,
        StoreConfig::Redis { url, roots } => redis::add_links(url, roots.clone(), links).await?,
    }
    Ok(())
}
