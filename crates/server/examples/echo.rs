//! Sends every text back, so that the Autobahn cases can judge the WebSocket decoder: `make autobahn`.

#[path = "../src/connection/decoder.rs"]
mod decoder;
#[path = "../src/connection/header.rs"]
mod header;
#[path = "../src/connection/skim.rs"]
mod skim;

use std::io::{BufRead, BufReader, Read, Result, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use decoder::{Breach, Decoder, Input, Sizes};
use tungstenite::handshake::derive_accept_key;

/// The largest of the cases has 16 MiB.
const LARGEST: usize = 32 << 20;

fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:9001")?;
    for socket in listener.incoming() {
        let socket = socket?;
        thread::spawn(move || {
            if let Err(error) = serve(socket) {
                eprintln!("{error}");
            }
        });
    }
    Ok(())
}

fn serve(mut socket: TcpStream) -> Result<()> {
    socket.set_nodelay(true)?;
    let mut reader = BufReader::new(socket.try_clone()?);
    let mut key = String::new();
    for line in reader.by_ref().lines() {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("sec-websocket-key")
        {
            key = derive_accept_key(value.trim().as_bytes());
        }
    }
    let upgrade = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade";
    write!(socket, "{upgrade}\r\nsec-websocket-accept: {key}\r\n\r\n")?;
    echo(&mut reader, &mut socket)
}

fn echo(reader: &mut impl Read, socket: &mut TcpStream) -> Result<()> {
    let mut decoder = Decoder::new(Sizes { request: LARGEST, connection: LARGEST });
    let (mut pending, mut chunk) = (Vec::new(), vec![0; 1 << 16]);
    loop {
        let read = reader.read(&mut chunk)?;
        if read == 0 {
            return Ok(());
        }
        pending.extend_from_slice(&chunk[..read]);
        let mut taken = 0;
        loop {
            let answer = match decoder.next(&mut pending[taken..]) {
                Ok(None) => break,
                Err(Breach(code)) => return socket.write_all(&frame(0x88, &code.to_be_bytes())),
                Ok(Some((length, input))) => {
                    taken += length;
                    match input {
                        Input::Text(text) => frame(0x81, text.as_bytes()),
                        Input::Assembled(text) => frame(0x81, text.as_bytes()),
                        Input::Ping(payload) => frame(0x8a, payload),
                        Input::Close(code) => {
                            let code = if code == 1005 { 1000 } else { code };
                            return socket.write_all(&frame(0x88, &code.to_be_bytes()));
                        }
                        Input::Binary | Input::TooLarge(_) | Input::Pong | Input::Part => continue,
                    }
                }
            };
            socket.write_all(&answer)?;
        }
        pending.drain(..taken);
    }
}

fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short @ 0..=125), _) => frame.push(short),
        (_, Ok(medium)) => {
            frame.push(126);
            frame.extend(medium.to_be_bytes());
        }
        _ => {
            frame.push(127);
            frame.extend((payload.len() as u64).to_be_bytes());
        }
    }
    frame.extend(payload);
    frame
}
