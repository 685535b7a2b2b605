//! Who may do what: the tables of docs/security.md, tried with each request by everybody, on both stores.

mod inside;
mod private;
mod rows;
mod scene;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

use chinwag_protocol::table::REQUESTS;
use rows::{ANYWHERE, AT_LAST, IN_CHANNEL, PUSH_SERVICE, Place, Rows, kind};
use scene::{NOBODY, Scene, Where, Who};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{TestClient, TestRedis, TestServer};

/// The columns of a table: each with its heading, who asks, and about which channel.
type Columns = [(&'static str, Who, Where)];

const EVERYBODY: &Columns = &[
    ("not signed in", Who::Nobody, Where::Public),
    ("stranger", Who::Outsider, Where::Private),
    ("visitor", Who::Outsider, Where::Public),
    ("member", Who::Member, Where::Public),
    ("owner", Who::Owner, Where::Public),
    ("bot", Who::Bot, Where::Public),
    ("admin", Who::Admin, Where::Public),
    ("admin as stranger", Who::Admin, Where::Private),
    ("blocked", Who::Blocked, Where::Direct),
    ("deactivated", Who::Deactivated, Where::Public),
];

const EVERYWHERE: &Columns = &[
    ("General", Who::Member, Where::General),
    ("General, admin", Who::Admin, Where::General),
    ("General, owners post", Who::Member, Where::ClosedGeneral),
    ("General, owners post, admin", Who::Admin, Where::ClosedGeneral),
    ("direct", Who::Member, Where::Direct),
    ("group", Who::Member, Where::Group),
    ("group, stranger", Who::Outsider, Where::Group),
    ("owners post, member", Who::Member, Where::Announcements),
    ("owners post, admin", Who::Admin, Where::Announcements),
    ("archived, member", Who::Member, Where::Archived),
    ("archived, owner", Who::Owner, Where::Archived),
];

impl Scene<'_> {
    /// What the asker of a column gets by each row.
    fn column(&mut self, tables: &[&Rows], who: Who, channel: Where) -> Vec<String> {
        let (mut asker, place) = self.place(who, channel);
        let rows = tables.iter().flat_map(|rows| rows.iter());
        let cells = rows.map(|(label, payload)| {
            let kind = kind(label);
            let mut payload = payload(&place);
            if !AT_LAST.iter().any(|(last, _)| last == label) {
                return outcome(&mut asker, kind, &payload);
            }
            let mut asker = self.there.connect();
            if !["signIn", "signUp"].contains(&kind) && who != Who::Nobody {
                self.sign_in_again(&mut asker, who, &place);
            }
            if kind == "deviceEnd" {
                payload = current_device(&mut asker);
            }
            outcome(&mut asker, kind, &payload)
        });
        cells.collect()
    }

    fn sign_in_again(&mut self, asker: &mut TestClient, who: Who, place: &Place) {
        let mut sign_in = place.sign_in.clone();
        if who == Who::Bot {
            let name = format!("asker of {}", place.unique);
            sign_in = json!({"accessKey": self.max.ask("botCreate", json!({"username": name}))["accessKey"]});
        }
        asker.send(&json!({"type": "signIn", "id": "again", "signIn": sign_in}));
        asker.until_answer("again");
    }
}

/// The device of this session, as a payload.
fn current_device(client: &mut TestClient) -> Value {
    client.send(&json!({"type": "devices", "id": "devices"}));
    let answer = client.until_answer("devices");
    let none = Vec::new();
    let devices = answer["devices"]["devices"].as_array().unwrap_or(&none);
    let current = devices.iter().find(|device| device["Current"] == true);
    json!({"UUID": current.map_or(json!(NOBODY), |device| device["UUID"].clone())})
}

/// `yes`, or the code of the error.
fn outcome(client: &mut TestClient, kind: &str, payload: &Value) -> String {
    let answer = answer(client, kind, payload);
    let code = answer["error"]["code"].as_u64();
    code.map_or_else(|| "yes".to_owned(), |code| code.to_string())
}

/// The answer to a request, also if it is refused.
fn answer(client: &mut TestClient, kind: &str, payload: &Value) -> Value {
    client.send(&json!({"type": kind, "id": "asked", kind: payload}));
    if kind != "channelTyping" {
        return client.until_answer("asked");
    }
    // It has no answer; an error would come before the answer to the next.
    client.send(&json!({"type": "ping", "id": "asked"}));
    let answer = client.until_answer("asked");
    if answer["type"] == "error" {
        client.until_answer("asked");
    }
    answer
}

/// The table as the document shows it.
fn table(scene: &mut Scene, columns: &Columns, tables: &[&Rows]) -> String {
    let cells: Vec<_> =
        columns.iter().map(|(_, who, channel)| scene.column(tables, *who, *channel)).collect();
    let headings: Vec<_> = columns.iter().map(|(title, ..)| *title).collect();
    let mut text =
        format!("| request | {} |\n|---|{}\n", headings.join(" | "), "---|".repeat(columns.len()));
    for (number, (label, _)) in tables.iter().flat_map(|rows| rows.iter()).enumerate() {
        let row: Vec<_> = cells.iter().map(|column| column[number].as_str()).collect();
        writeln!(text, "| {label} | {} |", row.join(" | ")).unwrap();
    }
    text
}

fn are_documented(scene: &mut Scene) {
    let found = [
        table(scene, EVERYBODY, &[ANYWHERE, IN_CHANNEL, AT_LAST]),
        table(scene, EVERYWHERE, &[IN_CHANNEL]),
    ];
    let document = fs::read_to_string("../../docs/security.md").unwrap();
    for table in &found {
        assert!(document.contains(table), "docs/security.md has to have\n\n{}", found.join("\n"));
    }
}

/// Who asks for everything there is needs a budget for it.
const SETTINGS: [(&str, &str); 4] =
    [("MESSAGE_RATE", "0"), ("SIGN_IN_RATE", "0"), ("PUSH_HOSTS", PUSH_SERVICE), ("LOG", "debug")];

fn on_the_embedded_store(case: impl Fn(&mut Scene)) {
    let server = TestServer::with(&SETTINGS);
    case(&mut Scene::new(&server, &server, None));
}

fn on_two_nodes_with_redis(case: impl Fn(&mut Scene)) {
    let (redis, files) = (TestRedis::start(), TempDir::new().unwrap());
    let url = redis.url();
    let more = [("REDIS_URL", url.as_str()), ("FILES", files.path().to_str().unwrap())];
    let node = || TestServer::with(&[&SETTINGS[..], &more].concat());
    case(&mut Scene::new(&node(), &node(), Some(&redis)));
}

#[test]
fn rights_on_the_embedded_store_are_those_of_the_tables() {
    on_the_embedded_store(are_documented);
}

#[test]
fn rights_on_two_nodes_with_redis_are_those_of_the_tables() {
    on_two_nodes_with_redis(are_documented);
}

#[test]
fn nobody_outside_learns_of_channels_of_others() {
    on_the_embedded_store(private::stays_private);
    on_two_nodes_with_redis(private::stays_private);
}

#[test]
fn nobody_acts_in_the_name_of_another() {
    on_the_embedded_store(refuses_other_names);
    on_two_nodes_with_redis(refuses_other_names);
}

/// Each request, with the UUID of another user or session.
fn refuses_other_names(scene: &mut Scene) {
    let (mut asker, place) = scene.place(Who::Admin, Where::Public);
    let ada = &scene.ada;
    let names = [("userUUID", &ada.user), ("sessionUUID", &ada.session), ("SUUID", &ada.session)];
    let rows = [ANYWHERE, IN_CHANNEL, AT_LAST].into_iter().flatten();
    for (label, payload) in rows.filter(|(label, _)| !needs_no_sign_in(kind(label))) {
        for (name, uuid) in names {
            let kind = kind(label);
            let mut request = json!({"type": kind, "id": "asked", name: uuid});
            let payload =
                if kind == "deviceEnd" { json!({"UUID": NOBODY}) } else { payload(&place) };
            request[kind] = payload;
            asker.send(&request);
            assert_eq!(asker.until_answer("asked")["error"]["code"], 21, "{label}, {name}");
        }
    }
}

fn needs_no_sign_in(kind: &str) -> bool {
    REQUESTS.iter().any(|row| row.kind == kind && !row.needs_sign_in)
}

#[test]
fn no_request_is_missing() {
    let rows = [ANYWHERE, IN_CHANNEL, AT_LAST].into_iter().flatten();
    let tried: BTreeSet<_> = rows.map(|(label, _)| kind(label)).collect();
    let requests: BTreeSet<_> = REQUESTS.iter().map(|row| row.kind).collect();
    assert_eq!(tried, requests);
}
