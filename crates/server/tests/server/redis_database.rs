//! Two chats on one Redis, told apart by the database number.

use serde_json::json;

use crate::support::{TestRedis, TestServer};

#[test]
fn chats_in_two_databases_hear_nothing_of_each_other() {
    let redis = TestRedis::start();
    let on =
        |database: u8| TestServer::with(&[("REDIS_URL", &format!("{}/{database}", redis.url()))]);
    let (first, second, third) = (on(0), on(1), on(1));
    let mut ada = first.sign_in("Ada");
    let (mut bob, mut eve) = (second.sign_in("Bob"), third.sign_in("Eve"));
    for client in [&mut ada, &mut bob, &mut eve] {
        client.join("");
        client.so_far();
    }
    for text in ["one", "two"] {
        ada.say("", text);
        ada.until("channelMessage");
    }
    first.sign_in("Zoe");
    bob.say("", "hello");
    assert_eq!(eve.until("channelMessage")["channelMessage"]["Seq"], 1);
    assert_eq!(bob.until("channelMessage")["channelMessage"]["Message"], "hello");
    eve.say(&bob.user, "psst");
    assert_eq!(eve.until("channelMessage")["channelMessage"]["Seq"], 1);
    for client in [&mut bob, &mut eve] {
        for frame in client.so_far() {
            for strange in ["one", "two", &ada.user, "Zoe"] {
                assert!(!frame.to_string().contains(strange), "{frame}");
            }
        }
    }
    // What ends a session reaches the other nodes of its own chat.
    let mut elsewhere = third.sign_in("Bob");
    let passwords = json!({"password": "secret", "newPassword": "a better secret"});
    bob.send(&json!({"type": "changePassword", "changePassword": passwords}));
    bob.until("changePassword");
    elsewhere.until("signOut");
}
