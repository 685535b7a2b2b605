//! `chinwag sign-out`: ends a saved session.

use anyhow::{Result, bail};
use clap::Args;

use crate::account::Account;
use crate::keys::Keys;
use crate::wait::Wait;

/// Sign out, and forget the saved access key
#[derive(Args, Debug)]
pub struct SignOut {
    #[command(flatten)]
    account: Account,
}

impl SignOut {
    pub async fn run(&self) -> Result<()> {
        let address = self.account.address()?;
        let Some((key, client, _)) = self.account.resume(&address, Wait::NOT).await? else {
            bail!("nobody is signed in at {address}");
        };
        let ended = client.sign_out().await;
        client.close().await;
        ended?;
        Keys::of_user()?.forget(&address.to_string(), &key)
    }
}
