//! A proxy before a server: drops a third of the changes that come unasked, as the server does for a slow reader, and
//! breaks its connections when told to.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::{io, thread};

pub struct LossyProxy {
    address: String,
    sockets: Arc<Mutex<Vec<TcpStream>>>,
}

impl LossyProxy {
    /// Before the server at this address.
    pub fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = server.trim_start_matches("http://").to_owned();
        let sockets = Arc::new(Mutex::new(Vec::new()));
        let open = Arc::clone(&sockets);
        thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                let Ok(server) = TcpStream::connect(&server) else { continue };
                let both = [client.try_clone().unwrap(), server.try_clone().unwrap()];
                open.lock().unwrap().extend(both);
                pass(client, server);
            }
        });
        Self { address, sockets }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// Breaks all connections.
    pub fn cut(&self) {
        for socket in self.sockets.lock().unwrap().drain(..) {
            // It fails where the connection has ended already.
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
}

/// Passes everything on until either side ends.
fn pass(client: TcpStream, server: TcpStream) {
    let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    thread::spawn(move || {
        // It ends with either connection.
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
    });
    thread::spawn(move || {
        let _ = pass_frames(&server, &client);
        let _ = client.shutdown(Shutdown::Both);
    });
}

fn pass_frames(mut server: &TcpStream, mut client: &TcpStream) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        server.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    client.write_all(&head)?;
    let mut dropped = 0;
    loop {
        let frame = read_frame(server)?;
        let live = br#"{"type":"channelChanges","channelChanges""#;
        if frame.windows(live.len()).take(16).any(|part| part == live) {
            dropped += 1;
            if dropped % 3 == 0 {
                continue;
            }
        }
        client.write_all(&frame)?;
    }
}

/// A WebSocket frame of a server, which isn't masked: RFC 6455, section 5.2.
fn read_frame(mut server: &TcpStream) -> io::Result<Vec<u8>> {
    let mut frame = vec![0; 2];
    server.read_exact(&mut frame)?;
    let more = match frame[1] & 0x7f {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    frame.resize(2 + more, 0);
    server.read_exact(&mut frame[2..])?;
    let length = match more {
        0 => u64::from(frame[1] & 0x7f),
        _ => frame[2..].iter().fold(0, |length, byte| length << 8 | u64::from(*byte)),
    };
    let begin = frame.len();
    frame.resize(begin + usize::try_from(length).unwrap(), 0);
    server.read_exact(&mut frame[begin..])?;
    Ok(frame)
}
