//! `messageEdit`, `messageDelete`, `messageReact` and `messagePin`: changes to a message.

use std::rc::Rc;
use std::sync::Arc;

use chinwag_protocol::incoming::{MessageEdit, MessagePin, MessageReact, MessageRef};
use chinwag_protocol::outgoing::Changed;
use chinwag_protocol::{Body, ErrorCode, RequestId};
use chinwag_store::{self as store, Address, Change, Denied, MessageChange};
use jiff::Timestamp;

use super::{mention, message, recipient};
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::{Outcome, Refused};
use crate::{reply, wire};

pub async fn edit(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    edit: MessageEdit,
) -> Outcome {
    // Of a message with files nothing else may stay, which the store knows.
    if !edit.message.is_empty() {
        message::check_text(core, &edit.message)?;
    }
    let mentions = mention::users(core, edit.mentions, &edit.message).await?;
    let change = Change::Edit {
        text: edit.message.into(),
        within: core.app.config.edit_window,
        mentions: mentions.clone(),
        mention_all: edit.mention_all,
    };
    let (address, now) = make(core, connection, &edit.at, change).await?;
    let mut changed = wire::changed(address, &now);
    changed.message.not_members = wire::not_members(&mentions, &now.message);
    connection.send(reply::to(id, Body::MessageEdit(changed)));
    Ok(())
}

pub async fn delete(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    at: MessageRef,
) -> Outcome {
    let changed = changed(core, connection, &at, Change::Delete).await?;
    if let Some(files) = &core.app.files {
        files.wake();
    }
    connection.send(reply::to(id, Body::MessageDelete(changed)));
    Ok(())
}

pub async fn react(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    react: MessageReact,
) -> Outcome {
    let change = Change::React { emoji: emoji(&react.emoji)?, on: react.on };
    let changed = changed(core, connection, &react.at, change).await?;
    connection.send(reply::to(id, Body::MessageReact(changed)));
    Ok(())
}

pub async fn pin(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    pin: MessagePin,
) -> Outcome {
    let changed = changed(core, connection, &pin.at, Change::Pin(pin.on)).await?;
    connection.send(reply::to(id, Body::MessagePin(changed)));
    Ok(())
}

/// The emoji of Unicode's list, fully qualified.
pub fn emoji(text: &str) -> Result<Arc<str>, Refused> {
    let sentence = "A reaction is one emoji, such as \u{1f44d}.";
    let found = emojis::get(text).ok_or_else(|| Refused::new(ErrorCode::ChangeRefused, sentence));
    found.map(|emoji| emoji.as_str().into())
}

async fn changed(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    at: &MessageRef,
    change: Change,
) -> Result<Changed, Refused> {
    let (address, changed) = make(core, connection, at, change).await?;
    Ok(wire::changed(address, &changed))
}

/// Makes a change. Returns by what its user names the channel, and the message as it is now.
async fn make(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    at: &MessageRef,
    change: Change,
) -> Result<(Address, store::Changed), Refused> {
    let user = recipient::user(connection)?;
    let channel = recipient::existing_channel(core, connection, &at.recipient).await?;
    let channel = channel.ok_or(Denied::NoMessage)?;
    let address = channel.address();
    let (session, seq) = (connection.uuid, at.seq);
    let at = Timestamp::now();
    let is_of_text = change.deletes() || matches!(change, Change::Edit { .. });
    let change = MessageChange { user, session, channel, seq, change, at };
    let changed = core.app.store.change_message(change).await?;
    if is_of_text {
        core.app.search.changed(&changed.message);
    }
    Ok((address, changed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emoji_is_kept_fully_qualified() {
        for (given, kept) in
            [("\u{2764}", "\u{2764}\u{fe0f}"), ("👍", "👍"), ("👍🏽", "👍🏽"), ("🇨🇭", "🇨🇭")]
        {
            assert_eq!(&*emoji(given).unwrap(), kept);
        }
        for given in ["", "a", "👍👍", ":thumbsup:", "#", "\u{200d}"] {
            assert_eq!(emoji(given).unwrap_err().code, ErrorCode::ChangeRefused, "{given:?}");
        }
    }
}
