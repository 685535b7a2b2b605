//! Channels: made, entered, written in, and left again.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{ENTER, url};
use crate::support::terminal::Terminal;
use crate::support::{TestClient, TestServer};

const ADA: [(&str, &str); 2] = [("CHINWAG_USER", "Ada"), ("CHINWAG_PASSWORD", "secret")];

fn ask(client: &mut TestClient, kind: &str, payload: &Value) -> Value {
    client.send(&json!({"type": kind, "id": "asked", kind: payload}));
    let reply = client.until_answer("asked");
    assert_eq!(reply["type"], kind, "{reply}");
    reply[kind].clone()
}

/// Another user, who hears of channels.
fn member(server: &TestServer, name: &str) -> TestClient {
    let mut client = server.sign_in(name);
    ask(&mut client, "inbox", &json!({"wants": ["channels"]}));
    client
}

#[test]
fn a_channel_is_made_filled_and_left() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    server.sign_in("Ada");
    let mut bob = member(&server, "Bob");
    let mut ada = Terminal::start(&["chat", &url(&server)], home.path(), &ADA);
    ada.until("# General");
    ada.press("/create #Ops @Bob");
    ada.press(ENTER);
    ada.until("Message #Ops");
    let ops = bob.until_with("sys", |frame| frame["sys"]["type"] == "channel");
    let ops = ops["sys"]["channel"]["UUID"].as_str().unwrap().to_owned();
    ada.press("it burns");
    ada.press(ENTER);
    assert_eq!(bob.until("channelMessage")["channelMessage"]["RecipientUUID"], ops.as_str());
    bob.say(&ops, "I come");
    ada.until("  I come");
    ada.press("/topic what is on fire");
    ada.press(ENTER);
    ada.until("# Ops  what is on fire");
    ada.press("/members");
    ada.press(ENTER);
    ada.until("Members of #Ops: 2");
    ada.until("● Ada (you)  owner");
    ada.press("\u{1b}");
    ada.until_screen("the chat", |screen| !screen.contents().contains("Members of"));
    ada.press("/create #ops");
    ada.press(ENTER);
    ada.until("Another channel has this name");
    ada.press("\u{15}/leave");
    ada.press(ENTER);
    ada.until("You are no longer in #Ops.");
    ada.until_screen("a list without it", |screen| !screen.contents().contains("# Ops"));
    // The others are told, and she comes back as a member.
    ada.press("/join #ops");
    ada.press(ENTER);
    ada.until("  I come");
    ada.press("again");
    ada.press(ENTER);
    bob.until_with("channelMessage", |frame| frame["channelMessage"]["Message"] == "again");
    ada.until("Message #Ops");
    ada.quit();
}

#[test]
fn a_channel_of_others_is_looked_at_and_a_removal_closes_one() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let me = server.sign_in("Ada").user;
    let mut bob = member(&server, "Bob");
    let news = ask(&mut bob, "channelCreate", &json!({"name": "News"}));
    let news = news["UUID"].as_str().unwrap().to_owned();
    bob.say(&news, "first news");
    let mut ada = Terminal::start(&["chat", &url(&server)], home.path(), &ADA);
    ada.until("# General");
    ada.press("\u{b}#new");
    ada.until("# News  not a member");
    ada.press(ENTER);
    ada.until("you only look at it; /join to write");
    ada.until("  first news");
    bob.say(&news, "more news");
    ada.until("  more news");
    ada.press("/join");
    ada.press(ENTER);
    ada.until("Message #News");
    ada.press("at last");
    ada.press(ENTER);
    bob.until_with("channelMessage", |frame| frame["channelMessage"]["Message"] == "at last");
    ask(&mut bob, "memberRemove", &json!({"recipientUUID": news, "userUUID": me}));
    ada.until("You are no longer in #News.");
    // One with a history, to which she is added: nothing of it counts as unread but what follows.
    let secret = ask(&mut bob, "channelCreate", &json!({"name": "Secret", "private": true}));
    let secret = secret["UUID"].as_str().unwrap().to_owned();
    bob.say(&secret, "before");
    bob.until("channelMessage");
    ask(&mut bob, "memberAdd", &json!({"recipientUUID": secret, "users": [me]}));
    ada.until("Secret");
    bob.say(&secret, "@Ada after");
    ada.until_screen("one mention", |screen| {
        let text = screen.contents();
        text.lines().any(|row| row.contains("Secret") && row.contains(" 1 │"))
    });
    ada.quit();
}

#[test]
fn an_owner_runs_a_channel() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    server.sign_in("Ada");
    let mut bob = member(&server, "Bob");
    let mut ada = Terminal::start(&["chat", &url(&server)], home.path(), &ADA);
    ada.until("# General");
    let mut obey = |command: &str, shown: &str| {
        ada.press(&format!("{command}\r"));
        ada.until(shown);
    };
    obey("/create #Ops @Bob", "Message #Ops");
    let news = |bob: &mut TestClient, kind: &str| {
        let mut news = bob.until_with("sys", |frame| frame["sys"]["type"] == kind);
        news["sys"][kind].take()
    };
    news(&mut bob, "channel");
    obey("/rename #On call", "Message #On call");
    assert_eq!(news(&mut bob, "channel")["Name"], "On call");
    obey("/posting owners", "Only owners can write here now.");
    assert_eq!(news(&mut bob, "channel")["Posting"], "owners");
    obey("/owner Bob", "Owners now: Bob.");
    assert_eq!(news(&mut bob, "members")["added"][0]["Owner"], true);
    obey("/unowner Bob", "No longer owners: Bob.");
    assert_eq!(news(&mut bob, "members")["added"][0].get("Owner"), None);
    obey("/remove Bob", "No longer members: Bob.");
    news(&mut bob, "channelGone");
    obey("/archive", "This channel is archived");
    obey("/unarchive", "Message #On call");
    ada.quit();
}

#[test]
fn the_list_follows_what_the_user_chooses() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let mut device = member(&server, "Ada");
    let mut bob = member(&server, "Bob");
    server.sign_in("Cleo");
    let mut ada = Terminal::start(&["chat", &url(&server)], home.path(), &ADA);
    ada.until("# General");
    for (command, shown) in [
        ("/create #Ops", "Message #Ops"),
        ("/pin", "│Pinned"),
        ("/section At work", "is in the section At work."),
        ("/pin off", "│At work"),
        ("/mute 1h", "🔕"),
        ("/level nothing", "You are notified of nothing in #Ops."),
        ("/group @Bob, @Cleo", "Message Bob, Cleo"),
    ] {
        ada.press(&format!("{command}\r"));
        match shown.strip_prefix('│') {
            Some(heading) => ada.until_screen(heading, |screen| {
                screen.rows(0, 23).any(|row| row.trim_end() == format!(" {heading}"))
            }),
            None => ada.until(shown),
        }
    }
    let inbox = ask(&mut device, "inbox", &json!({"wants": ["channels"]}));
    let entries = inbox["channels"].as_array().unwrap();
    let ops = entries.iter().find(|entry| entry["Channel"]["Name"] == "Ops").unwrap();
    assert_eq!((&ops["section"], &ops["level"]), (&json!("At work"), &json!("none")));
    assert!(ops["mutedUntil"].is_string() && ops.get("pinned").is_none(), "{ops}");
    // The group is open, and read as it comes, until it is marked as unread.
    let group = entries.iter().find(|entry| entry["Channel"]["Name"] == "").unwrap();
    let group = group["recipientUUID"].as_str().unwrap().to_owned();
    bob.say(&group, "one");
    ada.until("  one");
    ada.press("/unread\r");
    ada.until("& Bob, Cleo         1 │");
    let prefs = ask(&mut device, "channelPrefs", &json!({"recipientUUID": group}));
    assert_eq!(prefs["unreadFrom"], 1);
    ada.press("/go #general\r");
    ada.until("Message General");
    ada.press("\u{b}Bob, Cleo\r");
    ada.until("Message Bob, Cleo");
    ada.until_screen("nothing unread", |screen| !screen.contents().contains("Cleo         1"));
    ada.quit();
}
