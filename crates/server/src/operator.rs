//! Carries out what the server's operator orders from the command line about bots and hooks.

use std::borrow::Cow;

use anyhow::Context;
use chinwag_protocol::{ChannelUuid, HookUuid, UserUuid};
use chinwag_store::{ChannelsQuery, Failure, Hook, NewBot, Store, User};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access_key;
use crate::hooks;
use crate::names::{self, Name};
use crate::refused::Refused;

/// What the operator can order.
#[derive(Serialize, Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
pub enum Order {
    /// Make a bot of this name, or another access key for it.
    Bot(String),
    /// List all hooks.
    Hooks,
    /// Make a hook.
    HookCreate {
        /// "General", the name of a public channel, or a channel's UUID.
        channel: String,
        /// Its name.
        name: String,
    },
    /// End a hook.
    HookDelete(HookUuid),
}

/// Why an order isn't carried out, for the operator to read.
#[derive(thiserror::Error, Debug)]
#[error("{0}")]
pub struct Refusal(Cow<'static, str>);

impl From<&'static str> for Refusal {
    fn from(sentence: &'static str) -> Self {
        Self(sentence.into())
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Unavailable(error) => Self(error.to_string().into()),
            Failure::Denied(denied) => Self(Refused::from(denied).sentence),
        }
    }
}

/// Carries an order out. Returns lines of JSON.
///
/// # Errors
/// Why not.
pub async fn carry_out(
    store: &dyn Store,
    public_url: &str,
    order: Order,
) -> Result<Vec<Value>, Refusal> {
    match order {
        Order::Bot(name) => {
            let Name { shown, folded } = Name::new(&name)?;
            let user = User { uuid: UserUuid::random_bot(), name: shown.into() };
            let new = NewBot { asker: None, user, folded_name: folded };
            let key = access_key::of_bot().context("no randomness");
            let key = key.map_err(|error| Refusal(format!("{error:#}").into()))?;
            let (user, access_key) = store.create_bot(new, key).await?;
            Ok(vec![json!({"UUID": user.uuid, "Username": user.name, "accessKey": access_key})])
        }
        Order::Hooks => {
            let mut lines = Vec::new();
            for hook in store.hooks(None, None).await? {
                lines.push(line(store, &hook).await);
            }
            Ok(lines)
        }
        Order::HookCreate { channel, name } => {
            let channel = named(store, &channel).await?;
            let name = Name::new(&name)?;
            let (hook, url) = hooks::make(store, public_url, None, channel, name).await?;
            let mut line = line(store, &hook).await;
            line["url"] = json!(url);
            Ok(vec![line])
        }
        Order::HookDelete(hook) => {
            store.delete_hook(None, hook).await?;
            Ok(Vec::new())
        }
    }
}

/// The channel that the operator names.
async fn named(store: &dyn Store, name: &str) -> Result<ChannelUuid, Refusal> {
    let folded = names::fold_prefix(name.trim_start_matches('#'));
    if folded == "general" {
        return Ok(ChannelUuid::GENERAL);
    }
    if let Ok(uuid) = name.parse() {
        return Ok(uuid);
    }
    let query = ChannelsQuery {
        // Nobody, who may know of public channels alone.
        asker: UserUuid::default(),
        folded_prefix: folded.clone(),
        offset: 0,
        limit: 1,
        archived: false,
    };
    let found = store.channels(query).await.map_err(Failure::from)?;
    let first = found.channels.into_iter().next().map(|(details, _)| details);
    let found = first.filter(|details| names::fold_prefix(&details.name) == folded);
    let missing = "There is no public channel of this name; a private one is named by its UUID.";
    found.map(|details| details.uuid).ok_or(missing.into())
}

async fn line(store: &dyn Store, hook: &Hook) -> Value {
    let channel = if hook.channel.is_general() {
        "General".to_owned()
    } else {
        let found = store.channel(UserUuid::default(), hook.channel).await;
        let public = found.map(|(details, _)| format!("#{}", details.name));
        public.unwrap_or_else(|_| hook.channel.to_string())
    };
    json!({"UUID": hook.uuid, "Name": hook.name, "Channel": channel, "CreatedAt": hook.created_at})
}
