//! `chinwag upload`: sends files.

use std::path::PathBuf;

use anyhow::Result;
use chinwag_client::protocol::incoming::NewMessage;
use clap::Args;

use crate::account::Account;
use crate::files::{LocalFile, MOST, upload_all};
use crate::wait::Wait;
use crate::{length, people};

/// Send files, and end when the server has stored them
///
/// Up to ten go into one message, and more into several. A lost connection only delays it. It never creates an account.
#[derive(Args, Debug)]
pub struct Upload {
    #[command(flatten)]
    account: Account,

    #[command(flatten)]
    wait: Wait,

    /// Send to this user or, as '#ops', to a channel; to General if omitted
    #[arg(long, value_name = "NAME")]
    to: Option<String>,

    /// A text beside the files
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    caption: String,

    /// The files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

impl Upload {
    pub async fn run(&self) -> Result<()> {
        length::check(&self.caption)?;
        let files =
            self.files.iter().map(|path| LocalFile::find(path)).collect::<Result<Vec<_>>>()?;
        let visit = self.account.visit(self.wait).await?;
        let sent = async {
            let channel = people::channel(&visit.client, self.to.as_deref(), self.wait).await?;
            let mut caption = self.caption.clone();
            for part in files.chunks(MOST) {
                let message = NewMessage {
                    recipient: channel.to_string(),
                    message: std::mem::take(&mut caption),
                    files: Some(upload_all(&visit.client, channel, part).await?),
                    ..NewMessage::default()
                };
                visit.client.send_message(message).await?;
            }
            anyhow::Ok(())
        };
        let sent = sent.await;
        visit.end().await;
        sent
    }
}
