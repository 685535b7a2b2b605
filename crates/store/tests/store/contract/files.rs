//! What every store promises of files.

use std::sync::Arc;

use chinwag_protocol::FileUuid;
use chinwag_store::{
    Append, Change, Channel, ChannelEdit, Denied, Event, Failure, File, HistoryPage, KeyDigest,
    Message, NewFile, Page, Role, UploadChange, UserEdit,
};
use jiff::{SignedDuration, Timestamp};

use super::members::{denied, make};
use crate::node::{Node, Nodes, Person, to_append};

const KEY: KeyDigest = KeyDigest([1; 32]);
const TOKEN: KeyDigest = KeyDigest([9; 32]);

/// A user with an access key.
async fn with_key(nodes: &Nodes, name: &str) -> Person {
    let person = nodes.user(name).await;
    assert!(nodes.first.store.add_access_key(&person.account(), KEY, "").await.unwrap());
    person
}

fn new(person: &Person, channel: &Channel, size: u64) -> NewFile {
    NewFile {
        uuid: FileUuid::random(),
        user: person.user.uuid,
        session: person.session,
        key: KEY,
        channel: channel.clone(),
        name: "plan \"1\".txt".into(),
        size,
        dimensions: None,
        token: TOKEN,
        client_uuid: None,
        at: Timestamp::now(),
        quota: 1_000,
        space: None,
    }
}

async fn begin(node: &Node, person: &Person, channel: &Channel, size: u64) -> FileUuid {
    let (file, received) = node.store.create_file(new(person, channel, size)).await.unwrap();
    assert_eq!(received, 0);
    file
}

fn completed(size: u64) -> UploadChange {
    UploadChange::Completed { kind: "image/png".into(), size, dimensions: Some((4, 3)) }
}

async fn change(node: &Node, file: FileUuid, change: UploadChange) -> bool {
    node.store.change_upload(file, change, Timestamp::now()).await.unwrap()
}

async fn complete(node: &Node, person: &Person, channel: &Channel, size: u64) -> FileUuid {
    let file = begin(node, person, channel, size).await;
    assert!(change(node, file, completed(size)).await);
    file
}

fn change_user(person: &Person, role: Option<Role>, deactivated: Option<bool>) -> UserEdit {
    UserEdit {
        asker: None,
        session: person.session,
        user: person.user.uuid,
        role,
        deactivated,
        delete_since: None,
        at: Timestamp::now(),
    }
}

/// Sends a message with these files, and returns what became of it.
async fn send(
    node: &Node,
    (sender, serial): (&Person, u32),
    channel: &Channel,
    files: &[FileUuid],
) -> Result<Arc<Message>, Denied> {
    let append = to_append(sender, channel, "", None, serial);
    assert!(node.store.append(vec![Append { files: files.to_vec(), ..append }]).is_empty());
    outcome(node).await
}

/// The outcome of the next send of this node.
async fn outcome(node: &Node) -> Result<Arc<Message>, Denied> {
    node.event(|event| match event {
        Event::Message { message, ticket: Some(_) } => Some(Ok(message)),
        Event::Refused { error, .. } => match &*error {
            Failure::Denied(denied) => Some(Err(*denied)),
            Failure::Unavailable(error) => panic!("{error}"),
        },
        _ => None,
    })
    .await
}

/// The files that have ended.
async fn ended(node: &Node, at: Timestamp) -> Vec<FileUuid> {
    let mut ended = node.store.ended_files(at).await.unwrap();
    ended.sort_by_key(|file| file.0);
    ended
}

fn sorted(mut files: Vec<FileUuid>) -> Vec<FileUuid> {
    files.sort_by_key(|file| file.0);
    files
}

pub async fn an_upload_comes_in_pieces_and_is_bound_once(nodes: Nodes) {
    let ada = with_key(&nodes, "Ada").await;
    let (node, general) = (&nodes.second, &Channel::GENERAL);
    let file = begin(node, &ada, general, 100).await;
    assert_eq!(send(node, (&ada, 1), general, &[file]).await, Err(Denied::FileNotReady));
    assert!(change(&nodes.first, file, UploadChange::Received(60)).await);
    let upload = node.store.upload(file).await.unwrap().unwrap();
    assert_eq!((upload.user, upload.token), (ada.user.uuid, TOKEN));
    assert_eq!((upload.size, upload.received, upload.is_complete), (100, 60, false));
    assert!(change(node, file, completed(90)).await);
    // Once is enough.
    assert!(!change(node, file, completed(80)).await);
    assert!(!change(node, file, UploadChange::Received(70)).await);
    assert!(change(node, file, UploadChange::Preview).await);
    assert!(nodes.first.store.upload(file).await.unwrap().unwrap().is_complete);
    assert_eq!(node.store.file(ada.user.uuid, file).await.unwrap(), None);
    let shown = File {
        uuid: file,
        name: "plan \"1\".txt".into(),
        kind: "image/png".into(),
        size: 90,
        width: Some(4),
        height: Some(3),
        preview: true,
    };
    let message = send(node, (&ada, 2), general, &[file]).await.unwrap();
    assert_eq!(&*message.files, std::slice::from_ref(&shown));
    assert_eq!(send(node, (&ada, 3), general, &[file]).await, Err(Denied::FileNotReady));
    assert_eq!(nodes.first.store.file(ada.user.uuid, file).await.unwrap(), Some(shown));
    assert!(node.store.upload(file).await.unwrap().is_none());
    assert!(!change(node, file, UploadChange::Ended).await);
    let page = HistoryPage::of_all(Page::Last, 10);
    let history = node.store.messages(general, &ada.user, page).await.unwrap();
    assert_eq!(history.messages[0].files, message.files);
}

pub async fn a_file_is_its_users_and_for_its_channel(nodes: Nodes) {
    let (ada, eve) = (with_key(&nodes, "Ada").await, with_key(&nodes, "Eve").await);
    let (node, general) = (&nodes.first, &Channel::GENERAL);
    let ops = Channel::of_members(make(node, &ada, "ops", true).await.uuid);
    let file = complete(node, &ada, &ops, 10).await;
    assert_eq!(send(node, (&eve, 1), general, &[file]).await, Err(Denied::FileNotReady));
    assert_eq!(send(node, (&ada, 2), general, &[file]).await, Err(Denied::FileNotReady));
    let other = complete(node, &ada, &ops, 10).await;
    // All or none.
    let unknown = FileUuid::random();
    assert_eq!(send(node, (&ada, 3), &ops, &[file, unknown]).await, Err(Denied::FileNotReady));
    let message = send(node, (&ada, 4), &ops, &[other, file]).await.unwrap();
    assert_eq!([message.files[0].uuid, message.files[1].uuid], [other, file]);
    let store = &nodes.second.store;
    assert!(store.file(ada.user.uuid, file).await.unwrap().is_some());
    assert_eq!(store.file(eve.user.uuid, file).await.unwrap(), None);
}

pub async fn racing_messages_bind_a_file_once(nodes: Nodes) {
    let ada = with_key(&nodes, "Ada").await;
    for round in 0..5 {
        let file = complete(&nodes.first, &ada, &Channel::GENERAL, 10).await;
        for (serial, node) in (0..).zip([&nodes.first, &nodes.second]) {
            let append = to_append(&ada, &Channel::GENERAL, "", None, round * 2 + serial);
            assert!(node.store.append(vec![Append { files: vec![file], ..append }]).is_empty());
        }
        let outcomes = [outcome(&nodes.first).await, outcome(&nodes.second).await];
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    }
}

pub async fn quotas_count_until_bytes_are_gone(nodes: Nodes) {
    let (ada, bob) = (with_key(&nodes, "Ada").await, with_key(&nodes, "Bob").await);
    let (node, store, general) = (&nodes.first, &nodes.second.store, &Channel::GENERAL);
    let file = begin(node, &ada, general, 700).await;
    assert_eq!(denied(store.create_file(new(&ada, general, 301)).await), Denied::FileQuota);
    begin(node, &ada, general, 300).await;
    // What was cut from a picture is free again.
    assert!(change(node, file, completed(600)).await);
    begin(node, &ada, general, 100).await;
    assert_eq!(denied(store.create_file(new(&ada, general, 1)).await), Denied::FileQuota);
    let within = |size| NewFile { space: Some(1_500), ..new(&bob, general, size) };
    assert_eq!(denied(store.create_file(within(501)).await), Denied::FileSpace);
    store.create_file(within(500)).await.unwrap();
    assert!(change(node, file, UploadChange::Ended).await);
    assert_eq!(denied(store.create_file(new(&ada, general, 1)).await), Denied::FileQuota);
    assert_eq!(ended(node, Timestamp::now()).await, [file]);
    store.forget_file(file).await.unwrap();
    store.create_file(new(&ada, general, 600)).await.unwrap();
    for _ in 0..4 {
        begin(node, &bob, general, 1).await;
    }
    assert_eq!(denied(store.create_file(new(&bob, general, 1)).await), Denied::TooManyUploads);
}

pub async fn a_file_without_a_message_ends_after_an_hour(nodes: Nodes) {
    let ada = with_key(&nodes, "Ada").await;
    let (node, store, general) = (&nodes.first, &nodes.second.store, &Channel::GENERAL);
    let (begun, left) =
        (begin(node, &ada, general, 10).await, complete(node, &ada, general, 10).await);
    let sent = complete(node, &ada, general, 10).await;
    send(node, (&ada, 1), general, &[sent]).await.unwrap();
    let later = |minutes| Timestamp::now() + SignedDuration::from_mins(minutes);
    assert_eq!(ended(node, later(59)).await, []);
    // A piece begins the hour anew.
    assert!(store.change_upload(begun, UploadChange::Received(5), later(30)).await.unwrap());
    assert_eq!(ended(node, later(61)).await, [left]);
    assert_eq!(ended(&nodes.second, later(91)).await, sorted(vec![begun, left]));
    assert!(store.upload(begun).await.unwrap().is_none());
    assert_eq!(send(node, (&ada, 2), general, &[left]).await, Err(Denied::FileNotReady));
    let known = store.known_files(vec![begun, left, sent, FileUuid::random()]).await.unwrap();
    assert_eq!(sorted(known.into_iter().collect()), sorted(vec![begun, left, sent]));
    for file in [begun, left, sent] {
        store.forget_file(file).await.unwrap();
    }
    // What hasn't ended is never forgotten.
    assert_eq!(ended(node, later(1_000)).await, []);
    assert!(store.file(ada.user.uuid, sent).await.unwrap().is_some());
}

pub async fn a_file_ends_with_its_message(nodes: Nodes) {
    let ada = with_key(&nodes, "Ada").await;
    let (node, store) = (&nodes.first, &nodes.second.store);
    let ops = make(node, &ada, "ops", true).await;
    for channel in [Channel::GENERAL, Channel::of_members(ops.uuid)] {
        let files = vec![
            complete(node, &ada, &channel, 10).await,
            complete(node, &ada, &channel, 20).await,
        ];
        let message = send(node, (&ada, 1), &channel, &files).await.unwrap();
        nodes.second.change(&ada, &channel, message.seq, Change::Delete).await.unwrap();
        for file in &files {
            assert_eq!(store.file(ada.user.uuid, *file).await.unwrap(), None);
        }
        assert_eq!(ended(node, Timestamp::now()).await, sorted(files.clone()));
        for file in files {
            store.forget_file(file).await.unwrap();
        }
    }
    // A private channel ends with its last member, and its files with it.
    let channel = Channel::of_members(ops.uuid);
    let file = complete(node, &ada, &channel, 10).await;
    send(node, (&ada, 2), &channel, &[file]).await.unwrap();
    let begun = begin(node, &ada, &channel, 10).await;
    store.remove_member(ada.user.uuid, ops.uuid, ada.user.uuid).await.unwrap();
    assert_eq!(ended(node, Timestamp::now()).await, [file]);
    assert!(store.upload(begun).await.unwrap().is_none());
}

pub async fn an_upload_ends_with_the_rights_of_its_user(nodes: Nodes) {
    let (ada, bob) = (with_key(&nodes, "Ada").await, with_key(&nodes, "Bob").await);
    let (node, store, general) = (&nodes.first, &nodes.second.store, &Channel::GENERAL);
    let ops = make(node, &bob, "ops", false).await;
    let channel = Channel::of_members(ops.uuid);
    store.add_members(super::members::add(&bob, &ops, &[&ada])).await.unwrap();
    let direct = node.direct(ada.user.uuid, bob.user.uuid).await.unwrap().unwrap();
    let is_open = async |file| {
        let found = store.upload(file).await.unwrap().is_some();
        assert_eq!(change(node, file, UploadChange::Received(5)).await, found);
        found
    };
    let here = begin(node, &ada, &channel, 10).await;
    let elsewhere = [begin(node, &ada, general, 10).await, begin(node, &ada, &direct, 10).await];
    assert!(is_open(here).await);
    node.store.remove_member(bob.user.uuid, ops.uuid, ada.user.uuid).await.unwrap();
    assert!(!is_open(here).await);
    for file in elsewhere {
        assert!(is_open(file).await);
    }
    let named = NewFile { client_uuid: Some("f-1".to_owned()), ..new(&ada, general, 10) };
    let (file, _) = store.create_file(named.clone()).await.unwrap();
    assert!(is_open(file).await);
    node.store.revoke_access_key(ada.user.uuid, KEY, ada.session).await.unwrap();
    assert!(!is_open(file).await && !is_open(elsewhere[0]).await && !is_open(elsewhere[1]).await);
    // The same user goes on with another key.
    let key = KeyDigest([2; 32]);
    assert!(store.add_access_key(&ada.account(), key, "").await.unwrap());
    assert!(!is_open(file).await);
    let again = NewFile { uuid: FileUuid::random(), key, ..named };
    assert_eq!(store.create_file(again).await.unwrap(), (file, 5));
    assert!(is_open(file).await);
    node.store.edit_user(change_user(&ada, None, Some(true))).await.unwrap();
    assert!(!is_open(file).await);
    // It may be given up at any time.
    assert!(change(node, file, UploadChange::Ended).await);
}

pub async fn an_upload_begins_where_its_user_may_write(nodes: Nodes) {
    let (ada, bob) = (with_key(&nodes, "Ada").await, with_key(&nodes, "Bob").await);
    let (node, store) = (&nodes.first, &nodes.second.store);
    let refused = async |channel: &Channel| {
        let write = denied(store.may_write(bob.user.uuid, channel).await);
        assert_eq!(denied(store.create_file(new(&bob, channel, 10)).await), write);
        assert_eq!(send(&nodes.second, (&bob, 1), channel, &[]).await, Err(write));
        write
    };
    let secret = Channel::of_members(make(node, &ada, "secret", true).await.uuid);
    assert_eq!(refused(&secret).await, Denied::NotFound);
    let ops = make(node, &ada, "ops", false).await;
    let channel = Channel::of_members(ops.uuid);
    assert_eq!(refused(&channel).await, Denied::NotMember);
    node.store.add_members(super::members::add(&ada, &ops, &[&bob])).await.unwrap();
    let named = NewFile { client_uuid: Some("f-1".to_owned()), ..new(&bob, &channel, 10) };
    store.create_file(named.clone()).await.unwrap();
    let edit = super::members::edit(&ada, &ops);
    let owners_post = ChannelEdit { owners_post: Some(true), ..edit.clone() };
    node.store.edit_channel(owners_post).await.unwrap();
    assert_eq!(refused(&channel).await, Denied::NotOwner);
    store.create_file(new(&ada, &channel, 10)).await.unwrap();
    node.store.edit_channel(ChannelEdit { archived: Some(true), ..edit }).await.unwrap();
    assert_eq!(refused(&channel).await, Denied::Archived);
    // Nor does one go on.
    assert_eq!(denied(store.create_file(named).await), Denied::Archived);
    let direct = node.direct(bob.user.uuid, ada.user.uuid).await.unwrap().unwrap();
    begin(node, &bob, &direct, 10).await;
    node.store.set_block(ada.user.uuid, bob.user.uuid, true).await.unwrap();
    assert_eq!(refused(&direct).await, Denied::Closed);
    node.store.edit_user(change_user(&ada, Some(Role::Admin), None)).await.unwrap();
    let general = ChannelEdit {
        channel: Channel::GENERAL.uuid,
        owners_post: Some(true),
        ..super::members::edit(&ada, &ops)
    };
    begin(node, &bob, &Channel::GENERAL, 10).await;
    node.store.edit_channel(general).await.unwrap();
    assert_eq!(refused(&Channel::GENERAL).await, Denied::OnlyAdmins);
    begin(node, &ada, &Channel::GENERAL, 10).await;
    node.store.edit_user(change_user(&bob, None, Some(true))).await.unwrap();
    assert_eq!(refused(&direct).await, Denied::Closed);
}
