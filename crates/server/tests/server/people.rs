//! Links, devices and roles, from the command line to every node.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::{Value, json};

use crate::support::nodes::{Nodes, code, join, on_both, secret, sign_in, three, user};
use crate::support::{TestClient, TestServer};

#[test]
fn an_invite_of_ten_makes_ten_users_when_a_hundred_come_at_once() {
    on_both(|nodes| {
        let mut ada = nodes.admin();
        assert_eq!(code(&join(&mut nodes.here.connect(), "Eve", "unknown")), 14);
        let invite = secret(&mut ada, json!({"kind": "invite", "uses": 10}));
        // Refused for its name, which uses nothing up.
        assert_eq!(code(&join(&mut nodes.here.connect(), "Ada", &invite)), 5);
        let codes: Vec<u64> = thread::scope(|threads| {
            let one = |number: usize| {
                let (node, invite) = (nodes.of(number), &invite);
                threads.spawn(move || {
                    code(&join(&mut node.connect(), &format!("guest {number}"), invite))
                })
            };
            let all: Vec<_> = (0..100).map(one).collect();
            all.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(codes.iter().filter(|code| **code == 0).count(), 10, "{codes:?}");
        assert_eq!(codes.iter().filter(|code| **code == 14).count(), 90, "{codes:?}");
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
        let password = json!({"username": "Bob", "password": "secret"});
        let mut sessions: Vec<_> = nodes.all().map(TestServer::connect).collect();
        for session in &mut sessions {
            assert_eq!(code(&sign_in(session, password.clone())), 0);
        }
        let mut again = nodes.there().connect();
        let authorized = sign_in(&mut again, json!({"link": reset, "password": "another"}));
        assert!(authorized["authorized"]["resetBy"]["UUID"].is_string(), "{authorized}");
        for session in [&mut here, &mut there].into_iter().chain(&mut sessions) {
            session.until("signOut");
        }
        assert_eq!(code(&sign_in(&mut nodes.here.connect(), password)), 4);
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

#[test]
fn admins_alone_make_channels_where_that_is_set() {
    let admins = [("CHANNEL_CREATION", "admins")];
    for nodes in [Nodes::embedded(&admins), Nodes::redis(&admins)] {
        let (mut ada, [(mut bob, bob_uuid), (eve, eve_uuid)]) = three(&nodes);
        assert_eq!(bob.refused("channelCreate", json!({"name": "Ops"})), 12);
        assert_eq!(ada.ask("channelCreate", json!({"name": "Ops"}))["Owner"], true);
        // A group is no channel of its own name.
        ada.ask("channelCreate", json!({"users": [bob_uuid, eve_uuid]}));
        drop(eve);
    }
}

#[test]
fn admins_alone_change_the_topic_of_general() {
    on_both(|nodes| {
        let (mut ada, [(mut bob, _), _]) = three(nodes);
        let topic = json!({"recipientUUID": "", "topic": " What everybody should know "});
        assert_eq!(bob.refused("channelEdit", topic.clone()), 12);
        assert_eq!(ada.ask("channelEdit", topic)["Topic"], "What everybody should know");
        let told = bob.until_sys("channel")["sys"]["channel"].clone();
        assert_eq!(
            (&told["Name"], &told["Topic"]),
            (&json!("General"), &json!("What everybody should know"))
        );
        let inbox = bob.ask("inbox", json!({"wants": ["channels"]}));
        assert_eq!(inbox["channels"][0]["Channel"]["Topic"], told["Topic"]);
        for (name, value) in [("name", json!("Lobby")), ("archived", json!(true))] {
            assert_eq!(ada.refused("channelEdit", json!({"recipientUUID": "", name: value})), 12);
        }
    });
}

#[test]
fn admins_say_whether_others_write_in_general() {
    on_both(|nodes| {
        let (mut ada, [(mut bob, _), (mut eve, _)]) = three(nodes);
        let own = writes(&mut bob, "", "before");
        let at = json!({"recipientUUID": "", "seq": own});
        let with = |name: &str, value: Value| {
            let mut request = at.clone();
            request[name] = value;
            request
        };
        let hook = ada.ask("hookCreate", json!({"recipientUUID": "", "name": "Build"}));
        let posting = |who: &str| json!({"recipientUUID": "", "posting": who});
        assert_eq!(bob.refused("channelEdit", posting("owners")), 12);
        assert_eq!(ada.ask("channelEdit", posting("owners"))["Posting"], "owners");
        assert_eq!(bob.until_sys("channel")["sys"]["channel"]["Posting"], "owners");
        let hello = json!({"recipientUUID": "", "message": "hello"});
        assert_eq!(bob.refused("channelMessage", hello.clone()), 7);
        assert_eq!(eve.refused("channelMessage", hello), 7);
        let reply = json!({"recipientUUID": "", "message": "hello", "replyTo": own});
        assert_eq!(eve.refused("channelMessage", reply), 7);
        assert_eq!(bob.refused("messageEdit", with("message", json!("after"))), 12);
        assert_eq!(bob.refused("messagePin", with("on", json!(true))), 12);
        let react = json!({"recipientUUID": "", "seq": own, "emoji": "👍", "on": true});
        bob.ask("messageReact", react);
        writes(&mut ada, "", "from an admin");
        ada.ask("messagePin", with("on", json!(true)));
        assert!(
            post(nodes.there(), hook["url"].as_str().unwrap(), "from a hook").contains(" 200 ")
        );
        eve.until_with("channelMessage", |it| it["channelMessage"]["Message"] == "from a hook");
        bob.ask("messageDelete", at.clone());
        assert_eq!(ada.ask("channelEdit", posting("all"))["Posting"], "all");
        while bob.until_sys("channel")["sys"]["channel"]["Posting"] != "all" {}
        writes(&mut bob, "", "back again");
        writes(&mut eve, "", "me, too");
    });
}

#[test]
fn admins_who_are_members_write_where_only_owners_do() {
    on_both(|nodes| {
        let (mut ada, [(mut bob, _), (mut eve, _)]) = three(nodes);
        let channel = bob.ask("channelCreate", json!({"name": "News"}))["UUID"].take();
        let channel = channel.as_str().unwrap();
        bob.ask("channelEdit", json!({"recipientUUID": channel, "posting": "owners"}));
        let hello = json!({"recipientUUID": channel, "message": "hello"});
        assert_eq!(ada.refused("channelMessage", hello.clone()), 12);
        for client in [&mut ada, &mut eve] {
            client.ask("memberAdd", json!({"recipientUUID": channel}));
        }
        assert_eq!(eve.refused("channelMessage", hello), 12);
        let seq = writes(&mut ada, channel, "from an admin");
        let edit = json!({"recipientUUID": channel, "seq": seq, "message": "edited"});
        ada.ask("messageEdit", edit);
        let pin = json!({"recipientUUID": channel, "seq": seq, "on": true});
        assert_eq!(eve.refused("messagePin", pin.clone()), 12);
        ada.ask("messagePin", pin);
    });
}

/// Writes a message, and returns its `Seq`.
fn writes(client: &mut TestClient, channel: &str, text: &str) -> u64 {
    client.say(channel, text);
    let is_it = |frame: &Value| frame["channelMessage"]["Message"] == text;
    client.until_with("channelMessage", is_it)["channelMessage"]["Seq"].as_u64().unwrap()
}

/// Posts a text to the path of a hook's address, and returns the first line of the answer.
fn post(server: &TestServer, url: &str, text: &str) -> String {
    let (_, path) = url.split_once("/hooks/").unwrap();
    let body = json!({"text": text}).to_string();
    let mut socket = TcpStream::connect(server.address()).unwrap();
    let head = "host: chat\r\nconnection: close\r\ncontent-type: application/json";
    let length = body.len();
    write!(
        socket,
        "POST /hooks/{path} HTTP/1.1\r\n{head}\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut line = String::new();
    BufReader::new(socket).read_line(&mut line).unwrap();
    line
}

#[test]
fn the_command_line_lists_and_deactivates_whether_the_server_runs_or_not() {
    for mut nodes in [Nodes::embedded(&[]), Nodes::redis(&[])] {
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
    let nodes = Nodes::embedded(&[]);
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
