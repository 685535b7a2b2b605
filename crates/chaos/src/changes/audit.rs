//! Compares the records of all participants with each other and with the store at the end.

use serde_json::{Value, json};

use super::held::{Held, whole};
use super::kept::Kept;
use super::read::{Found, Reactors, Read, root};
use super::record::{Act, Record, State, past};
use super::{Channels, Ended, record, rules};
use crate::audit::Cost;
use crate::company::End;

/// Counts the cost.
pub fn count(end: End<Channels, (Record, Vec<Held>), Found>) -> Ended {
    let End { scene, left, found, slowest } = end;
    let (mut records, held): (Vec<_>, Vec<_>) = left.into_iter().unzip();
    let mut cost = Cost::new(&scene.tally, slowest);
    let done = records.iter().flat_map(|record| &record.done);
    cost.acknowledged = done.clone().filter(|done| done.acknowledged.is_some()).count();
    if !done.clone().any(|done| done.act == Act::Delete && done.acknowledged.is_some()) {
        cost.surprises.push("nothing was deleted".to_owned());
    }
    let (mut stored, mut revs) = (vec![Vec::new(); super::CHANNELS], [0; super::CHANNELS]);
    for read in &found.reads {
        cost.holes += holes(read);
        cost.surprises.extend(differences(read, &held[read.who][read.channel]));
        revs[read.channel] = read.rev;
        stored[read.channel] =
            read.history.iter().map(|message| State::new(message, read.channel)).collect();
    }
    let users: Vec<_> = scene.people.iter().map(|person| person.user.as_str()).collect();
    let kept = Kept::new(&records, &users, &stored);
    let (lost, deleted) = (kept.lost(), kept.deleted());
    cost.lost = lost.len();
    cost.surprises.extend(lost);
    cost.surprises.extend(kept.refused());
    cost.surprises.extend(kept.uncounted(&revs));
    records.extend(found.records);
    cost.surprises.extend(rules::faults(&records, &users.repeat(2)));
    Ended { cost, deleted }
}

/// The places without a message, and the differences between the channel's `rev` and the last change.
fn holes(read: &Read) -> usize {
    let seqs = (1..).zip(&read.history);
    let holes = seqs.filter(|(place, message)| message["Seq"] != *place).count();
    let last = read.changes.last().map_or(0, |message| whole(&message["Rev"]));
    holes + usize::from(last != read.rev)
}

/// Where two ways of reading a channel differ, and where a reader holds something else.
fn differences(read: &Read, held: &Held) -> Vec<String> {
    let past = |messages: &[Value]| messages.iter().map(past).collect::<Vec<_>>();
    let history = past(&read.history);
    let select = |is: &dyn Fn(&Value) -> bool| {
        history.iter().filter(|message| is(message)).cloned().collect::<Vec<_>>()
    };
    let mut changed = select(&|message| whole(&message["Rev"]) > 0);
    changed.sort_by_key(|message| whole(&message["Rev"]));
    let mut pinned = past(&read.pinned);
    pinned.sort_by_key(|message| whole(&message["Seq"]));
    let replies = history.iter().filter(|root| {
        let is_reply = |message: &&Value| {
            message["ReplyTo"]["Root"] == root["Seq"] && message["DeletedAt"].is_null()
        };
        whole(&root["Replies"]) != history.iter().filter(is_reply).count() as u64
    });
    let mut threads = read.threads.iter();
    let is_other_thread =
        threads.any(|(of, thread)| past(thread) != select(&|message| root(message) == *of));
    let reactors = read.reactors.iter().filter(|Reactors { seq, emoji, total, users }| {
        let state = history.iter().find(|message| message["Seq"] == *seq);
        let reactions = state.and_then(|state| state["Reactions"].as_array());
        let mut reactions = reactions.into_iter().flatten();
        let reaction = reactions.find(|reaction| reaction["Emoji"] == *emoji);
        let reaction = reaction.cloned().unwrap_or_else(|| json!({"Count": 0, "Users": []}));
        (&reaction["Count"], &reaction["Users"]) != (&json!(total), &json!(users))
    });
    let held = held.messages.values().map(record::past);
    let checks = [
        ("channelChanges differs from the history", past(&read.changes) != changed),
        (
            "the pinned messages differ from the history",
            pinned != select(&|message| message["PinnedAt"].is_string()),
        ),
        ("a root counts other replies than there are", replies.count() > 0),
        ("a thread differs from the history", is_other_thread),
        ("the reactors differ from the history", reactors.count() > 0),
        ("the reader holds something else", !held.eq(history.iter().cloned())),
    ];
    let wrong = checks.into_iter().filter(|(_, is_wrong)| *is_wrong);
    let place = |fault| format!("person {}, channel {}: {fault}", read.who, read.channel);
    wrong.map(|(fault, _)| place(fault)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A thread of a root with a reaction and two replies, of which the second is deleted, and a pinned message.
    fn history() -> Vec<Value> {
        let reactions = json!([{"Emoji": "👍", "Count": 1, "Users": ["ada"]}]);
        let reply = json!({"Seq": 1, "Root": 1});
        vec![
            json!({"Seq": 1, "Rev": 4, "Replies": 1, "Reactions": reactions}),
            json!({"Seq": 2, "ReplyTo": reply}),
            json!({"Seq": 3, "Rev": 3, "ReplyTo": reply, "DeletedAt": "now"}),
            json!({"Seq": 4, "Rev": 5, "PinnedAt": "now"}),
        ]
    }

    fn reactors(seq: u64, users: &[&str]) -> Reactors {
        let total = users.len() as u64;
        Reactors {
            seq,
            emoji: "👍",
            total,
            users: users.iter().map(|user| (*user).to_owned()).collect(),
        }
    }

    fn read() -> Read {
        let history = history();
        let pick = |places: &[usize]| places.iter().map(|at| history[*at].clone()).collect();
        Read {
            rev: 5,
            changes: pick(&[2, 0, 3]),
            pinned: pick(&[3]),
            threads: [(1, pick(&[0, 1, 2])), (4, pick(&[3]))].into(),
            reactors: vec![reactors(1, &["ada"]), reactors(3, &[])],
            history,
            ..Read::default()
        }
    }

    /// What is wrong when the read is another one.
    fn with(change: impl FnOnce(&mut Read)) -> String {
        let (mut read, mut held) = (read(), Held::default());
        held.messages = (1..).zip(history()).collect();
        change(&mut read);
        let found = differences(&read, &held);
        found.iter().filter_map(|fault| fault.strip_prefix("person 0, channel 0: ")).collect()
    }

    #[test]
    fn all_ways_of_reading_a_channel_show_the_same() {
        assert_eq!(with(|_| {}), "");
        assert_eq!(
            with(|read| drop(read.changes.pop())),
            "channelChanges differs from the history"
        );
        assert_eq!(with(|read| read.changes.swap(0, 1)), "channelChanges differs from the history");
        assert_eq!(with(|read| read.pinned.clear()), "the pinned messages differ from the history");
        let thread = |read: &mut Read| drop(read.threads.get_mut(&1).map(Vec::pop));
        assert_eq!(with(thread), "a thread differs from the history");
        let told = "the reactors differ from the history";
        assert_eq!(with(|read| read.reactors[0].total = 2), told);
        assert_eq!(with(|read| read.reactors[0].users.clear()), told);
        assert_eq!(with(|read| read.reactors[1].total = 1), told);
    }

    #[test]
    fn a_reader_holds_what_is_stored() {
        let other = |read: &mut Read| read.history[1]["Message"] = "another".into();
        let told = "the reader holds something else";
        assert!(with(other).ends_with(told));
        assert!(with(|read| drop(read.history.pop())).ends_with(told));
    }

    #[test]
    fn a_root_counts_its_replies_without_deleted_ones() {
        let counted = |read: &mut Read| read.history[0]["Replies"] = 2.into();
        assert!(with(counted).contains("a root counts other replies than there are"));
    }

    #[test]
    fn a_channel_has_every_seq_and_ends_with_its_last_change() {
        assert_eq!(holes(&read()), 0);
        assert_eq!(holes(&Read { rev: 6, ..read() }), 1);
        let mut missing = read();
        missing.history.remove(1);
        assert_eq!(holes(&missing), 2);
    }
}
