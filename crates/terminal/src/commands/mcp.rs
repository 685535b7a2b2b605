//! `chinwag mcp`: gives an agent the chat as tools.

use std::env;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use chinwag_client::protocol::ErrorCode;
use chinwag_client::{Address, Login};
use clap::Args;

use crate::account::sign_in;
use crate::mcp;
use crate::output::may_close;
use crate::wait::Wait;

/// Longer than any access key, in bytes.
const LONGEST_KEY: u64 = 1024;

/// Give an agent the chat as tools, by the Model Context Protocol on standard input and output
///
/// The tools list channels, read, search, send, react, and wait until somebody mentions the user. The agent may do what the
/// user of the access key may. The key is read from `CHINWAG_KEY` or a file.
#[derive(Args, Debug)]
pub struct Mcp {
    #[arg(value_name = "URL", help = "The server, such as http://localhost:5000")]
    url: String,

    /// Read the access key from this file, and not from `CHINWAG_KEY`
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,

    /// Accept any certificate, for a first try: anybody on the way to the server can read the access key
    #[arg(long)]
    insecure: bool,

    #[command(flatten)]
    wait: Wait,
}

impl Mcp {
    pub async fn run(&self) -> Result<()> {
        let address: Address = self.url.parse()?;
        let address = if self.insecure { address.unverified() } else { address };
        let login = Login::Resume { access_key: self.key()? };
        let signed_in = sign_in(&address, login, self.wait).await;
        let (client, events) = signed_in.map_err(|error| match error.code() {
            Some(ErrorCode::SignInRefused) => {
                anyhow!("{address} refuses this access key: it is wrong, or has ended")
            }
            _ => error.into(),
        })?;
        may_close(mcp::serve(&address, client, events).await)
    }

    fn key(&self) -> Result<String> {
        let (key, from) = match &self.key_file {
            Some(file) => (read(file)?, file.display().to_string()),
            None => (env::var("CHINWAG_KEY").unwrap_or_default(), "CHINWAG_KEY".to_owned()),
        };
        match key.trim() {
            "" if self.key_file.is_none() => {
                bail!(
                    "set CHINWAG_KEY to an access key, or name a file that holds one by --key-file"
                )
            }
            "" => bail!("there is no access key in {from}"),
            key => Ok(key.to_owned()),
        }
    }
}

fn read(file: &Path) -> Result<String> {
    let mut key = String::new();
    let read = File::open(file).and_then(|file| file.take(LONGEST_KEY).read_to_string(&mut key));
    read.with_context(|| format!("failed to read {}", file.display()))?;
    Ok(key)
}
