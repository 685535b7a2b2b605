//! The Rust client sends and reads files.

use chinwag_client::protocol::incoming::NewMessage;
use chinwag_client::protocol::{ErrorCode, FileUuid};
use chinwag_client::{Channel, Client, Error, Login};

use crate::support::TestServer;

async fn sign_in(server: &TestServer, name: &str) -> Client {
    let login = Login::SignIn { name: name.into(), password: "secret".into() };
    Client::sign_in(server.address(), login).await.unwrap().0
}

#[tokio::test]
async fn the_rust_client_reads_what_it_has_uploaded() {
    let server = TestServer::embedded();
    let (ada, bob) = (sign_in(&server, "Ada").await, sign_in(&server, "Bob").await);
    // Three pieces, the last of which is not full.
    let bytes: Vec<u8> = (0..2_000_000_u32).map(|number| number.to_le_bytes()[1]).collect();
    let file = ada.upload(Channel::Direct(bob.me()), "plan.bin", &bytes).await.unwrap();
    let is_refused = |read: Result<Vec<u8>, Error>| {
        let Err(Error::Refused(failure)) = read else { panic!("{read:?}") };
        assert_eq!(failure.code, ErrorCode::FileRefused);
        assert_eq!(failure.error, "There is no such file.");
    };
    is_refused(ada.download(file).await);
    let files = Some(vec![file]);
    let message = NewMessage { recipient: bob.me().to_string(), files, ..NewMessage::default() };
    ada.send_message(message).await.unwrap();
    assert_eq!(bob.download(file).await.unwrap(), bytes);
    assert_eq!(ada.download(file).await.unwrap(), bytes);
    is_refused(sign_in(&server, "Eve").await.download(file).await);
    is_refused(bob.download(FileUuid::random()).await);
}
