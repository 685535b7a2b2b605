//! Traces by OpenTelemetry: what leaves, what never does, and that nobody waits for it.

mod support;

use std::net::TcpListener;

use serde_json::json;
use support::TestServer;
use support::test_collector::TestCollector;

/// So long that nothing is sent before the server stops.
const AT_THE_END: (&str, &str) = ("OTEL_BSP_SCHEDULE_DELAY", "3600000");

/// Somebody signs up, is refused something, joins, and says something; the server stops.
fn talk(server: &mut TestServer) {
    let mut ada = server.connect();
    let account = json!({"username": "Countess Lovelace", "password": "to all a secret"});
    ada.send(&json!({"type": "signUp", "signUp": account}));
    ada.until("authorized");
    ada.join("");
    ada.say("", " ");
    assert_eq!(ada.until("error")["error"]["code"], 7);
    let message = json!({"recipientUUID": "", "message": "a text for some", "clientUUID": "mine"});
    ada.send(&json!({"type": "channelMessage", "channelMessage": message}));
    ada.until("channelMessage");
    let mut bob = server.sign_in("Babbage");
    let user = bob.user.clone();
    ada.join(&user);
    ada.say(&user, "a text for one");
    ada.until("channelMessage");
    bob.send(&json!({"type": "dance"}));
    assert_eq!(bob.until("error")["error"]["code"], 2);
    // Who stays is waited for.
    drop((ada, bob));
    server.terminate();
    assert!(server.stopped().success());
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn each_request_is_told_without_what_it_is_about() {
    let collector = TestCollector::start();
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url());
    let headers = ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=chat");
    let log = [("LOG", "trace"), ("LOG_FORMAT", "text")];
    let mut server = TestServer::with(&[&[endpoint, headers, AT_THE_END], &log[..]].concat());
    talk(&mut server);
    let requests = collector.requests();
    assert!(!requests.is_empty(), "nothing was sent at the stop");
    for request in &requests {
        assert!(request.head.starts_with("post /v1/traces http/1.1"), "{}", request.head);
        assert!(request.head.contains("content-type: application/x-protobuf"), "{}", request.head);
        assert!(request.head.contains("x-tenant: chat"), "{}", request.head);
    }
    let sent = requests.into_iter().flat_map(|request| request.body).collect::<Vec<_>>();
    let names = ["signUp", "channelJoin", "channelMessage", "signIn", "malformed", "error.type"];
    for name in names.iter().chain(&["service.name", "chinwag"]) {
        assert!(holds(&sent, name), "{name} is missing");
    }
    let secrets =
        ["secret", "Lovelace", "Babbage", "lovelace", "babbage", "a text", "mine", "public"];
    for secret in secrets {
        assert!(!holds(&sent, secret), "{secret} was sent");
    }
    assert!(!server.log().contains("otel.name"), "{}", server.log());
}

#[test]
fn the_standard_variables_name_the_service_and_choose_what_is_sent() {
    let collector = TestCollector::start();
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url());
    let name = ("OTEL_SERVICE_NAME", "the-chat");
    talk(&mut TestServer::with(&[endpoint, name, AT_THE_END]));
    assert!(collector.requests().iter().any(|request| holds(&request.body, "the-chat")));
    for silent in [("OTEL_TRACES_SAMPLER", "always_off"), ("OTEL_SDK_DISABLED", "true")] {
        talk(&mut TestServer::with(&[endpoint, silent, AT_THE_END]));
        assert!(collector.requests().is_empty(), "{silent:?}");
    }
    let stopped = TestServer::fail(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://me:secret@:x")]);
    let told = stopped.stderr;
    assert!(told.contains("OTEL_EXPORTER_OTLP_ENDPOINT") && !told.contains("secret"), "{told}");
}

#[test]
fn a_collector_that_is_away_or_silent_costs_nobody_anything() {
    let away = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1");
    let at_once = ("OTEL_BSP_SCHEDULE_DELAY", "1");
    let mut server = TestServer::with(&[away, at_once]);
    server.sign_in("Charles").join("");
    server.until_logged("the collector takes no traces");
    talk(&mut server);
    // The kernel takes connections, and nobody answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let mut server = TestServer::with(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint), at_once]);
    talk(&mut server);
    server.until_logged("the last traces were not taken");
}
