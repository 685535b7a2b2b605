//! What no frame may show, by the records of all participants.

use std::collections::HashMap;

use super::record::{Act, Frame, Record, State};
use super::shape;

/// A message, by its channel and `Seq`.
type Place = (usize, u64);

/// What the records of all tell of each message.
pub struct Rules<'a> {
    /// By message the moments at which a greater `Rev` was shown than ever before.
    shown: HashMap<Place, Vec<(u64, u64)>>,
    /// When each message was first shown as deleted, and its `Rev` then.
    deleted: HashMap<Place, (u64, u64)>,
    /// The message of each text.
    texts: HashMap<u64, Place>,
    /// When each new message was first sent, by its text.
    sent: HashMap<u64, u64>,
    /// By channel and `Rev` the message that it changed, and its hash.
    revs: HashMap<(usize, u64), (u64, u64)>,
    records: &'a [Record],
    faults: Vec<String>,
}

/// What a connection has got of a channel.
#[derive(Default)]
struct Heard {
    /// The last message's `Seq`.
    seq: Option<u64>,
    /// The `rev` of the last live changes.
    rev: Option<u64>,
    /// A moment that the next live frame was made after: when its last new message was sent.
    since: u64,
}

/// Everything that must not have happened, with the user of each record. There may be several of a user.
pub fn faults(records: &[Record], users: &[&str]) -> Vec<String> {
    let (shown, deleted, texts, sent, revs) = Default::default();
    let mut rules = Rules { shown, deleted, texts, sent, revs, records, faults: Vec::new() };
    rules.gather();
    for (record, user) in records.iter().zip(users) {
        rules.look(user, &record.frames);
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
            let deleted = self.deleted.get(&place).map(|(_, rev)| *rev);
            if state.deleted {
                self.deleted.entry(place).or_insert((at, state.rev));
            } else if deleted.is_some_and(|deleted| deleted < state.rev) {
                self.faults.push(format!("{place:?} was deleted and is back at Rev {}", state.rev));
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

    fn look(&mut self, user: &str, frames: &[Frame]) {
        let (mut connection, mut heard) = (0, HashMap::new());
        for frame in frames {
            if frame.connection != connection {
                (connection, heard) = (frame.connection, HashMap::new());
            }
            let faults = shape::faults(frame, user);
            self.faults.extend(faults.into_iter().map(|fault| format!("{user}: {fault}")));
            self.look_back(user, frame, &heard);
            self.follow(user, frame, &mut heard);
        }
    }

    /// A frame shows no message as it was, and no text of a message that was deleted, before the frame was made.
    fn look_back(&mut self, user: &str, frame: &Frame, heard: &HashMap<usize, Heard>) {
        let made = |channel: usize| {
            let since = || heard.get(&channel).map(|heard| heard.since);
            frame.asked.or_else(since).unwrap_or_default()
        };
        let way = if frame.asked.is_some() { "in a reply" } else { "live" };
        for state in &frame.states {
            let (seq, rev, made) = (state.seq, state.rev, made(state.channel));
            let shown = &self.shown[&(state.channel, seq)];
            let before = shown.iter().take_while(|(at, _)| *at < made).last();
            if let Some((_, newer)) = before.filter(|(_, newer)| *newer > rev) {
                let fault =
                    format!("{user} got {seq} at Rev {rev} after {newer} {way}: {}", frame.kind);
                self.faults.push(fault);
            }
        }
        for text in &frame.texts {
            let Some(place) = self.texts.get(text) else { continue };
            let is_here = |state: &State| state.deleted && (state.channel, state.seq) == *place;
            let was_deleted = self.deleted.get(place).is_some_and(|(at, _)| *at < made(place.0));
            if was_deleted || frame.states.iter().any(is_here) {
                let fault = format!("{user} got the deleted text {text} {way}: {}", frame.kind);
                self.faults.push(fault);
            }
        }
    }

    /// On one connection a channel's messages and its live changes come without a gap.
    fn follow(&mut self, user: &str, frame: &Frame, heard: &mut HashMap<usize, Heard>) {
        if let Some(state) = frame.states.first().filter(|_| frame.is_message()) {
            let Heard { seq: last, since, .. } = heard.entry(state.channel).or_default();
            let (channel, seq) = (state.channel, state.seq);
            if let Some(last) = last.filter(|last| *last + 1 < seq) {
                self.faults.push(format!("{user} got {seq} of channel {channel} after {last}"));
            }
            // The reply to a message that was sent again may be the first, and says nothing of what came since.
            let is_live = frame.asked.is_none();
            *last = last.map(|last| last.max(seq)).or_else(|| is_live.then_some(seq));
            if is_live {
                let sent = state.text.and_then(|text| self.sent.get(&text).copied());
                *since = (*since).max(sent.unwrap_or_default());
            }
        }
        if let Some((channel, after, rev)) = frame.changes.filter(|_| frame.asked.is_none()) {
            let Heard { rev: last, .. } = heard.entry(channel).or_default();
            if let Some(last) = last.filter(|last| *last < after) {
                let fault = format!(
                    "{user} got the changes of channel {channel} after {after}, not {last}"
                );
                self.faults.push(fault);
            }
            *last = Some(last.unwrap_or_default().max(rev));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::Done;
    use super::*;

    /// Ada's send is asked for at 10 and shown at 11, her edit is shown at 21 and her deletion at 31.
    fn ada() -> Record {
        let sent = Done {
            act: Act::Send(1),
            channel: 0,
            seq: 1,
            reply_to: None,
            asked: 10,
            acknowledged: Some(State::at(1, 0)),
            refused: None,
        };
        let shown = [
            Frame::of("channelMessage", Some(10), 11, vec![State::at(1, 0)]),
            Frame::of("messageEdit", Some(20), 21, vec![edited()]),
            Frame::of("messageDelete", Some(30), 31, vec![State::deleted(1, 2)]),
        ];
        Record { done: vec![sent], frames: shown.into() }
    }

    fn edited() -> State {
        State { text: Some(9), edited: true, ..State::at(1, 1) }
    }

    /// What is wrong when Bob gets these frames besides.
    fn with(frames: Vec<Frame>) -> String {
        let bob = Record { frames, ..Record::default() };
        faults(&[ada(), bob], &["ada", "bob"]).join("; ")
    }

    fn reply(asked: u64, state: State) -> Frame {
        Frame::of("channelMessages", Some(asked), asked + 1, vec![state])
    }

    /// A message that was sent when Bob had seen the deletion.
    fn later() -> (Done, Frame) {
        let sent = Done { act: Act::Send(2), seq: 2, asked: 40, ..ada().done[0].clone() };
        (sent, Frame::of("channelMessage", None, 41, vec![State::at(2, 0)]))
    }

    fn changes(after: u64, at: u64, states: Vec<State>) -> Frame {
        let rev = states.last().map_or(after, |state| state.rev);
        let frame = Frame::of("channelChanges", None, at, states);
        Frame { changes: Some((0, after, rev)), ..frame }
    }

    #[test]
    fn states_that_were_on_their_way_are_no_fault() {
        let frames = vec![
            Frame::of("channelMessage", None, 12, vec![State::at(1, 0)]),
            reply(19, State::at(1, 0)),
            reply(29, edited()),
            changes(0, 35, vec![edited()]),
            changes(1, 45, vec![State::deleted(1, 2)]),
            reply(46, State::deleted(1, 2)),
        ];
        assert_eq!(with(frames), "");
    }

    #[test]
    fn a_reply_with_an_older_state_than_was_seen_is_a_fault() {
        assert_eq!(
            with(vec![reply(25, State::at(1, 0))]),
            "bob got 1 at Rev 0 after 1 in a reply: channelMessages"
        );
    }

    #[test]
    fn a_deleted_text_in_a_reply_is_a_fault() {
        let told = "bob got 1 at Rev 1 after 2 in a reply: channelMessages; bob got the deleted text 9 in a reply: channelMessages";
        assert_eq!(with(vec![reply(35, edited())]), told);
        let quote = Frame { texts: vec![9], ..reply(35, State::at(3, 0)) };
        assert_eq!(
            with(vec![quote.clone()]),
            "bob got the deleted text 9 in a reply: channelMessages"
        );
        assert_eq!(with(vec![Frame { asked: Some(30), ..quote }]), "");
        // It is shown as deleted in the same frame.
        let mut page = reply(25, State::deleted(1, 2));
        page.texts.push(9);
        assert_eq!(with(vec![page]), "bob got the deleted text 9 in a reply: channelMessages");
    }

    #[test]
    fn a_live_frame_behind_a_later_message_shows_nothing_older() {
        let (sent, message) = later();
        let faults = |frames| {
            let mut records = [ada(), Record { frames, ..Record::default() }];
            records[0].done.push(sent.clone());
            faults(&records, &["ada", "bob"]).join("; ")
        };
        let old = changes(0, 45, vec![edited()]);
        assert_eq!(faults(vec![old.clone(), message.clone()]), "");
        let told = "bob got 1 at Rev 1 after 2 live: channelChanges; bob got the deleted text 9 live: channelChanges";
        assert_eq!(faults(vec![message.clone(), old.clone()]), told);
        // Of another connection nothing is known.
        assert_eq!(faults(vec![message, Frame { connection: 2, ..old }]), "");
    }

    #[test]
    fn a_deleted_message_that_comes_back_is_a_fault() {
        let back = State { text: None, ..State::at(1, 3) };
        assert_eq!(with(vec![reply(35, back)]), "(0, 1) was deleted and is back at Rev 3");
    }

    #[test]
    fn a_rev_is_that_of_one_state_of_one_message() {
        assert_eq!(with(vec![reply(0, State::at(3, 1))]), "Rev 1 of channel 0 is of 3 and 1");
        let other = State { hash: 0, ..edited() };
        assert_eq!(with(vec![reply(22, other)]), "Rev 1 of channel 0 is of 1 and 1");
    }

    #[test]
    fn a_text_stands_at_one_place() {
        let other = State { text: Some(1), ..State::at(4, 0) };
        assert_eq!(with(vec![reply(0, other)]), "text 1 stands at (0, 4) and (0, 1)");
    }

    #[test]
    fn live_frames_of_a_connection_have_no_gap() {
        let message = |seq, at| Frame::of("channelMessage", None, at, vec![State::at(seq, 0)]);
        let own = |seq, at| Frame { asked: Some(at - 1), ..message(seq, at) };
        let all = vec![own(1, 11), message(3, 12), own(4, 14), own(2, 16), message(5, 17)];
        assert_eq!(with(all), "");
        assert_eq!(with(vec![message(3, 12), own(5, 14)]), "bob got 5 of channel 0 after 3");
        let gap = vec![message(1, 12), message(3, 13)];
        assert_eq!(with(gap.clone()), "bob got 3 of channel 0 after 1");
        let connections = (1..).zip(gap);
        let each = connections.map(|(connection, frame)| Frame { connection, ..frame });
        assert_eq!(with(each.collect()), "");
        let state = |seq, rev| vec![State::at(seq, rev)];
        let first = changes(6, 12, state(5, 7));
        assert_eq!(with(vec![first.clone(), changes(7, 13, state(5, 8))]), "");
        let told = "bob got the changes of channel 0 after 8, not 7";
        assert_eq!(with(vec![first, changes(8, 13, state(5, 9))]), told);
    }

    #[test]
    fn a_wrong_frame_is_a_fault_of_its_reader() {
        let state = State { pinned: true, ..State::deleted(1, 2) };
        assert!(with(vec![reply(35, state)]).starts_with("bob: 1 is deleted and shows"));
    }
}
