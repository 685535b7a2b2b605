//! Changes to messages on their way to their readers: those of one turn in a channel at once, and those of the next 250 ms
//! together.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chinwag_protocol::ChannelUuid;
use chinwag_store::Message;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// How long the changes in a channel are gathered after some were sent.
const PERIOD: Duration = Duration::from_millis(250);

/// How many messages are gathered, and how many bytes of text. Beyond that all but the newest are dropped:
/// the readers see the gap, and ask.
const MOST: usize = 100;
const MOST_TEXT: usize = 256 * 1024;

/// Messages of a channel that have changed.
pub struct Group {
    /// Between this `Rev` and that of the last message only these changed.
    pub after: u64,
    /// In the order of `Rev`, each once.
    pub messages: Vec<Arc<Message>>,
}

/// The changes that are being gathered.
#[derive(Default)]
pub struct Changes {
    open: Mutex<Open>,
    opened: Notify,
}

#[derive(Default)]
struct Open {
    channels: HashMap<ChannelUuid, Option<Group>>,
    /// When each of these is sent, the next one first.
    due: VecDeque<(Instant, ChannelUuid)>,
}

/// The changes while frames are handed out. Nobody else takes any or hands out a message meanwhile, so that none comes
/// behind a message that was sent after its messages had changed again.
pub struct Held<'a> {
    open: MutexGuard<'a, Open>,
    opened: &'a Notify,
}

impl Changes {
    /// Holds them.
    pub fn hold(&self) -> Held<'_> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        Held { open, opened: &self.opened }
    }

    /// Waits until some are to be sent.
    pub async fn wait(&self) {
        loop {
            let next = self.hold().open.due.front().map(|(at, _)| *at);
            match next {
                None => self.opened.notified().await,
                Some(at) => return sleep_until(at).await,
            }
        }
    }
}

impl Held<'_> {
    /// Takes the changes of a turn, each with the `Rev` before it. Returns those that are to be sent at once: of a channel
    /// all together, since an earlier one may show a message as it no longer is.
    pub fn take(&mut self, changes: impl IntoIterator<Item = (u64, Arc<Message>)>) -> Vec<Group> {
        let mut at_once: Vec<Group> = Vec::new();
        for (after, message) in changes {
            let channel = message.channel.uuid;
            let group = Group { after, messages: vec![message] };
            if let Some(begun) = at_once.iter_mut().find(|begun| begun.channel() == Some(channel)) {
                begun.add(group);
            } else if let Some(waiting) = self.open.channels.get_mut(&channel) {
                match waiting {
                    Some(waiting) => waiting.add(group),
                    None => *waiting = Some(group),
                }
            } else {
                self.open.channels.insert(channel, None);
                self.open.due.push_back((Instant::now() + PERIOD, channel));
                self.opened.notify_one();
                at_once.push(group);
            }
        }
        at_once
    }

    /// Drops those that wait, since the store may have lost them.
    pub fn forget(&mut self) {
        self.open.channels.values_mut().for_each(|waiting| *waiting = None);
    }

    /// Those that are to be sent by now.
    pub fn due(&mut self, now: Instant) -> Vec<Group> {
        let Open { channels, due } = &mut *self.open;
        let mut groups = Vec::new();
        while let Some((_, channel)) = due.pop_front_if(|(at, _)| *at <= now) {
            match channels.get_mut(&channel).and_then(Option::take) {
                Some(group) => {
                    groups.push(group);
                    due.push_back((now + PERIOD, channel));
                }
                None => {
                    channels.remove(&channel);
                }
            }
        }
        groups
    }
}

impl Group {
    fn channel(&self) -> Option<ChannelUuid> {
        self.messages.last().map(|message| message.channel.uuid)
    }

    /// Adds a later change.
    fn add(&mut self, later: Self) {
        let is_changed_again =
            |message: &Arc<Message>| later.messages.iter().any(|again| again.seq == message.seq);
        self.messages.retain(|message| !is_changed_again(message));
        let deleted = later.messages.iter().filter(|message| message.is_deleted());
        deleted.for_each(|deleted| self.forget_excerpts(deleted.seq));
        let text = self.messages.iter().map(|message| message.text.len()).sum::<usize>();
        if self.messages.len() >= MOST || text >= MOST_TEXT {
            *self = later;
        } else {
            self.messages.extend(later.messages);
        }
    }

    /// The replies that wait were read before the message that they answer was deleted.
    fn forget_excerpts(&mut self, seq: u64) {
        let answers =
            |message: &Message| message.reply_to.as_ref().is_some_and(|reply| reply.seq == seq);
        for message in self.messages.iter_mut().filter(|message| answers(message)) {
            if let Some(reply) = &mut Arc::make_mut(message).reply_to {
                (reply.written_as, reply.excerpt) = (None, None);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use chinwag_store::ReplyTo;
    use jiff::Timestamp;

    use super::*;
    use crate::samples;

    fn change(seq: u64, rev: u64) -> (u64, Arc<Message>) {
        (rev - 1, Arc::new(samples::changed(seq, rev)))
    }

    fn revs(group: &Group) -> (u64, Vec<u64>) {
        (group.after, group.messages.iter().map(|message| message.rev()).collect())
    }

    /// What is due a period later.
    fn groups(changes: &Changes) -> Vec<Group> {
        let mut held = changes.hold();
        let at = held.open.due.front().map_or_else(Instant::now, |(at, _)| *at);
        held.due(at)
    }

    fn due(changes: &Changes) -> Vec<(u64, Vec<u64>)> {
        groups(changes).iter().map(revs).collect()
    }

    fn take(changes: &Changes, seq: u64, rev: u64) -> Option<Group> {
        changes.hold().take([change(seq, rev)]).pop()
    }

    #[test]
    fn the_first_goes_at_once_and_the_next_together() {
        let changes = Changes::default();
        assert_eq!(revs(&take(&changes, 1, 1).unwrap()), (0, vec![1]));
        for (seq, rev) in [(1, 2), (2, 3), (1, 4)] {
            assert!(take(&changes, seq, rev).is_none());
        }
        assert_eq!(due(&changes), [(1, vec![3, 4])]);
        assert!(take(&changes, 3, 5).is_none());
        assert_eq!(due(&changes), [(4, vec![5])]);
        assert!(due(&changes).is_empty());
        assert_eq!(revs(&take(&changes, 3, 6).unwrap()), (5, vec![6]));
    }

    #[test]
    fn those_of_one_turn_go_together() {
        let changes = Changes::default();
        let turn = [change(1, 1), change(2, 2), change(1, 3)];
        let sent: Vec<_> = changes.hold().take(turn).iter().map(revs).collect();
        assert_eq!(sent, [(0, vec![2, 3])]);
        assert!(take(&changes, 2, 4).is_none());
        assert_eq!(due(&changes), [(3, vec![4])]);
    }

    #[test]
    fn what_waits_can_be_forgotten() {
        let changes = Changes::default();
        take(&changes, 1, 1);
        take(&changes, 1, 2);
        changes.hold().forget();
        assert!(take(&changes, 1, 2).is_none());
        assert_eq!(due(&changes), [(1, vec![2])]);
    }

    #[test]
    fn a_deletion_ends_the_excerpts_that_wait() {
        let changes = Changes::default();
        take(&changes, 1, 1);
        for (seq, answered, rev) in [(3, 1, 2), (4, 2, 3)] {
            let (after, mut reply) = change(seq, rev);
            let (sender, excerpt) = (reply.sender.clone(), Some("text".to_owned()));
            let written_as = Some("CI".into());
            let reply_to = ReplyTo { seq: answered, root: answered, sender, written_as, excerpt };
            Arc::make_mut(&mut reply).reply_to = Some(Box::new(reply_to));
            changes.hold().take([(after, reply)]);
        }
        let (after, mut deleted) = change(2, 4);
        let state = Arc::make_mut(&mut deleted).state.as_mut().unwrap();
        state.deleted_at = Some(Timestamp::UNIX_EPOCH);
        changes.hold().take([(after, deleted)]);
        let quotes = |message: &Arc<Message>| {
            let reply = message.reply_to.as_ref()?;
            Some((reply.written_as.clone()?, reply.excerpt.clone()?))
        };
        let sent: Vec<_> = groups(&changes)[0].messages.iter().map(quotes).collect();
        assert_eq!(sent, [Some(("CI".into(), "text".to_owned())), None, None]);
    }

    #[test]
    fn too_many_leave_a_gap() {
        let changes = Changes::default();
        for rev in 1..=102 {
            take(&changes, rev, rev);
        }
        assert_eq!(due(&changes), [(101, vec![102])]);
    }
}
