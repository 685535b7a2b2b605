//! A write-ahead log that ends anywhere, as after a loss of power: what was committed before is there.

use std::fs::{self, File};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Result, bail};
use chinwag_protocol::UserUuid;
use chinwag_store::embedded::EmbeddedStore;
use chinwag_store::{
    Accounts, Append, Channel, Event, HistoryPage, Message, Messages, NewAccount, Page, Store,
    Ticket, User,
};
use chinwag_testbed::Random;
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::runtime;

use super::Plan;
use crate::audit::Cost;

/// Each is a transaction of its own. So few that the log is never folded into the database.
const MESSAGES: u32 = 200;

const DATABASE: &str = "chinwag.db";
const LOG: &str = "chinwag.db-wal";

pub fn cut(plan: &Plan) -> Result<(u32, Cost)> {
    let runtime = runtime::Builder::new_current_thread().build()?;
    let (folder, times) = (TempDir::new()?, plan.times(1_000, 50));
    let (written, lengths) = runtime.block_on(write(folder.path()))?;
    let whole = *lengths.last().unwrap_or(&0);
    let (mut cost, mut random) = (Cost::default(), Random::new(20_260_101));
    for _ in 0..times {
        let end = random.below(whole + 1);
        let found = runtime.block_on(read(written.path(), end))?;
        let durable = lengths.iter().take_while(|length| **length <= end).count();
        cost.acknowledged += durable;
        cost.lost += durable.saturating_sub(found.len());
        cost.holes += (1..).zip(&found).filter(|(place, message)| message.seq != *place).count();
        let wrong = (0..).zip(&found).filter(|(n, message)| *message.text != n.to_string());
        cost.out_of_order += wrong.count();
    }
    Ok((times, cost))
}

/// Writes the messages, and returns a copy of the files with the log's length after each of them.
async fn write(folder: &Path) -> Result<(TempDir, Vec<u64>)> {
    let (store, events) = open(folder)?;
    let user = User { uuid: UserUuid::random(), name: "Ada".into() };
    let account = NewAccount {
        link: None,
        user: user.clone(),
        folded_name: "ada".to_owned(),
        password_hash: String::new(),
    };
    store.create_account(account).await?;
    let (mut lengths, copy) = (Vec::new(), TempDir::new()?);
    for serial in 0..MESSAGES {
        let refused = store.append(vec![Append {
            ticket: Ticket { connection: 1, serial },
            sender: user.clone(),
            channel: Channel::GENERAL,
            text: serial.to_string().into(),
            client_uuid: None,
            created_at: Timestamp::now(),
            reply_to: None,
            mentions: None,
            files: Vec::new(),
            by_hook: None,
        }]);
        if let Some((_, error)) = refused.into_iter().next() {
            return Err(error.into());
        }
        let stored = events.recv()?;
        if !matches!(stored, Event::Message { .. }) {
            bail!("failed to store a message: {stored:?}");
        }
        lengths.push(folder.join(LOG).metadata()?.len());
    }
    if !lengths.is_sorted() {
        bail!("the log was folded into the database meanwhile");
    }
    for file in [DATABASE, LOG] {
        fs::copy(folder.join(file), copy.path().join(file))?;
    }
    Ok((copy, lengths))
}

/// What a store finds with a log of so many bytes.
async fn read(files: &Path, end: u64) -> Result<Vec<Message>> {
    let folder = TempDir::new()?;
    for file in [DATABASE, LOG] {
        fs::copy(files.join(file), folder.path().join(file))?;
    }
    File::options().write(true).open(folder.path().join(LOG))?.set_len(end)?;
    let (store, _) = open(folder.path())?;
    let reader = User { uuid: UserUuid::random(), name: "Bob".into() };
    let page = HistoryPage::of_all(Page::After(0), MESSAGES.into());
    let found = store.messages(&Channel::GENERAL, &reader, page).await?;
    store.close().await;
    Ok(found.messages)
}

fn open(folder: &Path) -> Result<(Arc<EmbeddedStore>, Receiver<Event>)> {
    let (sender, events) = channel();
    let sender = Mutex::new(sender);
    let feed = move |told: Vec<Event>| {
        let sender = sender.lock().unwrap_or_else(PoisonError::into_inner);
        // Who only reads listens to nothing.
        for event in told {
            drop(sender.send(event));
        }
    };
    Ok((EmbeddedStore::open(folder, Box::new(feed))?, events))
}
