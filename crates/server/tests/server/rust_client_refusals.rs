//! The Rust client crate and requests that are too large, on servers of all ages.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};

use chinwag_client::protocol::ErrorCode;
use chinwag_client::{Channel, Client, Error, Event, Login};
use serde_json::{Value, json};
use tungstenite::Message;
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode;

use crate::support::TestServer;

fn login() -> Login {
    Login::SignIn { name: "Ada".into(), password: "secret".into() }
}

#[tokio::test]
async fn a_message_that_is_too_large_is_refused_and_holds_nothing_up() {
    let server = TestServer::embedded();
    let (ada, mut events) = Client::sign_in(server.address(), login()).await.unwrap();
    assert_eq!(ada.message_length(), Some(4_000));
    // The first is refused by the server, the second would end the connection.
    for length in [100_000, 2_000_000] {
        let refused = ada.send(Channel::General, "x".repeat(length)).await.unwrap_err();
        assert_eq!(refused.code(), Some(ErrorCode::TooLarge));
    }
    ada.send(Channel::General, "small").await.unwrap();
    loop {
        if let Event::Message(message) = events.next().await.unwrap() {
            assert_eq!(&*message.text, "small");
            break;
        }
    }
}

/// A server that takes each sign-in, and answers each message with this frame, or closes with 1009.
fn server_that_answers(answer: Option<&'static str>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut socket = tungstenite::accept(stream.unwrap()).unwrap();
            while let Ok(Message::Text(request)) = socket.read() {
                let request: Value = serde_json::from_str(&request).unwrap();
                let mut reply = match (request["type"].as_str().unwrap(), answer) {
                    ("signIn", _) => json!({"type": "authorized", "authorized": {
                        "userUUID": "00000000-0000-4000-8000-00000000000a", "accessKey": "key"}}),
                    ("channelMessage", Some(answer)) => serde_json::from_str(answer).unwrap(),
                    ("channelMessage", None) => {
                        let close = CloseFrame { code: CloseCode::Size, reason: "".into() };
                        socket.close(Some(close)).unwrap();
                        continue;
                    }
                    _ => json!({"type": "inbox", "inbox": {"channels": []}}),
                };
                if reply["error"]["code"] != 23 {
                    reply["id"] = request["id"].clone();
                }
                socket.send(Message::text(reply.to_string())).unwrap();
            }
        }
    });
    address
}

#[tokio::test]
async fn a_nameless_error_23_and_close_code_1009_refuse_the_message() {
    let nameless = r#"{"type":"error","error":{"code":23,"error":"Too large.","payload":""}}"#;
    for answer in [Some(nameless), None] {
        let address = server_that_answers(answer).to_string();
        let (ada, _events) = Client::sign_in(&address, login()).await.unwrap();
        let refused = ada.send(Channel::General, "x".repeat(70_000)).await.unwrap_err();
        assert_eq!(refused.code(), Some(ErrorCode::TooLarge), "{answer:?}");
    }
}

#[tokio::test]
async fn a_refusal_with_an_unknown_code_is_one_all_the_same() {
    let newer = r#"{"type":"error","error":{"code":999,"error":"No.","payload":"channelMessage"}}"#;
    let address = server_that_answers(Some(newer)).to_string();
    let (ada, _events) = Client::sign_in(&address, login()).await.unwrap();
    let refused = ada.send(Channel::General, "Hello").await.unwrap_err();
    assert_eq!(refused, Error::RefusedByNewer { code: 999, sentence: "No.".into() });
}

/// How a client fails at a listener that answers each connection with this and closes it.
async fn failed_at(answer: &'static str) -> Error {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let served = std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        socket.write_all(answer.as_bytes()).unwrap();
        // The request is read, because unread bytes would reset the connection.
        socket.shutdown(std::net::Shutdown::Write).unwrap();
        std::io::copy(&mut socket, &mut std::io::sink()).unwrap();
    });
    let error = Client::sign_in(&address.to_string(), login()).await.unwrap_err();
    served.join().unwrap();
    error
}

#[tokio::test]
async fn only_what_may_pass_is_worth_another_attempt() {
    let busy = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n";
    let gateway = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n";
    let missing = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
    let tries =
        [("", true), (busy, true), (gateway, true), (missing, false), ("SSH-2.0-x\r\n\r\n", false)];
    for (answer, may_pass) in tries {
        match failed_at(answer).await {
            Error::Unreachable { reason, .. } => {
                assert_eq!(reason.may_pass(), may_pass, "{answer}: {reason:?}");
            }
            error => panic!("{answer}: {error:?}"),
        }
    }
}
