//! Named channels and groups: found, and called by their names.

use std::collections::{HashMap, HashSet};

use anyhow::{Result, anyhow, bail};
use chinwag_client::protocol::incoming::ChannelsPage;
use chinwag_client::protocol::outgoing::{Channel as Details, Inbox, Message};
use chinwag_client::protocol::{Body, ChannelUuid, ErrorCode, Request, UserUuid};
use chinwag_client::{Channel, Client, Error};

use crate::pages::Pages;
use crate::plain::one_line;
use crate::wait::Wait;

/// What the user's groups and named channels are called.
#[derive(Clone, Default)]
pub struct Names(HashMap<ChannelUuid, String>);

impl Names {
    /// Learns those of an inbox.
    pub fn learn_all(&mut self, inbox: &Inbox, me: UserUuid) {
        let shared = inbox.channels.iter().filter_map(|listed| listed.details.as_ref());
        shared.for_each(|details| self.learn(details, me));
    }

    /// Learns one.
    pub fn learn(&mut self, details: &Details, me: UserUuid) {
        self.0.insert(details.uuid, label(details, me));
    }

    /// Learns those of public channels in which these messages are, and of which the user is no member.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn learn_those_of(
        &mut self,
        messages: &[Message],
        client: &Client,
    ) -> Result<(), Error> {
        let shared = messages.iter().filter_map(|message| {
            let channel = message.recipient_uuid.filter(|_| message.recipient.is_none())?;
            Some(ChannelUuid(channel))
        });
        let unknown: HashSet<_> = shared.filter(|channel| !self.0.contains_key(channel)).collect();
        for details in details_of(client, unknown).await? {
            self.learn(&details, client.me());
        }
        Ok(())
    }

    /// The one that this message is in; nothing for General and private channels.
    pub fn of(&self, message: &Message) -> Option<&str> {
        let channel = message.recipient_uuid.filter(|_| message.recipient.is_none())?;
        Some(self.0.get(&ChannelUuid(channel)).map_or("a channel", String::as_str))
    }
}

/// What the server says of these channels, archived ones, too, as far as the user can see them.
///
/// # Errors
/// When the server refuses, or there is no connection.
pub async fn details_of(
    client: &Client,
    mut wanted: HashSet<ChannelUuid>,
) -> Result<Vec<Details>, Error> {
    let (mut pages, mut found) = (Pages::new(), Vec::new());
    while let Some(offset) = pages.next().filter(|_| !wanted.is_empty()) {
        let page =
            ChannelsPage { offset: Some(offset), archived: Some(true), ..ChannelsPage::default() };
        let Body::Channels(page) = client.request(Request::Channels(page)).await?.body else {
            return Err(Error::Unexpected);
        };
        pages.had(offset, page.received, page.total);
        found.extend(page.channels.into_iter().filter(|channel| wanted.remove(&channel.uuid)));
    }
    Ok(found)
}

/// `#name`, or the names of a group's other people. Harmless.
pub fn label(details: &Details, me: UserUuid) -> String {
    let sign = if details.name.is_empty() { "" } else { "#" };
    format!("{sign}{}", name(details, me))
}

/// The same without the sign.
pub fn name(details: &Details, me: UserUuid) -> String {
    if !details.name.is_empty() {
        return one_line(&details.name);
    }
    let others = details.users.iter().filter(|user| user.uuid != me);
    others.map(|user| one_line(&user.username)).collect::<Vec<_>>().join(", ")
}

/// The name without the sign of channels.
pub fn bare(name: &str) -> &str {
    let name = name.trim();
    name.strip_prefix('#').unwrap_or(name)
}

/// The channel of this name: the user's own, else a public one.
///
/// # Errors
/// When the server refuses, or there is no connection.
pub async fn find(client: &Client, name: &str) -> Result<Option<Details>, Error> {
    let (name, mut pages) = (bare(name), Pages::new());
    let (wanted, mut found) = (name.to_lowercase(), None);
    while let Some(offset) = pages.next() {
        let page = client.channels(name, offset).await?;
        pages.had(offset, page.received, page.total);
        for channel in page.channels.into_iter().filter(|it| it.name.to_lowercase() == wanted) {
            if channel.member {
                return Ok(Some(channel));
            }
            found = Some(channel);
        }
    }
    Ok(found)
}

/// The same, for a command: with or without its sign, or General.
///
/// # Errors
/// In words for a person, also if there is no such channel.
pub async fn named(client: &Client, name: &str, wait: Wait) -> Result<(Channel, Option<Details>)> {
    if bare(name).eq_ignore_ascii_case("general") {
        return Ok((Channel::General, None));
    }
    let found = wait.until_there(async || find(client, name).await).await.map_err(explained)?;
    let details = found.ok_or_else(|| unknown(name))?;
    Ok((Channel::Shared(details.uuid), Some(details)))
}

/// The same, but not General.
///
/// # Errors
/// In words for a person, also if there is no such channel.
pub async fn shared(client: &Client, name: &str) -> Result<Details> {
    match named(client, name, Wait::NOT).await? {
        (_, Some(details)) => Ok(details),
        (_, None) => bail!("everybody is a member of General, and nobody leaves it"),
    }
}

fn unknown(name: &str) -> anyhow::Error {
    anyhow!("there is no channel \"#{}\"; `chinwag channels` lists all", one_line(bare(name)))
}

/// Becomes a member, unless the user is one.
///
/// # Errors
/// When the server refuses, or there is no connection.
pub async fn enter(client: &Client, details: Details) -> Result<Details, Error> {
    if !details.member {
        client.become_member(details.uuid).await?;
    }
    Ok(Details { member: true, ..details })
}

/// A server of 0.1 doesn't know the request.
pub fn explained(error: Error) -> anyhow::Error {
    if error.code() == Some(ErrorCode::UnknownType) {
        return anyhow!("this server is older than 0.2 and has no channels");
    }
    error.into()
}
