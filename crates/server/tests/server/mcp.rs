//! `chinwag mcp`, as the Model Context Protocol's own library uses it, and line by line.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::agent::Agent;
use crate::support::{TestClient, TestRedis, TestServer};

cases! {
    an_agent_reads_and_writes_as_its_user,
    an_agent_waits_for_what_calls_its_user,
    an_agent_learns_what_it_can_not_do,
}

fn url(server: &TestServer) -> String {
    format!("http://{}", server.address())
}

/// A user who hears of all channels.
fn listener(server: &TestServer, name: &str) -> TestClient {
    let mut client = server.sign_in(name);
    client.ask("inbox", json!({"wants": ["channels"]}));
    client
}

fn an_agent_reads_and_writes_as_its_user(here: &TestServer, there: &TestServer) {
    let (ada, mut bob) = (here.sign_in("Ada"), listener(there, "Bob"));
    let make = json!({"name": "Ops", "topic": "What runs", "users": [ada.user]});
    let ops = bob.ask("channelCreate", make)["UUID"].as_str().unwrap().to_owned();
    let news = bob.ask("channelCreate", json!({"name": "News"}));
    bob.ask("channelMessage", json!({"recipientUUID": news["UUID"], "message": "It is out"}));
    bob.ask("channelMessage", json!({"recipientUUID": ops, "message": "the disk is full"}));
    let mut agent = Agent::start(&url(here), &ada.access_key);
    assert_eq!(
        (&agent.begun["version"], &agent.begun["name"]),
        (&json!("2025-06-18"), &json!("chinwag"))
    );
    let tools = json!(["channels", "read", "search", "send", "react", "wait_for_mention"]);
    assert_eq!(agent.begun["tools"], tools);
    let instructions = agent.begun["instructions"].as_str().unwrap();
    assert!(instructions.starts_with("You are signed in as Ada to "), "{instructions}");

    let channels = agent.call("channels", json!({}));
    let listed = channels["channels"].as_array().unwrap();
    let names: Vec<_> = listed.iter().map(|it| (&it["channel"], &it["member"])).collect();
    assert_eq!(json!(names), json!([["#General", true], ["#Ops", true], ["#News", false]]));
    assert_eq!((&listed[1]["topic"], &listed[1]["unread"]), (&json!("What runs"), &json!(1)));
    let found = agent.call("channels", json!({"query": "#ne"}));
    assert_eq!(found["channels"][0]["channel"], "#News");

    let sent = agent.call("send", json!({"channel": "#ops", "text": "I look", "reply_to": 1}));
    assert_eq!((&sent["message"]["seq"], &sent["message"]["thread"]), (&json!(2), &json!(1)));
    let seen = bob.until_with("channelMessage", |frame| frame["channelMessage"]["Seq"] == 2);
    assert_eq!(seen["channelMessage"]["ReplyTo"]["Seq"], 1);
    assert_eq!(seen["channelMessage"]["SenderUUID"], ada.user.as_str());
    let on = agent.call("react", json!({"channel": "#ops", "seq": 1, "emoji": "👍"}));
    assert_eq!(on["message"]["reactions"], json!([{"emoji": "👍", "count": 1}]));
    let off =
        agent.call("react", json!({"channel": "#ops", "seq": 1, "emoji": "👍", "remove": true}));
    assert_eq!(off["message"]["reactions"], Value::Null);

    let [first, second] = [["#Ops", "Bob", "the disk is full"], ["#Ops", "Ada", "I look"]];
    assert_eq!(agent.messages("read", json!({"channel": "#Ops"})), [first, second]);
    assert_eq!(agent.messages("read", json!({"channel": "#Ops", "before": 2})), [first]);
    assert_eq!(agent.messages("read", json!({"channel": "#Ops", "limit": 1})), [second]);
    assert_eq!(agent.messages("read", json!({"channel": "#Ops", "thread": 1})), [first, second]);
    assert_eq!(
        agent.messages("read", json!({"channel": "#News"})),
        [["#News", "Bob", "It is out"]]
    );
    // The index of another node may be a moment behind.
    while agent.messages("search", json!({"query": "disk"})) != [first] {}
    agent.call("send", json!({"text": "Hello"}));
    assert_eq!(
        agent.messages("read", json!({"channel": "General"})),
        [["#General", "Ada", "Hello"]]
    );
}

fn an_agent_waits_for_what_calls_its_user(here: &TestServer, there: &TestServer) {
    let (ada, mut bob) = (here.sign_in("Ada"), listener(there, "Bob"));
    let mut agent = Agent::start(&url(here), &ada.access_key);
    assert_eq!(
        agent.call("wait_for_mention", json!({"timeout": 0})),
        json!({"messages": [], "missed": 0})
    );
    for text in ["nobody", "@Ada gone", "hello @Ada"] {
        bob.ask("channelMessage", json!({"recipientUUID": "", "message": text}));
    }
    bob.ask("messageDelete", json!({"recipientUUID": "", "seq": 2}));
    bob.ask("channelMessage", json!({"recipientUUID": ada.user, "message": "psst"}));
    let mut heard: Vec<[String; 3]> = Vec::new();
    while !heard.iter().any(|[channel, ..]| channel == "Bob") {
        heard.extend(agent.messages("wait_for_mention", json!({})));
    }
    // Nothing is said of the order of two channels, and a deletion may come too late for the agent.
    heard.retain(|[.., text]| text != "@Ada gone");
    heard.sort();
    assert_eq!(heard, [["#General", "Bob", "hello @Ada"], ["Bob", "Bob", "psst"]]);
    let sent = agent.call("send", json!({"channel": "Bob", "text": "yes?"}));
    assert_eq!(sent["message"]["channel"], "Bob", "{sent}");
    let seen =
        bob.until_with("channelMessage", |frame| frame["channelMessage"]["Message"] == "yes?");
    assert_eq!(seen["channelMessage"]["RecipientUUID"], bob.user.as_str());
    let answer = json!({"recipientUUID": ada.user, "message": "done", "replyTo": 2});
    bob.ask("channelMessage", answer);
    assert_eq!(agent.messages("wait_for_mention", json!({})), [["Bob", "Bob", "done"]]);
}

fn an_agent_learns_what_it_can_not_do(here: &TestServer, there: &TestServer) {
    let (ada, mut bob) = (here.sign_in("Ada"), there.sign_in("Bob"));
    bob.ask("channelCreate", json!({"name": "News"}));
    bob.ask("channelCreate", json!({"name": "Secret", "private": true}));
    let mut agent = Agent::start(&url(here), &ada.access_key);
    let cases = [
        ("send", json!({"channel": "#News", "text": "x"}), "member"),
        ("send", json!({"channel": "#Secret", "text": "x"}), "there is no channel"),
        ("send", json!({"channel": "Bobb", "text": "x"}), "there is no user \"Bobb\""),
        ("send", json!({"text": " "}), "there is nothing to send"),
        ("send", json!({"text": "x".repeat(70_000)}), "too long"),
        ("send", json!({"channel": "Bob"}), "missing field `text`"),
        ("read", json!({"chanel": "Bob"}), "unknown field `chanel`"),
        ("read", json!({"before": 2, "after": 1}), "not both"),
        ("read", json!({"channel": "#Secret"}), "there is no channel"),
        ("react", json!({"seq": 7, "emoji": "👍"}), "message"),
    ];
    for (tool, arguments, words) in cases {
        let refused = agent.call(tool, arguments.clone());
        let error =
            refused["error"].as_str().unwrap_or_else(|| panic!("{tool} {arguments}: {refused}"));
        assert!(error.contains(words), "{tool} {arguments}: {error}");
        assert_eq!(refused["code"], Value::Null);
    }
    assert_eq!(agent.call("shout", json!({}))["code"], -32602);
}

#[test]
fn an_agent_outlives_a_restart_of_the_server() {
    let redis = TestRedis::start();
    for mut server in [TestServer::embedded(), TestServer::on(&redis)] {
        let ada = server.sign_in("Ada");
        let mut agent = Agent::start(&url(&server), &ada.access_key);
        server.kill();
        server.restart();
        let mut bob = server.sign_in("Bob");
        bob.ask("channelMessage", json!({"recipientUUID": "", "message": "@Ada are you there?"}));
        let heard = agent.messages("wait_for_mention", json!({}));
        assert_eq!(heard, [["#General", "Bob", "@Ada are you there?"]]);
        server.kill();
        server.restart();
        assert_eq!(agent.messages("read", json!({})), heard);
        assert_eq!(agent.call("send", json!({"text": "yes"}))["message"]["seq"], 2);
    }
}

/// `chinwag mcp` by itself.
struct Mcp {
    process: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
}

fn mcp(url: &str, arguments: &[&str], key: Option<&str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    command.args(["mcp", url, "--wait", "0"]).args(arguments);
    command.env_remove("CHINWAG_KEY").envs(key.map(|key| ("CHINWAG_KEY", key)));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Mcp {
    fn start(server: &TestServer, key: &str) -> Self {
        let mut process = mcp(&url(server), &[], Some(key)).spawn().unwrap();
        let to = process.stdin.take();
        let from = BufReader::new(process.stdout.take().unwrap());
        Self { process, to, from }
    }

    fn say(&mut self, line: &str) {
        writeln!(self.to.as_mut().unwrap(), "{line}").unwrap();
    }

    fn read(&mut self) -> Value {
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn ask(&mut self, id: &Value, method: &str, params: &Value) -> Value {
        self.say(
            &json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string(),
        );
        self.read()
    }

    /// Ends its input, and waits for its end.
    fn end(mut self) -> Output {
        drop(self.to.take());
        let mut stdout = Vec::new();
        self.from.read_to_end(&mut stdout).unwrap();
        Output { stdout, ..self.process.wait_with_output().unwrap() }
    }
}

#[test]
fn each_line_gets_the_answer_that_the_protocol_asks_for() {
    let server = TestServer::embedded();
    let ada = server.sign_in("Ada");
    let mut mcp = Mcp::start(&server, &ada.access_key);
    let newest = "2025-06-18";
    for (asked, answered) in [
        ("2024-11-05", "2024-11-05"),
        ("2025-03-26", "2025-03-26"),
        (newest, newest),
        ("2035-01-01", newest),
    ] {
        let begun = mcp.ask(&json!(1), "initialize", &json!({"protocolVersion": asked}));
        assert_eq!(begun["result"]["protocolVersion"], answered);
        assert_eq!(begun["result"]["capabilities"], json!({"tools": {}}));
    }
    mcp.say(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
    assert_eq!(
        mcp.ask(&json!("a"), "ping", &json!({})),
        json!({"jsonrpc": "2.0", "id": "a", "result": {}})
    );
    let longest = "x".repeat(1024 * 1024);
    let refused = [
        ("nonsense", Value::Null, -32700),
        (r#"{"jsonrpc":"2.0","id":2}"#, json!(2), -32600),
        (r#"{"id":3,"method":"ping"}"#, json!(3), -32600),
        (r#"{"jsonrpc":"1.0","id":4,"method":"ping"}"#, json!(4), -32600),
        (r#"{"jsonrpc":"2.0","id":[],"method":"ping"}"#, Value::Null, -32600),
        (r#"{"jsonrpc":"2.0","id":5,"method":"resources/list"}"#, json!(5), -32601),
        (r#"{"jsonrpc":"2.0","id":6,"method":"tools/call"}"#, json!(6), -32602),
        (&format!("{{\"x\":\"{longest}\"}}"), Value::Null, -32600),
        ("[]", Value::Null, -32600),
        ("7", Value::Null, -32600),
    ];
    for (line, id, code) in refused {
        mcp.say(line);
        let answer = mcp.read();
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&id, &json!(code)), "{answer}");
    }
    // Neither an empty line, an unknown notification nor an answer is answered.
    mcp.say("\n{\"jsonrpc\":\"2.0\",\"method\":\"unknown\"}\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
    mcp.say(r#"[{"jsonrpc":"2.0","id":8,"method":"ping"},{"jsonrpc":"2.0","method":"x"},1]"#);
    let batch = mcp.read();
    assert_eq!((batch.as_array().unwrap().len(), &batch[0]["id"]), (2, &json!(8)));
    assert_eq!(batch[1]["error"]["code"], -32600);
    let ended = mcp.end();
    assert!(ended.status.success() && ended.stderr.is_empty(), "{ended:?}");
}

#[test]
fn a_cancelled_wait_gets_no_answer_and_takes_no_mention() {
    let server = TestServer::embedded();
    let (ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    let mut mcp = Mcp::start(&server, &ada.access_key);
    let wait = |id: u64| {
        let params = json!({"name": "wait_for_mention", "arguments": {"timeout": 3600}});
        json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}).to_string()
    };
    mcp.say(&wait(1));
    mcp.say(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#);
    assert_eq!(mcp.ask(&json!(2), "ping", &json!({}))["id"], 2);
    mcp.say(&wait(3));
    bob.ask("channelMessage", json!({"recipientUUID": "", "message": "@Ada hello"}));
    let heard = mcp.read();
    assert_eq!(heard["id"], 3);
    assert_eq!(heard["result"]["structuredContent"]["messages"][0]["text"], "@Ada hello");
    // At the end of the input nobody waits any longer.
    mcp.say(&wait(4));
    let ended = mcp.end();
    let answer: Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!((&answer["id"], &answer["result"]["isError"]), (&json!(4), &json!(false)));
    assert!(ended.status.success(), "{ended:?}");
}

/// Its one line of an error, once it has failed.
fn failure(output: Output) -> String {
    assert_eq!((output.status.code(), &*output.stdout), (Some(1), &b""[..]), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[test]
fn a_key_that_does_not_sign_in_is_one_clear_error() {
    let server = TestServer::embedded();
    let mut ada = server.sign_in("Ada");
    let wrong = "A".repeat(54);
    let failed = |url: &str, arguments: &[&str], key: Option<&str>| {
        failure(mcp(url, arguments, key).output().unwrap())
    };
    let here = url(&server);
    let refused = failed(&here, &[], Some(&wrong));
    assert!(refused.contains("refuses this access key") && !refused.contains(&wrong), "{refused}");
    assert!(failed(&here, &[], None).contains("set CHINWAG_KEY"));
    let nobody = failed("http://127.0.0.1:1", &[], Some(&ada.access_key));
    assert!(nobody.contains("failed to reach http://127.0.0.1:1"), "{nobody}");
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("key");
    let path = file.to_str().unwrap();
    assert!(failed(&here, &["--key-file", path], None).contains(path));
    fs::write(&file, "\n").unwrap();
    assert!(failed(&here, &["--key-file", path], None).contains("there is no access key in"));
    fs::write(&file, format!("{}\n", ada.access_key)).unwrap();
    let good = mcp(&here, &["--key-file", path], Some(&wrong)).spawn().unwrap();
    assert!(good.wait_with_output().unwrap().status.success());
    // A key that ends takes the program with it, and calls that wait are answered.
    let mut running = Mcp::start(&server, &ada.access_key);
    assert_eq!(running.ask(&json!(1), "ping", &json!({}))["id"], 1);
    ada.ask("changePassword", json!({"password": "secret", "newPassword": "another"}));
    let output = running.process.wait_with_output().unwrap();
    assert!(failure(output).contains("you were signed out"));
}
