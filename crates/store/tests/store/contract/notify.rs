//! What users choose for all their notifications.

use chinwag_protocol::UserUuid;
use chinwag_store::{NotifyChange, NotifySettings, QuietHours};

use crate::node::{Node, Nodes, Person};

fn of(person: &Person) -> NotifyChange {
    NotifyChange { user: person.user.uuid, ..NotifyChange::default() }
}

async fn settings(node: &Node, person: &Person) -> NotifySettings {
    node.store.notify_settings(vec![person.user.uuid]).await.unwrap().remove(0)
}

pub async fn settings_are_changed_part_by_part(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let (first, second) = (&nodes.first, &nodes.second);
    let none = NotifySettings::default();
    assert_eq!(settings(first, &ada).await, none);
    assert_eq!(first.store.change_notify(of(&ada)).await.unwrap(), none);
    let night = QuietHours { days: "12345".to_owned(), from: 20 * 60, to: 7 * 60 + 30 };
    let (quiet, zone) = (vec![night], "Europe/Berlin".to_owned());
    let change = NotifyChange { quiet: Some(quiet.clone()), zone: Some(zone.clone()), ..of(&ada) };
    let mut expected = NotifySettings { quiet, zone, ..none.clone() };
    assert_eq!(first.store.change_notify(change).await.unwrap(), expected);
    let paused_until = Some("2026-01-02T12:00:00.5Z".parse().unwrap());
    let change =
        NotifyChange { hides_content: Some(true), paused_until: Some(paused_until), ..of(&ada) };
    expected = NotifySettings { hides_content: true, paused_until, ..expected };
    assert_eq!(second.store.change_notify(change).await.unwrap(), expected);
    let everybody = vec![bob.user.uuid, ada.user.uuid, UserUuid::random(), ada.user.uuid];
    let found = first.store.notify_settings(everybody).await.unwrap();
    assert_eq!(found, [none.clone(), expected.clone(), none.clone(), expected.clone()]);
    assert_eq!(first.store.notify_settings(Vec::new()).await.unwrap(), []);
    let nodes = nodes.restarted().await;
    assert_eq!(settings(&nodes.second, &ada).await, expected);
    let change = NotifyChange {
        hides_content: Some(false),
        quiet: Some(Vec::new()),
        zone: Some(String::new()),
        paused_until: Some(None),
        ..of(&ada)
    };
    assert_eq!(nodes.first.store.change_notify(change).await.unwrap(), none);
    assert_eq!(settings(&nodes.second, &ada).await, none);
}

pub async fn changes_at_once_are_all_made(nodes: Nodes) {
    let ada = nodes.user("Ada").await;
    for round in 0..20 {
        let hides_content = round % 2 == 0;
        let zone = format!("Zone/{round}");
        let content = NotifyChange { hides_content: Some(hides_content), ..of(&ada) };
        let place = NotifyChange { zone: Some(zone.clone()), ..of(&ada) };
        let (one, other) = tokio::join!(
            nodes.first.store.change_notify(content),
            nodes.second.store.change_notify(place)
        );
        one.and(other).unwrap();
        let expected = NotifySettings { hides_content, zone, ..NotifySettings::default() };
        assert_eq!(settings(&nodes.first, &ada).await, expected);
    }
}
