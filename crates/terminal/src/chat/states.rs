//! States of a message: which of two is the present one.

use chinwag_client::protocol::outgoing::Message;

/// Puts the later state of a message in its place. A `live` one doesn't say which reactions are the user's: they stay for
/// emoji that are still there.
pub fn keep_later(held: &mut Message, mut state: Message, live: bool) {
    let (known, new) = (held.rev.unwrap_or(0), state.rev.unwrap_or(0));
    if new < known || new == known && live {
        return;
    }
    for reaction in state.reactions.iter_mut().filter(|_| live) {
        let before = held.reactions.iter().find(|before| before.emoji == reaction.emoji);
        reaction.mine |= before.is_some_and(|before| before.mine);
    }
    *held = state;
}

/// Whether the message is deleted.
pub fn is_deleted(message: &Message) -> bool {
    message.deleted_at.is_some()
}
