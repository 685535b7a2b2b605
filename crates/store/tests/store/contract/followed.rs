//! What a follower hears of and reads.

use chinwag_protocol::ChannelUuid;
use chinwag_store::{Change, Channel, ChannelReaders, FollowedChannel, FollowedMessage, Moved};

use super::changes::edit;
use super::members::make;
use crate::node::{Node, Nodes};

/// Waits until the follower hears of the channel, as it is to be.
async fn until(
    node: &Node,
    channel: ChannelUuid,
    is: impl Fn(&FollowedChannel) -> bool,
) -> FollowedChannel {
    loop {
        let Moved::In(channels) = node.store.moved().await.unwrap() else { panic!("it has begun") };
        if let Some(found) = channels.into_iter().find(|found| found.uuid == channel && is(found)) {
            return found;
        }
    }
}

async fn begin(node: &Node) {
    assert_eq!(node.store.moved().await.unwrap(), Moved::Anywhere);
}

fn texts(messages: &[FollowedMessage]) -> Vec<Option<&str>> {
    messages.iter().map(|message| message.text.as_deref()).collect()
}

pub async fn a_follower_hears_of_all_that_is_stored_on_any_node(nodes: Nodes) {
    let (ada, bob) = (nodes.user("ada").await, nodes.user("bob").await);
    let (node, other) = (&nodes.first, &nodes.second);
    node.say(&ada, &Channel::GENERAL, "before").await;
    for node in nodes.each() {
        begin(node).await;
    }
    let direct = node.direct(ada.user.uuid, bob.user.uuid).await.unwrap().unwrap();
    let private = Channel::of_members(make(node, &ada, "private", true).await.uuid);
    let public = Channel::of_members(make(node, &ada, "public", false).await.uuid);
    let users = |readers| match readers {
        ChannelReaders::Users(mut users) => {
            users.sort_unstable();
            Some(users)
        }
        _ => None,
    };
    let mut both = [ada.user.uuid, bob.user.uuid];
    both.sort_unstable();
    for (channel, text) in [(&direct, "two"), (&private, "three"), (&public, "four")] {
        node.say(&ada, channel, text).await;
        let found = until(other, channel.uuid, |found| found.total == 1).await;
        match text {
            "two" => assert_eq!(users(found.readers), Some(both)),
            "three" => assert_eq!(found.readers, ChannelReaders::Members),
            _ => assert_eq!(found.readers, ChannelReaders::Everybody),
        }
        let messages = other.store.followed_messages(channel.uuid, 0, 10).await.unwrap();
        assert_eq!(texts(&messages), [Some(text)]);
        assert_eq!((messages[0].seq, messages[0].sender), (1, ada.user.uuid));
    }
    node.change(&ada, &direct, 1, edit("new")).await.unwrap();
    let found = until(other, direct.uuid, |found| found.rev == 1).await;
    assert_eq!(users(found.readers), Some(both));
    let changes = other.store.followed_changes(direct.uuid, 0, 10).await.unwrap();
    assert_eq!((texts(&changes), changes[0].rev), (vec![Some("new")], 1));
    node.change(&ada, &direct, 1, Change::Delete).await.unwrap();
    until(other, direct.uuid, |found| found.rev == 2).await;
    let changes = other.store.followed_changes(direct.uuid, 1, 10).await.unwrap();
    assert_eq!((texts(&changes), changes[0].rev), (vec![None], 2));
    assert!(other.store.followed_changes(direct.uuid, 2, 10).await.unwrap().is_empty());
    let nodes = nodes.restarted().await;
    let mut all = nodes.first.store.followed_channels().await.unwrap();
    let mut expected = [ChannelUuid::GENERAL, direct.uuid, private.uuid, public.uuid];
    expected.sort_unstable();
    all.sort_unstable_by_key(|found| found.uuid);
    assert_eq!(all.iter().map(|found| found.uuid).collect::<Vec<_>>(), expected);
    let direct = all.into_iter().find(|found| found.uuid == direct.uuid).unwrap();
    assert_eq!((users(direct.readers), direct.total, direct.rev), (Some(both), 1, 2));
    begin(&nodes.first).await;
}

pub async fn a_follower_reads_a_long_channel_page_by_page(nodes: Nodes) {
    let ada = nodes.user("ada").await;
    let node = &nodes.first;
    // Some of them stand in the database, and some in memory.
    for number in 1..=900 {
        node.append(&ada, &Channel::GENERAL, &number.to_string(), None, number);
    }
    node.told("900").await;
    let mut after = 0;
    while after < 900 {
        let page = node.store.followed_messages(ChannelUuid::GENERAL, after, 70).await.unwrap();
        assert!(!page.is_empty() && page.len() <= 70);
        for message in page {
            after += 1;
            assert_eq!((message.seq, message.text), (after, Some(after.to_string().into())));
        }
    }
    let page = node.store.followed_messages(ChannelUuid::GENERAL, after, 70).await.unwrap();
    assert_eq!(page, []);
}

pub async fn a_follower_hears_of_the_end_of_a_channel(nodes: Nodes) {
    let ada = nodes.user("ada").await;
    let node = &nodes.first;
    begin(node).await;
    let channel = make(node, &ada, "private", true).await.uuid;
    node.say(&ada, &Channel::of_members(channel), "hello").await;
    until(node, channel, |found| found.total == 1).await;
    let user = ada.user.uuid;
    node.store.remove_member(user, channel, user).await.unwrap();
    until(node, channel, |found| found.total == 0).await;
    assert_eq!(node.store.followed_messages(channel, 0, 10).await.unwrap(), []);
    assert_eq!(node.store.followed_channels().await.unwrap(), []);
}
