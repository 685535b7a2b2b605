//! Changes of messages on the embedded store while their rows are on the way to their places.

use chinwag_store::{
    Append, Change, Channel, ChannelName, Event, MessageChange, NewChannel, Ticket,
};
use jiff::Timestamp;
use rusqlite::Connection;

use crate::node::{Nodes, Person, to_append};

/// With so many messages a table of new ones is full.
const FULL: u64 = 4_096;

/// How many rows of each table have the text.
fn rows(nodes: &Nodes, text: &str) -> Vec<(&'static str, u64)> {
    let db = Connection::open(nodes.folder().join("chinwag.db")).unwrap();
    let count = |table| {
        let query = format!("SELECT count(*) FROM {table} WHERE text = ?");
        (table, db.query_row(&query, [text], |row| row.get::<_, u32>(0)).unwrap().into())
    };
    let found = ["messages", "recent_0", "recent_1"].map(count);
    found.into_iter().filter(|(_, count)| *count > 0).collect()
}

async fn fill(nodes: &Nodes, sender: &Person, channel: &Channel, count: u64) {
    let text = |number: u64| format!("message {number}");
    let append = |number| to_append(sender, channel, &text(number), None, 1);
    assert!(nodes.first.store.append((1..=count).map(append).collect()).is_empty());
    for _ in 1..=count {
        nodes.first.message().await;
    }
}

async fn say(nodes: &Nodes, sender: &Person, channel: &Channel, text: &str) {
    nodes.first.append(sender, channel, text, None, 1);
    while *nodes.first.message().await.text != *text {}
}

fn delete(person: &Person, seq: u64) -> MessageChange {
    MessageChange {
        user: person.user.clone(),
        session: person.session,
        channel: Channel::GENERAL,
        seq,
        change: Change::Delete,
        at: Timestamp::now(),
    }
}

#[tokio::test]
async fn a_deleted_text_is_in_no_table() {
    let nodes = Nodes::embedded();
    let ada = nodes.user("Ada").await;
    fill(&nodes, &ada, &Channel::GENERAL, FULL).await;
    // With this one the first of them are moved, and stand in both places.
    say(&nodes, &ada, &Channel::GENERAL, "more").await;
    assert_eq!(rows(&nodes, "message 1"), [("messages", 1), ("recent_0", 1)]);
    for seq in [1, FULL] {
        nodes.first.store.change_message(delete(&ada, seq)).await.unwrap();
        assert!(rows(&nodes, &format!("message {seq}")).is_empty());
    }
    assert_eq!(rows(&nodes, "message 2"), [("messages", 1)]);
    let nodes = nodes.restarted().await;
    assert!(rows(&nodes, "message 1").is_empty());
}

#[tokio::test]
async fn an_ended_channel_is_in_no_table() {
    let nodes = Nodes::embedded();
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let new = NewChannel {
        made_by: ada.user.clone(),
        name: Some(ChannelName { shown: "Secret".into(), folded: "secret".to_owned() }),
        topic: "".into(),
        private: true,
        users: Vec::new(),
        client_uuid: None,
        created_at: Timestamp::now(),
        by_admins: false,
    };
    let secret = nodes.first.store.create_channel(new).await.unwrap().uuid;
    say(&nodes, &ada, &Channel::of_members(secret), "psst").await;
    let direct = nodes.first.direct(ada.user.uuid, bob.user.uuid).await.unwrap().unwrap();
    fill(&nodes, &ada, &direct, FULL).await;
    say(&nodes, &ada, &direct, "more").await;
    assert_eq!(rows(&nodes, "psst"), [("messages", 1), ("recent_0", 1)]);
    nodes.first.store.remove_member(ada.user.uuid, secret, ada.user.uuid).await.unwrap();
    assert!(rows(&nodes, "psst").is_empty());
    let nodes = nodes.restarted().await;
    assert!(rows(&nodes, "psst").is_empty());
}

/// What waits is written in one transaction: so the answer of the last one is of the deleted message.
#[tokio::test]
async fn a_send_that_is_repeated_beside_a_deletion_is_answered_with_what_is_left() {
    let nodes = Nodes::embedded();
    let ada = nodes.user("Ada").await;
    let store = &nodes.first.store;
    for number in 0..200 {
        let client = number.to_string();
        let append = |serial| Append {
            ticket: Ticket { connection: 7, serial },
            ..to_append(&ada, &Channel::GENERAL, "psst", Some(&client), 1)
        };
        nodes.first.append(&ada, &Channel::GENERAL, "psst", Some(&client), 1);
        // The deletion is asked for when it is first polled, and the repetition after that.
        let deletion = store.change_message(delete(&ada, number + 1));
        let repetition = async { assert!(store.append(vec![append(2)]).is_empty()) };
        let (deleted, ()) = tokio::join!(deletion, repetition);
        deleted.unwrap();
        let repeated = nodes.first.event(|event| match event {
            Event::Repeated { message, .. } => Some(message),
            _ => None,
        });
        assert!(repeated.await.is_deleted());
    }
}
