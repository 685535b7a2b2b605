//! Links, devices and roles, from the command line to every node.

mod support;

use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::{Value, json};
use support::{TestClient, TestRedis, TestServer};

/// Two nodes of one store, or one node twice.
struct Nodes {
    here: TestServer,
    there: Option<TestServer>,
    redis: Option<TestRedis>,
}

impl Nodes {
    fn embedded() -> Self {
        let here = TestServer::with(&[("SIGN_IN_RATE", "0"), ("REGISTRATION", "invite")]);
        Self { here, there: None, redis: None }
    }

    fn redis() -> Self {
        let redis = TestRedis::start();
        let node = || {
            let url = redis.url();
            TestServer::with(&[
                ("SIGN_IN_RATE", "0"),
                ("REGISTRATION", "invite"),
                ("REDIS_URL", url.as_str()),
            ])
        };
        let (here, there) = (node(), Some(node()));
        Self { here, there, redis: Some(redis) }
    }

    fn there(&self) -> &TestServer {
        self.there.as_ref().unwrap_or(&self.here)
    }

    /// What a command prints, on both ways.
    fn output(&self, arguments: &[&str]) -> (String, String) {
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
    fn print(&self, arguments: &[&str]) -> String {
        let (text, errors) = self.output(arguments);
        assert_eq!(errors, "");
        text
    }

    /// The secrets that a command prints, a line each.
    fn command(&self, arguments: &[&str]) -> Vec<String> {
        let text = self.print(arguments);
        text.lines().map(|line| line.split_once("#link=").unwrap().1.to_owned()).collect()
    }

    /// Ada, the first admin.
    fn admin(&self) -> TestClient {
        let claim = self.command(&["admin", "Ada"]).remove(0);
        let mut ada = self.here.connect();
        let authorized = join(&mut ada, "Ada", &claim);
        assert_eq!(authorized["authorized"]["role"], "admin");
        ada
    }
}

fn on_both(test: impl Fn(&Nodes)) {
    test(&Nodes::embedded());
    test(&Nodes::redis());
}

/// Signs up by a link, and returns the answer.
fn join(client: &mut TestClient, name: &str, link: &str) -> Value {
    let payload = json!({"username": name, "password": "secret", "link": link, "device": "Phone"});
    client.send(&json!({"type": "signUp", "signUp": payload}));
    answer(client)
}

fn sign_in(client: &mut TestClient, payload: Value) -> Value {
    let mut frame = json!({"type": "signIn"});
    frame["signIn"] = payload;
    client.send(&frame);
    answer(client)
}

fn answer(client: &mut TestClient) -> Value {
    loop {
        let frame = client.read();
        if frame["type"] == "authorized" || frame["type"] == "error" {
            return frame;
        }
    }
}

fn secret(client: &mut TestClient, payload: Value) -> String {
    let link = client.ask("linkCreate", payload);
    let url = link["url"].as_str().unwrap();
    url.split_once("#link=").unwrap().1.to_owned()
}

fn code(frame: &Value) -> u64 {
    frame["error"]["code"].as_u64().unwrap_or_default()
}

fn user(authorized: &Value) -> String {
    authorized["authorized"]["userUUID"].as_str().unwrap().to_owned()
}

#[test]
fn an_invite_of_ten_makes_ten_users_however_many_come_at_once() {
    on_both(|nodes| {
        let mut ada = nodes.admin();
        assert_eq!(code(&join(&mut nodes.here.connect(), "Eve", "unknown")), 14);
        let invite = secret(&mut ada, json!({"kind": "invite", "uses": 10}));
        // Refused for its name, which uses nothing up.
        assert_eq!(code(&join(&mut nodes.here.connect(), "Ada", &invite)), 5);
        let codes: Vec<u64> = thread::scope(|threads| {
            let one = |number: usize| {
                let (node, invite) = ([&nodes.here, nodes.there()][number % 2], &invite);
                threads.spawn(move || {
                    code(&join(&mut node.connect(), &format!("guest {number}"), invite))
                })
            };
            let all: Vec<_> = (0..30).map(one).collect();
            all.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(codes.iter().filter(|code| **code == 0).count(), 10, "{codes:?}");
        assert_eq!(codes.iter().filter(|code| **code == 14).count(), 20, "{codes:?}");
        assert_eq!(ada.ask("links", json!({}))["links"], json!([]));
    });
}

#[test]
fn a_reset_ends_all_other_sessions_and_a_device_link_adds_one() {
    on_both(|nodes| {
        let mut ada = nodes.admin();
        let channel = ada.ask("channelCreate", json!({"name": "Ops", "private": true}));
        let invite = json!({"kind": "invite", "channels": [channel["UUID"]]});
        let invite = secret(&mut ada, invite);
        let (mut here, mut there) = (nodes.here.connect(), nodes.there().connect());
        let bob = join(&mut here, "Bob", &invite);
        here.ask("channelMembers", json!({"recipientUUID": channel["UUID"]}));
        let device = secret(&mut here, json!({"kind": "device"}));
        assert_eq!(code(&sign_in(&mut there, json!({"link": device, "device": "Tablet"}))), 0);
        let devices = here.ask("devices", json!({}))["devices"].clone();
        let names: Vec<_> = devices.as_array().unwrap().iter().map(|at| &at["Name"]).collect();
        assert!(names.contains(&&json!("Phone")) && names.contains(&&json!("Tablet")), "{names:?}");
        let reset = json!({"kind": "reset", "userUUID": user(&bob)});
        assert_eq!(here.refused("linkCreate", reset.clone()), 12);
        let reset = secret(&mut ada, reset);
        let mut again = nodes.there().connect();
        let authorized = sign_in(&mut again, json!({"link": reset, "password": "another"}));
        assert!(authorized["authorized"]["resetBy"]["UUID"].is_string(), "{authorized}");
        here.until("signOut");
        there.until("signOut");
        let old = json!({"username": "Bob", "password": "secret"});
        assert_eq!(code(&sign_in(&mut nodes.here.connect(), old)), 4);
        let key = json!({"accessKey": bob["authorized"]["accessKey"]});
        assert_eq!(code(&sign_in(&mut nodes.here.connect(), key)), 4);
        let used = json!({"link": reset, "password": "third"});
        assert_eq!(code(&sign_in(&mut nodes.here.connect(), used)), 14);
        let new = json!({"username": "Bob", "password": "another"});
        assert_eq!(code(&sign_in(&mut nodes.here.connect(), new)), 0);
        let lines = nodes.command(&["reset", "--all"]);
        assert_eq!(lines.len(), 2);
    });
}

#[test]
fn a_deactivated_user_is_gone_on_all_nodes_and_the_last_admin_stays() {
    on_both(|nodes| {
        let mut ada = nodes.admin();
        let invite = secret(&mut ada, json!({"kind": "invite"}));
        let mut there = nodes.there().connect();
        let bob = join(&mut there, "Bob", &invite);
        let (bob_uuid, me) = (user(&bob), ada.ask("users", json!({"query": "ada"})));
        let me = me["users"][0]["UUID"].clone();
        assert_eq!(there.refused("userEdit", json!({"userUUID": me, "role": "member"})), 12);
        assert_eq!(ada.refused("userEdit", json!({"userUUID": me, "role": "member"})), 12);
        assert_eq!(ada.refused("userEdit", json!({"userUUID": me, "deactivated": true})), 12);
        there.ask("channelMessage", json!({"recipientUUID": "", "message": "Spam"}));
        ada.ask("messageDelete", json!({"recipientUUID": "", "seq": 1}));
        let edit = json!({"userUUID": bob_uuid, "deactivated": true});
        assert_eq!(ada.ask("userEdit", edit)["Deactivated"], true);
        there.until("signOut");
        let key = json!({"accessKey": bob["authorized"]["accessKey"]});
        assert_eq!(code(&sign_in(&mut nodes.there().connect(), key)), 4);
        let password = json!({"username": "Bob", "password": "secret"});
        assert_eq!(code(&sign_in(&mut nodes.here.connect(), password.clone())), 4);
        let message = json!({"recipientUUID": bob_uuid, "message": "Hello"});
        assert_eq!(ada.refused("channelMessage", message.clone()), 7);
        let group = ada.ask("channelCreate", json!({"name": "Ops"}));
        let add = json!({"recipientUUID": group["UUID"], "users": [bob_uuid]});
        assert_eq!(ada.refused("memberAdd", add.clone()), 12);
        let listed = ada.ask("users", json!({"query": "bob"}));
        assert_eq!(listed["users"][0]["Deactivated"], true);
        ada.ask("userEdit", json!({"userUUID": bob_uuid, "deactivated": false, "role": "admin"}));
        let mut back = nodes.here.connect();
        assert_eq!(sign_in(&mut back, password)["authorized"]["role"], "admin");
        ada.ask("channelMessage", message);
        ada.ask("memberAdd", add);
        back.ask("userEdit", json!({"userUUID": me, "role": "member"}));
    });
}

/// Ada, an admin, and two who came by invites: Bob, on another node where there is one, and Eve.
fn three(nodes: &Nodes) -> (TestClient, [(TestClient, String); 2]) {
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

#[test]
fn a_block_closes_the_direct_channel_both_ways_and_hides_nothing_elsewhere() {
    on_both(|nodes| {
        let (mut ada, [(mut bob, bob_uuid), (mut eve, eve_uuid)]) = three(nodes);
        let to_eve = json!({"recipientUUID": eve_uuid, "message": "Hello"});
        let to_bob = json!({"recipientUUID": bob_uuid, "message": "Go away"});
        bob.ask("channelMessage", to_eve.clone());
        let blocked = eve.ask("block", json!({"userUUID": bob_uuid, "on": true}));
        assert_eq!(blocked["users"][0]["Username"], "Bob");
        assert_eq!(bob.ask("block", json!({}))["users"], json!([]));
        assert_eq!(bob.refused("channelMessage", to_eve.clone()), 7);
        assert_eq!(eve.refused("channelMessage", to_bob.clone()), 7);
        let at = json!({"recipientUUID": eve_uuid, "seq": 1});
        let edit = json!({"recipientUUID": eve_uuid, "seq": 1, "message": "Please"});
        assert_eq!(bob.refused("messageEdit", edit), 7);
        bob.ask("messageDelete", at);
        let channel = bob.ask("channelCreate", json!({"name": "Ops"}))["UUID"].clone();
        let add = json!({"recipientUUID": channel, "users": [eve_uuid]});
        assert_eq!(bob.refused("memberAdd", add.clone()), 12);
        assert_eq!(bob.refused("channelCreate", json!({"name": "Trap", "users": [eve_uuid]})), 12);
        // Others may, and each may come alone.
        ada.ask("memberAdd", add);
        bob.ask("channelMessage", json!({"recipientUUID": channel, "message": "All hear it"}));
        eve.until("channelMessage");
        assert_eq!(eve.refused("block", json!({"userUUID": eve_uuid})), 12);
        assert_eq!(eve.refused("block", json!({"userUUID": channel})), 10);
        eve.ask("block", json!({"userUUID": bob_uuid, "on": false}));
        assert_eq!(eve.ask("block", json!({}))["users"], json!([]));
        bob.ask("channelMessage", to_eve);
        eve.ask("channelMessage", to_bob);
    });
}

#[test]
fn a_report_reaches_admins_with_a_copy_that_outlives_the_message() {
    on_both(|nodes| {
        let (mut ada, [(mut bob, bob_uuid), (mut eve, _)]) = three(nodes);
        for (recipient, text) in [("", "Buy this"), (&eve_uuid(&mut ada), "Psst")] {
            bob.ask("channelMessage", json!({"recipientUUID": recipient, "message": text}));
        }
        let general = json!({"recipientUUID": "", "seq": 1, "reason": "Spam"});
        let report = eve.ask("report", general.clone())["UUID"].clone();
        assert_eq!(ada.until_sys("report")["sys"]["report"]["UUID"], report);
        assert_eq!(eve.ask("report", general)["UUID"], report);
        let direct = json!({"recipientUUID": bob_uuid, "seq": 1, "reason": "Him again"});
        eve.ask("report", direct);
        assert_eq!(ada.refused("report", json!({"recipientUUID": "", "seq": 9})), 8);
        bob.ask("messageDelete", json!({"recipientUUID": "", "seq": 1}));
        assert_eq!(eve.refused("report", json!({"recipientUUID": "", "seq": 1})), 8);
        assert_eq!(eve.refused("reports", json!({})), 12);
        assert_eq!(eve.refused("reportClose", json!({"UUID": report})), 12);
        let page = ada.ask("reports", json!({"limit": 1}));
        assert_eq!(page["more"], true);
        assert_eq!(page["reports"][0]["message"]["Message"], "Psst");
        assert_eq!(page["reports"][0].get("recipientUUID"), None);
        let page = ada.ask("reports", json!({"before": page["before"]}));
        assert_eq!((&page["more"], &page["reports"][0]["UUID"]), (&json!(false), &report));
        assert_eq!(page["reports"][0]["message"]["Message"], "Buy this");
        assert_eq!(page["reports"][0]["recipientUUID"], "");
        assert_eq!(page["reports"][0]["User"]["Username"], "Eve");
        assert_eq!(page["reports"][0]["Reason"], "Spam");
        ada.ask("reportClose", json!({"UUID": report}));
        assert_eq!(ada.refused("reportClose", json!({"UUID": report})), 10);
        assert_eq!(ada.ask("reports", json!({}))["reports"].as_array().unwrap().len(), 1);
    });
}

fn eve_uuid(client: &mut TestClient) -> String {
    let found = client.ask("users", json!({"query": "eve"}));
    found["users"][0]["UUID"].as_str().unwrap().to_owned()
}

/// Waits until nothing of Bob's is left in a channel of the client, who hears of changes.
fn until_deleted(client: &mut TestClient, recipient: &str, bob: &str) {
    loop {
        let page = json!({"recipientUUID": recipient, "limit": 100});
        let page = client.ask("channelMessages", page);
        let mut messages = page["messages"].as_array().unwrap().iter();
        if messages.all(|at| at["SenderUUID"] != bob || at["DeletedAt"].is_string()) {
            return;
        }
        client.until("channelChanges");
    }
}

#[test]
fn what_a_user_wrote_since_some_time_is_deleted_everywhere() {
    on_both(|nodes| {
        let (mut ada, [(mut bob, bob_uuid), (mut eve, eve_uuid)]) = three(nodes);
        let private = json!({"name": "Den", "private": true, "users": [bob_uuid]});
        let private = eve.ask("channelCreate", private)["UUID"].as_str().unwrap().to_owned();
        for recipient in ["", &private, &eve_uuid] {
            bob.ask("channelMessage", json!({"recipientUUID": recipient, "message": "Spam"}));
        }
        eve.ask(
            "channelMessage",
            json!({"recipientUUID": "", "message": "Not mine", "replyTo": 1}),
        );
        // What one can't read any more is deleted as well.
        eve.ask("memberRemove", json!({"recipientUUID": private, "userUUID": bob_uuid}));
        let edit = |since: &str| json!({"userUUID": bob_uuid, "deleteMessagesSince": since});
        assert_eq!(eve.refused("userEdit", edit("2026-01-01T00:00:00Z")), 12);
        assert_eq!(ada.refused("userEdit", edit("yesterday")), 1);
        ada.ask("userEdit", edit("2126-01-01T00:00:00Z"));
        ada.ask("userEdit", edit("2026-01-01T00:00:00Z"));
        for recipient in ["", &private, &bob_uuid] {
            until_deleted(&mut eve, recipient, &bob_uuid);
        }
        let page = eve.ask("channelMessages", json!({"recipientUUID": ""}));
        assert_eq!(page["messages"][0]["Message"], "Not mine");
        let stored = eve.ask("search", json!({"query": "spam"}));
        assert_eq!(stored["messages"], json!([]));
    });
}

#[test]
fn a_deletion_goes_on_after_a_crash() {
    for mut nodes in [Nodes::embedded(), Nodes::redis()] {
        let (mut ada, [(mut bob, bob_uuid), _]) = three(&nodes);
        for number in 0..30 {
            let message = json!({"recipientUUID": "", "message": format!("Spam {number}")});
            bob.ask("channelMessage", message);
        }
        let since = "2026-01-01T00:00:00Z";
        let edit = json!({"userUUID": bob_uuid, "deactivated": true, "deleteMessagesSince": since});
        ada.ask("userEdit", edit);
        nodes.here.kill();
        nodes.here.restart();
        let mut again = nodes.here.connect();
        sign_in(&mut again, json!({"username": "Ada", "password": "secret"}));
        again.ask("inbox", json!({"wants": ["channels", "changes"]}));
        until_deleted(&mut again, "", &bob_uuid);
    }
}

#[test]
fn the_command_line_lists_and_deactivates_whether_the_server_runs_or_not() {
    for mut nodes in [Nodes::embedded(), Nodes::redis()] {
        let (mut ada, [(mut bob, _), _]) = three(&nodes);
        assert_eq!(
            nodes.print(&["accounts"]),
            "USER  ROLE\nAda   admin\nBob   member\nEve   member\n"
        );
        nodes.print(&["accounts", "--deactivate", "bob"]);
        bob.until("signOut");
        let listed = ada.ask("users", json!({"query": "bob"}));
        assert_eq!(listed["users"][0]["Deactivated"], true);
        assert!(nodes.output(&["accounts", "--deactivate", "Ada"]).1.contains("needs an admin"));
        assert!(nodes.output(&["accounts", "--deactivate", "Zoe"]).1.contains("no user \"Zoe\""));
        nodes.here.terminate();
        nodes.here.stopped();
        nodes.print(&["accounts", "--activate", "Bob"]);
        nodes.print(&["accounts", "--deactivate", "Eve"]);
        assert_eq!(
            nodes.print(&["accounts"]),
            "USER  ROLE\nAda   admin\nBob   member\nEve   member, deactivated\n"
        );
        nodes.here.restart();
        let password = |name| json!({"username": name, "password": "secret"});
        assert_eq!(code(&sign_in(&mut nodes.here.connect(), password("Bob"))), 0);
        assert_eq!(code(&sign_in(&mut nodes.here.connect(), password("Eve"))), 4);
    }
}

#[test]
fn the_terminal_signs_up_by_a_link_from_standard_input() {
    let nodes = Nodes::embedded();
    let sign_up = |name: &str, link: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
        command.args(["sign-up", &format!("http://{}", nodes.here.address()), "--link", "-"]);
        command.env("CHINWAG_USER", name).env("CHINWAG_PASSWORD", "secret");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        process.stdin.take().unwrap().write_all(link.as_bytes()).unwrap();
        let output = process.wait_with_output().unwrap();
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    let invite = nodes.print(&["invite"]);
    assert_eq!(sign_up("Bob", &invite), (true, String::new()));
    let (succeeded, why) = sign_up("Eve", &invite);
    assert!(!succeeded && why.contains("used up"), "{why}");
    let (succeeded, why) = sign_up("Eve", "");
    assert!(!succeeded && why.contains("no link on standard input"), "{why}");
}
