//! Mentions, the activity, and what notifies, on the real server.

use serde_json::json;
use tempfile::TempDir;

use super::{ENTER, url};
use crate::support::terminal::Terminal;
use crate::support::{TestClient, TestServer};

const ADA: [(&str, &str); 2] = [("CHINWAG_USER", "Ada"), ("CHINWAG_PASSWORD", "secret")];

/// Ada's terminal, herself elsewhere, Bob, and a channel with these two.
fn start(server: &TestServer, home: &TempDir) -> (Terminal, TestClient, TestClient, String) {
    let (elsewhere, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    bob.ask("inbox", json!({"wants": ["channels", "changes"]}));
    let ops = bob.ask("channelCreate", json!({"name": "Ops", "users": [elsewhere.user]}));
    let ada = Terminal::start(&["chat", &url(server)], home.path(), &ADA);
    ada.until("# Ops");
    (ada, elsewhere, bob, ops["UUID"].as_str().unwrap().to_owned())
}

#[test]
fn mentions_are_counted_told_and_listed() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let (mut ada, _elsewhere, mut bob, ops) = start(&server, &home);
    let _eve = server.sign_in("Eve");
    bob.say(&ops, "nothing for anybody");
    ada.until("# Ops               • │");
    ada.until_sent("\u{1b}]0;• General · Chinwag");
    bob.say(&ops, "@Ada it burns");
    ada.until("# Ops               1 │");
    ada.until_sent("\u{1b}]0;(1) General · Chinwag");
    // An edit takes the mention back, and another one brings it again.
    let edit = |text: &str| json!({"recipientUUID": ops, "seq": 2, "message": text});
    bob.ask("messageEdit", edit("it burns"));
    ada.until("# Ops               • │");
    bob.ask("messageEdit", edit("@Ada it burns"));
    ada.until("# Ops               1 │");
    ada.press("/activity\r");
    ada.until("#Ops · Bob mentions you: @Ada it burns");
    ada.press(ENTER);
    ada.until("Message #Ops");
    ada.until("  nothing for anybody");
    ada.press("@Eve?\r");
    ada.until("Eve is no member of #Ops and not notified. /add adds people.");
    ada.press("@al\t@b\t");
    ada.until("@all @Bob");
    ada.press("look\r");
    let seen = bob.until_with("channelMessage", |frame| frame["channelMessage"]["Seq"] == 4);
    assert_eq!(seen["channelMessage"]["MentionAll"], true, "{seen}");
    assert_eq!(seen["channelMessage"]["Mentions"][0]["Username"], "Bob", "{seen}");
    ada.until("Message #Ops");
    ada.quit();
}

#[test]
fn a_pause_and_quiet_hours_hold_for_all_of_the_user() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let (mut ada, mut elsewhere, _bob, _ops) = start(&server, &home);
    ada.press("/quiet 22:00-7:00 mon-fri Europe/Berlin\r");
    ada.until("Quiet hours are 22:00-07:00 Mon-Fri, in Europe/Berlin.");
    ada.press("/quiet 25:00-26:00\r");
    ada.until_screen("why not", |screen| {
        let words: Vec<_> = screen.contents().split_whitespace().map(str::to_owned).collect();
        words.join(" ").contains("are times like 07:30")
    });
    ada.press("\u{15}/pause\r");
    ada.until("Nothing notifies you until /pause off.");
    ada.until(" Ada 🔕");
    let told = elsewhere.ask("notify", json!({}));
    let night = json!([{"days": "12345", "from": "22:00", "to": "07:00"}]);
    assert_eq!((&told["quiet"], &told["zone"]), (&night, &json!("Europe/Berlin")));
    assert_eq!(told["pausedUntil"], "9999-01-01T00:00:00Z");
    // The next visit knows it.
    ada.quit();
    let mut ada = Terminal::start(&["chat", &url(&server)], home.path(), &ADA);
    ada.until(" Ada 🔕");
    ada.press("/pause off\r");
    ada.press("/quiet off\r");
    ada.until("There are no quiet hours: /quiet 22:00-07:00 sets some.");
    ada.until_screen("no struck bell", |screen| !screen.contents().contains("🔕"));
    ada.quit();
}
