//! As whom to act on a server: by the environment, by the access key of an earlier time, or by asking.

use std::env;
use std::io::{IsTerminal, Write, stderr, stdin};

use anyhow::{Context, Result, bail};
use chinwag_client::protocol::ErrorCode;
use chinwag_client::{Address, Client, Events, Login};
use clap::Args;

use crate::keys::{Key, Keys};

/// A server, and as whom to act there.
#[derive(Args, Clone, Debug)]
pub struct Account {
    #[arg(value_name = "URL", help = "The server, such as http://localhost:5000")]
    url: String,

    /// As whom; the password comes from `CHINWAG_PASSWORD`, or is asked for once and a key is kept
    #[arg(long, env = "CHINWAG_USER", value_name = "NAME")]
    user: Option<String>,
}

/// A connection that was made for one command.
pub struct Visit {
    /// The user.
    pub client: Client,
    /// What happens.
    pub events: Events,
    /// Whether the session ends with the command, as no key is kept for a next one.
    once: bool,
}

impl Account {
    /// The server's address.
    ///
    /// # Errors
    /// When it is none.
    pub fn address(&self) -> Result<Address> {
        Ok(self.url.parse()?)
    }

    /// The name that was asked for.
    pub fn name(&self) -> Option<&str> {
        self.user.as_deref().map(str::trim).filter(|name| !name.is_empty())
    }

    /// Signs in for one command.
    ///
    /// # Errors
    /// When there is no way to, for a person to read.
    pub async fn visit(&self) -> Result<Visit> {
        let address = self.address()?;
        if let Some(login) = self.environment()? {
            let (client, events) = Client::sign_in_to(address, login).await?;
            return Ok(Visit { client, events, once: true });
        }
        let (client, events) = match self.resume(&address).await? {
            Some((_, client, events)) => (client, events),
            None => self.ask(address).await?,
        };
        Ok(Visit { client, events, once: false })
    }

    /// By `CHINWAG_USER` and `CHINWAG_PASSWORD`.
    ///
    /// # Errors
    /// When there is a password but no name.
    pub fn environment(&self) -> Result<Option<Login>> {
        let password = env::var("CHINWAG_PASSWORD").unwrap_or_default();
        if password.is_empty() {
            return Ok(None);
        }
        let name = self.name().context("CHINWAG_PASSWORD is set, so set CHINWAG_USER, too")?;
        Ok(Some(Login::SignIn { name: name.to_owned(), password }))
    }

    /// By the key of an earlier time, if there is one and it is still good.
    ///
    /// # Errors
    /// When the server can't be reached.
    pub async fn resume(&self, address: &Address) -> Result<Option<(Key, Client, Events)>> {
        let keys = Keys::of_user()?;
        let key = keys.get(&address.to_string())?;
        let wanted = |key: &Key| self.name().is_none_or(|name| name == key.user);
        let Some(key) = key.filter(wanted) else { return Ok(None) };
        let login = Login::Resume { access_key: key.access_key.clone() };
        match Client::sign_in_to(address.clone(), login).await {
            Ok((client, events)) => Ok(Some((key, client, events))),
            Err(error) if error.code() == Some(ErrorCode::SignInRefused) => {
                keys.set(&address.to_string(), None)?;
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn ask(&self, address: Address) -> Result<(Client, Events)> {
        if !stdin().is_terminal() && !stderr().is_terminal() {
            bail!(
                "nobody is signed in at {address}: set CHINWAG_USER and CHINWAG_PASSWORD, \
                 or sign in once with `chinwag chat {address}`"
            );
        }
        let name = self.name().map_or_else(ask_name, |name| Ok(name.to_owned()))?;
        let password = rpassword::prompt_password(format!("Password of {name} at {address}: "))?;
        let login = Login::SignIn { name: name.clone(), password };
        let (client, events) = Client::sign_in_to(address.clone(), login).await?;
        let key = Key { user: name, access_key: client.access_key() };
        if let Err(error) = Keys::of_user()?.set(&address.to_string(), Some(key)) {
            writeln!(stderr(), "chinwag: the next command has to ask again: {error:#}")?;
        }
        Ok((client, events))
    }
}

impl Visit {
    /// Ends the connection, and the session with it where no key is kept.
    pub async fn end(self) {
        if self.once {
            // The key lapses by itself where it can't be ended now.
            let _ = self.client.sign_out().await;
        }
        self.client.close().await;
    }
}

fn ask_name() -> Result<String> {
    write!(stderr(), "Name: ")?;
    let mut name = String::new();
    stdin().read_line(&mut name)?;
    match name.trim() {
        "" => bail!("a name is needed"),
        name => Ok(name.to_owned()),
    }
}
