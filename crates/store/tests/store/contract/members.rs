//! What every store promises of groups, named channels and their members.

use chinwag_protocol::{ChannelUuid, UserUuid};
use chinwag_store::{
    Channel, ChannelDetails, ChannelEdit, ChannelName, ChannelsQuery, Denied, Event, Failure,
    FoundChannel, HistoryPage, Level, MembersAdd, MembersQuery, Membership, NewChannel, Page,
    Preferences, PreferencesChange, Wanted,
};
use futures_util::future::join_all;
use jiff::Timestamp;

use crate::node::{Node, Nodes, Person};

const LAST: HistoryPage = HistoryPage::of_all(Page::Last, 10);

pub fn new(by: &Person, name: Option<&str>, private: bool, users: &[&Person]) -> NewChannel {
    NewChannel {
        made_by: by.user.clone(),
        name: name.map(|name| ChannelName { shown: name.into(), folded: name.to_lowercase() }),
        topic: "".into(),
        private,
        users: users.iter().map(|person| person.user.uuid).collect(),
        client_uuid: None,
        created_at: Timestamp::now(),
        by_admins: false,
    }
}

pub async fn make(node: &Node, by: &Person, name: &str, private: bool) -> ChannelDetails {
    node.store.create_channel(new(by, Some(name), private, &[])).await.unwrap()
}

pub fn add(asker: &Person, channel: &ChannelDetails, users: &[&Person]) -> MembersAdd {
    MembersAdd {
        asker: asker.user.uuid,
        channel: channel.uuid,
        users: users.iter().map(|person| person.user.uuid).collect(),
        owner: None,
        at: Timestamp::now(),
    }
}

pub fn edit(asker: &Person, channel: &ChannelDetails) -> ChannelEdit {
    ChannelEdit {
        asker: asker.user.uuid,
        channel: channel.uuid,
        name: None,
        topic: None,
        owners_post: None,
        archived: None,
    }
}

pub fn denied<T>(attempt: Result<T, Failure>) -> Denied {
    match attempt {
        Err(Failure::Denied(denied)) => denied,
        Err(Failure::Unavailable(error)) => panic!("{error}"),
        Ok(_) => panic!("it was allowed"),
    }
}

async fn names(node: &Node, asker: &Person, channel: ChannelUuid) -> Vec<String> {
    let query = MembersQuery {
        asker: asker.user.uuid,
        channel,
        folded_prefix: String::new(),
        offset: 0,
        limit: 100,
    };
    let page = node.store.members(query).await.unwrap();
    assert_eq!(page.total, page.members.len() as u64);
    page.members.iter().map(|(member, _)| member.user.name.to_string()).collect()
}

async fn found(node: &Node, asker: &Person, channel: ChannelUuid) -> FoundChannel {
    node.store.find_channel(asker.user.uuid, channel.0, true).await.unwrap()
}

pub async fn a_named_channel_is_made_found_and_listed(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let ops = nodes.first.store.create_channel(new(&ada, Some("Ops"), false, &[&bob])).await;
    let ops = ops.unwrap();
    assert_eq!((&*ops.name, ops.private, ops.users_total), ("Ops", false, 2));
    let secret = make(&nodes.first, &ada, "Secret", true).await;
    let told = nodes.first.event(|event| match event {
        Event::Channel { details, new_members } => Some((details, new_members)),
        _ => None,
    });
    let (told, mut members) = told.await;
    members.sort_unstable();
    let mut expected = vec![ada.user.uuid, bob.user.uuid];
    expected.sort_unstable();
    assert_eq!((&*told, members), (&ops, expected));
    let channel = FoundChannel::Channel(Channel::of_members(ops.uuid));
    assert_eq!(found(&nodes.second, &bob, ops.uuid).await, channel);
    assert_eq!(found(&nodes.second, &bob, secret.uuid).await, FoundChannel::Nothing);
    let query = |asker: &Person| ChannelsQuery {
        asker: asker.user.uuid,
        folded_prefix: String::new(),
        offset: 0,
        limit: 10,
        archived: false,
    };
    let page = nodes.second.store.channels(query(&ada)).await.unwrap();
    let listed: Vec<_> = page.channels.iter().map(|(details, _)| &*details.name).collect();
    assert_eq!((page.total, listed), (2, vec!["Ops", "Secret"]));
    let (details, membership) = &page.channels[0];
    assert_eq!((details, membership.as_ref().map(|member| member.owner)), (&ops, Some(true)));
    let page = nodes.first.store.channels(query(&bob)).await.unwrap();
    assert_eq!((page.total, &*page.channels[0].0.name), (1, "Ops"));
    assert_eq!(names(&nodes.first, &bob, ops.uuid).await, ["Ada", "Bob"]);
    let inbox = nodes.second.store.inbox(&bob.user, Wanted::All).await.unwrap();
    let listed: Vec<_> = inbox.iter().map(|entry| &*entry.details.as_ref().unwrap().name).collect();
    assert_eq!(listed, ["General", "Ops"]);
    let inbox = nodes.second.store.inbox(&bob.user, Wanted::Direct).await.unwrap();
    assert_eq!(inbox.len(), 1);
}

pub async fn a_public_name_has_one_channel(nodes: Nodes) {
    let ada = nodes.user("Ada").await;
    let attempts = join_all((0..20).map(|at: usize| {
        let node = if at.is_multiple_of(2) { &nodes.first } else { &nodes.second };
        node.store.create_channel(new(&ada, Some("Ops"), false, &[]))
    }));
    let made = attempts.await.into_iter().flatten().count();
    assert_eq!(made, 1);
    let store = &nodes.first.store;
    assert_eq!(
        denied(store.create_channel(new(&ada, Some("0ps"), false, &[])).await),
        Denied::NameTaken
    );
    for _ in 0..2 {
        make(&nodes.second, &ada, "Ops", true).await;
    }
    let other = make(&nodes.second, &ada, "Other", false).await;
    let name = |name: &str| Some(ChannelName { shown: name.into(), folded: name.to_lowercase() });
    let taken = ChannelEdit { name: name("OPS"), ..edit(&ada, &other) };
    assert_eq!(denied(store.edit_channel(taken).await), Denied::NameTaken);
    let renamed = ChannelEdit { name: name("OTHER"), ..edit(&ada, &other) };
    assert_eq!(&*store.edit_channel(renamed).await.unwrap().name, "OTHER");
    let renamed = ChannelEdit { name: name("More"), ..edit(&ada, &other) };
    store.edit_channel(renamed).await.unwrap();
    make(&nodes.second, &ada, "Other", false).await;
}

pub async fn the_same_people_have_one_group(nodes: Nodes) {
    let (ada, bob, eve) =
        (nodes.user("Ada").await, nodes.user("Bob").await, nodes.user("Eve").await);
    let attempts = (0..10).map(|at: usize| {
        let (node, by, users) = if at.is_multiple_of(2) {
            (&nodes.first, &ada, [&bob, &eve])
        } else {
            (&nodes.second, &eve, [&ada, &bob])
        };
        node.store.create_channel(new(by, None, false, &users))
    });
    let groups: Vec<_> =
        join_all(attempts).await.into_iter().map(|made| made.unwrap().uuid).collect();
    assert!(groups.iter().all(|group| *group == groups[0]));
    let store = &nodes.first.store;
    let (group, membership) = store.channel(bob.user.uuid, groups[0]).await.unwrap();
    let users: Vec<_> = group.users.iter().map(|user| &*user.name).collect();
    assert_eq!((users, &*group.name, group.private), (vec!["Ada", "Bob", "Eve"], "", true));
    assert!(!membership.unwrap().owner);
    assert_eq!(
        denied(store.create_channel(new(&ada, None, false, &[&bob])).await),
        Denied::GroupSize
    );
    let zoe = nodes.user("Zoe").await;
    assert_eq!(denied(store.add_members(add(&ada, &group, &[&zoe])).await), Denied::Fixed);
    assert_eq!(
        denied(store.remove_member(ada.user.uuid, group.uuid, ada.user.uuid).await),
        Denied::Fixed
    );
    assert_eq!(denied(store.add_members(add(&zoe, &group, &[&zoe])).await), Denied::NotFound);
    let mut again = new(&ada, Some("Once"), true, &[]);
    again.client_uuid = Some("1".to_owned());
    let once = store.create_channel(again.clone()).await.unwrap();
    assert_eq!(nodes.second.store.create_channel(again).await.unwrap(), once);
}

pub async fn members_come_and_go(nodes: Nodes) {
    let (ada, bob, eve) =
        (nodes.user("Ada").await, nodes.user("Bob").await, nodes.user("Eve").await);
    let store = &nodes.first.store;
    let ops = make(&nodes.first, &ada, "Ops", false).await;
    let change = nodes.second.store.add_members(add(&bob, &ops, &[&bob])).await.unwrap();
    assert_eq!((change.users_total, change.users[0].owner), (2, false));
    let told = nodes.first.event(|event| match event {
        Event::Members { details, added, changed, removed } => {
            Some((details.users_total, added.len(), changed.len(), removed.len()))
        }
        _ => None,
    });
    assert_eq!(told.await, (2, 1, 0, 0));
    assert_eq!(denied(store.add_members(add(&eve, &ops, &[&ada])).await), Denied::NotMember);
    let nobody =
        MembersAdd { users: vec![eve.user.uuid, UserUuid::random()], ..add(&ada, &ops, &[]) };
    assert_eq!(denied(store.add_members(nobody).await), Denied::NoUser);
    assert_eq!(names(&nodes.first, &ada, ops.uuid).await, ["Ada", "Bob"]);
    let owner = MembersAdd { owner: Some(true), ..add(&bob, &ops, &[&bob]) };
    assert_eq!(denied(store.add_members(owner.clone()).await), Denied::NotOwner);
    let owner = MembersAdd { asker: ada.user.uuid, ..owner };
    assert!(store.add_members(owner).await.unwrap().users[0].owner);
    let gone = |asker: &Person, user: &Person| {
        nodes.second.store.remove_member(asker.user.uuid, ops.uuid, user.user.uuid)
    };
    assert_eq!(gone(&bob, &ada).await.unwrap().users_total, 1);
    // The last owner of a public channel may go, and nobody is left.
    assert_eq!(gone(&bob, &bob).await.unwrap().users_total, 0);
    assert_eq!(denied(gone(&eve, &bob).await), Denied::NotMember);
    store.add_members(add(&eve, &ops, &[&eve])).await.unwrap();
    assert_eq!(names(&nodes.second, &bob, ops.uuid).await, ["Eve"]);
}

pub async fn a_private_channel_keeps_an_owner_and_ends_with_its_last_member(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let store = &nodes.first.store;
    let secret = make(&nodes.first, &ada, "Secret", true).await;
    store.add_members(add(&ada, &secret, &[&bob])).await.unwrap();
    let channel = Channel::of_members(secret.uuid);
    nodes.first.append(&ada, &channel, "psst", None, 1);
    assert_eq!(&*nodes.first.message().await.text, "psst");
    let leave = |person: &Person| {
        nodes.first.store.remove_member(person.user.uuid, secret.uuid, person.user.uuid)
    };
    assert_eq!(denied(leave(&ada).await), Denied::LastOwner);
    let no_owner = MembersAdd { owner: Some(false), ..add(&ada, &secret, &[&ada]) };
    assert_eq!(denied(store.add_members(no_owner).await), Denied::LastOwner);
    let owner = MembersAdd { owner: Some(true), ..add(&ada, &secret, &[&bob]) };
    store.add_members(owner).await.unwrap();
    leave(&ada).await.unwrap();
    assert_eq!(found(&nodes.second, &ada, secret.uuid).await, FoundChannel::Nothing);
    assert_eq!(denied(store.messages(&channel, &ada.user, LAST).await), Denied::NotFound);
    assert_eq!(store.messages(&channel, &bob.user, LAST).await.unwrap().total, 1);
    leave(&bob).await.unwrap();
    assert_eq!(found(&nodes.second, &bob, secret.uuid).await, FoundChannel::Nothing);
    assert_eq!(denied(store.messages(&channel, &bob.user, LAST).await), Denied::NotFound);
}

pub async fn rights_are_checked_where_a_message_is_stored(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let store = &nodes.first.store;
    let ops = make(&nodes.first, &ada, "Ops", false).await;
    let channel = Channel::of_members(ops.uuid);
    let refused = |person: Person, serial: u32| {
        let (node, channel) = (&nodes.first, channel.clone());
        async move {
            node.append(&person, &channel, "hello", None, serial);
            node.event(|event| match event {
                Event::Message { message, .. } => Some(Ok(message.seq)),
                Event::Refused { error, .. } => match &*error {
                    Failure::Denied(denied) => Some(Err(*denied)),
                    Failure::Unavailable(error) => panic!("{error}"),
                },
                _ => None,
            })
            .await
        }
    };
    assert_eq!(refused(bob.clone(), 1).await, Err(Denied::NotMember));
    assert_eq!(refused(ada.clone(), 2).await, Ok(1));
    store.add_members(add(&bob, &ops, &[&bob])).await.unwrap();
    assert_eq!(refused(bob.clone(), 3).await, Ok(2));
    let owners = ChannelEdit { owners_post: Some(true), ..edit(&ada, &ops) };
    store.edit_channel(owners).await.unwrap();
    assert_eq!(refused(bob.clone(), 4).await, Err(Denied::NotOwner));
    assert_eq!(refused(ada.clone(), 5).await, Ok(3));
    let archived = ChannelEdit { archived: Some(true), ..edit(&ada, &ops) };
    assert!(store.edit_channel(archived).await.unwrap().archived);
    assert_eq!(refused(ada.clone(), 6).await, Err(Denied::Archived));
    assert_eq!(denied(store.edit_channel(edit(&bob, &ops)).await), Denied::NotOwner);
    let page = nodes.second.store.messages(&channel, &bob.user, LAST).await.unwrap();
    assert_eq!((page.total, page.messages[0].channel.address()), (3, channel.address()));
}

pub async fn a_member_reads_and_has_preferences(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let store = &nodes.first.store;
    let ops = make(&nodes.first, &ada, "Ops", false).await;
    let channel = Channel::of_members(ops.uuid);
    for serial in 1..=3 {
        nodes.first.append(&ada, &channel, "hello", None, serial);
        nodes.first.message().await;
    }
    let mark = |person: &Person, seq| {
        nodes.second.store.mark_read(person.user.uuid, person.session, &channel, seq)
    };
    assert_eq!(denied(mark(&bob, 1).await), Denied::NotMember);
    store.add_members(add(&bob, &ops, &[&bob])).await.unwrap();
    let inbox = store.inbox(&bob.user, Wanted::All).await.unwrap();
    assert_eq!((inbox[1].total, inbox[1].unread), (3, 0), "all counts as read");
    nodes.first.append(&ada, &channel, "more", None, 4);
    nodes.first.message().await;
    assert_eq!(store.inbox(&bob.user, Wanted::All).await.unwrap()[1].unread, 1);
    assert_eq!(mark(&bob, 9).await.unwrap(), 4);
    let change = |person: &Person| PreferencesChange {
        user: person.user.uuid,
        session: person.session,
        channel: channel.clone(),
        level: Some(Level::All),
        muted_until: None,
        pinned: Some(true),
        section: Some("work".to_owned()),
        unread_from: Some(2),
    };
    let preferences = nodes.second.store.change_preferences(change(&bob)).await.unwrap();
    assert_eq!((preferences.level, preferences.pinned), (Level::All, true));
    let cleared = PreferencesChange { level: None, unread_from: Some(0), ..change(&bob) };
    let preferences = store.change_preferences(cleared).await.unwrap();
    assert_eq!((preferences.unread_from, &*preferences.section), (None, "work"));
    let inbox = nodes.second.store.inbox(&bob.user, Wanted::All).await.unwrap();
    assert_eq!(inbox[1].membership.preferences, preferences);
    let eve = nodes.user("Eve").await;
    assert_eq!(denied(store.change_preferences(change(&eve)).await), Denied::NotMember);
    // Who comes back begins anew.
    store.remove_member(bob.user.uuid, ops.uuid, bob.user.uuid).await.unwrap();
    store.add_members(add(&bob, &ops, &[&bob])).await.unwrap();
    let inbox = store.inbox(&bob.user, Wanted::All).await.unwrap();
    let preferences = Preferences { level: Level::Mentions, ..Preferences::default() };
    assert_eq!(inbox[1].membership, Membership { owner: false, preferences });
}
