//! Incoming hooks and bots: who manages them, what posts become, and every answer, on one node and across two.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::support::{TestClient, TestRedis, TestServer};

cases! {
    posts_become_messages_under_their_name,
    answers_are_those_that_programs_want,
    each_tool_gets_the_answer_that_it_waits_for,
    owners_alone_manage_hooks,
    a_repeated_post_is_stored_once,
    a_flood_of_posts_is_slowed_down,
}

/// What a hook's address answers.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

/// Posts to the path of an address, at any node.
fn request(server: &TestServer, method: &str, url: &str, headers: &str, body: &[u8]) -> Answer {
    let path = url.split_once("/hooks/").map_or(url, |(_, path)| path);
    let mut socket = TcpStream::connect(server.address()).unwrap();
    let length = body.len();
    let head = format!(
        "{method} /hooks/{path} HTTP/1.1\r\nhost: chat\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n"
    );
    socket.write_all(head.as_bytes()).unwrap();
    // One that is refused early may close before it has read all.
    let _ = socket.write_all(body);
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_lowercase(), body: body.to_owned() }
}

const JSON: &str = "content-type: application/json\r\n";
const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";

fn post(server: &TestServer, url: &str, headers: &str, body: &str) -> u16 {
    request(server, "POST", url, headers, body.as_bytes()).status
}

fn channel(owner: &mut TestClient, private: bool) -> String {
    let made = owner.ask("channelCreate", json!({"name": "ops", "private": private}));
    made["UUID"].as_str().unwrap().to_owned()
}

fn hook(owner: &mut TestClient, channel: &str, name: &str) -> Value {
    let made = owner.ask("hookCreate", json!({"recipientUUID": channel, "name": name}));
    made.clone()
}

fn url(hook: &Value) -> &str {
    hook["url"].as_str().unwrap()
}

fn next(client: &mut TestClient) -> Value {
    client.until("channelMessage")["channelMessage"].clone()
}

fn posts_become_messages_under_their_name(here: &TestServer, there: &TestServer) {
    let mut ada = here.sign_in("Ada");
    let channel = channel(&mut ada, true);
    let hook = hook(&mut ada, &channel, "Ada");
    let url = url(&hook);
    ada.ask("inbox", json!({"wants": ["channels"]}));
    // On another node, where nobody listens to the channel.
    assert_eq!(post(there, url, FORM, "@Ada The backup is done."), 200);
    let message = next(&mut ada);
    assert_eq!(message["Message"], "@Ada The backup is done.");
    assert_eq!((&message["As"], &message["Sender"]["Username"]), (&json!("Ada"), &json!("Ada 2")));
    assert_eq!(message["Mentions"], Value::Null);
    let named = |name: &str| json!({"text": "x", "username": name}).to_string();
    for (name, shown) in
        [("Grafana", "Grafana"), ("\u{410}da", "Ada"), ("a\nb", "ab"), (" ", "Ada")]
    {
        assert_eq!(post(there, url, JSON, &named(name)), 200);
        assert_eq!(next(&mut ada)["As"], shown, "{name:?}");
    }
    let history = ada.ask("channelMessages", json!({"recipientUUID": channel, "limit": 2}));
    assert_eq!(history["messages"][1]["As"], "ab");
    // A quote has the name as well, on the node that stores it and on others, until what it quotes is deleted.
    let answer = json!({"recipientUUID": channel, "message": "Yes?", "replyTo": 2});
    ada.send(&json!({"type": "channelMessage", "channelMessage": answer}));
    assert_eq!(next(&mut ada)["ReplyTo"]["As"], "Grafana");
    let mut again = there.sign_in("Ada");
    let quote = |server: &mut TestClient| {
        let page = json!({"recipientUUID": channel, "limit": 1});
        server.ask("channelMessages", page)["messages"][0]["ReplyTo"].clone()
    };
    let quoted = quote(&mut again);
    assert_eq!(
        (&quoted["As"], &quoted["Sender"]["Username"]),
        (&json!("Grafana"), &json!("Ada 2"))
    );
    let deleted = ada.ask("messageDelete", json!({"recipientUUID": channel, "seq": 2}));
    assert_eq!(deleted["message"]["As"], Value::Null);
    assert_eq!(quote(&mut again)["As"], Value::Null);
    let secret = url.rsplit_once('/').unwrap().1;
    for server in [here, there] {
        assert!(!server.log().contains(secret));
    }
}

fn answers_are_those_that_programs_want(here: &TestServer, there: &TestServer) {
    let mut ada = here.sign_in("Ada");
    let channel = channel(&mut ada, false);
    let hook = hook(&mut ada, &channel, "CI");
    let url = url(&hook);
    let ok = request(there, "POST", url, JSON, br#"{"text":"Hello"}"#);
    assert_eq!((ok.status, &*ok.body), (200, "ok"));
    assert!(ok.head.contains("content-type: text/plain"), "{}", ok.head);
    assert_eq!(post(there, url, JSON, r#"{"content":"Hello"}"#), 204);
    assert_eq!(post(there, url, FORM, "payload=%7B%22text%22%3A%22Hello%22%7D"), 200);
    let ping = format!("{JSON}x-github-event: ping\r\n");
    assert_eq!(post(there, url, &ping, r#"{"zen":"Design.","hook":{}}"#), 200);
    assert_eq!(request(there, "GET", url, "", b"").status, 200);
    assert_eq!(request(there, "PUT", url, "", b"").status, 405);
    let history = ada.ask("channelMessages", json!({"recipientUUID": channel}));
    assert_eq!(history["total"], 3);
    for bad in ["{", "{}", r#"{"text":" "}"#, "{\"text\":\"\\u200b\"}"] {
        let answer = request(there, "POST", url, JSON, bad.as_bytes());
        assert_eq!(answer.status, 400, "{bad}");
        assert!(answer.body.ends_with(".\n"), "{}", answer.body);
    }
    let large = vec![b'x'; 256 * 1024 + 1];
    assert_eq!(request(there, "POST", url, "", &large).status, 413);
    assert_eq!(request(there, "POST", url, "", &large[1..]).status, 200);
    let history = ada.ask("channelMessages", json!({"recipientUUID": channel, "limit": 1}));
    let cut = history["messages"][0]["Message"].as_str().unwrap().to_owned();
    assert!(cut.chars().count() == 4_000 && cut.ends_with("x…"));
    let (right, secret) = url.split_once("/hooks/").unwrap().1.split_once('/').unwrap();
    let other = uuid(right);
    for wrong in [
        String::new(),
        right.to_owned(),
        format!("{right}/"),
        format!("{right}/{}", "A".repeat(32)),
        format!("{right}/{secret}/x"),
        format!("{other}/{secret}"),
        format!("x/{secret}"),
    ] {
        let answer = request(there, "POST", &wrong, "", b"Hello");
        assert_eq!((answer.status, &*answer.body), (404, "There is no such hook.\n"), "{wrong}");
    }
    ada.ask("channelEdit", json!({"recipientUUID": channel, "archived": true}));
    let archived = request(there, "POST", url, "", b"Hello");
    assert_eq!(archived.status, 400);
    assert!(archived.body.contains("archived"), "{}", archived.body);
    ada.ask("channelEdit", json!({"recipientUUID": channel, "archived": false}));
    ada.ask("hookDelete", json!({"UUID": hook["UUID"]}));
    assert_eq!(post(there, url, "", "Hello"), 404);
}

/// What tools post, and the only answer that each takes for success.
fn each_tool_gets_the_answer_that_it_waits_for(here: &TestServer, _: &TestServer) {
    let mut ada = here.sign_in("Ada");
    let channel = channel(&mut ada, false);
    let hook = hook(&mut ada, &channel, "CI");
    let github = format!("{JSON}x-github-event: push\r\n");
    let push = r#"{"ref":"refs/heads/main","deleted":true,"repository":{"full_name":"a/b"},"sender":{"login":"ada"}}"#;
    let slack = r#"{"attachments":[{"title":"Down","fallback":"Down"}],"username":"x"}"#;
    let form = "payload=%7B%22text%22%3A%22Down%22%7D";
    let discord = r#"{"username":"x","embeds":[{"title":"Down"}]}"#;
    for (tool, headers, body, status, answer) in [
        ("curl -d", FORM, "Down", 200, "ok"),
        ("Alertmanager", JSON, slack, 200, "ok"),
        ("Grafana as Slack", JSON, slack, 200, "ok"),
        ("Grafana as Discord", JSON, discord, 204, ""),
        ("Uptime Kuma as Slack", JSON, slack, 200, "ok"),
        ("Uptime Kuma as Discord", JSON, discord, 204, ""),
        ("GitHub", &*github, push, 200, "ok"),
        ("Gitea and Forgejo", &*github, slack, 200, "ok"),
        ("GitLab", FORM, form, 200, "ok"),
        ("Sentry", FORM, form, 200, "ok"),
        ("Jenkins", FORM, form, 200, "ok"),
        ("healthchecks.io", JSON, slack, 200, "ok"),
    ] {
        let answered = request(here, "POST", url(&hook), headers, body.as_bytes());
        assert_eq!((answered.status, &*answered.body), (status, answer), "{tool}");
        if status == 200 {
            assert!(answered.head.contains("\r\ncontent-type: text/plain"), "{tool}");
        }
    }
    // Tools for Discord look first whether the address is one.
    let looked = request(here, "GET", url(&hook), "", b"");
    assert_eq!(looked.status, 200);
    assert!(serde_json::from_str::<Value>(&looked.body).unwrap().is_object());
    let history = ada.ask("channelMessages", json!({"recipientUUID": channel}));
    assert_eq!(history["total"], 12);
}

/// Another UUID than this one.
fn uuid(right: &str) -> String {
    let first = if right.starts_with('0') { '1' } else { '0' };
    format!("{first}{}", &right[1..])
}

fn owners_alone_manage_hooks(here: &TestServer, there: &TestServer) {
    let (mut ada, mut bob) = (here.sign_in("Ada"), there.sign_in("Bob"));
    let bob_uuid = ada.ask("users", json!({"query": "bob"}))["users"][0]["UUID"].clone();
    let [public, private] = [false, true].map(|private| channel(&mut ada, private));
    ada.ask("memberAdd", json!({"recipientUUID": public, "users": [bob_uuid]}));
    let hooks = [&public, &private].map(|channel| hook(&mut ada, channel, "CI"));
    let new = |channel: &str| json!({"recipientUUID": channel, "name": "CI"});
    assert_eq!(bob.refused("hookCreate", new(&public)), 12);
    assert_eq!(bob.refused("hookCreate", new(&private)), 10);
    assert_eq!(bob.refused("hooks", json!({"recipientUUID": public})), 12);
    assert_eq!(bob.refused("hookDelete", json!({"UUID": hooks[0]["UUID"]})), 12);
    assert_eq!(bob.refused("hookDelete", json!({"UUID": hooks[1]["UUID"]})), 10);
    assert_eq!(bob.ask("hooks", json!({}))["hooks"], json!([]));
    // General's are managed by admins.
    assert_eq!(ada.refused("hookCreate", new("")), 12);
    assert_eq!(ada.refused("hookCreate", new(bob_uuid.as_str().unwrap())), 12);
    assert_eq!(ada.refused("hookCreate", json!({"recipientUUID": public, "name": " "})), 5);
    assert_eq!(ada.refused("botCreate", json!({"username": "Deploy"})), 12);
    let listed = ada.ask("hooks", json!({"recipientUUID": private}))["hooks"].clone();
    let mut without = hooks[1].clone();
    without.as_object_mut().unwrap().remove("url");
    assert_eq!(listed, json!([without]));
    let all = ada.ask("hooks", json!({}))["hooks"].clone();
    assert_eq!(all.as_array().unwrap().len(), 2);
    // Everybody learns which bots are hooks'.
    let listed = bob.ask("users", json!({"query": "CI"}))["users"].clone();
    let mut bots: Vec<_> = listed.as_array().unwrap().iter().map(|bot| &bot["UUID"]).collect();
    let mut of_hooks: Vec<_> = hooks.iter().map(|hook| &hook["BotUUID"]).collect();
    for uuids in [&mut bots, &mut of_hooks] {
        uuids.sort_by_key(|uuid| uuid.as_str().unwrap());
    }
    assert_eq!(bots, of_hooks);
    let marked = |mark: &str| listed.as_array().unwrap().iter().all(|bot| bot[mark] == true);
    assert!(marked("Bot") && marked("Hook"), "{listed}");
    // Who leaves a private channel last ends its hooks.
    let me = ada.ask("users", json!({"query": "ada"}))["users"][0]["UUID"].clone();
    ada.ask("memberRemove", json!({"recipientUUID": private, "userUUID": me}));
    assert_eq!(post(there, url(&hooks[1]), "", "Hello"), 404);
    assert_eq!(ada.ask("hooks", json!({}))["hooks"].as_array().unwrap().len(), 1);
    // A bot of a hook has no key, and no password opens it.
    let bot = json!({"username": "CI", "password": "", "create": false});
    assert!([1, 4, 5].contains(&bob.refused("signIn", bot)));
}

fn a_repeated_post_is_stored_once(here: &TestServer, there: &TestServer) {
    let mut ada = here.sign_in("Ada");
    let channel = channel(&mut ada, false);
    let hook = hook(&mut ada, &channel, "CI");
    for server in [here, there, here] {
        assert_eq!(post(server, url(&hook), "idempotency-key: 7\r\n", "Hello"), 200);
    }
    let history = ada.ask("channelMessages", json!({"recipientUUID": channel}));
    assert_eq!(history["total"], 1);
    let long = format!("idempotency-key: {}\r\n", "x".repeat(65));
    assert_eq!(post(here, url(&hook), &long, "Hello"), 400);
}

fn a_flood_of_posts_is_slowed_down(here: &TestServer, _: &TestServer) {
    let mut ada = here.sign_in("Ada");
    let channel = channel(&mut ada, false);
    let hook = hook(&mut ada, &channel, "CI");
    let slowed = (0..1_000).find_map(|_| {
        let answer = request(here, "POST", url(&hook), "", b"Hello");
        (answer.status != 200).then_some(answer)
    });
    let slowed = slowed.unwrap();
    assert_eq!(slowed.status, 429);
    assert!(slowed.head.contains("\r\nretry-after: 1"), "{}", slowed.head);
}

/// Runs a command with the settings of a server.
fn command(settings: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    command.args(arguments).envs(settings.iter().copied()).output().unwrap()
}

#[track_caller]
fn printed(settings: &[(&str, &str)], arguments: &[&str]) -> String {
    let output = command(settings, arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

#[track_caller]
fn advice(settings: &[(&str, &str)], arguments: &[&str]) -> String {
    let output = command(settings, arguments);
    assert!(!output.status.success() && output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn resume(server: &TestServer, key: &str) -> TestClient {
    let mut client = server.connect();
    client.send(&json!({"type": "signIn", "signIn": {"accessKey": key}}));
    let authorized = client.until("authorized");
    authorized["authorized"]["userUUID"].as_str().unwrap().clone_into(&mut client.user);
    client
}

fn on_both(test: impl Fn(&[(&str, &str)])) {
    let (dir, redis) = (tempfile::tempdir().unwrap(), TestRedis::start());
    let url = redis.url();
    test(&[("DATA_DIR", dir.path().to_str().unwrap())]);
    test(&[("DATA_DIR", dir.path().join("redis").to_str().unwrap()), ("REDIS_URL", &url)]);
}

#[test]
fn the_operator_makes_bots_with_the_server_running_or_not() {
    on_both(|settings| {
        let first = printed(settings, &["bot", "Deploy"]);
        let server = TestServer::with(settings);
        let mut bot = resume(&server, &first);
        let second = printed(settings, &["bot", "Deploy"]);
        bot.until("signOut");
        assert_eq!(bot.refused("signIn", json!({"accessKey": first})), 4);
        let mut bot = resume(&server, &second);
        let password = json!({"password": "", "newPassword": "secret"});
        assert_eq!(bot.refused("changePassword", password), 12);
        assert_eq!(bot.refused("linkCreate", json!({"kind": "device"})), 12);
        bot.say("", "Deployed.");
        let said = bot.until("channelMessage");
        assert_eq!(said["channelMessage"]["Sender"]["Bot"], true);
        let _ada = server.sign_in("Ada");
        assert!(advice(settings, &["bot", "ada"]).contains("Another user has this name"));
        assert!(advice(settings, &["bot", " "]).contains("name"));
    });
}

#[test]
fn admins_make_bots() {
    on_both(|settings| {
        let server = TestServer::with(settings);
        let link = printed(settings, &["admin", "Root"]);
        let link = link.split_once("#link=").unwrap().1;
        let mut root = server.connect();
        let sign_up = json!({"username": "Root", "password": "secret", "link": link});
        root.send(&json!({"type": "signUp", "signUp": sign_up}));
        root.until("authorized");
        let made = root.ask("botCreate", json!({"username": "Deploy"}));
        let bot = resume(&server, made["accessKey"].as_str().unwrap());
        assert_eq!(made["user"]["UUID"], bot.user.as_str());
        assert_eq!(root.refused("botCreate", json!({"username": "root"})), 5);
        // The bot of a hook has no key, and none after its end.
        let hook = hook(&mut root, "", "CI");
        assert_eq!(root.refused("botCreate", json!({"username": "CI"})), 5);
        assert_eq!(post(&server, url(&hook), "", "Hello"), 200);
        let mut listed = |name: &str| root.ask("users", json!({"query": name}))["users"][0].clone();
        assert_eq!(
            (&listed("Deploy")["Bot"], &listed("Deploy")["Hook"]),
            (&json!(true), &Value::Null)
        );
        let bot = listed("CI");
        assert_eq!((&bot["Hook"], &bot["Deactivated"]), (&json!(true), &Value::Null));
        // A hook ends with its bot.
        let ended = root.ask("userEdit", json!({"userUUID": bot["UUID"], "deactivated": true}));
        assert_eq!((&ended["Hook"], &ended["Deactivated"]), (&Value::Null, &json!(true)));
        assert_eq!(post(&server, url(&hook), "", "Hello"), 404);
        assert_eq!(root.refused("botCreate", json!({"username": "CI"})), 5);
        // What it wrote can be edited by nobody, even by a bot that gets its account.
        root.ask("userEdit", json!({"userUUID": bot["UUID"], "deactivated": false}));
        let key = root.ask("botCreate", json!({"username": "CI"}))["accessKey"].clone();
        let mut bot = resume(&server, key.as_str().unwrap());
        let edit = json!({"recipientUUID": "", "seq": 1, "message": "Bye"});
        assert_eq!(bot.refused("messageEdit", edit), 12);
    });
}

#[test]
fn the_operator_makes_lists_and_ends_hooks() {
    on_both(|settings| {
        let server = TestServer::with(settings);
        let mut ada = server.sign_in("Ada");
        let ops = channel(&mut ada, false);
        let urls = ["General", "#Ops", &ops]
            .map(|channel| printed(settings, &["hooks", "create", channel, "CI"]));
        for url in &urls {
            assert_eq!(post(&server, url, "", "Hello"), 200, "{url}");
        }
        let listed = printed(settings, &["hooks"]);
        let rows: Vec<Vec<&str>> = listed.lines().map(|row| row.split('\t').collect()).collect();
        let places: Vec<_> = rows.iter().map(|row| (row[1], row[2])).collect();
        assert_eq!(places, [("General", "CI"), ("#ops", "CI"), ("#ops", "CI")]);
        assert!(urls.iter().all(|url| !listed.contains(url.rsplit('/').next().unwrap())));
        printed(settings, &["hooks", "end", rows[0][0]]);
        assert_eq!(post(&server, &urls[0], "", "Hello"), 404);
        assert!(advice(settings, &["hooks", "end", rows[0][0]]).contains("no hook"));
        assert!(
            advice(settings, &["hooks", "create", "nowhere", "CI"]).contains("no public channel")
        );
        let bots = ada.ask("users", json!({"query": "CI"}))["users"].clone();
        let ended = |bot: &Value| bot["Deactivated"] == true;
        assert_eq!(bots.as_array().unwrap().iter().filter(|bot| ended(bot)).count(), 1, "{bots}");
    });
}
