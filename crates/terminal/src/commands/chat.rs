//! `chinwag chat`: the whole chat in a terminal.

use std::env;
use std::io::{IsTerminal, stdin, stdout};

use anyhow::{Result, bail};
use clap::Args;

use crate::account::Account;
use crate::chat::Wishes;
use crate::wait::Wait;

/// Chat in the terminal
///
/// F1 shows the keys. The first time it asks for name and password; it saves an access key in
/// ~/.local/state/chinwag for the next time.
#[derive(Args, Debug)]
pub struct Chat {
    #[command(flatten)]
    account: Account,

    #[command(flatten)]
    wait: Wait,

    #[command(flatten)]
    wishes: Wishes,
}

impl Chat {
    pub async fn run(&self) -> Result<()> {
        if !stdin().is_terminal() || !stdout().is_terminal() {
            bail!("the chat needs a terminal; `chinwag send` and `chinwag tail` are for scripts");
        }
        if env::var_os("TERM").is_none_or(|terminal| terminal == "dumb") {
            bail!(
                "the chat needs a terminal that can move its cursor; TERM says that this one can't"
            );
        }
        crate::chat::run(&self.account, self.wait, self.wishes).await
    }
}
