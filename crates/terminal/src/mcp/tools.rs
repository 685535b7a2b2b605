//! The tools: each call is one or a few requests to the server.

use std::cell::RefCell;

use anyhow::{Result, anyhow};
use chinwag_client::protocol::outgoing::{Channel as Details, Inbox, Message};
use chinwag_client::protocol::{ErrorCode, UserUuid};
use chinwag_client::{Client, Error};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::mentions::Mentions;
use super::rpc::Failure;
use super::shown::Shown;
use crate::channels::Names;
use crate::wait::Wait;

/// How long a call waits for a server that is away.
pub const PATIENCE: Wait = Wait::BRIEFLY;

/// What the tools need.
pub struct Tools {
    pub(super) client: Client,
    names: RefCell<Names>,
    mentions: Mentions,
}

#[derive(Deserialize)]
struct Call {
    name: String,
    #[serde(default)]
    arguments: Value,
}

impl Tools {
    /// Those of a user who is signed in.
    pub fn new(client: Client) -> Self {
        Self { client, names: RefCell::default(), mentions: Mentions::default() }
    }

    /// The user.
    pub fn me(&self) -> UserUuid {
        self.client.me()
    }

    /// The messages that call the user.
    pub fn mentions(&self) -> &Mentions {
        &self.mentions
    }

    /// Learns the names of the channels of an inbox.
    pub fn learn_all(&self, inbox: &Inbox) {
        self.names.borrow_mut().learn_all(inbox, self.me());
    }

    /// Learns the name of one.
    pub fn learn(&self, details: &Details) {
        self.names.borrow_mut().learn(details, self.me());
    }

    /// The user's name, if it is among those of the first page, where those are who are online.
    pub async fn own_name(&self) -> Result<Option<String>, Error> {
        let page = PATIENCE.until_there(async || self.client.users("", 0).await).await?;
        let own = page.users.into_iter().find(|user| user.uuid == self.me());
        Ok(own.map(|user| user.username.to_string()))
    }

    /// The result of a call. What the server refuses is one, too: the agent can do something about it.
    ///
    /// # Errors
    /// If there is no such tool.
    pub async fn call(&self, params: Value) -> Result<Value, Failure> {
        let call = serde_json::from_value(params);
        let Call { name, arguments } =
            call.map_err(|error| Failure::wrong_params(error.to_string()))?;
        let outcome = match &*name {
            "channels" => self.channels(arguments).await,
            "read" => self.read(arguments).await,
            "search" => self.search(arguments).await,
            "send" => self.send(arguments).await,
            "react" => self.react(arguments).await,
            "wait_for_mention" => self.wait_for_mention(arguments).await,
            _ => return Err(Failure::wrong_params(format!("there is no tool {name}"))),
        };
        Ok(match outcome {
            Ok(value) => json!({
                "content": [{"type": "text", "text": value.to_string()}],
                "structuredContent": value,
                "isError": false,
            }),
            Err(error) => json!({
                "content": [{"type": "text", "text": format!("{error:#}")}],
                "isError": true,
            }),
        })
    }

    /// Messages as they are shown.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub(super) async fn shown(&self, messages: &[Message]) -> Result<Vec<Value>> {
        let mut names = self.names.borrow().clone();
        names.learn_those_of(messages, &self.client).await?;
        self.by(&names, messages)
    }

    /// The same at once: a channel whose name isn't known is its UUID.
    ///
    /// # Errors
    /// None that could come of messages.
    pub(super) fn shown_now(&self, messages: &[Message]) -> Result<Vec<Value>> {
        self.by(&self.names.borrow(), messages)
    }

    fn by(&self, names: &Names, messages: &[Message]) -> Result<Vec<Value>> {
        let shown = messages.iter().map(|message| Shown::of(message, names, self.me()));
        Ok(shown.map(serde_json::to_value).collect::<Result<_, _>>()?)
    }
}

/// The arguments of a call. None are as good as an empty object.
///
/// # Errors
/// If they don't fit, in words for the agent.
pub fn arguments<T: DeserializeOwned>(arguments: Value) -> Result<T> {
    let arguments = if arguments.is_null() { json!({}) } else { arguments };
    serde_json::from_value(arguments).map_err(|error| anyhow!("the arguments don't fit: {error}"))
}

/// What a failed request means for an agent.
pub fn explained(error: Error) -> anyhow::Error {
    match error.code() {
        Some(ErrorCode::UnknownType) => {
            anyhow!("this server is older than Chinwag 0.2 and can't do this")
        }
        _ => error.into(),
    }
}
