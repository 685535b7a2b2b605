//! What every store promises, case by case.

use chinwag_protocol::{SessionUuid, UserUuid};
use chinwag_store::{
    Address, Channel, Creation, Event, HistoryPage, INBOX_LIMIT, Join, KeyDigest, Page,
    PasswordChange, RevokedKeys, Role, Ticket, User, UsersQuery, Wanted,
};
use futures_util::future::join_all;

use crate::node::{Node, Nodes, Person, account};

pub async fn a_name_has_one_user(nodes: Nodes) {
    let attempt = |at: usize| {
        let node = if at.is_multiple_of(2) { &nodes.first } else { &nodes.second };
        let user = User { uuid: UserUuid::random(), name: "Ada".into() };
        async move { (node.store.create_account(account(&user)).await.unwrap(), user) }
    };
    let attempts = join_all((0..40).map(attempt)).await;
    let won = |created| created == Creation::Created;
    let winners: Vec<_> = attempts.iter().filter(|(created, _)| won(*created)).collect();
    assert_eq!(winners.len(), 1);
    let found = nodes.second.store.account("ada").await.unwrap().unwrap();
    assert_eq!(found.user, winners[0].1);
    assert_eq!(found.password_hash, "$argon2id$");
    assert!(nodes.first.store.account("nobody").await.unwrap().is_none());
}

pub async fn a_look_has_one_user(nodes: Nodes) {
    let attempt = |at: usize| {
        let node = if at.is_multiple_of(2) { &nodes.first } else { &nodes.second };
        let name = ["Alice", "AIice", "a1ice", "\u{410}lice"][at % 4];
        let user = User { uuid: UserUuid::random(), name: name.into() };
        async move { node.store.create_account(account(&user)).await.unwrap() }
    };
    let attempts = join_all((0..40).map(attempt)).await;
    let count = |wanted| attempts.iter().filter(|&&created| created == wanted).count();
    assert_eq!((count(Creation::Created), count(Creation::NameTaken)), (1, 9));
    assert_eq!(count(Creation::LooksTaken), 30);
    nodes.user("Bob").await;
}

pub async fn two_users_have_one_channel(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await.user, nodes.user("Bob").await.user);
    let find = |at: usize| {
        let node = if at.is_multiple_of(2) { &nodes.first } else { &nodes.second };
        let (one, other) =
            if at.is_multiple_of(3) { (ada.uuid, bob.uuid) } else { (bob.uuid, ada.uuid) };
        async move { node.direct(one, other).await.unwrap().unwrap() }
    };
    let found = join_all((0..40).map(find)).await;
    assert!(found.iter().all(|channel| channel.uuid == found[0].uuid));
    assert_eq!(found[0].recipient(), Some(&bob));
    let alone = nodes.first.direct(ada.uuid, ada.uuid).await.unwrap().unwrap();
    assert_ne!(alone.uuid, found[0].uuid);
    let nobody = nodes.first.direct(ada.uuid, UserUuid::random()).await.unwrap();
    assert_eq!(nobody, None);
}

pub async fn messages_have_seqs_without_holes_and_come_in_their_order(nodes: Nodes) {
    let ada = nodes.user("Ada").await;
    for serial in 0..100 {
        nodes.first.append(&ada, &Channel::GENERAL, &serial.to_string(), None, serial);
    }
    for expected in 0..100 {
        let (message, ticket) = outcome(&nodes.first).await;
        assert_eq!(ticket, Some(Ticket { connection: 7, serial: expected }));
        assert_eq!(
            (message.seq, &*message.text),
            (u64::from(expected) + 1, &*expected.to_string())
        );
        assert_eq!(message.sender, ada.user);
    }
    if !std::sync::Arc::ptr_eq(&nodes.first, &nodes.second) {
        for expected in 1..=100 {
            assert_eq!(nodes.second.message().await.seq, expected);
        }
    }
}

async fn outcome(node: &Node) -> (std::sync::Arc<chinwag_store::Message>, Option<Ticket>) {
    node.event(|event| match event {
        Event::Message { message, ticket } => Some((message, ticket)),
        _ => None,
    })
    .await
}

pub async fn a_repeated_send_is_stored_once(nodes: Nodes) {
    let ada = nodes.user("Ada").await;
    nodes.first.append(&ada, &Channel::GENERAL, "once", Some("c"), 1);
    nodes.first.append(&ada, &Channel::GENERAL, "once", Some("c"), 2);
    let (first, _) = outcome(&nodes.first).await;
    let repeated = nodes.first.event(|event| match event {
        Event::Repeated { message, ticket } => Some((message, ticket.serial)),
        _ => None,
    });
    let (message, serial) = repeated.await;
    assert_eq!((&*message, serial), (&*first, 2));
    assert_eq!(read(&nodes.first, &ada, &Channel::GENERAL, Page::Last).await.0, 1);
}

pub async fn history_is_read_from_both_ends(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let channel = nodes.first.direct(ada.user.uuid, bob.user.uuid).await;
    let channel = channel.unwrap().unwrap();
    for serial in 1..=25 {
        nodes.first.append(&ada, &channel, "text", None, serial);
    }
    while outcome(&nodes.first).await.0.seq < 25 {}
    for (page, expected) in [
        (Page::Last, (16..=25).rev().collect::<Vec<_>>()),
        (Page::Before(4), vec![3, 2, 1]),
        (Page::Before(u64::MAX), (16..=25).rev().collect()),
        (Page::After(22), vec![23, 24, 25]),
        (Page::After(0), (1..=10).collect()),
        (Page::After(25), vec![]),
        (Page::Before(1), vec![]),
    ] {
        assert_eq!(read(&nodes.second, &ada, &channel, page).await, (25, expected), "{page:?}");
    }
    let page = HistoryPage::of_all(Page::Last, 1);
    let messages = nodes.first.store.messages(&channel, &ada.user, page).await.unwrap().messages;
    assert_eq!(
        (&messages[0].sender, messages[0].channel.recipient()),
        (&ada.user, Some(&bob.user))
    );
}

async fn read(node: &Node, reader: &Person, channel: &Channel, page: Page) -> (u64, Vec<u64>) {
    let page = HistoryPage::of_all(page, 10);
    let messages = node.store.messages(channel, &reader.user, page).await.unwrap();
    (messages.total, messages.messages.iter().map(|message| message.seq).collect())
}

/// More than a store may keep together, read across every seam.
pub async fn a_long_history_is_read_anywhere(nodes: Nodes) {
    let ada = nodes.user("Ada").await;
    for serial in 1..=300 {
        let (text, client) = (serial.to_string(), format!("c{serial}"));
        nodes.first.append(&ada, &Channel::GENERAL, &text, Some(&client), serial);
    }
    while outcome(&nodes.first).await.0.seq < 300 {}
    for seq in 0..=300 {
        let newer = (seq + 1..=300).take(10).collect();
        let found = read(&nodes.second, &ada, &Channel::GENERAL, Page::After(seq)).await;
        assert_eq!(found, (300, newer), "after {seq}");
        let older = (1..seq).rev().take(10).collect();
        let found = read(&nodes.second, &ada, &Channel::GENERAL, Page::Before(seq)).await;
        assert_eq!(found, (300, older), "before {seq}");
    }
    for seq in [1, 128, 129, 256, 300_u32] {
        nodes.second.append(&ada, &Channel::GENERAL, "again", Some(&format!("c{seq}")), 0);
        let repeated = nodes.second.event(|event| match event {
            Event::Repeated { message, .. } => Some(message),
            _ => None,
        });
        let message = repeated.await;
        assert_eq!((message.seq, &*message.text), (seq.into(), &*seq.to_string()));
    }
}

pub async fn the_inbox_counts_what_is_unread(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let store = &nodes.first.store;
    let channel = nodes.first.direct(ada.user.uuid, bob.user.uuid).await.unwrap().unwrap();
    nodes.first.append(&ada, &Channel::GENERAL, "to all", None, 1);
    nodes.first.append(&ada, &channel, "to Bob", None, 2);
    outcome(&nodes.first).await;
    outcome(&nodes.first).await;
    let inbox = nodes.second.store.inbox(&bob.user, Wanted::Direct).await.unwrap();
    let counts: Vec<_> = inbox.iter().map(|entry| (entry.total, entry.unread)).collect();
    assert_eq!(counts, [(1, 1), (1, 1)]);
    assert_eq!(inbox[1].channel.recipient(), Some(&ada.user));
    assert_eq!(&*inbox[1].last_message.as_ref().unwrap().text, "to Bob");
    let own = nodes.second.store.inbox(&ada.user, Wanted::Direct).await.unwrap();
    assert!(own.iter().all(|entry| entry.unread == 0));
    let late = nodes.user("Late").await;
    let inbox = store.inbox(&late.user, Wanted::Direct).await.unwrap();
    assert_eq!((inbox.len(), inbox[0].total, inbox[0].unread), (1, 1, 0));
}

pub async fn an_inbox_ends_with_the_oldest_talk_that_it_has_room_for(nodes: Nodes) {
    const TALKS: usize = INBOX_LIMIT + 2;
    let (ada, store) = (nodes.user("Ada").await, &nodes.first.store);
    let others = (0..TALKS).map(|number| async move {
        let user = User { uuid: UserUuid::random(), name: format!("talker {number:04}").into() };
        assert_eq!(store.create_account(account(&user)).await.unwrap(), Creation::Created);
        user.uuid
    });
    let others = join_all(others).await;
    let channels = others.iter().map(|other| nodes.first.direct(ada.user.uuid, *other));
    let channels: Vec<_> =
        join_all(channels).await.into_iter().map(|found| found.unwrap().unwrap()).collect();
    let said = channels.iter().chain([&channels[0]]);
    for (serial, channel) in (0..).zip(said) {
        nodes.first.append(&ada, channel, "hello", None, serial);
    }
    for _ in 0..=TALKS {
        outcome(&nodes.first).await;
    }
    let inbox = nodes.second.store.inbox(&ada.user, Wanted::Direct).await.unwrap();
    let expected = [0].into_iter().chain((4..TALKS).rev()).map(|at| channels[at].uuid);
    let found: Vec<_> = inbox.iter().skip(1).map(|entry| entry.channel.uuid).collect();
    assert_eq!((inbox.len(), inbox[1].total), (INBOX_LIMIT, 2));
    assert!(expected.eq(found));
}

pub async fn a_mark_never_goes_back_nor_past_the_end(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    for serial in 1..=3 {
        nodes.first.append(&ada, &Channel::GENERAL, "text", None, serial);
    }
    while outcome(&nodes.first).await.0.seq < 3 {}
    for (seq, expected) in [(2, 2), (1, 2), (99, 3), (u64::MAX, 3)] {
        let marked =
            nodes.first.store.mark_read(bob.user.uuid, bob.session, &Channel::GENERAL, seq);
        assert_eq!(marked.await.unwrap(), expected, "{seq}");
        let told = nodes.first.event(|event| match event {
            Event::Read { user, seq, address: Address::General, .. } => Some((user, seq)),
            _ => None,
        });
        assert_eq!(told.await, (bob.user.uuid, expected));
    }
}

pub async fn an_access_key_works_until_it_is_revoked(nodes: Nodes) {
    let ada = nodes.user("Ada").await;
    let (key, other) = (KeyDigest([1; 32]), KeyDigest([2; 32]));
    for key in [key, other] {
        assert!(nodes.first.store.add_access_key(&ada.account(), key, "").await.unwrap());
    }
    let used = nodes.second.store.use_access_key(ada.user.uuid, key).await.unwrap();
    assert_eq!(used, Some((ada.user.clone(), Role::Member)));
    nodes.second.store.revoke_access_key(ada.user.uuid, key, ada.session).await.unwrap();
    let told = nodes.first.event(|event| match event {
        Event::KeysRevoked { user, keys, .. } => Some((user, keys)),
        _ => None,
    });
    assert_eq!(told.await, (ada.user.uuid, RevokedKeys::One(key)));
    assert_eq!(nodes.first.store.use_access_key(ada.user.uuid, key).await.unwrap(), None);
    assert!(nodes.first.store.use_access_key(ada.user.uuid, other).await.unwrap().is_some());
    assert_eq!(nodes.first.store.use_access_key(UserUuid::random(), other).await.unwrap(), None);
}

pub async fn all_access_keys_end_together(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let (first, second) = (&nodes.first.store, &nodes.second.store);
    let keys = [KeyDigest([1; 32]), KeyDigest([2; 32])];
    for person in [&ada, &bob] {
        for key in keys {
            assert!(first.add_access_key(&person.account(), key, "").await.unwrap());
        }
    }
    second.revoke_all_access_keys(ada.user.uuid, ada.session).await.unwrap();
    let told = nodes.first.event(|event| match event {
        Event::KeysRevoked { user, keys, session } => Some((user, keys, session)),
        _ => None,
    });
    assert_eq!(told.await, (ada.user.uuid, RevokedKeys::AllBut(None), ada.session));
    for key in keys {
        assert_eq!(first.use_access_key(ada.user.uuid, key).await.unwrap(), None);
        assert_eq!(
            first.use_access_key(bob.user.uuid, key).await.unwrap(),
            Some((bob.user.clone(), Role::Member))
        );
    }
}

pub async fn a_changed_password_leaves_one_new_access_key(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let (first, second) = (&nodes.first.store, &nodes.second.store);
    let [asking, other, new] = [1, 2, 3].map(|byte| KeyDigest([byte; 32]));
    for key in [asking, other] {
        assert!(first.add_access_key(&ada.account(), key, "").await.unwrap());
    }
    let change = PasswordChange {
        account: ada.account(),
        password_hash: "$argon2id$new".into(),
        asking,
        key: new,
        session: ada.session,
    };
    let stranger = PasswordChange { asking: KeyDigest([9; 32]), ..change.clone() };
    assert!(!second.change_password(stranger).await.unwrap(), "by a key that has ended");
    assert!(second.change_password(change.clone()).await.unwrap());
    let late = PasswordChange { asking: new, password_hash: "$argon2id$late".into(), ..change };
    assert!(!first.change_password(late).await.unwrap(), "by a password that was changed");
    let told = nodes.first.event(|event| match event {
        Event::KeysRevoked { user, keys, .. } => Some((user, keys)),
        _ => None,
    });
    assert_eq!(told.await, (ada.user.uuid, RevokedKeys::AllBut(Some(new))));
    assert_eq!(
        first.use_access_key(ada.user.uuid, new).await.unwrap(),
        Some((ada.user.clone(), Role::Member))
    );
    for ended in [asking, other] {
        assert_eq!(first.use_access_key(ada.user.uuid, ended).await.unwrap(), None);
    }
    let account = first.account("ada").await.unwrap().unwrap();
    assert_eq!((&account.user, &*account.password_hash), (&ada.user, "$argon2id$new"));
    assert!(!second.add_access_key(&ada.account(), other, "").await.unwrap());
    assert_eq!(first.use_access_key(ada.user.uuid, other).await.unwrap(), None);
    assert!(second.add_access_key(&account, other, "").await.unwrap());
    assert_eq!(first.account("bob").await.unwrap().unwrap().user, bob.user);
}

pub async fn the_last_session_makes_offline(nodes: Nodes) {
    let ada = nodes.user("Ada").await;
    let second = SessionUuid::random();
    assert_eq!(nodes.second.store.session_started(&ada.user, second).await.unwrap(), 2);
    nodes.first.store.session_ended(&ada.user, ada.session, None);
    nodes.second.store.session_ended(&ada.user, second, None);
    let offline = nodes.first.event(|event| match event {
        Event::WentOffline { user, sessions } => Some((user, sessions)),
        _ => None,
    });
    assert_eq!(offline.await, (ada.user.clone(), 0));
    assert!(!nodes.first.store.is_online(ada.user.uuid));
    assert_eq!(nodes.first.store.online_users(), 0);
}

pub async fn a_join_tells_and_shows(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let join = |person: &Person, channel, leaving| Join {
        user: person.user.clone(),
        session: person.session,
        channel,
        leaving,
    };
    nodes.first.store.join(join(&bob, Channel::GENERAL, None)).await.unwrap();
    let joined = nodes.first.store.join(join(&ada, Channel::GENERAL, None)).await.unwrap();
    let names: Vec<_> = joined.members.iter().map(|member| &*member.user.name).collect();
    assert_eq!((names, joined.members_total, joined.sessions), (vec!["Ada", "Bob"], 2, 2));
    let private = nodes.first.direct(ada.user.uuid, bob.user.uuid).await;
    let private = private.unwrap().unwrap();
    let moved = join(&ada, private.clone(), Some(Channel::GENERAL));
    assert_eq!(nodes.first.store.join(moved).await.unwrap().members.len(), 2);
    let left = nodes.second.event(|event| match event {
        Event::Left { user, channel, .. } => Some((user, channel)),
        _ => None,
    });
    assert_eq!(left.await, (ada.user.clone(), Channel::GENERAL));
    nodes.first.store.leave(&ada.user, ada.session, &private).await.unwrap();
    let again = nodes.first.store.join(join(&bob, Channel::GENERAL, None)).await.unwrap();
    assert_eq!(again.members_total, 1);
}

pub async fn users_are_listed_online_first_then_by_name(nodes: Nodes) {
    let alan = nodes.user("Alan").await;
    for name in ["Zoe", "Albert"] {
        nodes.user(name).await;
    }
    nodes.first.store.session_ended(&alan.user, alan.session, None);
    let offline = |event| matches!(event, Event::WentOffline { .. }).then_some(());
    nodes.first.event(offline).await;
    for name in ["Alma", "Bea"] {
        let user = User { uuid: UserUuid::random(), name: name.into() };
        let created = nodes.second.store.create_account(account(&user)).await.unwrap();
        assert_eq!(created, Creation::Created);
    }
    for (offset, limit, prefix, total, expected) in [
        (0, 10, "", 5, vec!["Albert", "Zoe", "Alan", "Alma", "Bea"]),
        (1, 2, "", 5, vec!["Zoe", "Alan"]),
        (4, 9, "", 5, vec!["Bea"]),
        (2, 2, "", 5, vec!["Alan", "Alma"]),
        (3, 1, "", 5, vec!["Alma"]),
        (9, 9, "", 5, vec![]),
        (0, 0, "", 5, vec![]),
        (0, 10, "al", 3, vec!["Albert", "Alan", "Alma"]),
        (1, 1, "al", 3, vec!["Alan"]),
        (2, 9, "al", 3, vec!["Alma"]),
        (3, 9, "al", 3, vec![]),
        (0, 9, "c", 0, vec![]),
    ] {
        let query = UsersQuery { offset, limit, folded_prefix: prefix.to_owned() };
        let page = nodes.first.store.users(query).await.unwrap();
        let names: Vec<_> = page.users.iter().map(|status| &*status.user.name).collect();
        assert_eq!((page.total, names), (total, expected), "{offset} {limit} {prefix}");
    }
}

pub async fn private_news_reach_both_users_once(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let channel = nodes.first.direct(ada.user.uuid, bob.user.uuid).await;
    let channel = channel.unwrap().unwrap();
    nodes.first.store.typing(ada.user.uuid, ada.session, &channel);
    nodes.first.store.typing(ada.user.uuid, ada.session, &Channel::GENERAL);
    let typing = || {
        nodes.first.event(|event| match event {
            Event::Typing { channel, .. } => Some(channel),
            _ => None,
        })
    };
    let heard = [typing().await, typing().await];
    assert!(heard.contains(&channel.uuid) && heard.contains(&Channel::GENERAL.uuid));
    nodes.first.append(&ada, &channel, "hello", None, 1);
    nodes.first.append(&bob, &Channel::GENERAL, "all", None, 2);
    let heard =
        [nodes.first.message().await.channel.uuid, nodes.first.message().await.channel.uuid];
    assert_eq!(heard, [channel.uuid, Channel::GENERAL.uuid]);
}
