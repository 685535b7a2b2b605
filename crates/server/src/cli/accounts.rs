//! `chinwag accounts`: all users with their roles, and the end or return of one.

use std::fmt::Write as _;
use std::io::{Write, stdout};

use anyhow::{Context, Result, anyhow, bail};
use chinwag_store::embedded::{self, EmbeddedStore};
use chinwag_store::{Failure, KnownUser, Links, Role, Store, redis};
use chinwag_terminal::may_close;
use clap::Args;

use crate::config::{Config, StoreConfig};
use crate::control::{self, Activation};
use crate::names::Name;
use crate::refused::Refused;

/// List all accounts with their roles, or deactivate one or bring one back
///
/// It works with the server running or not, on either store. A deactivated user is signed out everywhere and can't
/// sign in; the name stays taken, and what the user wrote stays.
#[derive(Args, Debug)]
pub struct Accounts {
    /// Deactivate the user of this name
    #[arg(long, value_name = "NAME", conflicts_with = "activate")]
    deactivate: Option<String>,
    /// Bring back the deactivated user of this name
    #[arg(long, value_name = "NAME")]
    activate: Option<String>,
}

impl Accounts {
    pub(super) async fn run(&self, config: &Config) -> Result<()> {
        let users = known_users(config).await?;
        match (&self.deactivate, &self.activate) {
            (Some(name), _) => edit(config, &users, name, true).await,
            (_, Some(name)) => edit(config, &users, name, false).await,
            (None, None) => may_close(write!(stdout(), "{}", table(&users)?).map_err(Into::into)),
        }
    }
}

/// All users by name.
pub(super) async fn known_users(config: &Config) -> Result<Vec<KnownUser>> {
    Ok(match &config.store {
        StoreConfig::Embedded(folder) => embedded::known_users(folder)?,
        StoreConfig::Redis { url, roots } => redis::known_users(url, roots.clone()).await?,
    })
}

async fn edit(config: &Config, users: &[KnownUser], name: &str, deactivated: bool) -> Result<()> {
    let Ok(wanted) = Name::typed(name) else { bail!("this is no name") };
    let known = users.iter().find(|known| known.folded_name == wanted.folded);
    let user = known.with_context(|| format!("there is no user \"{name}\""))?.user.uuid;
    let activation = Activation { user, deactivated };
    match &config.store {
        StoreConfig::Redis { url, roots } => {
            redis::edit_user(url, roots.clone(), activation.edit()).await.map_err(in_words)
        }
        StoreConfig::Embedded(folder) => {
            let asked = control::ask(folder, &activation.line())?;
            match asked.first().map(String::as_str) {
                Some("") => Ok(()),
                Some(why) => bail!("{why}"),
                None => {
                    let store = EmbeddedStore::open(folder, Box::new(|_| {}))?;
                    store.edit_user(activation.edit()).await.map_err(in_words)?;
                    store.close().await;
                    Ok(())
                }
            }
        }
    }
}

fn in_words(failure: Failure) -> anyhow::Error {
    match failure {
        Failure::Unavailable(error) => error.into(),
        denied @ Failure::Denied(_) => anyhow!("{}", Refused::from(denied).sentence),
    }
}

fn table(users: &[KnownUser]) -> Result<String> {
    let width = users.iter().map(|known| known.user.name.chars().count()).max().unwrap_or_default();
    let width = width.max("USER".len());
    let mut text = format!("{:width$}  ROLE\n", "USER");
    for known in users {
        writeln!(text, "{:width$}  {}", known.user.name, role(known))?;
    }
    Ok(text)
}

fn role(known: &KnownUser) -> &'static str {
    match (known.standing.role, known.standing.deactivated) {
        _ if known.user.uuid.is_bot() && known.standing.deactivated => "bot, deactivated",
        _ if known.user.uuid.is_bot() => "bot",
        (Role::Admin, false) => "admin",
        (Role::Admin, true) => "admin, deactivated",
        (Role::Member, false) => "member",
        (Role::Member, true) => "member, deactivated",
    }
}
