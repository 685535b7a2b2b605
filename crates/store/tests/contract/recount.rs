//! Counts of mentions against a recount, after each of many random steps.

use chinwag_protocol::SessionUuid;
use chinwag_store::{Change, Channel, Filter, HistoryPage, Message, Page, Wanted};

use crate::members::{add, make};
use crate::mentions::{edit, mention, mentions};
use crate::node::{Node, Nodes, Person};

/// A generator of random numbers: the same ones in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }

    fn whom<'a>(&mut self, people: &'a [Person]) -> Vec<&'a Person> {
        people.iter().filter(|_| self.below(3) == 0).collect()
    }
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

pub async fn counts_agree_with_a_recount(nodes: Nodes) {
    let mut people = Vec::new();
    for name in ["Ada", "Bob", "Carol", "Dan"] {
        let person = nodes.user(name).await;
        // Each node follows the channels of those who are signed in there.
        let again = SessionUuid::random();
        nodes.second.store.session_started(&person.user, again).await.unwrap();
        people.push(person);
    }
    let both = [&nodes.first, &nodes.second];
    let ops = make(both[0], &people[0], "Ops", false).await;
    let direct = both[0].direct(people[0].user.uuid, people[1].user.uuid).await.unwrap().unwrap();
    let channels = [Channel::GENERAL, Channel::of_members(ops.uuid), direct];
    let (mut random, mut sent) = (Random(0x0123_4567_89ab_cdef), [0u64; 3]);
    let mut members = [true, false, false, false];
    for step in 0..150 {
        let (at, by, node) = (random.below(3), random.below(4), both[random.below(2)]);
        let (text, whom) = (format!("step {step}"), random.whom(&people));
        let may_write = match at {
            0 => true,
            1 => members[by],
            _ => by < 2,
        };
        let person = &people[by];
        let channel = match at {
            2 if by == 1 => {
                both[0].direct(person.user.uuid, people[0].user.uuid).await.unwrap().unwrap()
            }
            _ => channels[at].clone(),
        };
        let seq = 1 + random.below(usize::try_from(sent[at].max(1)).unwrap()) as u64;
        match random.below(10) {
            0..=4 if may_write => {
                let whom = mentions(&whom, random.below(5) == 0);
                let reply_to = Some(seq).filter(|_| sent[at] > 0 && random.below(2) == 0);
                mention(node, person, &channel, &text, whom, reply_to).await;
                sent[at] += 1;
            }
            5 | 6 => {
                let all = [None, Some(true), Some(false)][random.below(3)];
                // Others may not.
                let _ = node.change(person, &channel, seq, edit(&text, &whom, all)).await;
            }
            7 => {
                let _ = node.change(person, &channel, seq, Change::Delete).await;
            }
            8 if may_write => {
                node.store
                    .mark_read(person.user.uuid, person.session, &channel, seq)
                    .await
                    .unwrap();
            }
            9 if by > 0 => {
                members[by] = !members[by];
                if members[by] {
                    node.store.add_members(add(&people[0], &ops, &[person])).await.unwrap();
                } else {
                    let (asker, user) = (people[0].user.uuid, person.user.uuid);
                    node.store.remove_member(asker, ops.uuid, user).await.unwrap();
                }
            }
            _ => continue,
        }
        recount(both[random.below(2)], &people, &channels).await;
    }
    assert!(sent.iter().all(|sent| *sent > 5), "{sent:?}");
    let nodes = nodes.restarted().await;
    recount(&nodes.second, &people, &channels).await;
}
