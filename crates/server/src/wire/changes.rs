//! Changes to messages, as they stand in frames.

use chinwag_protocol::outgoing;
use chinwag_store::{Address, Changed, MessageState, Reaction, ReplyTo};

/// The reply to a change.
pub fn changed(address: Address, changed: &Changed) -> outgoing::Changed {
    outgoing::Changed {
        channel: super::recipient(address),
        rev: changed.rev,
        message: super::past_message(&changed.message),
    }
}

/// The message that another one answers.
pub fn reply_to(reply: &ReplyTo) -> outgoing::ReplyTo {
    outgoing::ReplyTo {
        seq: reply.seq,
        root: reply.root,
        sender_uuid: reply.sender.uuid,
        sender: super::user(&reply.sender, None),
        written_as: reply.written_as.clone(),
        excerpt: reply.excerpt.clone(),
    }
}

/// A message with what has changed of it.
pub fn with_state(message: outgoing::Message, state: &MessageState) -> outgoing::Message {
    let is_deleted = state.deleted_at.is_some();
    outgoing::Message {
        rev: Some(state.rev),
        edited_at: state.edited_at,
        deleted_at: state.deleted_at,
        pinned_at: state.pinned_at,
        reactions: state.reactions.iter().map(reaction).collect(),
        replies: state.replies,
        reply_to: message.reply_to.map(|mut reply| {
            reply.excerpt.take_if(|_| is_deleted);
            reply
        }),
        ..message
    }
}

fn reaction(reaction: &Reaction) -> outgoing::Reaction {
    outgoing::Reaction {
        emoji: reaction.emoji.clone(),
        count: reaction.count,
        users: reaction.users.clone(),
        mine: reaction.mine,
    }
}
