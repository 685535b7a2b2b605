//! Blocks, reports, deactivated users, and the deletion of all that a user wrote.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::json;

use crate::support::nodes::{Nodes, code, on_both, secret, sign_in, three};
use crate::support::push_service::PushService;
use crate::support::{TestClient, TestServer};

#[test]
fn a_block_closes_the_direct_channel_both_ways_and_hides_nothing_elsewhere() {
    on_both(|nodes| {
        let (mut ada, [(mut bob, bob_uuid), (mut eve, eve_uuid)]) = three(nodes);
        let to_eve = json!({"recipientUUID": eve_uuid, "message": "Hello"});
        let to_bob = json!({"recipientUUID": bob_uuid, "message": "Go away"});
        let group = json!({"users": [bob_uuid, eve_uuid]});
        let made = ada.ask("channelCreate", group)["UUID"].clone();
        // The write right before the block: what the store remembers of the two must end with it.
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
        // A group that is there is found as before.
        let group = json!({"users": [eve_uuid, ada.ask("users", json!({"query": "ada"}))["users"][0]["UUID"]]});
        assert_eq!(bob.ask("channelCreate", group)["UUID"], made);
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
fn typing_reaches_nobody_where_nothing_can_be_written() {
    on_both(|nodes| {
        let (mut ada, [(mut bob, bob_uuid), (mut eve, _)]) = three(nodes);
        let eve_uuid = eve_uuid(&mut ada);
        let ops = bob.ask("channelCreate", json!({"name": "Ops"}))["UUID"].clone();
        let ops = ops.as_str().unwrap().to_owned();
        ada.join(&ops);
        bob.join(&eve_uuid);
        eve.join(&bob_uuid);
        // Each time a session that was not heard a moment ago.
        let types = |name: &str, uuid: &str| {
            let mut session = nodes.there().sign_in(name);
            let payload = json!({"recipientUUID": uuid});
            session.send(&json!({"type": "channelTyping", "channelTyping": payload}));
            session
        };
        types("Bob", &eve_uuid);
        eve.until("channelTyping");
        types("Bob", &ops);
        ada.until("channelTyping");
        eve.ask("block", json!({"userUUID": bob_uuid, "on": true}));
        bob.ask("channelEdit", json!({"recipientUUID": ops, "archived": true}));
        let silent = [
            ("Bob", &bob_uuid, &eve_uuid, &mut eve),
            ("Eve", &eve_uuid, &bob_uuid, &mut bob),
            ("Bob", &bob_uuid, &ops, &mut ada),
        ];
        let marker = json!({"recipientUUID": "", "message": "Hello"});
        for (name, uuid, to, other) in silent {
            other.ask("inbox", json!({}));
            types(name, to).ask("channelMessage", marker.clone());
            loop {
                let frame = other.read();
                assert_ne!(frame["channelTyping"]["userUUID"], **uuid, "{name}");
                if frame["channelMessage"]["Message"] == "Hello" {
                    break;
                }
            }
        }
        eve.ask("block", json!({"userUUID": bob_uuid, "on": false}));
        types("Bob", &eve_uuid);
        eve.until("channelTyping");
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
        // The copy is of the first report, and no request brings another text.
        bob.ask(
            "messageEdit",
            json!({"recipientUUID": "", "seq": 1, "message": "Have a nice day"}),
        );
        let mut again = general.clone();
        again["message"] = json!({"Message": "He wrote this"});
        assert_eq!(eve.ask("report", again)["UUID"], report);
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
    for mut nodes in [Nodes::embedded(&[]), Nodes::redis(&[])] {
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
fn a_user_makes_ten_reports_at_once_and_others_still_can() {
    // The budget of all requests would be used up before.
    let rate = [("MESSAGE_RATE", "200")];
    for nodes in [Nodes::embedded(&rate), Nodes::redis(&rate)] {
        let (mut ada, [(mut bob, _), (mut eve, _)]) = three(&nodes);
        for _ in 0..11 {
            ada.ask("channelMessage", json!({"recipientUUID": "", "message": "Spam"}));
        }
        let report = |seq: u64| json!({"recipientUUID": "", "seq": seq, "reason": "Spam"});
        for seq in 1..=10 {
            eve.ask("report", report(seq));
        }
        eve.send(&json!({"type": "report", "id": "last", "report": report(11)}));
        assert_eq!(code(&eve.until_answer("last")), 22);
        bob.ask("report", report(11));
    }
}

/// Posts to the address of a hook at this node, and returns the status.
fn post(server: &TestServer, url: &str) -> String {
    let (_, path) = url.split_once("/hooks/").unwrap();
    let mut socket = TcpStream::connect(server.address()).unwrap();
    let head = "host: chat\r\nconnection: close\r\ncontent-length: 5";
    write!(socket, "POST /hooks/{path} HTTP/1.1\r\n{head}\r\n\r\nHello").unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().to_owned()
}

#[test]
fn what_a_deactivated_user_has_ends_on_all_nodes_and_stays_ended() {
    let mut service = PushService::start();
    let push = [("PUSH_HOSTS", service.url())];
    let push = [(push[0].0, push[0].1.as_str())];
    for nodes in [Nodes::embedded(&push), Nodes::redis(&push)] {
        let (mut ada, [(mut bob, bob_uuid), (mut eve, _)]) = three(&nodes);
        let channel = bob.ask("channelCreate", json!({"name": "Ops"}))["UUID"].clone();
        let hook = bob.ask("hookCreate", json!({"recipientUUID": channel, "name": "CI"}));
        let hook = hook["url"].as_str().unwrap();
        let device = secret(&mut bob, json!({"kind": "device"}));
        for (client, name) in [(&mut bob, "bob"), (&mut eve, "eve")] {
            client.ask("channelPrefs", json!({"recipientUUID": "", "level": "all"}));
            client.ask("pushSubscribe", service.subscription(name));
        }
        let password = json!({"username": "Bob", "password": "secret"});
        let mut keys = Vec::new();
        let mut sessions: Vec<_> = nodes.all().map(TestServer::connect).collect();
        for session in &mut sessions {
            let authorized = sign_in(session, password.clone());
            keys.push(authorized["authorized"]["accessKey"].clone());
        }
        for node in nodes.all() {
            assert_eq!(post(node, hook), "200");
        }
        ada.ask("userEdit", json!({"userUUID": bob_uuid, "deactivated": true}));
        for session in sessions.iter_mut().chain([&mut bob]) {
            session.until("signOut");
        }
        let is_ended = || {
            for (node, key) in nodes.all().zip(&keys) {
                assert_eq!(code(&sign_in(&mut node.connect(), json!({"accessKey": key}))), 4);
                assert_eq!(code(&sign_in(&mut node.connect(), json!({"link": device}))), 14);
                assert_eq!(post(node, hook), "404");
            }
        };
        is_ended();
        ada.ask("channelMessage", json!({"recipientUUID": "", "message": "Good riddance"}));
        assert_eq!(service.next().path, "/eve");
        ada.ask("userEdit", json!({"userUUID": bob_uuid, "deactivated": false}));
        is_ended();
        ada.ask("channelMessage", json!({"recipientUUID": "", "message": "He is back"}));
        assert_eq!(service.next().path, "/eve");
        assert_eq!(service.left(), 0);
    }
}

#[test]
fn the_longest_member_owns_a_private_channel_whose_owner_is_deactivated() {
    on_both(|nodes| {
        let (mut ada, [(mut bob, bob_uuid), (mut eve, eve_uuid)]) = three(nodes);
        let den = bob.ask("channelCreate", json!({"name": "Den", "private": true}))["UUID"].clone();
        let add = |users: &[&String]| json!({"recipientUUID": den, "users": users});
        bob.ask("memberAdd", add(&[&eve_uuid]));
        let me = ada.ask("users", json!({"query": "ada"}))["users"][0]["UUID"].clone();
        bob.ask("memberAdd", add(&[&me.as_str().unwrap().to_owned()]));
        ada.ask("userEdit", json!({"userUUID": bob_uuid, "deactivated": true}));
        let owner = json!([{"UUID": eve_uuid, "Username": "Eve", "Owner": true}]);
        for client in [&mut ada, &mut eve] {
            client.until_with("sys", |frame| frame["sys"]["members"]["added"] == owner);
        }
        eve.ask("channelEdit", json!({"recipientUUID": den, "topic": "Mine now"}));
    });
}
