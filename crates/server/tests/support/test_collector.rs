//! A collector of OpenTelemetry's traces on a free port, which keeps what it is sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

pub struct TestCollector {
    url: String,
    requests: Receiver<Request>,
}

/// A request that was answered.
pub struct Request {
    /// The request line and the headers, in lower case.
    pub head: String,
    pub body: Vec<u8>,
}

impl TestCollector {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, requests) = channel();
        thread::spawn(move || {
            for socket in listener.incoming() {
                if sender.send(answer(socket.unwrap())).is_err() {
                    break;
                }
            }
        });
        Self { url, requests }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Everything that has been answered so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.try_iter().collect()
    }
}

fn answer(socket: TcpStream) -> Request {
    let mut socket = BufReader::new(socket);
    let lines = socket.by_ref().lines().map(Result::unwrap);
    let head: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    let head = head.join("\n").to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    socket.read_exact(&mut body).unwrap();
    socket.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
    Request { head, body }
}
