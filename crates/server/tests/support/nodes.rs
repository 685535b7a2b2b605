//! Three nodes of one Redis, or one node with an embedded store, with accounts that come by links.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::{TestClient, TestRedis, TestServer};

/// Three nodes of one Redis, or one node with an embedded store.
pub struct Nodes {
    pub here: TestServer,
    others: Vec<TestServer>,
    redis: Option<TestRedis>,
}

/// The settings of all nodes. Who makes many accounts from one address needs no limit.
const SETTINGS: [(&str, &str); 2] = [("SIGN_IN_RATE", "0"), ("REGISTRATION", "invite")];

impl Nodes {
    pub fn embedded(more: &[(&str, &str)]) -> Self {
        let here = TestServer::with(&[&SETTINGS, more].concat());
        Self { here, others: Vec::new(), redis: None }
    }

    pub fn redis(more: &[(&str, &str)]) -> Self {
        let redis = TestRedis::start();
        let url = redis.url();
        let store = [("REDIS_URL", url.as_str())];
        let node = || TestServer::with(&[&SETTINGS, more, &store].concat());
        Self { here: node(), others: vec![node(), node()], redis: Some(redis) }
    }

    /// Another node, where there is one.
    pub fn there(&self) -> &TestServer {
        self.others.first().unwrap_or(&self.here)
    }

    /// All nodes.
    pub fn all(&self) -> impl Iterator<Item = &TestServer> {
        [&self.here].into_iter().chain(&self.others)
    }

    /// One of them, in turn.
    pub fn of(&self, number: usize) -> &TestServer {
        self.all().nth(number % (1 + self.others.len())).unwrap()
    }

    /// What a command prints, on both ways.
    pub fn output(&self, arguments: &[&str]) -> (String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
        command.args(arguments).env("DATA_DIR", self.here.data_dir());
        if let Some(redis) = &self.redis {
            command.env("REDIS_URL", redis.url());
        }
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr))
    }

    /// What a command prints that succeeds.
    pub fn print(&self, arguments: &[&str]) -> String {
        let (text, errors) = self.output(arguments);
        assert_eq!(errors, "");
        text
    }

    /// The secrets that a command prints, a line each.
    pub fn command(&self, arguments: &[&str]) -> Vec<String> {
        let text = self.print(arguments);
        text.lines().map(|line| line.split_once("#link=").unwrap().1.to_owned()).collect()
    }

    /// Ada, the first admin.
    pub fn admin(&self) -> TestClient {
        let claim = self.command(&["admin", "Ada"]).remove(0);
        let mut ada = self.here.connect();
        let authorized = join(&mut ada, "Ada", &claim);
        assert_eq!(authorized["authorized"]["role"], "admin");
        ada
    }
}

pub fn on_both(test: impl Fn(&Nodes)) {
    test(&Nodes::embedded(&[]));
    test(&Nodes::redis(&[]));
}

/// Signs up by a link, and returns the answer.
pub fn join(client: &mut TestClient, name: &str, link: &str) -> Value {
    let payload = json!({"username": name, "password": "secret", "link": link, "device": "Phone"});
    client.send(&json!({"type": "signUp", "signUp": payload}));
    answer(client)
}

pub fn sign_in(client: &mut TestClient, payload: Value) -> Value {
    let mut frame = json!({"type": "signIn"});
    frame["signIn"] = payload;
    client.send(&frame);
    answer(client)
}

pub fn answer(client: &mut TestClient) -> Value {
    loop {
        let frame = client.read();
        if frame["type"] == "authorized" || frame["type"] == "error" {
            return frame;
        }
    }
}

pub fn secret(client: &mut TestClient, payload: Value) -> String {
    let link = client.ask("linkCreate", payload);
    let url = link["url"].as_str().unwrap();
    url.split_once("#link=").unwrap().1.to_owned()
}

pub fn code(frame: &Value) -> u64 {
    frame["error"]["code"].as_u64().unwrap_or_default()
}

pub fn user(authorized: &Value) -> String {
    authorized["authorized"]["userUUID"].as_str().unwrap().to_owned()
}

/// Ada, an admin, and two who came by invites: Bob, on another node where there is one, and Eve.
pub fn three(nodes: &Nodes) -> (TestClient, [(TestClient, String); 2]) {
    let mut ada = nodes.admin();
    let invite = secret(&mut ada, json!({"kind": "invite", "uses": 2}));
    let mut others = [("Bob", nodes.there()), ("Eve", &nodes.here)].map(|(name, node)| {
        let mut client = node.connect();
        let uuid = user(&join(&mut client, name, &invite));
        (client, uuid)
    });
    for client in [&mut ada].into_iter().chain(others.iter_mut().map(|(client, _)| client)) {
        client.ask("inbox", json!({"wants": ["channels", "changes"]}));
    }
    (ada, others)
}
