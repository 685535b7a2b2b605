//! Signs in to a server: by the environment, by a saved access key, or by asking.

use std::env;
use std::io::{IsTerminal, Write, stderr, stdin};

use anyhow::{Context, Result, anyhow, bail};
use chinwag_client::protocol::ErrorCode;
use chinwag_client::{Address, Client, Error, Events, Login};
use clap::Args;

use crate::keys::{Key, Keys};
use crate::plain::one_line;
use crate::wait::Wait;

/// A server and a user there.
#[derive(Args, Clone, Debug)]
pub struct Account {
    #[arg(value_name = "URL", help = "The server, such as http://localhost:5000")]
    url: String,

    /// User name. The password is read from `CHINWAG_PASSWORD`, or asked for once; a saved key is used afterwards
    #[arg(long, env = "CHINWAG_USER", value_name = "NAME")]
    user: Option<String>,

    /// Accept any certificate, for a first try: anybody on the way to the server can read the password
    #[arg(long)]
    insecure: bool,
}

/// A user's name and password.
pub struct Credentials {
    /// The name as typed.
    pub name: String,
    /// The password as typed.
    pub password: String,
}

/// A connection for one command.
pub struct Visit {
    /// The user.
    pub client: Client,
    /// The events.
    pub events: Events,
    /// Whether the session ends with the command, because no key is saved.
    once: bool,
}

impl Account {
    /// The server's address.
    ///
    /// # Errors
    /// If it is not one.
    pub fn address(&self) -> Result<Address> {
        let address: Address = self.url.parse()?;
        Ok(if self.insecure { address.unverified() } else { address })
    }

    /// The user's name, if one is given.
    pub fn name(&self) -> Option<&str> {
        self.user.as_deref().map(str::trim).filter(|name| !name.is_empty())
    }

    /// Signs in for one command, never as a new user.
    ///
    /// # Errors
    /// If the server can't be reached or refuses, in words for a person.
    pub async fn visit(&self, wait: Wait) -> Result<Visit> {
        let address = self.address()?;
        if let Some(credentials) = self.environment()? {
            let (client, events) = self.by_password(&address, credentials, wait).await?;
            return Ok(Visit { client, events, once: true });
        }
        if let Some((_, client, events)) = self.resume(&address, wait).await? {
            return Ok(Visit { client, events, once: false });
        }
        let credentials = self.ask(&address)?;
        let name = credentials.name.clone();
        let (client, events) = self.by_password(&address, credentials, wait).await?;
        save(&address, name, &client)?;
        Ok(Visit { client, events, once: false })
    }

    /// `CHINWAG_USER` and `CHINWAG_PASSWORD`.
    ///
    /// # Errors
    /// If there is a password but no name.
    pub fn environment(&self) -> Result<Option<Credentials>> {
        let password = env::var("CHINWAG_PASSWORD").unwrap_or_default();
        if password.is_empty() {
            return Ok(None);
        }
        let name = self.name().context("CHINWAG_PASSWORD is set, so set CHINWAG_USER, too")?;
        Ok(Some(Credentials { name: name.to_owned(), password }))
    }

    /// The saved key of the user who was asked for, or of the last one.
    ///
    /// # Errors
    /// If the keys can't be read.
    pub fn saved(&self, address: &Address) -> Result<Option<Key>> {
        Keys::of_user()?.get(&address.to_string(), self.name())
    }

    /// Signs in by a saved key, if there is one that is still valid.
    ///
    /// # Errors
    /// If the server can't be reached.
    pub async fn resume(
        &self,
        address: &Address,
        wait: Wait,
    ) -> Result<Option<(Key, Client, Events)>> {
        let Some(key) = self.saved(address)? else { return Ok(None) };
        let login = Login::Resume { access_key: key.access_key.clone() };
        match sign_in(address, login, wait).await {
            Ok((client, events)) => Ok(Some((key, client, events))),
            Err(error) if error.code() == Some(ErrorCode::SignInRefused) => {
                Keys::of_user()?.forget(&address.to_string(), &key)?;
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Asks the terminal.
    ///
    /// # Errors
    /// If there is none, or no answer.
    pub fn ask(&self, address: &Address) -> Result<Credentials> {
        if !stdin().is_terminal() && !stderr().is_terminal() {
            bail!(
                "nobody is signed in at {address}: set CHINWAG_USER and CHINWAG_PASSWORD, \
                 or sign in once with `chinwag chat {address}`"
            );
        }
        let name = self.name().map_or_else(ask_name, |name| Ok(name.to_owned()))?;
        let prompt = format!("Password of {} at {address}: ", one_line(&name));
        Ok(Credentials { name, password: rpassword::prompt_password(prompt)? })
    }

    async fn by_password(
        &self,
        address: &Address,
        credentials: Credentials,
        wait: Wait,
    ) -> Result<(Client, Events)> {
        let Credentials { name, password } = credentials;
        let login = Login::Existing { name: name.clone(), password };
        sign_in(address, login, wait).await.map_err(|error| match error.code() {
            Some(ErrorCode::UnknownUser) => anyhow!(
                "there is no user \"{}\" at {address}; `chinwag sign-up {address}` creates one",
                one_line(&name)
            ),
            _ => error.into(),
        })
    }
}

impl Visit {
    /// Ends the connection, and the session with it if no key is saved.
    pub async fn end(self) {
        if self.once {
            // Its key expires by itself if this fails.
            let _ = self.client.sign_out().await;
        }
        self.client.close().await;
    }
}

/// Signs in as soon as the server is there.
///
/// # Errors
/// If it isn't in time, or refuses.
pub async fn sign_in(
    address: &Address,
    login: Login,
    wait: Wait,
) -> Result<(Client, Events), Error> {
    wait.until_there(async || Client::sign_in_to(address.clone(), login.clone()).await).await
}

/// Saves the key for the next command; without it, that one asks again.
///
/// # Errors
/// If the terminal has gone.
pub fn save(address: &Address, name: String, client: &Client) -> Result<()> {
    let key = Key { user: name, access_key: client.access_key() };
    if let Err(error) = Keys::of_user().and_then(|keys| keys.keep(&address.to_string(), key)) {
        writeln!(stderr(), "chinwag: the next command has to ask again: {error:#}")?;
    }
    Ok(())
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
