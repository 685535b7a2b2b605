//! States of messages: which of two is the present one.

use std::collections::HashSet;

use chinwag_protocol::outgoing::Message;

/// The `Rev` of a message's last change, 0 without one.
pub fn rev_of(message: &Message) -> u64 {
    message.rev.unwrap_or(0)
}

/// The later state of a message. A `live` one came in a frame without an `id`, which doesn't say which reactions are
/// the user's: they stay as they were for emoji that are still there.
pub fn later(held: Message, mut state: Message, live: bool) -> Message {
    let (known, new) = (rev_of(&held), rev_of(&state));
    if new < known || (new == known && live) {
        return held;
    }
    if live {
        let mine: HashSet<_> = held
            .reactions
            .into_iter()
            .filter(|reaction| reaction.mine)
            .map(|reaction| reaction.emoji)
            .collect();
        for reaction in &mut state.reactions {
            reaction.mine |= mine.contains(&reaction.emoji);
        }
    }
    state.client_uuid = state.client_uuid.or(held.client_uuid);
    state
}
