//! The expected state of the messages, worked out from the acknowledged changes.

use std::collections::HashSet;

use super::record::{Act, Done, Record, State};

/// The acknowledged changes, and the messages that are stored at the end.
pub struct Kept<'a> {
    /// The acts of all, each with its user.
    acts: Vec<(&'a str, &'a Done)>,
    /// The messages of each channel.
    stored: &'a [Vec<State>],
}

impl<'a> Kept<'a> {
    /// With the record of each user.
    pub fn new(records: &'a [Record], users: &[&'a str], stored: &'a [Vec<State>]) -> Self {
        let acts = records.iter().zip(users);
        let acts =
            acts.flat_map(|(record, user)| record.done.iter().map(move |done| (*user, done)));
        Self { acts: acts.collect(), stored }
    }

    fn stored(&self, channel: usize, seq: u64) -> Option<&State> {
        self.stored.get(channel)?.get(usize::try_from(seq.checked_sub(1)?).ok()?)
    }

    /// The acknowledged acts that aren't stored.
    pub fn lost(&self) -> Vec<String> {
        let lost = self.acts.iter().filter_map(|(user, done)| {
            let state = done.acknowledged.as_ref()?;
            let Some(stored) = self.stored(done.channel, state.seq) else {
                return Some(format!("{done:?} is not stored"));
            };
            let is_kept = match &done.act {
                Act::Send(_) => self.is_sent(done, state, stored),
                _ if stored.deleted => true,
                Act::Delete => false,
                act => holds(stored, user, act) || self.is_undone(user, done, state, stored),
            };
            (!is_kept).then(|| format!("{done:?} is lost: {stored:?}"))
        });
        lost.collect()
    }

    /// Whether this is the message that was sent, with its text or one that it was edited to.
    fn is_sent(&self, done: &Done, state: &State, stored: &State) -> bool {
        let root = done.reply_to.map(|seq| {
            let answered = self.stored(done.channel, seq);
            answered.and_then(|answered| answered.root).unwrap_or(seq)
        });
        let is_said = |(_, other): &(&str, &Done)| {
            let is_here = other.channel == done.channel && other.seq == state.seq;
            is_here
                && matches!(other.act, Act::Send(text) | Act::Edit(text) if stored.text == Some(text))
        };
        stored.uuid == state.uuid
            && stored.root == root
            && (stored.deleted || self.acts.iter().any(is_said))
    }

    /// Whether somebody did the opposite later, or may have done it.
    fn is_undone(&self, user: &str, done: &Done, state: &State, stored: &State) -> bool {
        self.acts.iter().any(|(other, later)| {
            let is_later = match &later.acknowledged {
                Some(later) => later.rev > state.rev,
                None => later.refused.is_none() && (later.asked > done.asked || *other != user),
            };
            later.seq == done.seq
                && later.channel == done.channel
                && is_later
                && undoes(&done.act, user, &later.act, other)
                && holds(stored, other, &later.act)
        })
    }

    /// The changes that were refused, though nobody had asked for the end of their message.
    pub fn refused(&self) -> Vec<String> {
        let refused = self.acts.iter().filter_map(|(_, done)| {
            let at = done.refused?;
            let is_end = |(_, other): &&(&str, &Done)| {
                let is_here = other.channel == done.channel && other.seq == done.seq;
                is_here && other.act == Act::Delete && other.asked < at
            };
            // There is a limit of pins.
            let may_be_refused =
                done.act == Act::Pin(true) || self.acts.iter().any(|act| is_end(&act));
            (!may_be_refused).then(|| format!("{done:?} is refused"))
        });
        refused.collect()
    }

    /// The channels, by these `rev`s, that count more changes than there were.
    pub fn uncounted(&self, revs: &[u64]) -> Vec<String> {
        let uncounted = revs.iter().enumerate().filter_map(|(channel, rev)| {
            let replies = self.stored[channel].iter().filter(|state| state.root.is_some());
            // A root counts a reply, and counts it off when it is deleted.
            let counted: u64 = replies.map(|reply| 1 + u64::from(reply.deleted)).sum();
            let changes = self.acts.iter().map(|(_, done)| *done).filter(|done| {
                done.channel == channel
                    && !matches!(done.act, Act::Send(_))
                    && done.refused.is_none()
            });
            let (acknowledged, open): (Vec<_>, Vec<_>) =
                changes.partition(|done| done.acknowledged.is_some());
            let acknowledged = acknowledged.iter().filter_map(|done| done.acknowledged.as_ref());
            let acknowledged: HashSet<_> = acknowledged.map(|state| state.rev).collect();
            let most = counted + (acknowledged.len() + open.len()) as u64;
            (*rev > most).then(|| {
                format!(
                    "channel {channel} counts {rev} changes, of which there were {most} at the most"
                )
            })
        });
        uncounted.collect()
    }

    /// The texts that messages had which are deleted.
    pub fn deleted(&self) -> HashSet<u64> {
        let of_deleted = self.acts.iter().filter(|(_, done)| {
            self.stored(done.channel, done.seq).is_some_and(|stored| stored.deleted)
        });
        let texts = of_deleted.filter_map(|(_, done)| match done.act {
            Act::Send(text) | Act::Edit(text) => Some(text),
            _ => None,
        });
        texts.collect()
    }
}

/// Whether a message shows an act of a user.
fn holds(stored: &State, user: &str, act: &Act) -> bool {
    match act {
        Act::Edit(text) => stored.text == Some(*text),
        Act::Pin(on) => stored.pinned == *on,
        Act::React(emoji, on) => {
            let mut reactions = stored.reactions.iter().filter(|reaction| reaction.emoji == *emoji);
            reactions.any(|reaction| reaction.users.iter().any(|is| is == user)) == *on
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

#[cfg(test)]
mod tests {
    use super::super::record::Reaction;
    use super::*;

    /// Something that was done to the first message at a moment, and acknowledged with this `Rev`.
    fn done(act: Act, asked: u64, rev: u64) -> Done {
        let (channel, seq, reply_to, refused) = (0, 1, None, None);
        Done { act, channel, seq, reply_to, asked, acknowledged: Some(State::at(1, rev)), refused }
    }

    /// The same, without an answer.
    fn open(act: Act, asked: u64) -> Done {
        Done { acknowledged: None, ..done(act, asked, 0) }
    }

    /// What is lost and refused, and which texts are deleted.
    fn judged(
        ada: &[Done],
        bob: &[Done],
        stored: State,
    ) -> (Vec<String>, Vec<String>, HashSet<u64>) {
        let record = |done: &[Done]| Record { done: done.to_vec(), ..Record::default() };
        let (records, stored) = ([record(ada), record(bob)], [vec![stored]]);
        let kept = Kept::new(&records, &["ada", "bob"], &stored);
        (kept.lost(), kept.refused(), kept.deleted())
    }

    fn is_lost(ada: &[Done], bob: &[Done], stored: State) -> bool {
        !judged(ada, bob, stored).0.is_empty()
    }

    #[test]
    fn a_message_is_stored_as_it_was_sent_or_edited() {
        let sent = [done(Act::Send(1), 1, 0)];
        assert!(!is_lost(&sent, &[], State::at(1, 0)));
        assert!(!is_lost(&sent, &[], State::deleted(1, 1)));
        assert!(is_lost(&sent, &[], State { uuid: "other".to_owned(), ..State::at(1, 0) }));
        assert!(is_lost(&sent, &[], State { text: Some(2), ..State::at(1, 0) }));
        assert!(is_lost(
            &[Done { seq: 2, acknowledged: Some(State::at(2, 0)), ..sent[0].clone() }],
            &[],
            State::at(1, 0)
        ));
        let edited = State { text: Some(2), ..State::at(1, 1) };
        assert!(!is_lost(&[sent[0].clone(), open(Act::Edit(2), 3)], &[], edited));
        let reply = [Done { reply_to: Some(7), ..sent[0].clone() }];
        assert!(is_lost(&reply, &[], State::at(1, 0)));
        assert!(!is_lost(&reply, &[], State { root: Some(7), ..State::at(1, 0) }));
        assert!(is_lost(&reply, &[], State { root: Some(8), ..State::at(1, 0) }));
    }

    #[test]
    fn an_acknowledged_deletion_is_stored() {
        assert!(is_lost(&[done(Act::Delete, 1, 1)], &[], State::at(1, 1)));
        assert!(!is_lost(&[done(Act::Delete, 1, 1)], &[], State::deleted(1, 1)));
        // It ends everything else.
        assert!(!is_lost(&[done(Act::Pin(true), 1, 1)], &[], State::deleted(1, 2)));
    }

    #[test]
    fn an_acknowledged_change_is_stored_unless_it_was_undone() {
        let reacted = |users: &[&str]| {
            let users: Vec<_> = users.iter().map(|user| (*user).to_owned()).collect();
            let count = users.len() as u64;
            let reaction = Reaction { emoji: "👍".to_owned(), count, users, mine: false };
            State { reactions: vec![reaction], ..State::at(1, 3) }
        };
        let pinned = || State { pinned: true, ..State::at(1, 3) };
        let text = |text| State { text: Some(text), ..State::at(1, 3) };
        let is = [
            (Act::Edit(2), Act::Edit(3), text(2), text(3)),
            (Act::Pin(true), Act::Pin(false), pinned(), State::at(1, 3)),
            (Act::Pin(false), Act::Pin(true), State::at(1, 3), pinned()),
            (Act::React("👍", true), Act::React("👍", false), reacted(&["ada"]), reacted(&["bob"])),
            (Act::React("👍", false), Act::React("👍", true), reacted(&["bob"]), reacted(&["ada"])),
        ];
        for (act, later, with, without) in is {
            let first = done(act, 1, 1);
            assert!(!is_lost(std::slice::from_ref(&first), &[], with), "{first:?}");
            assert!(is_lost(std::slice::from_ref(&first), &[], without.clone()), "{first:?}");
            for undone in [done(later.clone(), 2, 2), open(later.clone(), 2)] {
                assert!(!is_lost(&[first.clone(), undone], &[], without.clone()), "{first:?}");
            }
            let before = done(later.clone(), 2, 0);
            assert!(is_lost(&[first.clone(), before], &[], without.clone()), "{first:?}");
            let refused = Done { refused: Some(3), ..open(later.clone(), 2) };
            assert!(is_lost(&[first.clone(), refused], &[], without.clone()), "{first:?}");
            let elsewhere = Done { channel: 1, ..done(later, 2, 2) };
            assert!(is_lost(&[first.clone(), elsewhere], &[], without), "{first:?}");
        }
        // Another's reaction is another one.
        let (first, other) =
            (done(Act::React("👍", true), 1, 1), done(Act::React("👍", false), 2, 2));
        assert!(is_lost(&[first], &[other], State::at(1, 3)));
    }

    #[test]
    fn a_change_is_refused_only_after_a_deletion() {
        let refused = |act, at| Done { refused: Some(at), ..open(act, 1) };
        let is_refused = |ada, bob: &[Done]| !judged(&[ada], bob, State::at(1, 0)).1.is_empty();
        assert!(is_refused(refused(Act::Edit(2), 5), &[]));
        assert!(is_refused(refused(Act::Edit(2), 5), &[open(Act::Delete, 6)]));
        assert!(!is_refused(refused(Act::Edit(2), 5), &[open(Act::Delete, 4)]));
        assert!(!is_refused(refused(Act::Pin(true), 5), &[]));
        assert!(is_refused(refused(Act::Pin(false), 5), &[]));
    }

    #[test]
    fn a_channel_counts_no_more_changes_than_there_were() {
        let is_over = |done: &[Done], stored: State, rev: u64| {
            let record = Record { done: done.to_vec(), ..Record::default() };
            !Kept::new(&[record], &["ada"], &[vec![stored]]).uncounted(&[rev]).is_empty()
        };
        let two = [done(Act::Pin(true), 1, 1), done(Act::Pin(false), 2, 2)];
        assert!(!is_over(&two, State::at(1, 2), 2) && is_over(&two, State::at(1, 3), 3));
        // What was so already was no change.
        let again = [done(Act::Pin(true), 1, 1), done(Act::Pin(true), 2, 1)];
        assert!(!is_over(&again, State::at(1, 1), 1) && is_over(&again, State::at(1, 2), 2));
        let refused = Done { refused: Some(3), ..open(Act::Pin(true), 2) };
        assert!(!is_over(&[open(Act::Pin(true), 1), refused.clone()], State::at(1, 1), 1));
        assert!(is_over(&[refused], State::at(1, 1), 1));
        let reply = State { root: Some(1), ..State::at(1, 1) };
        assert!(!is_over(&[], reply.clone(), 1) && is_over(&[], reply.clone(), 2));
        assert!(!is_over(&[open(Act::Delete, 1)], State { deleted: true, ..reply }, 3));
    }

    #[test]
    fn the_texts_of_a_deleted_message_are_all_that_it_had() {
        let ada = [done(Act::Send(1), 1, 0), open(Act::Edit(2), 2)];
        let bob = [Done { seq: 2, ..done(Act::Send(3), 1, 0) }];
        let deleted = |stored| judged(&ada, &bob, stored).2;
        assert_eq!(deleted(State::at(1, 1)), HashSet::new());
        assert_eq!(deleted(State::deleted(1, 1)), HashSet::from([1, 2]));
    }
}
