//! Search, over the socket: what is found, by whom, and when.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::thread::sleep;
use std::time::{Duration, Instant};

use chinwag_testbed::MISSING;
use serde_json::{Value, json};

use crate::support::{TestClient, TestRedis, TestServer};

/// Between two searches, so that the user's budget pays for them.
const PAUSE: Duration = Duration::from_millis(200);

fn say(client: &mut TestClient, recipient: &str, text: &str) -> u64 {
    let payload = json!({"recipientUUID": recipient, "message": text});
    client.ask("channelMessage", payload)["Seq"].as_u64().unwrap()
}

fn search(client: &mut TestClient, query: &str) -> Value {
    client.ask("search", json!({"query": query}))
}

/// The texts that are found, newest first.
fn texts(found: &Value) -> Vec<&str> {
    let messages = found["messages"].as_array().unwrap().iter();
    messages.map(|message| message["Message"].as_str().unwrap()).collect()
}

/// Searches until this is found.
fn until_found(client: &mut TestClient, query: &str, expected: &[&str]) -> Value {
    let began = Instant::now();
    loop {
        let found = search(client, query);
        if texts(&found) == expected && found["ready"] == 1 {
            return found;
        }
        assert!(began.elapsed() < MISSING, "{query}: {found}");
        sleep(PAUSE);
    }
}

cases! {
    what_is_written_is_found_on_every_node,
    only_those_who_can_read_a_message_find_it,
    an_edit_and_a_deletion_take_effect_at_once,
    filters_name_users_and_channels,
    a_search_goes_on_page_by_page,
    a_page_has_a_message_in_its_middle,
}

fn what_is_written_is_found_on_every_node(here: &TestServer, there: &TestServer) {
    let (mut ada, mut bob) = (here.sign_in("Ada"), there.sign_in("Bob"));
    say(&mut ada, "", "The Straße is closed");
    say(&mut ada, "", "see https://docs.example.com/guide");
    for client in [&mut ada, &mut bob] {
        let found = until_found(client, "STRASSE clo", &["The Straße is closed"]);
        let message = &found["messages"][0];
        assert_eq!((&message["Seq"], &message["RecipientUUID"]), (&json!(1), &json!("")));
        assert_eq!(message["Sender"]["Username"], "Ada");
        assert_eq!((&found["before"], &found["more"]), (&json!(""), &json!(false)));
        until_found(client, "example.com", &["see https://docs.example.com/guide"]);
        assert!(texts(&search(client, "straße -closed")).is_empty());
        for nothing in ["", "!?", "no:such"] {
            assert!(texts(&search(client, nothing)).is_empty());
        }
    }
}

fn only_those_who_can_read_a_message_find_it(here: &TestServer, there: &TestServer) {
    let mut clients = ["Ada", "Bob", "Eve"].map(|name| here.sign_in(name));
    let users = clients.each_ref().map(|client| client.user.clone());
    let [ada, bob, _] = &mut clients;
    let mut make = |name: Value, private: bool, others: &[&String]| {
        let new = json!({"name": name, "private": private, "users": others});
        ada.ask("channelCreate", new)["UUID"].as_str().unwrap().to_owned()
    };
    let [_, bobs, eves] = &users;
    let public = make(json!("public"), false, &[]);
    let private = make(json!("private"), true, &[bobs]);
    let group = make(Value::Null, true, &[bobs, eves]);
    for (channel, text) in [
        (&public, "word public"),
        (&private, "word private"),
        (&group, "word group"),
        (bobs, "word direct"),
        (&users[0].clone(), "word alone"),
    ] {
        say(ada, channel, text);
    }
    let of_bob = ["word direct", "word group", "word private", "word public"];
    let of_ada = ["word alone", "word direct", "word group", "word private", "word public"];
    let found = until_found(ada, "word", &of_ada);
    assert_eq!(found["messages"][1]["RecipientUUID"], bobs.as_str());
    until_found(bob, "word", &of_bob);
    let mut bob_there = there.sign_in("Bob");
    until_found(&mut bob_there, "word", &of_bob);
    let mut eve_there = there.sign_in("Eve");
    until_found(&mut eve_there, "word", &["word group", "word public"]);
    // A name or UUID that one may not know of is a word.
    assert!(texts(&search(&mut eve_there, "word in:private")).is_empty());
    assert!(texts(&search(&mut eve_there, &format!("word in:{private}"))).is_empty());
    let [ada, bob, _] = &mut clients;
    for (channel, text) in
        [(&group, "word group"), (&private, "word private"), (bobs, "word direct")]
    {
        assert_eq!(texts(&search(ada, &format!("word in:{channel}"))), [text]);
        sleep(PAUSE);
    }
    assert_eq!(texts(&search(bob, &format!("in:{} word", users[0]))), ["word direct"]);
    assert_eq!(texts(&search(&mut eve_there, &format!("in:{public} word"))), ["word public"]);
    ada.ask("memberRemove", json!({"recipientUUID": private, "userUUID": users[1]}));
    for client in [bob, &mut bob_there] {
        assert_eq!(texts(&search(client, "word")), ["word direct", "word group", "word public"]);
    }
}

fn an_edit_and_a_deletion_take_effect_at_once(here: &TestServer, there: &TestServer) {
    let (mut ada, mut bob) = (here.sign_in("Ada"), there.sign_in("Bob"));
    let first = say(&mut ada, "", "first apple");
    let second = say(&mut ada, "", "second apple");
    for client in [&mut ada, &mut bob] {
        until_found(client, "apple", &["second apple", "first apple"]);
    }
    let edit = json!({"recipientUUID": "", "seq": first, "message": "first pear"});
    ada.ask("messageEdit", edit);
    assert_eq!(texts(&search(&mut ada, "apple")), ["second apple"]);
    assert_eq!(texts(&search(&mut ada, "pear")), ["first pear"]);
    assert_eq!(texts(&search(&mut bob, "apple")), ["second apple"]);
    until_found(&mut bob, "pear", &["first pear"]);
    // Also of a message that the index has not read yet.
    for number in 1..=5 {
        let seq = say(&mut ada, "", "a plum");
        let text = format!("plum{number}");
        ada.ask("messageEdit", json!({"recipientUUID": "", "seq": seq, "message": text}));
        assert_eq!(texts(&search(&mut ada, &text)), [text]);
        sleep(PAUSE);
    }
    ada.ask("messageDelete", json!({"recipientUUID": "", "seq": second}));
    for client in [&mut ada, &mut bob] {
        assert!(texts(&search(client, "apple")).is_empty());
        assert!(texts(&search(client, "second")).is_empty());
    }
}

fn filters_name_users_and_channels(here: &TestServer, there: &TestServer) {
    let (mut ada, mut bob) = (here.sign_in("Ada"), there.sign_in("Bob Builder"));
    let ops = json!({"name": "ops"});
    let ops = ada.ask("channelCreate", ops)["UUID"].as_str().unwrap().to_owned();
    let ada_user = ada.user.clone();
    say(&mut ada, "", "word of Ada");
    say(&mut ada, &ops, "word in ops with http://a.example");
    say(&mut bob, "", "word of Bob");
    say(&mut bob, &ada_user, "word for Ada");
    let all = ["word for Ada", "word of Bob", "word in ops with http://a.example", "word of Ada"];
    for client in [&mut ada, &mut bob] {
        until_found(client, "word", &all);
        let cases: [(&str, &[&str]); 9] = [
            ("word from:ada", &all[2..]),
            ("from:\"Bob Builder\" word", &all[..2]),
            ("word from:Eve", &[]),
            ("in:#OPS", &all[2..3]),
            ("word in:general", &[all[1], all[3]]),
            ("has:link", &all[2..3]),
            ("has:file word", &[]),
            ("word after:2020-01-01 before:2020-01-03", &[]),
            ("\"of ada\" after:2020-01-01", &all[3..]),
        ];
        for (query, expected) in cases {
            assert_eq!(texts(&search(client, query)), expected, "{query}");
            sleep(PAUSE);
        }
    }
    assert_eq!(texts(&search(&mut ada, "in:\"bob builder\"")), &all[..1]);
    assert_eq!(texts(&search(&mut bob, "in:@Ada")), &all[..1]);
}

fn a_search_goes_on_page_by_page(here: &TestServer, there: &TestServer) {
    let (mut ada, mut bob) = (here.sign_in("Ada"), there.sign_in("Bob"));
    let all: Vec<_> = (1..=25).map(|number| format!("word {number}")).collect();
    for text in &all {
        say(&mut ada, "", text);
    }
    let newest: Vec<_> = all[5..].iter().rev().map(String::as_str).collect();
    let began = Instant::now();
    while texts(&search(&mut bob, "word")) != newest {
        assert!(began.elapsed() < MISSING);
        sleep(PAUSE);
    }
    let (mut found, mut before) = (Vec::new(), String::new());
    loop {
        let page = json!({"query": "word", "limit": 10, "before": before});
        let page = bob.ask("search", page);
        found.extend(texts(&page).into_iter().map(str::to_owned));
        page["before"].as_str().unwrap().clone_into(&mut before);
        if page["more"] == false {
            break;
        }
    }
    assert_eq!(found, all.iter().rev().cloned().collect::<Vec<_>>());
    // What is no place is the beginning.
    let page = bob.ask("search", json!({"query": "word", "limit": 1, "before": "nonsense"}));
    assert_eq!(texts(&page), ["word 25"]);
}

fn a_page_has_a_message_in_its_middle(here: &TestServer, _: &TestServer) {
    let mut ada = here.sign_in("Ada");
    for number in 1..=12 {
        say(&mut ada, "", &number.to_string());
    }
    let user = ada.user.clone();
    let mut around = |seq: u64, limit: u64| {
        let page = json!({"recipientUUID": "", "around": seq, "limit": limit});
        let page = ada.ask("channelMessages", page);
        assert_eq!(page["total"], 12);
        let seqs = page["messages"].as_array().unwrap().iter();
        seqs.map(|message| message["Seq"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(around(6, 5), [4, 5, 6, 7, 8]);
    assert_eq!(around(6, 4), [4, 5, 6, 7]);
    assert_eq!(around(6, 1), [6]);
    assert_eq!(around(1, 5), [1, 2, 3, 4, 5]);
    assert_eq!(around(2, 5), [1, 2, 3, 4, 5]);
    assert_eq!(around(12, 5), [8, 9, 10, 11, 12]);
    assert_eq!(around(11, 100), (1..=12).collect::<Vec<_>>());
    for wrong in [
        json!({"around": 0}),
        json!({"around": 13}),
        json!({"around": 6, "before": 7}),
        json!({"around": 6, "after": 7}),
        json!({"around": 6, "pinned": true}),
        json!({"around": 6, "root": 1}),
        json!({"recipientUUID": user, "around": 1}),
    ] {
        assert_eq!(ada.refused("channelMessages", wrong.clone()), 11, "{wrong}");
    }
}

/// The files of a server that was killed or stopped, and then damaged: all is found again.
#[test]
fn whatever_becomes_of_the_file_everything_is_found_again() {
    let mut server = TestServer::embedded();
    let file = server.data_dir().join("search.db");
    let mut number = 0;
    let mut check = |server: &mut TestServer| {
        let mut ada = server.sign_in("Ada");
        number += 1;
        say(&mut ada, "", &format!("word {number}"));
        let all: Vec<_> = (1..=number).rev().map(|number| format!("word {number}")).collect();
        let all: Vec<_> = all.iter().map(String::as_str).collect();
        until_found(&mut ada, "word", &all);
    };
    check(&mut server);
    for is_killed in [true, false] {
        for damage in ["none", "no file", "half of it", "a bit"] {
            if is_killed {
                server.kill();
            } else {
                server.terminate();
                server.stopped();
            }
            let mut bytes = fs::read(&file).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            // A file with two names is the same one as long as it has them.
            let other_name = file.with_extension("other");
            fs::hard_link(&file, &other_name).unwrap();
            match damage {
                "none" => {}
                "no file" => fs::remove_file(&file).unwrap(),
                "half of it" => fs::write(&file, &bytes[..middle]).unwrap(),
                _ => fs::write(&file, &bytes).unwrap(),
            }
            server.restart();
            check(&mut server);
            let [one, other] = [&file, &other_name].map(|name| fs::metadata(name).unwrap().ino());
            assert!(damage != "none" || one == other, "it was made anew");
            fs::remove_file(&other_name).unwrap();
        }
    }
    // Where the file can't be, there is one in memory.
    server.kill();
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    server.restart();
    server.until_logged("the search index is kept in memory");
    check(&mut server);
    server.terminate();
    assert!(server.stopped().success());
}

/// What was written after the store was set back stands in the places of what was lost.
#[test]
fn a_redis_that_was_set_back_is_searched_as_it_is_now() {
    let mut redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let mut ada = server.sign_in("Ada");
    say(&mut ada, "", "word kept");
    redis.snapshot();
    say(&mut ada, "", "word lost");
    until_found(&mut ada, "word", &["word lost", "word kept"]);
    redis.set_back();
    assert_eq!(ada.closed(), 1012);
    let mut ada = server.sign_in("Ada");
    say(&mut ada, "", "word new");
    until_found(&mut ada, "word", &["word new", "word kept"]);
    assert!(texts(&search(&mut ada, "lost")).is_empty());
}
