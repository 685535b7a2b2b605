//! A double of a push service on a free port, and a browser that opens what comes there.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use chinwag_testbed::MISSING;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::Value;

/// The answers that are to be given, by path; others get 201.
type Answers = Arc<Mutex<HashMap<String, VecDeque<String>>>>;

pub struct PushService {
    address: SocketAddr,
    answers: Answers,
    pushes: Receiver<Pushed>,
    browser: Browser,
}

/// A push as it came.
struct Pushed {
    path: String,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

/// A push that was opened.
pub struct Push {
    pub path: String,
    pub headers: HashMap<String, String>,
    /// The length of its body, which everybody on the way sees.
    pub length: usize,
    pub payload: Value,
}

impl PushService {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, pushes) = channel();
        let answers = Answers::default();
        let given = Arc::clone(&answers);
        thread::spawn(move || {
            for socket in listener.incoming() {
                let (sender, given) = (sender.clone(), Arc::clone(&given));
                let socket = socket.unwrap();
                thread::spawn(move || serve(socket, &sender, &given));
            }
        });
        Self { address, answers, pushes, browser: Browser::start() }
    }

    /// As it stands in `PUSH_HOSTS`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The endpoint of a device.
    pub fn endpoint(&self, device: &str) -> String {
        format!("{}/{device}", self.url())
    }

    /// What a browser registers for a device.
    pub fn subscription(&self, device: &str) -> Value {
        let Browser { p256dh, auth, .. } = &self.browser;
        serde_json::json!({"endpoint": self.endpoint(device), "p256dh": p256dh, "auth": auth})
    }

    /// Lets the next push to a device be answered so: a status line, and headers.
    pub fn answer(&self, device: &str, head: &str) {
        let mut answers = self.answers.lock().unwrap();
        answers.entry(format!("/{device}")).or_default().push_back(head.to_owned());
    }

    /// The next push, opened.
    pub fn next(&mut self) -> Push {
        let pushed = self.pushes.recv_timeout(MISSING).expect("a push came");
        let Pushed { path, headers, body } = pushed;
        let payload = self.browser.open(&body);
        Push { path, headers, length: body.len(), payload }
    }

    /// How many pushes have come and were not asked for.
    pub fn left(&self) -> usize {
        self.pushes.try_iter().count()
    }
}

impl Push {
    /// What the browser shows: title and body.
    pub fn shown(&self) -> [&str; 2] {
        ["title", "body"].map(|name| self.notification(name))
    }

    /// A part of the notification.
    pub fn notification(&self, name: &str) -> &str {
        self.payload["notification"][name].as_str().unwrap()
    }

    /// The claims of the server's signature, by this key.
    pub fn claims(&self, key: &str) -> Value {
        let signed = self.headers["authorization"].strip_prefix("vapid t=").unwrap();
        let (token, by) = signed.split_once(", k=").unwrap();
        assert_eq!(by, key);
        let (text, signature) = token.rsplit_once('.').unwrap();
        let decode = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decode(key))
            .verify(text.as_bytes(), &decode(signature))
            .unwrap();
        serde_json::from_slice(&decode(text.split_once('.').unwrap().1)).unwrap()
    }
}

/// Reads one request and answers it.
fn serve(socket: TcpStream, sender: &Sender<Pushed>, answers: &Answers) {
    let mut socket = BufReader::new(socket);
    let lines = socket.by_ref().lines().map_while(Result::ok);
    let head: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    let Some(path) = head.first().and_then(|line| line.split(' ').nth(1)) else { return };
    let headers = head.iter().skip(1).filter_map(|line| line.split_once(": "));
    let headers: HashMap<_, _> =
        headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    let mut body = vec![0; headers["content-length"].parse().unwrap()];
    socket.read_exact(&mut body).unwrap();
    let answer = answers.lock().unwrap().get_mut(path).and_then(VecDeque::pop_front);
    let answer = answer.unwrap_or_else(|| "201 Created".to_owned());
    let path = path.to_owned();
    // The test may be over.
    let _ = sender.send(Pushed { path, headers, body });
    let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\n\r\n");
    let _ = socket.get_mut().write_all(answer.as_bytes());
}

/// Another program that has a browser's keys.
struct Browser {
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    p256dh: String,
    auth: String,
}

impl Browser {
    fn start() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = root.join("../../target/checks/bin/python");
        assert!(python.exists(), "run `make programs` first, as `make test` does");
        let mut process = Command::new(python)
            .arg(root.join("tests/support/browser.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let to = process.stdin.take().unwrap();
        let mut from = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        from.read_line(&mut line).unwrap();
        let keys: Value = serde_json::from_str(&line).expect("the browser made its keys");
        let key = |name: &str| keys[name].as_str().unwrap().to_owned();
        Self { process, to, from, p256dh: key("p256dh"), auth: key("auth") }
    }

    fn open(&mut self, sealed: &[u8]) -> Value {
        writeln!(self.to, "{}", BASE64_STANDARD.encode(sealed)).unwrap();
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        serde_json::from_str(&line).expect("the browser opened it")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
