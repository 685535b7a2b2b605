//! Counts of mentions against a recount, after each of many random steps of users with two devices.

use std::sync::Arc;

use chinwag_protocol::SessionUuid;
use chinwag_store::{
    Change, Channel, ChannelDetails, Denied, Failure, Filter, HistoryPage, Message, Page, Wanted,
};
use chinwag_testbed::Random;

use super::members::{add, make};
use super::mentions::{edit, mention, mentions};
use crate::node::{Node, Nodes, Person};

fn some(random: &mut Random, people: &[Person]) -> Vec<Person> {
    people.iter().filter(|_| random.below(3) == 0).cloned().collect()
}

/// Each count agrees with what the messages say.
async fn recount(node: &Node, people: &[Person], channels: &[Channel]) {
    for person in people {
        for entry in node.store.inbox(&person.user, Wanted::All).await.unwrap() {
            let Some(channel) = channels.iter().find(|of| of.uuid == entry.channel.uuid) else {
                continue;
            };
            let page = HistoryPage { page: Page::Last, limit: 1_000, filter: Filter::All };
            let messages = node.store.messages(channel, &person.user, page).await.unwrap().messages;
            let me = person.user.uuid;
            let concerns = |message: &&Message| {
                let named = message.mentions.as_ref().is_some_and(|mentions| {
                    mentions.all || mentions.users.iter().any(|user| user.uuid == me)
                });
                let answers =
                    message.reply_to.as_ref().is_some_and(|reply| reply.sender.uuid == me);
                let is_read = message.seq <= entry.total - entry.unread;
                (named || answers) && message.sender.uuid != me && !is_read && !message.is_deleted()
            };
            let found: Vec<_> =
                messages.iter().filter(concerns).map(|message| message.seq).collect();
            let expected = (found.len() as u64, found.iter().min().copied());
            let name = &person.user.name;
            assert_eq!((entry.mentions, entry.first_mention), expected, "{name} in {channel:?}");
        }
    }
}

/// Four users, each on two devices, and three channels of theirs.
struct Talk {
    random: Random,
    nodes: Nodes,
    people: Vec<Person>,
    /// Sessions on the first and on the second node.
    devices: Vec<[SessionUuid; 2]>,
    channels: [Channel; 3],
    /// Who has sent what, by `Seq` from 1.
    senders: [Vec<usize>; 3],
    ops: ChannelDetails,
    members: [bool; 4],
}

impl Talk {
    async fn begin(nodes: Nodes) -> Self {
        let (mut people, mut devices) = (Vec::new(), Vec::new());
        for name in ["Ada", "Bob", "Carol", "Dan"] {
            let person = nodes.user(name).await;
            // Each node follows the channels of those who are signed in there.
            let again = SessionUuid::random();
            nodes.second.store.session_started(&person.user, again).await.unwrap();
            devices.push([person.session, again]);
            people.push(person);
        }
        let node = &nodes.first;
        let ops = make(node, &people[0], "Ops", false).await;
        let direct = node.direct(people[0].user.uuid, people[1].user.uuid).await.unwrap().unwrap();
        let channels = [Channel::GENERAL, Channel::of_members(ops.uuid), direct];
        let random = Random::new(2026);
        let (senders, members) = (Default::default(), [true, false, false, false]);
        Self { random, nodes, people, devices, channels, senders, ops, members }
    }

    /// A channel as a user sees it.
    async fn channel(&self, at: usize, by: usize) -> Channel {
        if at < 2 || by == 0 {
            return self.channels[at].clone();
        }
        let [ada, bob] = [0, 1].map(|at| self.people[at].user.uuid);
        self.nodes.first.direct(bob, ada).await.unwrap().unwrap()
    }

    /// One of the newest messages of a channel; 0 if it has none.
    fn recent(&mut self, at: usize) -> u64 {
        let sent = self.senders[at].len();
        (sent - self.random.place(sent.clamp(1, 12))) as u64
    }

    async fn step(&mut self, step: usize) {
        let (at, by, device) = (self.random.place(3), self.random.place(4), self.random.place(2));
        let node = Arc::clone([&self.nodes.first, &self.nodes.second][device]);
        let belongs = [true, self.members[by], by < 2][at];
        let seq = self.recent(at);
        let author =
            usize::try_from(seq).unwrap().checked_sub(1).map(|place| self.senders[at][place]);
        let whom = some(&mut self.random, &self.people);
        let whom: Vec<_> = whom.iter().collect();
        match (self.random.below(12), author) {
            // Dan only reads, so that more is left unread.
            (0..=5, _) if belongs && by < 3 => {
                let whom = mentions(&whom, self.random.below(4) == 0);
                let reply_to = (seq > 0 && self.random.below(2) == 0).then_some(seq);
                let (channel, text) = (self.channel(at, by).await, format!("step {step}"));
                mention(&node, &self.people[by], &channel, &text, whom, reply_to).await;
                self.senders[at].push(by);
            }
            (6..=8, Some(author)) => {
                let all = [None, Some(true), Some(false)][self.random.place(3)];
                self.change(&node, (at, seq, author), edit("edited", &whom, all)).await;
            }
            (9, Some(author)) => self.change(&node, (at, seq, author), Change::Delete).await,
            (10, _) if belongs => {
                let (channel, session) = (self.channel(at, by).await, self.devices[by][device]);
                let user = self.people[by].user.uuid;
                node.store.mark_read(user, session, &channel, seq).await.unwrap();
            }
            (11, _) if by > 0 => self.come_or_go(&node, by).await,
            _ => {}
        }
    }

    /// Changes a message of this author, who may be no member any more or have deleted it.
    async fn change(&self, node: &Node, (at, seq, author): (usize, u64, usize), change: Change) {
        let channel = self.channel(at, author).await;
        let changed = node.change(&self.people[author], &channel, seq, change).await;
        let is_denied =
            |denied| matches!(denied, &Failure::Denied(Denied::Deleted | Denied::NotMember));
        assert!(changed.as_ref().err().is_none_or(is_denied), "{changed:?}");
    }

    async fn come_or_go(&mut self, node: &Node, user: usize) {
        let (owner, person) = (&self.people[0], &self.people[user]);
        self.members[user] = !self.members[user];
        if self.members[user] {
            node.store.add_members(add(owner, &self.ops, &[person])).await.unwrap();
        } else {
            let (asker, user) = (owner.user.uuid, person.user.uuid);
            node.store.remove_member(asker, self.ops.uuid, user).await.unwrap();
        }
    }
}

pub async fn counts_agree_with_a_recount(nodes: Nodes) {
    let mut talk = Talk::begin(nodes).await;
    for step in 0..200 {
        talk.step(step).await;
        for node in talk.nodes.each() {
            recount(node, &talk.people, &talk.channels).await;
        }
    }
    assert!(talk.senders.iter().all(|sent| sent.len() >= 15), "{:?}", talk.senders);
    let nodes = talk.nodes.restarted().await;
    recount(&nodes.second, &talk.people, &talk.channels).await;
}
