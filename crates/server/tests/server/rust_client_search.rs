//! The Rust client searches on the real server.

use std::time::Duration;

use chinwag_client::{Channel, Client, Login, Page};
use chinwag_testbed::MISSING;
use tokio::time::{sleep, timeout};

use crate::support::TestServer;

#[tokio::test]
async fn a_program_finds_what_it_wrote_page_by_page() {
    let server = TestServer::embedded();
    let login = Login::SignIn { name: "Ada".into(), password: "secret".into() };
    let (ada, _events) = Client::sign_in(server.address(), login).await.unwrap();
    for number in 1..=25 {
        ada.send(Channel::General, format!("word {number}")).await.unwrap();
    }
    let first = async {
        loop {
            let found = ada.search("word from:Ada", "").await.unwrap();
            if found.more && &*found.messages[0].text == "word 25" {
                return found;
            }
            // The user's budget pays for so many.
            sleep(Duration::from_millis(200)).await;
        }
    };
    let first = timeout(MISSING, first).await.unwrap();
    assert_eq!(first.messages.len(), 20);
    let second = ada.search("word from:Ada", first.before).await.unwrap();
    let seqs: Vec<_> = second.messages.iter().map(|message| message.seq).collect();
    assert_eq!((seqs, second.more), (vec![5, 4, 3, 2, 1], false));
    let around = ada.history(Channel::General, Page::Around(7)).await.unwrap();
    let seqs: Vec<_> = around.messages.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, (1..=25).collect::<Vec<_>>());
}
