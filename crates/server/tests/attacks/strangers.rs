//! Texts that break parsers, stores or pages, and pages of other sites.

use serde_json::json;
use tungstenite::Message;

use crate::support::TestServer;
use crate::talk::Talk;

pub fn with_strange_texts(server: &TestServer, talk: &mut Talk) {
    let mut eve = server.connect_from("192.0.2.70");
    eve.sign_in("Eve");
    let deep = format!(r#"{{"type":"ping","x":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    eve.send_frame(Message::text(deep));
    assert_eq!(eve.answer()["type"], "pong");
    let open = format!(r#"{{"type":"channelMessage","channelMessage":{}"#, "[".repeat(10_000));
    eve.send_frame(Message::text(open));
    assert_eq!(eve.answer()["error"]["code"], 1);
    for lone in [r"\ud800", r"\udfff", r"\ud83d\u0041"] {
        let payload = format!(r#"{{"recipientUUID":"","message":"{lone}"}}"#);
        let frame = format!(r#"{{"type":"channelMessage","channelMessage":{payload}}}"#);
        eve.send_frame(Message::text(frame));
        assert_eq!(eve.answer()["error"]["code"], 1, "{lone}");
    }
    for text in
        ["a\0b", "\u{202e}abc\u{202c}", "\u{2066}\u{2069}x", "x\u{feff}", "x\u{fffe}\u{10ffff}"]
    {
        eve.say("", text);
        assert_eq!(eve.answer()["channelMessage"]["Message"], text);
        assert_eq!(talk.bob.until("channelMessage")["channelMessage"]["Message"], text);
        talk.ada.until("channelMessage");
        let mut other = server.connect_from("192.0.2.71");
        let account = json!({"username": format!("x{text}y"), "password": "secret"});
        other.send(&json!({"type": "signUp", "signUp": account}));
        assert_eq!(other.answer()["error"]["code"], 5, "{text:?}");
    }
    talk.goes_on();
    println!("10,000 levels of JSON, lone surrogates, NUL and bidi characters: answered each");
}

/// Each is close to the own origin in its way.
pub fn from_wrong_origins(server: &TestServer, talk: &mut Talk) {
    let host = server.address();
    let (_, port) = host.split_once(':').unwrap();
    let origins = [
        "null".to_owned(),
        "https://evil.example".to_owned(),
        format!("http://{host}.evil.example"),
        format!("http://evil.example/{host}"),
        format!("http://{host}@evil.example"),
        format!("http://evil.example:{port}"),
        format!("http://localhost:{port}"),
        "http://127.0.0.1".to_owned(),
        format!("http://127.0.0.1:1{port}"),
        format!("ftp://{host}"),
        host.to_owned(),
        format!("file://{host}"),
    ];
    for origin in &origins {
        let refused = server.upgrade_with(&format!("origin: {origin}"));
        assert!(refused.starts_with("HTTP/1.1 403"), "{origin}: {refused}");
    }
    talk.goes_on();
    println!("{} wrong origins: {} refused", origins.len(), origins.len());
}
