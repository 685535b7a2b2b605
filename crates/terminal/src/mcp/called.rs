//! What each tool does.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use chinwag_client::protocol::incoming::{self, HistoryPage, NewMessage};
use chinwag_client::protocol::{Body, Request};
use chinwag_client::{ChannelId, Error};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::shown::{Listed, is_general};
use super::tools::{PATIENCE, Tools, arguments, explained};
use crate::channels::bare;
use crate::pages::Pages;
use crate::{length, people};

/// How many channels are listed at most.
const CHANNELS: usize = 1_000;

/// How long a send waits to be stored.
const DELIVERY: Duration = Duration::from_secs(30);

/// How long a wait takes if the agent doesn't say, and at the most, in seconds. Many programs give a call a minute.
const WAIT: u64 = 50;
const LONGEST_WAIT: u64 = 3_600;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelsCall {
    query: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadCall {
    channel: Option<String>,
    limit: Option<i64>,
    before: Option<i64>,
    after: Option<i64>,
    around: Option<u64>,
    thread: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SearchCall {
    query: String,
    limit: Option<u64>,
    #[serde(default)]
    before: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SendCall {
    channel: Option<String>,
    text: String,
    reply_to: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReactCall {
    channel: Option<String>,
    seq: u64,
    emoji: String,
    #[serde(default)]
    remove: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaitCall {
    timeout: Option<u64>,
}

impl Tools {
    /// The user's channels, and the public ones besides.
    pub(super) async fn channels(&self, given: Value) -> Result<Value> {
        let ChannelsCall { query } = arguments(given)?;
        let query = query.unwrap_or_default();
        let begins = |listed: &Listed| {
            bare(listed.channel()).to_lowercase().starts_with(&bare(&query).to_lowercase())
        };
        let inbox = PATIENCE.until_there(async || self.client.inbox().await).await?;
        self.learn_all(&inbox);
        let own = inbox.channels.iter().map(Listed::of);
        let mut listed: Vec<_> = own.filter(begins).take(CHANNELS).collect();
        let mut pages = Pages::new();
        while let Some(offset) = pages.next().filter(|_| listed.len() < CHANNELS) {
            let page = async || self.client.channels(bare(&query), offset).await;
            let page = PATIENCE.until_there(page).await.map_err(explained)?;
            pages.had(offset, page.received, page.total);
            let others = page.channels.iter().filter(|channel| !channel.member);
            listed.extend(others.map(Listed::shared));
        }
        Ok(json!({"channels": listed}))
    }

    /// A part of a channel, oldest first.
    pub(super) async fn read(&self, given: Value) -> Result<Value> {
        let ReadCall { channel, limit, before, after, around, thread } = arguments(given)?;
        let channel = self.channel(channel.as_deref()).await?;
        let page = HistoryPage {
            recipient: channel.to_string(),
            limit: Some(limit.unwrap_or(20)),
            before,
            after,
            around,
            root: thread,
            ..HistoryPage::default()
        };
        let Body::ChannelMessages(mut history) = self.ask(Request::ChannelMessages(page)).await?
        else {
            bail!(Error::Unexpected)
        };
        history.messages.sort_by_key(|message| message.seq);
        let messages = self.shown(&history.messages).await?;
        Ok(json!({"messages": messages, "total": history.total}))
    }

    pub(super) async fn search(&self, given: Value) -> Result<Value> {
        let SearchCall { query, limit, before } = arguments(given)?;
        let search = incoming::Search { query, limit, before };
        let Body::Search(found) = self.ask(Request::Search(search)).await? else {
            bail!(Error::Unexpected)
        };
        let messages = self.shown(&found.messages).await?;
        let (before, more, ready) = (found.before, found.more, found.ready);
        Ok(json!({"messages": messages, "more": more, "before": before, "ready": ready}))
    }

    /// Returns when it is stored. Without a connection it goes out later.
    pub(super) async fn send(&self, given: Value) -> Result<Value> {
        let SendCall { channel, text, reply_to } = arguments(given)?;
        ensure!(!text.trim().is_empty(), "there is nothing to send");
        length::check(&text)?;
        let channel = self.channel(channel.as_deref()).await?;
        let delivery = self.client.send_message(NewMessage {
            recipient: channel.to_string(),
            message: text,
            reply_to,
            ..NewMessage::default()
        });
        let stored = timeout(DELIVERY, delivery).await.context(
            "the server can't be reached now; the message goes out when it is back, so don't send it again",
        )?;
        Ok(json!({"message": self.shown(&[stored?]).await?.pop()}))
    }

    pub(super) async fn react(&self, given: Value) -> Result<Value> {
        let ReactCall { channel, seq, emoji, remove } = arguments(given)?;
        let channel = self.channel(channel.as_deref()).await?;
        let react = async || self.client.react((channel, seq), &emoji, !remove).await;
        let message = PATIENCE.until_there(react).await.map_err(explained)?;
        Ok(json!({"message": self.shown(&[message]).await?.pop()}))
    }

    /// The messages that call the user and that no call has returned before.
    pub(super) async fn wait_for_mention(&self, given: Value) -> Result<Value> {
        let WaitCall { timeout: seconds } = arguments(given)?;
        let seconds = seconds.unwrap_or(WAIT).min(LONGEST_WAIT);
        let next = timeout(Duration::from_secs(seconds), self.mentions().next());
        let messages = next.await.unwrap_or_default();
        let missed = self.mentions().missed();
        // Nothing is waited for with messages in hand: a call that is cancelled then would lose them.
        Ok(json!({"messages": self.shown_now(&messages)?, "missed": missed}))
    }

    async fn channel(&self, name: Option<&str>) -> Result<ChannelId> {
        let name = name.map(str::trim).filter(|name| !name.is_empty() && !is_general(name));
        people::channel(&self.client, name, PATIENCE).await
    }

    async fn ask(&self, request: Request) -> Result<Body> {
        let asked = async || self.client.request(request.clone()).await;
        Ok(PATIENCE.until_there(asked).await.map_err(explained)?.body)
    }
}
