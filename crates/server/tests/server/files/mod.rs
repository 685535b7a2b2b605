//! Files, from their upload to their end, at the real server on both stores.

pub mod ask;
mod attacks;
mod bucket;
mod clients;
mod copies;
mod crashes;
mod messages;
mod revoked;
mod sockets;

use std::time::Duration;

use serde_json::{Value, json};

use crate::files::ask::{
    PNG, ask, bearer, bytes_in, create, on_both_stores, put, read, send, status, text, upload,
};
use crate::support::{TestClient, TestServer};

#[test]
fn a_file_goes_up_in_pieces_and_is_read_by_those_who_read_its_message() {
    on_both_stores(|server, _| {
        let (mut ada, mut bob, eve) =
            (server.sign_in("Ada"), server.sign_in("Bob"), server.sign_in("Eve"));
        let bytes: Vec<u8> = (0..1_000_000_u32).map(|number| number.to_le_bytes()[1]).collect();
        let to = bob.user.clone();
        let up = create(&mut ada, &to, "../../notes\u{202e}.bin", bytes.len());
        let piece = usize::try_from(up["piece"].as_u64().unwrap()).unwrap();
        assert_eq!(status(&put(server, &up, 0, &bytes[..piece])), "204");
        // Neither again, nor elsewhere, nor by another token, nor more than one piece.
        assert_eq!(status(&put(server, &up, 0, &bytes[..piece])), "409");
        assert_eq!(status(&put(server, &up, piece + 1, b"x")), "409");
        assert_eq!(status(&put(server, &up, piece, &vec![0; piece])), "400");
        assert_eq!(status(&put(server, &up, piece, &vec![0; piece + 1])), "413");
        let stranger = json!({"url": up["url"], "token": eve.access_key});
        assert_eq!(status(&put(server, &stranger, piece, &bytes[piece..])), "404");
        let file = text(&up, "UUID").to_owned();
        assert_eq!(
            bob.refused(
                "channelMessage",
                json!({"recipientUUID": ada.user, "message": "", "files": [file]})
            ),
            15
        );
        let unfinished = json!({"recipientUUID": to, "message": "", "files": [file]});
        assert_eq!(ada.refused("channelMessage", unfinished), 15);
        let (head, _) =
            ask(server, &format!("HEAD {}", text(&up, "url")), &bearer(text(&up, "token")), b"");
        assert!(head.contains(&format!("upload-offset: {piece}")), "{head}");
        assert_eq!(status(&put(server, &up, piece, &bytes[piece..])), "204");
        // Complete, and in no message yet.
        assert_eq!(status(&read(server, &ada, &file, "")), "404");
        let elsewhere = json!({"recipientUUID": "", "message": "", "files": [file]});
        assert_eq!(ada.refused("channelMessage", elsewhere), 15);
        let sent = send(&mut ada, &to, &[&file]);
        let shown = json!([{"UUID": file, "Name": "notes.bin", "Type": "application/octet-stream", "Size": 1_000_000}]);
        assert_eq!(sent["Files"], shown);
        let page = json!({"recipientUUID": ada.user, "files": true});
        assert_eq!(bob.ask("channelMessages", page)["messages"][0]["Files"], shown);
        let twice = json!({"recipientUUID": to, "message": "", "files": [file]});
        assert_eq!(ada.refused("channelMessage", twice), 15);
        assert_eq!(read(server, &ada, &file, "").1, bytes);
        assert_eq!(read(server, &bob, &file, "").1, bytes);
        assert_eq!(status(&read(server, &eve, &file, "")), "404");
        assert_eq!(status(&ask(server, &format!("GET /files/{file}"), "", b"")), "404");
        let part = read(server, &bob, &file, "range: bytes=999990-\r\n");
        assert_eq!((status(&part), &part.1[..]), ("206", &bytes[999_990..]));
        assert_eq!(
            status(&read(server, &bob, &file, "range: bytes=9223372036854775808-\r\n")),
            "416"
        );
        let same = format!("if-none-match: \"{file}\"\r\n");
        assert_eq!(status(&read(server, &bob, &file, &same)), "304");
    });
}

#[test]
fn what_browsers_could_run_is_an_attachment_and_the_cookie_opens_files_alone() {
    on_both_stores(|server, _| {
        let mut ada = server.sign_in("Ada");
        let page = b"<html><script>alert(1)</script></html>";
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
        for (name, bytes) in [("a.png", &page[..]), ("b.png", &svg[..])] {
            let file = upload(server, &mut ada, "", name, bytes);
            send(&mut ada, "", &[&file]);
            let (head, _) = read(server, &ada, &file, "");
            assert!(head.contains("content-disposition: attachment"), "{head}");
            assert!(
                head.contains("content-security-policy: sandbox; default-src 'none'"),
                "{head}"
            );
            assert!(head.contains("x-content-type-options: nosniff"), "{head}");
        }
        let picture = upload(server, &mut ada, "", "c.txt", PNG);
        let sent = send(&mut ada, "", &[&picture]);
        assert_eq!(
            (&sent["Files"][0]["Type"], &sent["Files"][0]["Width"]),
            (&json!("image/png"), &json!(1))
        );
        let (head, _) = ask(server, "POST /files/session", &bearer(&ada.access_key), b"");
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        assert!(
            cookie.contains("; Path=/files;") && cookie.ends_with("; HttpOnly; SameSite=Strict"),
            "{cookie}"
        );
        let cookie = cookie.split(';').next().unwrap();
        assert!(!cookie.contains(&ada.access_key));
        let by_cookie =
            || ask(server, &format!("GET /files/{picture}"), &format!("cookie: {cookie}\r\n"), b"");
        let answer = by_cookie();
        assert_eq!(status(&answer), "200");
        assert!(answer.0.contains("content-disposition: inline"), "{}", answer.0);
        ada.ask("signOut", Value::Null);
        assert_eq!(status(&by_cookie()), "404");
    });
}

#[test]
fn the_bytes_of_a_deleted_message_and_of_an_ended_upload_go() {
    on_both_stores(|server, folder| {
        let mut ada = server.sign_in("Ada");
        let file = upload(server, &mut ada, "", "plan.txt", b"a plan");
        let seq = send(&mut ada, "", &[&file])["Seq"].clone();
        let given_up = create(&mut ada, "", "draft.txt", 9);
        assert_eq!(status(&put(server, &given_up, 0, b"half")), "204");
        assert!(bytes_in(folder) > 0);
        let line = format!("DELETE {}", text(&given_up, "url"));
        assert_eq!(status(&ask(server, &line, &bearer(text(&given_up, "token")), b"")), "204");
        ada.ask("messageDelete", json!({"recipientUUID": "", "seq": seq}));
        assert_eq!(status(&read(server, &ada, &file, "")), "404");
        assert_eq!(status(&put(server, &given_up, 4, b" rest")), "404");
        while bytes_in(folder) > 0 {
            std::thread::sleep(Duration::from_millis(20));
        }
        let state = ada.ask("channelMessages", json!({"recipientUUID": "", "limit": 1}));
        assert_eq!(state["messages"][0]["Files"], Value::Null);
    });
}

#[test]
fn limits_are_kept() {
    let server = TestServer::with(&[("FILE_SIZE", "1KB"), ("FILE_QUOTA", "2KB")]);
    let mut ada = server.sign_in("Ada");
    let refused = |ada: &mut TestClient, size: u64| {
        ada.refused("fileCreate", json!({"recipientUUID": "", "name": "x", "size": size}))
    };
    for size in [0, 1_025, 1 << 62, 1 << 63, u64::MAX] {
        assert_eq!(refused(&mut ada, size), 15, "{size}");
    }
    create(&mut ada, "", "a", 900);
    create(&mut ada, "", "b", 900);
    assert_eq!(refused(&mut ada, 1_000), 15);
    for _ in 0..3 {
        create(&mut ada, "", "c", 1);
    }
    // Five are unfinished.
    assert_eq!(refused(&mut ada, 1), 15);
    let off = TestServer::with(&[("FILE_SIZE", "0")]);
    assert_eq!(refused(&mut off.sign_in("Ada"), 1), 15);
}
