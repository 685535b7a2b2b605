//! A client that knows the public protocol and nothing else.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::TcpStream;

use chinwag_testbed::MISSING;
use serde_json::{Value, json};
use tungstenite::client::IntoClientRequest;
use tungstenite::{Message, WebSocket};

/// What a client speaks over: a socket, plain or with TLS.
pub trait Stream: Read + Write + Send {}

impl<T: Read + Write + Send> Stream for T {}

pub struct TestClient {
    socket: WebSocket<Box<dyn Stream>>,
    /// Frames that came before an answer that was waited for.
    passed: VecDeque<Value>,
    pub session: String,
    pub user: String,
    pub access_key: String,
    pub epoch: String,
}

impl TestClient {
    pub fn connect(address: &str) -> Self {
        Self::connect_with(address, &[])
    }

    /// Connects with further headers.
    pub fn connect_with(address: &str, headers: &[(&'static str, &str)]) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(MISSING)).unwrap();
        Self::over(Box::new(stream), address, headers)
    }

    /// Connects over a stream that stands.
    pub fn over(stream: Box<dyn Stream>, address: &str, headers: &[(&'static str, &str)]) -> Self {
        let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let (socket, _) = tungstenite::client(request, stream).unwrap();
        let mut client = Self {
            socket,
            passed: VecDeque::new(),
            session: String::new(),
            user: String::new(),
            access_key: String::new(),
            epoch: String::new(),
        };
        client.session = text(&client.read()["ready"]["sessionUUID"]);
        client
    }

    pub fn sign_in(&mut self, username: &str) {
        self.send(
            &json!({"type": "signIn", "signIn": {"username": username, "password": "secret"}}),
        );
        let authorized = self.read();
        self.user = text(&authorized["authorized"]["userUUID"]);
        self.access_key = text(&authorized["authorized"]["accessKey"]);
        self.epoch = text(&authorized["authorized"]["epoch"]);
        assert_eq!(self.until("sys")["sys"]["signIn"]["uuid"], self.user.as_str());
    }

    /// Joins General, or the private channel with this user; returns the reply's payload.
    pub fn join(&mut self, recipient: &str) -> Value {
        self.send(&json!({"type": "channelJoin", "channelJoin": {"recipientUUID": recipient}}));
        self.until("channelJoin")["channelJoin"].take()
    }

    pub fn say(&mut self, recipient: &str, message: &str) {
        let payload = json!({"recipientUUID": recipient, "message": message});
        self.send(&json!({"type": "channelMessage", "channelMessage": payload}));
    }

    pub fn send(&mut self, request: &Value) {
        self.send_frame(Message::text(request.to_string()));
    }

    /// The same to a server that may have closed.
    pub fn try_send(&mut self, request: &Value) {
        let _ = self.socket.send(Message::text(request.to_string()));
    }

    pub fn send_frame(&mut self, frame: Message) {
        self.socket.send(frame).unwrap();
    }

    /// The next frame.
    pub fn read(&mut self) -> Value {
        self.passed.pop_front().unwrap_or_else(|| self.read_socket())
    }

    /// The frame with this `id`. Those before it are read later.
    pub fn until_answer(&mut self, id: &str) -> Value {
        loop {
            let frame = self.read_socket();
            if frame["id"] == id {
                return frame;
            }
            self.passed.push_back(frame);
        }
    }

    fn read_socket(&mut self) -> Value {
        loop {
            match self.socket.read().unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("not a text frame: {other:?}"),
            }
        }
    }

    /// How long all frames together are that come before the reply to the ping with this id.
    pub fn bytes_until_pong(&mut self, id: &str) -> usize {
        let mut bytes = 0;
        loop {
            let frame = self.socket.read().unwrap().into_text().unwrap();
            if frame.starts_with(r#"{"type":"pong""#) && frame.contains(id) {
                return bytes;
            }
            bytes += frame.len();
        }
    }

    /// Answers pings until `done`, which is asked after each; returns how many came.
    pub fn pings_until(&mut self, done: impl Fn() -> bool) -> usize {
        let mut pings = 0;
        while !done() {
            // The socket has answered it when it tells of it.
            let frame = self.socket.read().unwrap();
            pings += usize::from(matches!(frame, Message::Ping(_)));
        }
        pings
    }

    /// Asks, and returns the reply's payload. News are read later.
    #[expect(clippy::needless_pass_by_value, reason = "it is written where it is asked")]
    pub fn ask(&mut self, kind: &str, payload: Value) -> Value {
        let reply = self.answer_to(kind, &payload);
        assert_eq!(reply["type"], kind, "{reply}");
        reply[kind].clone()
    }

    /// Asks for what is refused, and returns the code.
    #[expect(clippy::needless_pass_by_value, reason = "it is written where it is asked")]
    pub fn refused(&mut self, kind: &str, payload: Value) -> u64 {
        let reply = self.answer_to(kind, &payload);
        assert_eq!(reply["type"], "error", "{reply}");
        assert_eq!(reply["error"]["payload"], kind);
        reply["error"]["code"].as_u64().unwrap()
    }

    fn answer_to(&mut self, kind: &str, payload: &Value) -> Value {
        self.send(&json!({"type": kind, "id": "asked", kind: payload}));
        self.until_answer("asked")
    }

    /// The next frame that is no broadcast.
    pub fn answer(&mut self) -> Value {
        loop {
            let frame = self.read();
            if frame["type"] != "sys" {
                return frame;
            }
        }
    }

    /// The next frame of this type; others are passed over.
    pub fn until(&mut self, kind: &str) -> Value {
        self.until_with(kind, |_| true)
    }

    /// The next frame of this type that fits.
    pub fn until_with(&mut self, kind: &str, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let frame = self.read();
            if frame["type"] == kind && fits(&frame) {
                return frame;
            }
        }
    }

    /// The next broadcast of this type within `sys`.
    pub fn until_sys(&mut self, kind: &str) -> Value {
        self.until_with("sys", |frame| frame["sys"]["type"] == kind)
    }

    /// All frames until the reply to a ping: what has come so far.
    pub fn so_far(&mut self) -> Vec<Value> {
        self.send(&json!({"type": "ping"}));
        let mut frames = Vec::new();
        loop {
            let frame = self.read();
            if frame["type"] == "pong" {
                return frames;
            }
            frames.push(frame);
        }
    }

    /// How many messages still come until the connection ends, however it does.
    pub fn messages_to_the_end(&mut self) -> usize {
        let frames = std::iter::from_fn(|| self.socket.read().ok());
        let texts = frames.filter_map(|frame| frame.into_text().ok());
        texts.filter(|text| text.starts_with(r#"{"type":"channelMessage""#)).count()
    }

    /// Reads up to the close frame and returns its code.
    pub fn closed(&mut self) -> u16 {
        self.closed_because().0
    }

    /// The same with the reason.
    pub fn closed_because(&mut self) -> (u16, String) {
        loop {
            match self.socket.read() {
                Ok(Message::Close(Some(close))) => {
                    return (close.code.into(), close.reason.to_string());
                }
                Ok(_) => {}
                Err(error) => panic!("no close frame: {error}"),
            }
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}
