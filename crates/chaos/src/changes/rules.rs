//! What no frame may show, and what must be stored at the end, by the records of all participants.

use std::collections::HashMap;

use super::record::{Act, Frame, Record, State};

/// A message, by its channel and `Seq`.
type Place = (usize, u64);

/// What the records of all tell of each message.
pub struct Rules<'a> {
    /// By message the moments at which a greater `Rev` was shown than ever before.
    shown: HashMap<Place, Vec<(u64, u64)>>,
    /// When each message was first shown as deleted.
    deleted: HashMap<Place, u64>,
    /// The message of each text.
    texts: HashMap<u64, Place>,
    /// When each new message was first sent, by its text.
    sent: HashMap<u64, u64>,
    /// By channel and `Rev` the message that it changed, and its hash.
    revs: HashMap<(usize, u64), (u64, u64)>,
    records: &'a [Record],
    faults: Vec<String>,
}

/// Everything that must not have happened, the audit's own record included.
pub fn faults(records: &[Record]) -> Vec<String> {
    let (shown, deleted, texts, sent, revs) = Default::default();
    let mut rules = Rules { shown, deleted, texts, sent, revs, records, faults: Vec::new() };
    rules.gather();
    for (who, record) in records.iter().enumerate() {
        rules.look(who, &record.frames);
    }
    rules.faults
}

impl Rules<'_> {
    fn gather(&mut self) {
        let frames = self.records.iter().flat_map(|record| &record.frames);
        let mut states: Vec<_> =
            frames.flat_map(|frame| frame.states.iter().map(|state| (frame.at, state))).collect();
        states.sort_by_key(|(at, _)| *at);
        for (at, state) in states {
            let place = (state.channel, state.seq);
            let shown = self.shown.entry(place).or_default();
            if shown.last().is_none_or(|(_, rev)| *rev < state.rev) {
                shown.push((at, state.rev));
            }
            if state.deleted {
                self.deleted.entry(place).or_insert(at);
            }
            if let Some(text) = state.text {
                let known = *self.texts.entry(text).or_insert(place);
                if known != place {
                    self.faults.push(format!("text {text} stands at {known:?} and {place:?}"));
                }
            }
            self.number(state);
        }
        for done in self.records.iter().flat_map(|record| &record.done) {
            if let Act::Send(text) = done.act {
                self.sent.insert(text, done.asked);
            }
        }
    }

    /// A `Rev` of a channel is that of one message, which looks the same to all.
    fn number(&mut self, state: &State) {
        if state.rev == 0 {
            return;
        }
        let (channel, rev) = (state.channel, state.rev);
        let known = *self.revs.entry((channel, rev)).or_insert((state.seq, state.hash));
        if known != (state.seq, state.hash) {
            let (seq, other) = (state.seq, known.0);
            self.faults.push(format!("Rev {rev} of channel {channel} is of {other} and {seq}"));
        }
    }

    /// A frame shows no message as it was, and no text of a message that was deleted, before the frame was made.
    fn look(&mut self, who: usize, frames: &[Frame]) {
        let (mut connection, mut since) = (0, HashMap::new());
        for frame in frames {
            if frame.connection != connection {
                (connection, since) = (frame.connection, HashMap::new());
            }
            let made = |channel: usize| {
                // A live frame is made after the message that came before it in its channel was sent.
                frame.asked.or_else(|| since.get(&channel).copied()).unwrap_or_default()
            };
            for state in &frame.states {
                let (seq, rev, made) = (state.seq, state.rev, made(state.channel));
                let shown = &self.shown[&(state.channel, seq)];
                let before = shown.iter().take_while(|(at, _)| *at < made).last();
                if let Some((_, newer)) = before.filter(|(_, newer)| *newer > rev) {
                    let fault = format!("person {who} got {seq} at Rev {rev} after {newer}");
                    self.faults.push(fault);
                }
            }
            for text in &frame.texts {
                let Some(place) = self.texts.get(text) else { continue };
                if self.deleted.get(place).is_some_and(|deleted| *deleted < made(place.0)) {
                    let way = if frame.asked.is_some() { "in a reply" } else { "live" };
                    self.faults.push(format!("person {who} got the deleted text {text} {way}"));
                }
            }
            for state in frame.states.iter().filter(|_| frame.is_message && frame.asked.is_none()) {
                let sent = state.text.and_then(|text| self.sent.get(&text).copied());
                let since = since.entry(state.channel).or_insert(0);
                *since = (*since).max(sent.unwrap_or_default());
            }
        }
    }
}

/// The acknowledged acts that aren't stored.
pub fn lost(records: &[Record], users: &[&str], stored: &[Vec<State>]) -> Vec<String> {
    let all = || {
        records
            .iter()
            .zip(users)
            .flat_map(|(record, user)| record.done.iter().map(move |done| (*user, done)))
    };
    let lost = all().filter_map(|(user, done)| {
        let state = done.acknowledged.as_ref()?;
        let place = usize::try_from(state.seq).unwrap_or_default().saturating_sub(1);
        let Some(stored) = stored[done.channel].get(place) else {
            return Some(format!("{done:?} is not stored"));
        };
        let has = |act: &Act| holds(stored, user, act);
        let kept = match &done.act {
            Act::Send(_) => {
                stored.uuid == state.uuid && stored.root.is_some() == done.reply_to.is_some()
            }
            _ if stored.deleted => true,
            Act::Delete => false,
            act if has(act) => true,
            // Somebody did the opposite later, or may have done it.
            act => all().any(|(other, later)| {
                undoes(act, user, &later.act, other) && {
                    let is_later = match &later.acknowledged {
                        Some(later) => later.rev > state.rev,
                        None => !later.refused && (later.asked > done.asked || other != user),
                    };
                    later.seq == done.seq
                        && later.channel == done.channel
                        && is_later
                        && holds(stored, other, &later.act)
                }
            }),
        };
        (!kept).then(|| format!("{done:?} is lost: {stored:?}"))
    });
    lost.collect()
}

/// Whether a message shows an act of a user.
fn holds(stored: &State, user: &str, act: &Act) -> bool {
    match act {
        Act::Edit(text) => stored.text == Some(*text),
        Act::Pin(on) => stored.pinned == *on,
        Act::React(emoji, on) => {
            let users = stored.reactions.iter().filter(|(is, _)| is == emoji);
            users.flat_map(|(_, users)| users).any(|is| is == user) == *on
        }
        Act::Delete => stored.deleted,
        Act::Send(_) => true,
    }
}

/// Whether a later act ends an earlier one.
fn undoes(act: &Act, user: &str, later: &Act, other: &str) -> bool {
    match (act, later) {
        (Act::Edit(text), Act::Edit(new)) => text != new,
        (Act::Pin(on), Act::Pin(now)) => on != now,
        (Act::React(emoji, on), Act::React(same, now)) => {
            emoji == same && on != now && user == other
        }
        _ => false,
    }
}
