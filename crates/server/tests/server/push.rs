//! Web push: to a double of a push service, opened by another program.

use std::thread;

use chinwag_client::protocol::ErrorCode;
use chinwag_client::protocol::incoming::NewSubscription;
use chinwag_client::{Client, Login};
use serde_json::{Value, json};

use crate::support::push_service::{Push, PushService};
use crate::support::{TestClient, TestRedis, TestServer};

/// Runs a case on the embedded store, in a hurry, and meanwhile on two nodes with Redis: each push waits for seconds.
fn on_both_stores(case: impl Fn(&mut PushService, &TestServer, &TestServer) + Sync) {
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut service = PushService::start();
            let server = in_a_hurry(&service, 5);
            case(&mut service, &server, &server);
        });
        let (mut service, redis) = (PushService::start(), TestRedis::start());
        let url = (redis.url(), service.url());
        let [here, there] =
            [(); 2].map(|()| TestServer::with(&[("PUSH_HOSTS", &url.1), ("REDIS_URL", &url.0)]));
        case(&mut service, &here, &there);
    });
}

/// Signs in, and lets a device be notified.
fn subscribed(service: &PushService, server: &TestServer, name: &str, device: &str) -> TestClient {
    let mut client = server.sign_in(name);
    subscribe(service, &mut client, device);
    client
}

fn subscribe(service: &PushService, client: &mut TestClient, device: &str) {
    let reply = client.ask("pushSubscribe", service.subscription(device));
    assert_eq!(reply, json!({"endpoint": service.endpoint(device)}));
}

/// Sends, and returns the `Seq`.
fn say(client: &mut TestClient, recipient: &str, text: &str) -> u64 {
    let sent = json!({"recipientUUID": recipient, "message": text});
    client.ask("channelMessage", sent)["Seq"].as_u64().unwrap()
}

fn prefs(client: &mut TestClient, recipient: &str, mut prefs: Value) {
    prefs["recipientUUID"] = recipient.into();
    client.ask("channelPrefs", prefs);
}

fn shown(pushes: &[Push]) -> Vec<&str> {
    pushes.iter().map(|push| push.notification("body")).collect()
}

/// The server's key, as a new session is told it.
fn key(server: &TestServer) -> Value {
    let mut client = server.connect();
    let sign_in = json!({"username": "Key", "password": "secret"});
    client.send(&json!({"type": "signIn", "signIn": sign_in}));
    client.answer()["authorized"]["features"]["push"].clone()
}

#[test]
fn a_message_is_pushed_to_who_does_not_read_it() {
    on_both_stores(|service, here, there| {
        let mut ada = subscribed(service, here, "Ada", "ada");
        let bob = subscribed(service, there, "Bob", "phone?a=b");
        let seq = say(&mut ada, &bob.user, "Look: <b>\"here\"</b> 😀");
        let push = service.next();
        assert_eq!(
            (push.path.as_str(), push.shown()),
            ("/phone?a=b", ["Ada", "Look: <b>\"here\"</b> 😀"])
        );
        let url = format!("http://localhost:{}", here.address().rsplit_once(':').unwrap().1);
        let expected = json!({"web_push": 8030, "notification": {
            "title": "Ada",
            "body": "Look: <b>\"here\"</b> 😀",
            "navigate": format!("{url}/#@{}/{seq}", ada.user),
            "tag": format!("chinwag-{}", ada.user),
        }});
        assert_eq!(push.payload, expected);
        let header = |name: &str| push.headers[name].as_str();
        assert_eq!((header("ttl"), header("urgency")), ("86400", "high"));
        assert_eq!(header("content-encoding"), "aes128gcm");
        assert_eq!(header("host"), service.url().strip_prefix("http://").unwrap());
        let claims = push.claims(key(there).as_str().unwrap());
        assert_eq!((&claims["aud"], &claims["sub"]), (&json!(service.url()), &json!(url)));
        let said = "long ".repeat(500);
        let second = say(&mut ada, &bob.user, &said);
        let again = service.next();
        assert!(again.notification("body").ends_with("long …") && second == seq + 1);
        // Nobody on the way sees how long a message is, or of which channel.
        assert_eq!((again.length, &again.headers["topic"]), (push.length, &push.headers["topic"]));
        assert!(!again.headers["topic"].contains(&ada.user));
        assert_eq!(service.left(), 0);
    });
}

#[test]
fn the_key_is_one_for_all_nodes_and_stays() {
    on_both_stores(|_, here, there| assert_eq!(key(here), key(there)));
    let service = PushService::start();
    let mut server = TestServer::with(&[("PUSH_HOSTS", &service.url())]);
    let before = key(&server);
    server.kill();
    server.restart();
    assert_eq!(key(&server), before);
    assert!(!server.log().contains(before.as_str().unwrap()));
}

#[test]
fn without_https_there_are_no_notifications() {
    let server = TestServer::embedded();
    assert_eq!(key(&server), Value::Null);
    let service = PushService::start();
    let mut ada = server.sign_in("Ada");
    assert_eq!(ada.refused("pushSubscribe", service.subscription("phone")), 12);
    assert_eq!(ada.refused("pushTest", json!({"endpoint": service.endpoint("phone")})), 12);
    let server = TestServer::with(&[("PUBLIC_URL", "https://chat.example.org")]);
    assert_eq!(key(&server).as_str().unwrap().len(), 87);
    let mut ada = server.sign_in("Ada");
    assert_eq!(ada.refused("pushSubscribe", service.subscription("phone")), 12);
}

#[test]
fn a_bad_subscription_is_refused() {
    let service = PushService::start();
    let server = TestServer::with(&[("PUSH_HOSTS", &service.url())]);
    let mut ada = server.sign_in("Ada");
    let good = service.subscription("phone");
    let with = |name: &str, value: &str| {
        let mut changed = good.clone();
        changed[name] = value.into();
        changed
    };
    for (subscription, code) in [
        (with("endpoint", "https://example.org/a"), 12),
        (with("endpoint", "https://169.254.169.254/latest/meta-data"), 12),
        (with("endpoint", "http://127.0.0.1:1/a"), 12),
        (with("endpoint", "http://localhost/a"), 12),
        (with("endpoint", "https://fcm.googleapis.com:8443/a"), 12),
        (with("endpoint", "no URL"), 1),
        (with("endpoint", ""), 1),
        (with("p256dh", ""), 1),
        (with("p256dh", &"A".repeat(87)), 1),
        (with("p256dh", "not base64!"), 1),
        (with("auth", "AAAA"), 1),
        (json!({}), 1),
    ] {
        assert_eq!(ada.refused("pushSubscribe", subscription.clone()), code, "{subscription}");
    }
    // Padded base64 is as good, and known hosts need no setting.
    let padded = format!("{}=", good["p256dh"].as_str().unwrap());
    ada.ask("pushSubscribe", with("p256dh", &padded));
    ada.ask("pushSubscribe", with("endpoint", "https://web.push.apple.com/a"));
}

#[test]
fn who_is_notified() {
    on_both_stores(|service, here, there| {
        let mut ada = subscribed(service, here, "Ada", "ada");
        let (mut bob, mut eve) = (subscribed(service, there, "Bob", "bob"), there.sign_in("Eve"));
        let ops = ada.ask("channelCreate", json!({"name": "ops", "users": [bob.user]}));
        let ops = ops["UUID"].as_str().unwrap().to_owned();
        // What comes last is pushed, so that all before it was decided.
        say(&mut ada, "", "in General");
        say(&mut ada, &ops, "in ops");
        say(&mut eve, "", "for nobody, by @Eve");
        say(&mut eve, "", "for @Bob");
        assert_eq!(service.next().shown(), ["Eve · General", "for @Bob"]);
        prefs(&mut bob, &ops, json!({"level": "all"}));
        let seq = say(&mut ada, &ops, "for all");
        let push = service.next();
        assert_eq!(
            (push.shown(), push.headers["urgency"].as_str()),
            (["Ada · #ops", "for all"], "normal")
        );
        assert!(push.notification("navigate").ends_with(&format!("/#@{ops}/{seq}")));
        prefs(&mut bob, &ops, json!({"level": "none"}));
        prefs(&mut bob, "", json!({"mutedUntil": "2100-01-01T00:00:00Z"}));
        say(&mut ada, &ops, "not for @Bob");
        say(&mut ada, "", "muted for @Bob");
        say(&mut ada, &bob.user, "direct");
        assert_eq!(service.next().shown(), ["Ada", "direct"]);
        prefs(&mut bob, &ops, json!({"level": "mentions"}));
        let mentions = json!({"recipientUUID": ops, "message": "all of you", "mentionAll": true});
        ada.ask("channelMessage", mentions);
        assert_eq!(service.next().shown(), ["Ada · #ops", "all of you"]);
        assert_eq!(service.left(), 0);
    });
}

#[test]
fn a_blocked_person_never_rings() {
    on_both_stores(|service, here, there| {
        let (mut ada, mut eve) = (here.sign_in("Ada"), here.sign_in("Eve"));
        let mut bob = subscribed(service, there, "Bob", "bob");
        let ops = ada.ask("channelCreate", json!({"name": "ops", "users": [bob.user]}));
        let ops = ops["UUID"].as_str().unwrap().to_owned();
        prefs(&mut bob, &ops, json!({"level": "all"}));
        let block = |on: bool| json!({"userUUID": ada.user, "on": on});
        let (on, off) = (block(true), block(false));
        bob.ask("block", on);
        say(&mut ada, "", "look, @Bob");
        say(&mut ada, &ops, "for all in ops");
        say(&mut eve, "", "for @Bob");
        assert_eq!(service.next().shown(), ["Eve · General", "for @Bob"]);
        bob.ask("block", off);
        say(&mut ada, &ops, "again");
        assert_eq!(service.next().shown(), ["Ada · #ops", "again"]);
        assert_eq!(service.left(), 0);
    });
}

#[test]
fn what_is_read_changed_or_gone_meanwhile_is_told_as_it_is() {
    on_both_stores(|service, here, there| {
        let mut ada = here.sign_in("Ada");
        let mut bob = subscribed(service, there, "Bob", "bob");
        let read = say(&mut ada, &bob.user, "read at once");
        bob.ask("channelRead", json!({"recipientUUID": ada.user, "seq": read}));
        let deleted = say(&mut ada, &bob.user, "deleted");
        ada.ask("messageDelete", json!({"recipientUUID": bob.user, "seq": deleted}));
        let edited = say(&mut ada, &bob.user, "edited");
        let edit = json!({"recipientUUID": bob.user, "seq": edited, "message": "better"});
        ada.ask("messageEdit", edit);
        say(&mut ada, &bob.user, "last");
        let pushes = [service.next(), service.next()];
        assert_eq!(shown(&pushes), ["better", "last"]);
        // Who was removed meanwhile isn't told.
        let ops = ada.ask("channelCreate", json!({"name": "ops", "users": [bob.user]}));
        say(&mut ada, ops["UUID"].as_str().unwrap(), "for @Bob");
        let remove = json!({"recipientUUID": ops["UUID"], "userUUID": bob.user});
        ada.ask("memberRemove", remove);
        say(&mut ada, &bob.user, "the end");
        assert_eq!(service.next().shown(), ["Ada", "the end"]);
        assert_eq!(service.left(), 0);
    });
}

#[test]
fn what_a_user_has_chosen_counts() {
    on_both_stores(|service, here, there| {
        let mut ada = here.sign_in("Ada");
        let mut bob = subscribed(service, there, "Bob", "bob");
        bob.ask("notify", json!({"pausedUntil": "2100-01-01T00:00:00Z"}));
        say(&mut ada, &bob.user, "in the pause");
        let mut cyd = subscribed(service, there, "Cyd", "cyd");
        cyd.ask("notify", json!({"content": "nothing"}));
        say(&mut ada, &cyd.user, "a secret");
        assert_eq!(service.next().shown(), ["Chinwag", "New message"]);
        assert_eq!(service.left(), 0);
    });
}

#[test]
fn who_answers_has_read_what_was_answered() {
    on_both_stores(|service, here, _| {
        let mut ada = subscribed(service, here, "Ada", "ada");
        let mut bob = subscribed(service, here, "Bob", "bob");
        say(&mut ada, &bob.user, "to Bob");
        say(&mut bob, &ada.user, "to Ada");
        let push = service.next();
        assert_eq!((push.path.as_str(), push.shown()), ("/ada", ["Bob", "to Ada"]));
        say(&mut ada, &bob.user, "again");
        let push = service.next();
        assert_eq!((push.path.as_str(), push.shown()), ("/bob", ["Ada", "again"]));
    });
}

#[test]
fn a_subscription_ends_with_its_session() {
    on_both_stores(|service, here, there| {
        let mut ada = here.sign_in("Ada");
        let mut phone = subscribed(service, there, "Bob", "phone");
        let mut laptop = subscribed(service, here, "Bob", "laptop");
        let mut tablet = subscribed(service, here, "Bob", "tablet");
        tablet.ask("pushUnsubscribe", json!({"endpoint": service.endpoint("tablet")}));
        phone.send(&json!({"type": "signOut", "id": "out"}));
        phone.until_answer("out");
        let change = json!({"password": "secret", "newPassword": "another"});
        laptop.ask("changePassword", change);
        say(&mut ada, &laptop.user, "once");
        assert_eq!(service.next().path, "/laptop");
        // The next user of the same browser has it from then on.
        let eve = subscribed(service, here, "Eve", "laptop");
        say(&mut ada, &laptop.user, "for nobody");
        say(&mut ada, &eve.user, "for Eve");
        assert_eq!(service.next().notification("body"), "for Eve");
        assert_eq!(service.left(), 0);
    });
}

#[test]
fn a_test_tells_what_the_service_answered() {
    let mut service = PushService::start();
    let server = TestServer::with(&[("PUSH_HOSTS", &service.url()), ("MESSAGE_RATE", "0")]);
    let mut ada = subscribed(&service, &server, "Ada", "phone");
    let mut bob = subscribed(&service, &server, "Bob", "other");
    let endpoint = json!({"endpoint": service.endpoint("phone")});
    for (head, status, words) in [
        ("201 Created", 201, "took the notification"),
        ("429 Too Many Requests\r\nretry-after: 60", 429, "asks this server to wait"),
        ("307 Temporary Redirect\r\nlocation: /other", 307, "doesn't follow"),
        ("500 Internal Server Error", 500, "has trouble"),
        ("403 Forbidden", 403, "doesn't accept the signature"),
        ("no HTTP", 0, "does not speak HTTP"),
        ("410 Gone", 410, "ended its subscription"),
    ] {
        service.answer("phone", head);
        let tested = ada.ask("pushTest", endpoint.clone());
        assert_eq!(
            (&tested["status"], &tested["endpoint"]),
            (&json!(status), &endpoint["endpoint"])
        );
        assert!(tested["detail"].as_str().unwrap().contains(words), "{tested}");
        let push = service.next();
        assert_eq!(push.shown(), ["Chinwag", "Notifications work on this device."]);
        assert_eq!(push.path, "/phone");
    }
    // The last answer has ended it, and nobody tests another one's.
    assert_eq!(ada.refused("pushTest", endpoint.clone()), 12);
    assert_eq!(bob.refused("pushTest", endpoint), 12);
    assert_eq!(service.left(), 0);
    let metrics = server.metrics();
    assert!(metrics.contains("chinwag_pushes_total{outcome=\"gone\"} 1"), "{metrics}");
}

#[test]
fn a_service_that_has_no_listener_is_told_as_such() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = TestServer::with(&[("PUSH_HOSTS", &format!("http://{free}"))]);
    let mut ada = server.sign_in("Ada");
    let mut subscription = PushService::start().subscription("phone");
    subscription["endpoint"] = format!("http://{free}/phone").into();
    ada.ask("pushSubscribe", subscription.clone());
    let tested = ada.ask("pushTest", json!({"endpoint": subscription["endpoint"]}));
    let detail = tested["detail"].as_str().unwrap();
    assert!(tested["status"] == 0 && detail.contains("can't reach the push service"), "{tested}");
}

#[test]
fn an_ended_subscription_is_pushed_to_no_more() {
    on_both_stores(|service, here, there| {
        let mut ada = here.sign_in("Ada");
        let bob = subscribed(service, there, "Bob", "phone");
        let mut laptop = subscribed(service, there, "Bob", "laptop");
        service.answer("phone", "404 Not Found");
        say(&mut ada, &bob.user, "one");
        let mut paths = [service.next().path, service.next().path];
        paths.sort_unstable();
        assert_eq!(paths, ["/laptop", "/phone"]);
        say(&mut ada, &bob.user, "two");
        assert_eq!((service.next().path.as_str(), service.left()), ("/laptop", 0));
        assert_eq!(laptop.refused("pushTest", json!({"endpoint": service.endpoint("phone")})), 12);
    });
}

#[test]
fn what_a_service_wants_later_comes_later() {
    let mut service = PushService::start();
    let mut ada = None;
    let server = in_a_hurry(&service, 10);
    let ada = ada.get_or_insert_with(|| server.sign_in("Ada"));
    let bob = subscribed(&service, &server, "Bob", "phone");
    service.answer("phone", "429 Too Many Requests\r\nretry-after: 30");
    say(ada, &bob.user, "once more");
    let pushes = [service.next(), service.next()];
    assert_eq!(shown(&pushes), ["once more", "once more"]);
    service.answer("phone", "503 Service Unavailable\r\nretry-after: 60");
    say(ada, &bob.user, "held");
    assert_eq!(service.next().notification("body"), "held");
    say(ada, &bob.user, "held, too");
    say(ada, &bob.user, "held as well");
    let push = service.next();
    assert_eq!(push.shown(), ["Chinwag", "3 more messages"]);
    assert_eq!(service.left(), 0);
}

#[test]
fn a_device_gets_twenty_a_minute_and_then_their_number() {
    let mut service = PushService::start();
    let server = in_a_hurry(&service, 10);
    let mut ada = server.sign_in("Ada");
    let bob = subscribed(&service, &server, "Bob", "phone");
    for number in 1..=25 {
        say(&mut ada, &bob.user, &number.to_string());
    }
    let pushes: Vec<_> = (0..21).map(|_| service.next()).collect();
    assert_eq!(pushes[20].shown(), ["Chinwag", "5 more messages"]);
    let numbers: Vec<_> = (1..=20).map(|number| number.to_string()).collect();
    assert_eq!(shown(&pushes[..20]), numbers);
    assert_eq!(service.left(), 0);
}

#[tokio::test]
async fn a_program_subscribes_tests_and_unsubscribes() {
    let mut service = PushService::start();
    let server = TestServer::with(&[("PUSH_HOSTS", &service.url())]);
    let login = Login::SignUp { name: "Ada".into(), password: "secret".into() };
    let address = format!("http://{}", server.address());
    let (client, _events) = Client::sign_in(&address, login).await.unwrap();
    let subscription: NewSubscription =
        serde_json::from_value(service.subscription("phone")).unwrap();
    client.subscribe(subscription).await.unwrap();
    let tested = client.test_push(service.endpoint("phone")).await.unwrap();
    assert_eq!((tested.status, service.next().path.as_str()), (201, "/phone"));
    client.unsubscribe(service.endpoint("phone")).await.unwrap();
    let refused = client.test_push(service.endpoint("phone")).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NotAllowed), "{refused}");
}

/// A server whose clock goes so many times as fast. Its patience with the push service is less, too.
fn in_a_hurry(service: &PushService, times: u32) -> TestServer {
    let pace = format!("+0 x{times}");
    TestServer::with_faketime(&[("FAKETIME", &pace), ("PUSH_HOSTS", &service.url())])
}
