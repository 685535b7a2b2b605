//! `chinwag chat`: the whole chat in a terminal.

use std::io::{IsTerminal, stdin, stdout};

use anyhow::{Result, bail};
use clap::Args;

use crate::account::Account;

/// Chat in the terminal
///
/// F1 shows the keys. Where nobody has signed in before, it asks for name and password, and keeps an access key
/// in ~/.local/state/chinwag for the next time.
#[derive(Args, Debug)]
pub struct Chat {
    #[command(flatten)]
    account: Account,
}

impl Chat {
    pub async fn run(&self) -> Result<()> {
        if !stdin().is_terminal() || !stdout().is_terminal() {
            bail!("the chat needs a terminal; `chinwag send` and `chinwag tail` are for scripts");
        }
        crate::chat::run(&self.account).await
    }
}
