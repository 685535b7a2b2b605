//! All attacks on one server: it serves on, grows by no more than 50 MB, and never restarts.
//!
//! `make test` runs them small; `make attack` runs them in full and prints the figures.

mod support;

use std::time::{Duration, Instant};

use serde_json::json;
use support::raw_socket::RawSocket;
use support::{TestClient, TestServer};
use tungstenite::Message;

const MAX_GROWTH: u64 = 50 * 1024 * 1024;

/// How large the attacks are.
struct Size {
    slow: usize,
    malformed: usize,
    fragments: usize,
    rounds: usize,
}

impl Size {
    fn chosen() -> Self {
        if std::env::var_os("CHINWAG_ATTACK").is_some() {
            Self { slow: 5_000, malformed: 600_000, fragments: 1_000_000, rounds: 100 }
        } else {
            Self { slow: 200, malformed: 5_000, fragments: 10_000, rounds: 2 }
        }
    }
}

/// Two people who talk all the while, to see whether anybody else notices.
struct Talk {
    ada: TestClient,
    bob: TestClient,
    /// How long each message took to come back to both.
    took: Vec<Duration>,
}

impl Talk {
    fn begin(server: &TestServer) -> Self {
        let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
        ada.join("");
        bob.join("");
        Self { ada, bob, took: Vec::new() }
    }

    fn goes_on(&mut self) {
        let began = Instant::now();
        self.ada.say("", "still here?");
        self.bob.until("channelMessage");
        self.ada.until("channelMessage");
        self.took.push(began.elapsed());
    }

    /// The time within which 99 of 100 messages came back, in milliseconds.
    fn p99(&mut self) -> u128 {
        self.took.sort_unstable();
        self.took[self.took.len() * 99 / 100].as_millis()
    }
}

#[test]
fn it_serves_on_after_all_attacks_together() {
    let size = Size::chosen();
    let mut server = TestServer::with(&[("MESSAGE_RATE", "0")]);
    let mut talk = Talk::begin(&server);
    talk.goes_on();
    let before = server.memory();
    slowloris(&server, &size, &mut talk);
    malformed(&server, &size, &mut talk);
    huge_lengths(&server, &size, &mut talk);
    empty_fragments(&server, &size, &mut talk);
    strange_texts(&server, &mut talk);
    wrong_origins(&server, &mut talk);
    sign_ins(&server, &mut talk);
    let after = server.memory();
    println!(
        "memory {} MiB before, {} MiB at its height, {} MiB after; p99 of messages {} ms",
        before >> 20,
        server.memory_at_its_height() >> 20,
        after >> 20,
        talk.p99()
    );
    assert!(after < before + MAX_GROWTH, "{before} bytes before, {after} bytes after");
    assert!(server.is_running());
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
    server.sign_in("Late");
}

/// Sockets that begin something and never end it, all open at once.
fn slowloris(server: &TestServer, size: &Size, talk: &mut Talk) {
    let half_a_frame = &RawSocket::frame(0x81, &[b' '; 100])[..50];
    let beginnings: [(bool, &[u8]); 6] = [
        (false, b""),
        (false, b"GET / HT"),
        (false, b"GET / HTTP/1.1\r\nhost: x\r\nx: "),
        // The page is asked for again and again, and never read.
        (false, &b"GET / HTTP/1.1\r\nhost: x\r\n\r\n".repeat(64)),
        (true, b""),
        (true, half_a_frame),
    ];
    let mut held = Vec::with_capacity(size.slow);
    for number in 0..size.slow {
        let (upgraded, beginning) = beginnings[number % beginnings.len()];
        let socket = if upgraded {
            RawSocket::upgraded(server.address())
        } else {
            Some(RawSocket::connect(server.address()))
        };
        if let Some(mut socket) = socket {
            // It may have been closed to make room.
            let _ = socket.say(beginning);
            held.push(socket);
        }
        if number % 100 == 0 {
            talk.goes_on();
        }
    }
    talk.goes_on();
    println!("slowloris: {} sockets held at once", held.len());
}

/// Frames that are no requests, answered one by one.
fn malformed(server: &TestServer, size: &Size, talk: &mut Talk) {
    const TOGETHER: usize = 500;
    let texts: [&[u8]; 5] =
        [b"", b"{", b"\"}{\"", br#"{"type":"\ud800"}"#, br#"{"type":"signIn","signIn":[[[]]]}"#];
    let mut socket = RawSocket::upgraded(server.address()).unwrap();
    socket.read_frame().unwrap();
    let began = Instant::now();
    for _ in 0..size.malformed / TOGETHER {
        let frames =
            (0..TOGETHER).map(|number| RawSocket::frame(0x81, texts[number % texts.len()]));
        socket.say(&frames.collect::<Vec<_>>().concat()).unwrap();
        for _ in 0..TOGETHER {
            let (_, answer) = socket.read_frame().unwrap();
            assert!(answer.starts_with(br#"{"type":"error","error":{"code":1,"#));
        }
        talk.goes_on();
    }
    let rate = f64::from(u32::try_from(size.malformed).unwrap()) / began.elapsed().as_secs_f64();
    println!("malformed: {} frames, {rate:.0} a second", size.malformed);
}

/// Frames that announce more than there is.
fn huge_lengths(server: &TestServer, size: &Size, talk: &mut Talk) {
    for _ in 0..size.rounds {
        for (length, code) in
            [(1u64 << 63, 1002), (u64::MAX, 1002), ((1 << 63) - 1, 1009), (1 << 32, 1009)]
        {
            let mut socket = RawSocket::upgraded(server.address()).unwrap();
            let mut frame = vec![0x81, 0xff];
            frame.extend(length.to_be_bytes());
            frame.extend([0; 4]);
            socket.say(&frame).unwrap();
            assert_eq!(socket.closed(), Some(code), "{length}");
        }
        talk.goes_on();
    }
}

/// One message in more fragments than anybody needs.
fn empty_fragments(server: &TestServer, size: &Size, talk: &mut Talk) {
    let mut socket = RawSocket::upgraded(server.address()).unwrap();
    socket.say(&RawSocket::frame(0x01, b"")).unwrap();
    let thousand = RawSocket::frame(0x00, b"").repeat(1_000);
    for _ in 0..size.fragments / 1_000 {
        if socket.say(&thousand).is_err() {
            // The server has closed, which its answer below tells more of.
            break;
        }
    }
    // Where it is still sending, the close frame may be lost in a reset.
    assert!(matches!(socket.closed(), Some(1009) | None));
    let mut exactly = RawSocket::upgraded(server.address()).unwrap();
    exactly.say(&RawSocket::frame(0x01, b"")).unwrap();
    exactly.say(&RawSocket::frame(0x00, b"").repeat(1_024)).unwrap();
    assert_eq!(exactly.closed(), Some(1009));
    talk.goes_on();
}

/// Texts that break parsers, stores or pages.
fn strange_texts(server: &TestServer, talk: &mut Talk) {
    let mut eve = server.sign_in("Eve");
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
        ["a\0b", "\u{202e}abc\u{202c}", "\u{2066}\u{2069}x", "\u{feff}", "\u{fffe}\u{10ffff}"]
    {
        eve.say("", text);
        assert_eq!(eve.answer()["channelMessage"]["Message"], text);
        assert_eq!(talk.bob.until("channelMessage")["channelMessage"]["Message"], text);
        talk.ada.until("channelMessage");
        let mut other = server.connect();
        let account = json!({"username": format!("x{text}y"), "password": "secret"});
        other.send(&json!({"type": "signUp", "signUp": account}));
        assert_eq!(other.answer()["error"]["code"], 5, "{text:?}");
    }
    talk.goes_on();
}

/// Pages of other sites, each close to the own in its way.
fn wrong_origins(server: &TestServer, talk: &mut Talk) {
    let host = server.address();
    let (_, port) = host.split_once(':').unwrap();
    for origin in [
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
    ] {
        let refused = server.upgrade_with(&format!("origin: {origin}"));
        assert!(refused.starts_with("HTTP/1.1 403"), "{origin}: {refused}");
    }
    talk.goes_on();
}

/// Two hundred people sign up at once, while others talk.
fn sign_ins(server: &TestServer, talk: &mut Talk) {
    const PEOPLE: u64 = 200;
    let before = talk.took.len();
    let clients = (0..PEOPLE).map(|number| {
        let mut client = server.connect();
        let account = json!({"username": format!("guest {number}"), "password": "secret"});
        client.send(&json!({"type": "signUp", "signUp": account}));
        client
    });
    let mut clients: Vec<_> = clients.collect();
    let began = Instant::now();
    for client in &mut clients {
        assert_eq!(client.answer()["type"], "authorized");
        talk.goes_on();
    }
    let mut during = talk.took.split_off(before);
    during.sort_unstable();
    println!(
        "sign-ins: {PEOPLE} at once in {} ms, p99 of the messages meanwhile {} ms",
        began.elapsed().as_millis(),
        during[during.len() * 99 / 100].as_millis()
    );
    talk.took.append(&mut during);
}
