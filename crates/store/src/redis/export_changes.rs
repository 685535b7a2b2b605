//! Messages for an export, with what has changed of them.

use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, UserUuid};

use super::changes::reactors_of;
use super::export::{ACTION, Source};
use super::records::{StoredMessage, StoredReaction};
use crate::Result;
use crate::transfer::{MessageRecord, StateRecord};

impl Source {
    pub(super) async fn record(
        &self,
        channel: ChannelUuid,
        seq: u64,
        stored: StoredMessage,
        client_uuid: Option<String>,
    ) -> Result<MessageRecord> {
        let mut state = StateRecord {
            rev: stored.rev,
            edited_at: stored.edited_at,
            deleted_at: stored.deleted_at,
            pinned_at: stored.pinned_at,
            replies: stored.replies.unwrap_or_default(),
            reactions: Vec::new(),
        };
        for reaction in stored.reactions {
            state.reactions.push(self.reaction(channel, seq, reaction).await?);
        }
        let root = match &stored.reply_to {
            Some(reply) => Some(reply.root),
            None => stored.replies.map(|_| seq),
        };
        Ok(MessageRecord {
            written_as: stored.written_as,
            seq,
            uuid: stored.uuid,
            sender: stored.sender,
            message: stored.text,
            created_at: stored.created_at,
            client_uuid,
            reply_to: stored.reply_to.map(|reply| reply.seq),
            root,
            mentions: stored.mentions,
            mention_all: stored.mention_all,
            files: stored.files,
            state: (state.rev > 0).then(|| Box::new(state)),
        })
    }

    /// All who reacted. Most often the message names them.
    async fn reaction(
        &self,
        channel: ChannelUuid,
        seq: u64,
        StoredReaction { emoji, count, users }: StoredReaction,
    ) -> Result<(Arc<str>, Vec<UserUuid>)> {
        if users.len() as u64 >= count {
            return Ok((emoji, users));
        }
        let mut commands = redis::pipe();
        commands.cmd("ZRANGE").arg(reactors_of(channel, seq, &emoji)).arg(0).arg(-1);
        let (all,): (Vec<String>,) = self.link.send(ACTION, &commands).await?;
        Ok((emoji, all.iter().filter_map(|user| user.parse().ok()).collect()))
    }
}
