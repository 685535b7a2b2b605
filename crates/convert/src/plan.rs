//! The places of a channel's messages, and which of them answer which.

use std::collections::HashMap;
use std::io;

use uuid::Uuid;

use crate::Loss;
use crate::gather::{Entry, Gathered};
use crate::split::split;

/// The most pinned messages of a channel.
const PINS: usize = 100;

/// A message with its place.
pub(crate) struct Planned {
    pub entry: Entry,
    /// The `Seq` of its first part.
    pub seq: u64,
    /// How many parts it has.
    pub parts: u64,
    /// The `Seq` that it answers.
    pub reply_to: Option<u64>,
    /// The `Seq` of the first message of its chain.
    pub root: u64,
    /// How many messages its chain has besides it, if it is the first.
    pub replies: u64,
}

/// Plans a channel with these entries, sorted by time.
pub(crate) fn plan(
    gathered: &mut Gathered,
    entries: Vec<Entry>,
    names: &[String],
) -> io::Result<(Vec<Planned>, u64)> {
    let mut places: HashMap<Uuid, usize> = HashMap::new();
    // The first messages of threads whose beginning is missing.
    let mut stand_ins: HashMap<Uuid, usize> = HashMap::new();
    let mut planned: Vec<Planned> = Vec::with_capacity(entries.len());
    let mut total = 0;
    for entry in entries {
        if places.contains_key(&entry.uuid) {
            gathered.report.lose(Loss::Repeated);
            continue;
        }
        let parts = parts(gathered, &entry, names)?;
        if parts > 1 {
            gathered.report.lose(Loss::Split);
        }
        let seq = total + 1;
        total += parts;
        let place = |answered: Uuid| places.get(&answered).or_else(|| stand_ins.get(&answered));
        let answered = entry.answers.and_then(place).copied();
        let (reply_to, root) = match answered {
            Some(place) => (Some(planned[place].seq), planned[place].root),
            None => (None, seq),
        };
        places.insert(entry.uuid, planned.len());
        if let Some(missing) = entry.answers.filter(|_| answered.is_none()) {
            gathered.report.lose(Loss::NoAnswered);
            stand_ins.insert(missing, planned.len());
        }
        planned.push(Planned { entry, seq, parts, reply_to, root, replies: 0 });
    }
    count_replies(&mut planned);
    gathered.report.lose_some(Loss::Pin, keep_pins(&mut planned));
    Ok((planned, total))
}

fn parts(gathered: &Gathered, entry: &Entry, names: &[String]) -> io::Result<u64> {
    if !entry.long {
        return Ok(1);
    }
    let text = gathered.shown(&gathered.kept(entry)?, names);
    Ok(split(&text, gathered.options.message_length).len() as u64)
}

fn count_replies(planned: &mut [Planned]) {
    let mut replies: HashMap<u64, u64> = HashMap::new();
    for message in planned.iter() {
        let own = if message.reply_to.is_some() { message.parts } else { 0 };
        *replies.entry(message.root).or_default() += own;
    }
    for message in planned {
        if message.reply_to.is_none() {
            message.replies = replies.get(&message.seq).copied().unwrap_or_default();
        }
    }
}

/// Keeps the newest pins that a channel may have; says how many it doesn't keep.
fn keep_pins(planned: &mut [Planned]) -> u64 {
    let pinned = planned.iter_mut().rev().filter(|message| message.entry.pinned);
    let mut lost = 0;
    for message in pinned.skip(PINS) {
        message.entry.pinned = false;
        lost += 1;
    }
    lost
}
