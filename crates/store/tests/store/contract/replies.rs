//! What every store promises of replies and threads.

use chinwag_store::{
    Change, Channel, Denied, Event, Failure, Filter, HistoryPage, Message, Page, Wanted,
};

use super::changes::{edit, history, seqs, since};
use super::reactions::react;
use crate::node::{Nodes, to_append};

fn replies(message: &Message) -> u64 {
    message.state.as_ref().map_or(0, |state| state.replies)
}

fn excerpt(message: &Message) -> Option<String> {
    message.reply_to.as_ref().unwrap().excerpt.clone()
}

pub async fn replies_are_counted_where_their_chain_began(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.second.user("Bob").await);
    let channel = nodes.first.direct(ada.user.uuid, bob.user.uuid).await.unwrap().unwrap();
    let back = nodes.second.direct(bob.user.uuid, ada.user.uuid).await.unwrap().unwrap();
    let node = &nodes.first;
    node.say(&ada, &channel, "one").await;
    // Before a change of their messages the events of all of these come.
    nodes.second.answer(&bob, &back, "two", 1).await;
    let (after, root) = nodes.second.changed().await;
    assert_eq!((after, root.seq, root.rev(), replies(&root)), (0, 1, 1, 1));
    assert_eq!(root.channel, channel);
    let third = nodes.second.answer(&ada, &channel, "three", 2).await;
    let reply = third.reply_to.as_ref().unwrap();
    assert_eq!((reply.seq, reply.root, &reply.sender), (2, 1, &bob.user));
    assert_eq!((reply.excerpt.as_deref(), third.rev()), (Some("two"), 0));
    let (after, root) = nodes.second.changed().await;
    assert_eq!((after, root.rev(), replies(&root)), (1, 2, 2));
    let now = nodes.second.change(&bob, &back, 2, Change::Delete).await.unwrap();
    assert_eq!((now.rev, now.message.rev(), now.message.seq), (4, 3, 2));
    let reply = now.message.reply_to.as_ref().unwrap();
    assert_eq!((reply.seq, reply.root), (1, 1));
    assert_eq!(now.message.channel, Channel::direct(channel.uuid, ada.user.clone()));
    let (after, deleted) = nodes.second.changed().await;
    assert_eq!((after, deleted.rev(), deleted.is_deleted()), (2, 3, true));
    let (after, root) = nodes.second.changed().await;
    assert_eq!((after, root.rev(), replies(&root)), (3, 4, 1));
    // Again it counts nothing.
    let again = node.change(&bob, &back, 2, Change::Delete).await.unwrap();
    assert_eq!((again.rev, again.message), (4, now.message));
    assert_eq!(since(node, &ada, &channel, 0, 10).await, (4, vec![(3, 2), (4, 1)]));
    assert_eq!(since(node, &ada, &channel, 0, 1).await, (3, vec![(3, 2)]));
    // A deleted message is answered without its text.
    let fourth = nodes.second.answer(&ada, &channel, "four", 2).await;
    assert_eq!((fourth.reply_to.as_ref().unwrap().root, excerpt(&fourth)), (1, None));
    let last = node.store.inbox(&ada.user, Wanted::Direct).await.unwrap().pop().unwrap();
    assert_eq!((last.rev, last.last_message.unwrap()), (5, (*fourth).clone()));
    for seq in [0, 5, u64::MAX] {
        node.reply(&ada, &channel, "to nothing", seq);
        let refused = node.event(|event| match event {
            Event::Refused { error, .. } => Some(error),
            _ => None,
        });
        let error = refused.await;
        assert!(matches!(*error, Failure::Denied(Denied::NothingToAnswer)), "{error}");
    }
    let (rev, messages) = history(node, &ada, &channel).await;
    assert_eq!((rev, seqs(&messages)), (5, vec![4, 3, 2, 1]));
    assert_eq!(replies(&messages[3]), 2);
}

pub async fn replies_of_one_batch_know_each_other(nodes: Nodes) {
    let (ada, general, node) = (nodes.user("Ada").await, &Channel::GENERAL, &nodes.first);
    let texts: Vec<_> = (1..=40).map(|seq: u64| format!("message {seq}")).collect();
    let appends = texts.iter().zip(1..).map(|(text, seq)| {
        let mut append = to_append(&ada, general, text, Some(text), 1);
        append.reply_to = (seq > 1).then(|| if seq % 2 == 0 { 1 } else { seq - 1 });
        append
    });
    assert!(node.store.append(appends.collect()).is_empty());
    let mut rev = 0;
    for (text, seq) in texts.iter().zip(1..) {
        let message = node.message().await;
        assert_eq!((&*message.text, message.seq), (&**text, seq));
        let Some(reply) = &message.reply_to else { continue };
        assert_eq!(reply.root, 1);
        assert_eq!(reply.excerpt.as_ref(), Some(&texts[usize::try_from(reply.seq - 1).unwrap()]));
        let (after, root) = node.changed().await;
        assert_eq!((after, root.rev(), replies(&root)), (rev, rev + 1, seq - 1));
        rev += 1;
    }
    for text in [&texts[0], &texts[20]] {
        node.append(&ada, general, text, Some(text), 2);
        let repeated = node.event(|event| match event {
            Event::Repeated { message, .. } => Some(message),
            _ => None,
        });
        let message = repeated.await;
        assert_eq!(*message.text, **text);
        assert_eq!(replies(&message), if message.seq == 1 { 39 } else { 0 });
    }
}

pub async fn an_excerpt_is_of_what_is_there_now(nodes: Nodes) {
    let (ada, general, node) = (nodes.user("Ada").await, &Channel::GENERAL, &nodes.first);
    let long = "ü\"/\\\n€😀".repeat(30);
    node.say(&ada, general, &long).await;
    let reply = node.answer(&ada, general, "two", 1).await;
    let expected = format!("{}…", long.chars().take(100).collect::<String>());
    assert_eq!(excerpt(&reply), Some(expected));
    let shown = async || {
        let (_, messages) = history(&nodes.second, &ada, general).await;
        let inbox = node.store.inbox(&ada.user, Wanted::Direct).await.unwrap();
        assert_eq!(inbox[0].last_message.as_ref(), Some(&messages[0]));
        excerpt(&messages[0])
    };
    for text in ["short", &"x".repeat(100), "\"ReplyTo\":{\"Seq\":1} \u{0}"] {
        node.change(&ada, general, 1, edit(text)).await.unwrap();
        assert_eq!(shown().await.as_deref(), Some(text));
        let reacted = node.change(&ada, general, 2, react("👍", true)).await.unwrap();
        assert_eq!(excerpt(&reacted.message).as_deref(), Some(text));
        node.change(&ada, general, 2, react("👍", false)).await.unwrap();
    }
    node.change(&ada, general, 1, Change::Delete).await.unwrap();
    assert_eq!(shown().await, None);
    let page = node.store.changes(general, &ada.user, 0, 10).await.unwrap();
    assert!(page.messages.iter().all(|message| message.is_deleted() || excerpt(message).is_none()));
}

pub async fn a_thread_is_read_from_both_ends(nodes: Nodes) {
    let (ada, general, node) = (nodes.user("Ada").await, &Channel::GENERAL, &nodes.first);
    // Every third message is of the thread; the pages of the history are long full.
    for seq in 1..=300 {
        let text = seq.to_string();
        let mut append = to_append(&ada, general, &text, None, 1);
        append.reply_to =
            (seq > 1 && seq % 3 == 1).then_some(if seq % 2 == 0 { 1 } else { seq.max(4) - 3 });
        assert!(node.store.append(vec![append]).is_empty());
    }
    node.told("300").await;
    let all: Vec<_> = (1..=300).step_by(3).collect();
    let thread = async |root, page, limit| {
        let page = HistoryPage { page, limit, filter: Filter::Thread(root) };
        let page = nodes.second.store.messages(general, &ada.user, page).await.unwrap();
        assert_eq!(page.total, 300);
        seqs(&page.messages)
    };
    let reversed: Vec<_> = all.iter().rev().copied().collect();
    assert_eq!(thread(1, Page::Last, 5).await, reversed[..5]);
    assert_eq!(thread(1, Page::Last, 500).await, reversed);
    assert_eq!(thread(1, Page::Before(8), 5).await, [7, 4, 1]);
    assert_eq!(thread(1, Page::Before(1), 5).await, [0; 0]);
    assert_eq!(thread(1, Page::After(0), 3).await, [1, 4, 7]);
    assert_eq!(thread(1, Page::After(4), 3).await, [7, 10, 13]);
    assert_eq!(thread(1, Page::After(298), 3).await, [0; 0]);
    // One that nobody has answered is a thread of one.
    for root in [2, 300] {
        assert_eq!(thread(root, Page::Last, 5).await, [root]);
        assert_eq!(thread(root, Page::After(0), 5).await, [root]);
        assert_eq!(thread(root, Page::After(root), 5).await, [0; 0]);
        assert_eq!(thread(root, Page::Before(root), 5).await, [0; 0]);
    }
    assert_eq!(thread(301, Page::Last, 5).await, [0; 0]);
}
