//! Makes hooks, and lists names for their bots.

use chinwag_protocol::{ChannelUuid, HookUuid, UserUuid};
use chinwag_store::{Attempt, ChannelName, Hook, NewHook, Store, Unavailable};
use jiff::Timestamp;

use super::Secret;
use crate::names::Name;

/// How many names are tried for a hook's bot: its own, then with the numbers from 2 on.
const NAMES: usize = 100;

/// Makes a hook; an asker of `None` is the server's operator. Returns it with its address, which nothing tells again.
pub async fn make(
    store: &dyn Store,
    public_url: &str,
    asker: Option<UserUuid>,
    channel: ChannelUuid,
    name: Name,
) -> Attempt<(Hook, String)> {
    let secret = Secret::generate().map_err(|error| Unavailable {
        action: "make a hook",
        reason: format!("no randomness: {error}"),
    })?;
    let new = NewHook {
        asker,
        uuid: HookUuid::random(),
        secret: secret.digest(),
        bot: UserUuid::random_bot(),
        bot_names: numbered(&name),
        name: name.shown.into(),
        channel,
        created_at: Timestamp::now(),
    };
    let hook = store.create_hook(new).await?;
    let url = format!("{public_url}/hooks/{}/{}", hook.uuid, secret.text());
    Ok((hook, url))
}

fn numbered(name: &Name) -> Vec<ChannelName> {
    let own = ChannelName { shown: name.shown.as_str().into(), folded: name.folded.clone() };
    // Room for the number.
    let start: String = name.shown.chars().take(60).collect();
    let others = (2..=NAMES).filter_map(|number| Name::new(&format!("{start} {number}")).ok());
    let others = others.map(|Name { shown, folded }| ChannelName { shown: shown.into(), folded });
    std::iter::once(own).chain(others).collect()
}
