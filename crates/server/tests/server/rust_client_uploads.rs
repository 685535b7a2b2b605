//! The Rust client uploads from a source, piece by piece, and ends an upload that is dropped.

use std::io::{self, Cursor, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use chinwag_client::protocol::ErrorCode;
use chinwag_client::protocol::incoming::NewMessage;
use chinwag_client::{Channel, Client, Login};
use chinwag_testbed::MISSING;
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use crate::support::TestServer;

/// The server's piece.
const PIECE: u64 = 768 * 1024;

/// Three pieces of zeros, of which only the first comes.
#[derive(Default)]
struct Stuck(u64);

impl AsyncRead for Stuck {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.0 >= PIECE {
            return Poll::Pending;
        }
        let length = into.initialize_unfilled().len().min(1 << 16);
        into.advance(length);
        self.0 += length as u64;
        Poll::Ready(Ok(()))
    }
}

impl AsyncSeek for Stuck {
    fn start_seek(mut self: Pin<&mut Self>, to: SeekFrom) -> io::Result<()> {
        self.0 = match to {
            SeekFrom::Start(at) => at,
            _ => 3 * PIECE,
        };
        Ok(())
    }

    fn poll_complete(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Poll::Ready(Ok(self.0))
    }
}

async fn ada(server: &TestServer) -> Client {
    let login = Login::SignIn { name: "Ada".into(), password: "secret".into() };
    Client::sign_in(server.address(), login).await.unwrap().0
}

#[tokio::test]
async fn an_upload_tells_its_progress_within_a_piece() {
    let server = TestServer::embedded();
    let (ada, mut told) = (ada(&server).await, Vec::new());
    let bytes = vec![0; usize::try_from(2 * PIECE + 1).unwrap()];
    let upload =
        ada.upload_from(Channel::General, "zeros", Cursor::new(&bytes), |at| told.push(at));
    upload.await.unwrap();
    assert!(told[0] > 0 && told[0] < PIECE, "{told:?}");
    assert!(told.is_sorted() && told.contains(&PIECE), "{told:?}");
    assert_eq!(told.last(), Some(&(2 * PIECE + 1)));
}

#[tokio::test]
async fn an_upload_that_is_dropped_makes_place_for_another() {
    let server = TestServer::embedded();
    let ada = ada(&server).await;
    // A session has five unfinished uploads at most.
    for _ in 0..5 {
        let first = Notify::new();
        let told = |there| {
            assert!(there <= PIECE);
            if there == PIECE {
                first.notify_one();
            }
        };
        let upload = ada.upload_from(Channel::General, "zeros", Stuck::default(), told);
        tokio::select! {
            done = upload => panic!("{done:?}"),
            () = first.notified() => {}
        }
    }
    let sixth = async {
        loop {
            match ada.upload(Channel::General, "small", b"Hello").await {
                Ok(file) => return file,
                Err(error) => assert_eq!(error.code(), Some(ErrorCode::FileRefused), "{error}"),
            }
            // The uploads end by requests of their own, of which nobody hears.
            sleep(Duration::from_millis(50)).await;
        }
    };
    let file = timeout(MISSING, sixth).await.unwrap();
    let files = Some(vec![file]);
    let recipient = Channel::General.id().to_string();
    ada.send_message(NewMessage { recipient, files, ..NewMessage::default() }).await.unwrap();
    assert_eq!(ada.download(file).await.unwrap(), b"Hello");
}

#[tokio::test]
async fn a_sink_that_fails_says_so_and_another_gets_the_file() {
    let server = TestServer::embedded();
    let ada = ada(&server).await;
    let file = ada.upload(Channel::General, "five", b"12345").await.unwrap();
    let files = Some(vec![file]);
    let recipient = Channel::General.id().to_string();
    ada.send_message(NewMessage { recipient, files, ..NewMessage::default() }).await.unwrap();
    let mut full = tokio::fs::OpenOptions::new().write(true).open("/dev/full").await.unwrap();
    let unwritable = ada.download_to(file, &mut full).await.unwrap_err();
    assert!(unwritable.to_string().starts_with("failed to write the file"), "{unwritable}");
    let mut whole = Vec::new();
    assert_eq!(ada.download_to(file, &mut whole).await, Ok(5));
    assert_eq!(whole, b"12345");
}
