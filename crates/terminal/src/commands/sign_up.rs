//! `chinwag sign-up`: a new account.

use std::io::{Write, stdin, stdout};

use anyhow::{Result, bail};
use chinwag_client::{Address, Login};
use clap::Args;

use crate::account::{Account, Credentials, save, sign_in};
use crate::plain::one_line;
use crate::wait::Wait;

/// Create an account
///
/// The password is asked for twice, or read from `CHINWAG_PASSWORD`.
#[derive(Args, Debug)]
pub struct SignUp {
    #[command(flatten)]
    account: Account,
    /// Read the link of an invite from standard input, where no list of processes shows it
    #[arg(long, value_name = "-", value_parser = ["-"])]
    link: Option<String>,
}

impl SignUp {
    pub async fn run(&self) -> Result<()> {
        let address = self.account.address()?;
        let link = self.link.as_ref().map(|_| read_link()).transpose()?;
        let environment = self.account.environment()?;
        let keep = environment.is_none();
        let Credentials { name, password } = match environment {
            Some(credentials) => credentials,
            None => self.ask_twice(&address)?,
        };
        let login = match link {
            Some(link) => Login::Join { name: name.clone(), password, link },
            None => Login::SignUp { name: name.clone(), password },
        };
        let (client, _) = sign_in(&address, login, Wait::NOT).await?;
        if keep {
            save(&address, name.clone(), &client)?;
        } else {
            // Its key expires by itself if this fails.
            let _ = client.sign_out().await;
        }
        client.close().await;
        writeln!(stdout(), "{} has an account at {address}", one_line(&name))?;
        Ok(())
    }

    fn ask_twice(&self, address: &Address) -> Result<Credentials> {
        let credentials = self.account.ask(address)?;
        let again = rpassword::prompt_password("The same password again: ")?;
        if again != credentials.password {
            bail!("the two passwords differ");
        }
        Ok(credentials)
    }
}

/// The secret of the link on standard input: all of it, or what stands behind `#link=`.
fn read_link() -> Result<String> {
    let mut line = String::new();
    stdin().read_line(&mut line)?;
    let link = line.trim();
    let secret = link.split_once("#link=").map_or(link, |(_, secret)| secret);
    if secret.is_empty() {
        bail!("there is no link on standard input: echo 'LINK' | chinwag sign-up URL --link -");
    }
    Ok(secret.to_owned())
}
