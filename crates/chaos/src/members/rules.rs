//! Who may see what, by the records of all participants.

use std::collections::HashMap;

use super::record::{Change, Record};

/// Who may see what, by the records of all.
pub struct Rules<'a> {
    records: &'a [Record],
    /// The changes of each channel and person.
    changes: HashMap<(usize, usize), Vec<&'a Change>>,
    /// By channel and `Seq` when each stored message was first sent.
    sent: Vec<Vec<u64>>,
}

impl<'a> Rules<'a> {
    /// With the texts that are stored in each channel.
    pub fn new(records: &'a [Record], stored: &[Vec<&str>]) -> Self {
        let mut changes: HashMap<_, Vec<_>> = HashMap::new();
        for change in records.iter().flat_map(|record| &record.changes) {
            changes.entry((change.channel, change.who)).or_default().push(change);
        }
        let asked: HashMap<_, _> = records
            .iter()
            .flat_map(|record| &record.sent)
            .map(|sent| (sent.text.as_str(), sent.asked))
            .collect();
        let asked = |text: &&str| asked.get(text).copied().unwrap_or_default();
        let sent = stored.iter().map(|texts| texts.iter().map(asked).collect()).collect();
        Self { records, changes, sent }
    }

    fn changes(&self, channel: usize, who: usize) -> &[&'a Change] {
        self.changes.get(&(channel, who)).map_or(&[], Vec::as_slice)
    }

    /// The last change that was acknowledged by then, and those that were asked for after it.
    fn since(&self, channel: usize, who: usize, then: u64) -> (Option<&Change>, &[&'a Change]) {
        let changes = self.changes(channel, who);
        let made = |change: &&Change| change.acknowledged.is_some_and(|at| at <= then);
        let next = changes.iter().rposition(made).map_or(0, |last| last + 1);
        (changes[..next].last().copied(), &changes[next..])
    }

    /// Whether the person was a member from one moment to another; `None` if that may have changed meanwhile.
    fn member(&self, channel: usize, who: usize, from: u64, to: u64) -> Option<bool> {
        let (last, later) = self.since(channel, who, from);
        let is = channel == who || last.is_some_and(|change| change.added);
        let may_differ = later.iter().any(|change| change.asked < to && change.added != is);
        (!may_differ).then_some(is)
    }

    /// Everything that must not have happened.
    pub fn faults(&self, members: &[Vec<bool>]) -> Vec<String> {
        let mut faults = Vec::new();
        for who in 0..self.records.len() {
            self.leaks(who, &mut faults);
            self.answers(who, &mut faults);
            self.misses(who, &mut faults);
            for (channel, members) in members.iter().enumerate() {
                let expected = self.member(channel, who, u64::MAX, u64::MAX);
                if expected.is_some_and(|expected| expected != members[who]) {
                    let is = if members[who] { "a" } else { "no" };
                    faults.push(format!("person {who} is {is} member of channel {channel}"));
                }
            }
        }
        faults
    }

    /// Nobody sees a message that was sent after they were removed.
    fn leaks(&self, who: usize, faults: &mut Vec<String>) {
        for receipt in &self.records[who].received {
            let (channel, seq) = (receipt.channel, receipt.seq);
            let place = usize::try_from(seq.saturating_sub(1)).unwrap_or(usize::MAX);
            match self.sent[channel].get(place) {
                Some(sent) if self.member(channel, who, *sent, receipt.at) == Some(false) => {
                    faults.push(format!("person {who} saw {seq} of channel {channel} outside it"));
                }
                Some(_) => {}
                None => faults.push(format!("{seq} of channel {channel} was seen, not stored")),
            }
        }
    }

    /// Requests are answered to members, and to nobody else.
    fn answers(&self, who: usize, faults: &mut Vec<String>) {
        for request in &self.records[who].requests {
            let member = self.member(request.channel, who, request.asked, request.answered);
            if member == Some(!request.shown) {
                let is = if request.shown { "was" } else { "wasn't" };
                let (kind, channel) = (request.kind, request.channel);
                faults.push(format!("person {who} {is} shown channel {channel} by {kind}"));
            }
        }
    }

    /// Who had the whole history has, when the news of the removal comes, every message that was acknowledged before
    /// the removal was asked for.
    fn misses(&self, who: usize, faults: &mut Vec<String>) {
        for gone in &self.records[who].gone {
            let (_, later) = self.since(gone.channel, who, gone.since);
            let Some(removal) = later.iter().find(|change| !change.added) else {
                faults.push(format!("person {who} was told of a removal that nobody asked for"));
                continue;
            };
            let sent = self.records.iter().flat_map(|record| &record.sent);
            let missed = sent.filter(|sent| sent.channel == gone.channel).filter(|sent| {
                let came = sent.acknowledged.as_ref();
                came.is_some_and(|(at, seq, _)| *at < removal.asked && *seq > gone.seen)
            });
            for missed in missed {
                let (text, channel) = (&missed.text, gone.channel);
                faults.push(format!("person {who} missed {text:?} in channel {channel}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::{Gone, Receipt, Request, Sent};
    use super::*;

    /// The owner, whose channel it is, adds the other from 2 to 3 and removes them from 6 to 7. The first message is
    /// sent between, from 4 to 5, and the second one after that, from 8 to 9.
    fn records() -> [Record; 2] {
        let change = |added, asked| Change {
            channel: 0,
            who: 1,
            added,
            asked,
            acknowledged: Some(asked + 1),
        };
        let sent = |seq: u64, asked: u64| Sent {
            channel: 0,
            text: seq.to_string(),
            asked,
            acknowledged: Some((asked + 1, seq, String::new())),
        };
        let owner = Record {
            changes: vec![change(true, 2), change(false, 6)],
            sent: vec![sent(1, 4), sent(2, 8)],
            ..Record::default()
        };
        [owner, Record::default()]
    }

    fn faults(records: &[Record]) -> Vec<String> {
        Rules::new(records, &[vec!["1", "2"]]).faults(&[vec![true, false]])
    }

    fn fault(change: impl FnOnce(&mut [Record; 2])) -> String {
        let mut records = records();
        change(&mut records);
        faults(&records).join("; ")
    }

    fn asked(shown: bool, asked: u64, answered: u64) -> Request {
        Request { kind: "channelMessages", channel: 0, asked, answered, shown }
    }

    #[test]
    fn what_may_happen_is_no_fault() {
        let mut records = records();
        records[0].received = vec![Receipt { channel: 0, seq: 2, at: 9 }];
        // A message may arrive late, but it was sent before.
        records[1].received = vec![Receipt { channel: 0, seq: 1, at: 20 }];
        records[1].gone = vec![Gone { channel: 0, since: 3, seen: 1 }];
        // While a change is under way, both answers fit.
        records[1].requests = vec![
            asked(false, 0, 1),
            asked(true, 1, 3),
            asked(false, 1, 3),
            asked(true, 4, 5),
            asked(true, 5, 8),
            asked(false, 5, 8),
            asked(false, 8, 9),
        ];
        assert_eq!(faults(&records), [""; 0]);
    }

    #[test]
    fn a_message_after_the_removal_is_a_leak() {
        let seen = |seq| {
            move |records: &mut [Record; 2]| {
                records[1].received.push(Receipt { channel: 0, seq, at: 10 });
            }
        };
        assert_eq!(fault(seen(2)), "person 1 saw 2 of channel 0 outside it");
        assert_eq!(fault(seen(3)), "3 of channel 0 was seen, not stored");
    }

    #[test]
    fn an_answer_to_the_wrong_person_is_a_fault() {
        let answer = |answer| fault(move |records| records[1].requests.push(answer));
        let shown = "person 1 was shown channel 0 by channelMessages";
        assert_eq!(answer(asked(true, 0, 1)), shown);
        assert_eq!(answer(asked(true, 8, 9)), shown);
        let hidden = "person 1 wasn't shown channel 0 by channelMessages";
        assert_eq!(answer(asked(false, 4, 5)), hidden);
    }

    #[test]
    fn a_message_that_did_not_come_before_the_removal_is_a_miss() {
        let gone = |since, seen| {
            fault(move |records| records[1].gone.push(Gone { channel: 0, since, seen }))
        };
        assert_eq!(gone(3, 0), "person 1 missed \"1\" in channel 0");
        assert_eq!(gone(8, 1), "person 1 was told of a removal that nobody asked for");
    }

    #[test]
    fn members_are_those_of_the_last_change_unless_it_is_open() {
        let mut records = records();
        records[0].changes.pop();
        assert_eq!(faults(&records), ["person 1 is no member of channel 0"]);
        let open = Change { channel: 0, who: 1, added: false, asked: 6, acknowledged: None };
        records[0].changes.push(open);
        assert_eq!(faults(&records), [""; 0]);
    }
}
