//! A server of the Model Context Protocol: an agent reads and writes in the chat by its tools.

mod called;
mod lines;
mod mentions;
mod rpc;
mod session;
mod shown;
mod tools;

use std::io::{Write, stderr};

use anyhow::{Result, anyhow};
use chinwag_client::protocol::Body;
use chinwag_client::protocol::outgoing::Sys;
use chinwag_client::{Address, Client, Event, Events, Link};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use serde_json::Value;
use tokio::io::{AsyncWriteExt, stdout};

use lines::Lines;
use session::Session;
use tools::Tools;

/// Answers the lines of standard input until it ends, or until the access key does.
///
/// # Errors
/// If the access key has ended, or standard output.
pub async fn serve(address: &Address, client: Client, mut events: Events) -> Result<()> {
    let session = Session::new(address, Tools::new(client.clone())).await?;
    let mut lines = Lines::of_stdin();
    let mut answers = FuturesUnordered::new();
    let mut end = None;
    while end.is_none() || !answers.is_empty() {
        tokio::select! {
            line = lines.next(), if end.is_none() => match line {
                Some(line) => answers.push(session.answer(line)),
                None => end = Some(Ok(())),
            },
            Some(answer) = answers.next() => if let Some(answer) = answer {
                write(&answer).await?;
            },
            Some(event) = events.next() => if let Some(ended) = take(event, session.tools())? {
                end = Some(Err(ended));
            },
        }
        if end.is_some() {
            session.tools().mentions().end();
        }
    }
    client.close().await;
    end.unwrap_or(Ok(()))
}

/// Returns why there will be no further events.
fn take(event: Event, tools: &Tools) -> Result<Option<anyhow::Error>> {
    match event {
        Event::Message(message) => tools.mentions().add(*message, tools.me()),
        Event::Changed { message, .. } => tools.mentions().change(&message),
        Event::Reset => tools.mentions().clear(),
        Event::Inbox(inbox) => tools.learn_all(&inbox),
        Event::News(news) => {
            if let Body::Sys(Sys::Channel { channel }) = news.body {
                tools.learn(&channel);
            }
        }
        Event::Link(Link::Waiting { why, .. }) => {
            writeln!(stderr(), "chinwag: {why}; trying again")?;
        }
        Event::Link(Link::Ended(why)) => return Ok(Some(anyhow!(why))),
        _ => {}
    }
    Ok(None)
}

async fn write(answer: &Value) -> Result<()> {
    let mut line = serde_json::to_vec(answer)?;
    line.push(b'\n');
    let mut out = stdout();
    out.write_all(&line).await?;
    Ok(out.flush().await?)
}
