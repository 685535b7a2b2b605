//! `chinwag whoami`: the user of a saved key.

use std::io::{Write, stdout};

use anyhow::{Result, bail};
use clap::Args;

use crate::account::Account;
use crate::charset::printable;
use crate::plain::one_line;

/// Print the name of the user who is signed in from here, without asking the server
#[derive(Args, Debug)]
pub struct Whoami {
    #[command(flatten)]
    account: Account,
}

impl Whoami {
    pub fn run(&self) -> Result<()> {
        let address = self.account.address()?;
        let name = match self.account.environment()? {
            Some(credentials) => Some(credentials.name),
            None => self.account.saved(&address)?.map(|key| key.user),
        };
        let Some(name) = name else { bail!("nobody is signed in at {address}") };
        writeln!(stdout(), "{}", printable(one_line(&name)))?;
        Ok(())
    }
}
