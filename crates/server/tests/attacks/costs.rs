//! The table of costs: what one request of each kind takes in processor time, bytes and memory.

use serde_json::{Value, json};

use crate::Size;
use crate::support::{TestClient, TestServer};

/// Requests whose answer may be this many times as long as they are need a budget.
const MOST_AMPLIFIED: usize = 1_000;

/// Requests that a user's budget counts for more than a tenth of a message.
const BUDGETED: [&str; 9] = [
    "signIn by key",
    "users",
    "channelJoin",
    "channelMessages, 100 long",
    "channelMessages, somebody new",
    "channelMessage, 4,000 emoji",
    "inbox",
    "changePassword",
    "signUp",
];

/// On a server of its own without budgets, since these would end the measuring.
pub fn of_each_request(size: &Size) {
    let server = TestServer::with(&[("MESSAGE_RATE", "0"), ("SIGN_IN_RATE", "0")]);
    let people: Vec<TestClient> =
        (0..size.people).map(|number| server.sign_in(&format!("guest {number}"))).collect();
    let users: Vec<_> = people.iter().map(|person| person.user.clone()).collect();
    drop(people);
    let mut me = server.sign_in("Ada");
    let note = format!("x{}", "\u{1}".repeat(3_999));
    for user in users.iter().chain(std::iter::repeat_n(&me.user.clone(), 100)) {
        me.say(user, &note);
        me.until("channelMessage");
    }
    let mut table = Table { server: &server, rounds: size.rounds };
    println!("| request | bytes | answer | processor time | held at the height |");
    println!("|---|---|---|---|---|");
    let (own, key) = (me.user.clone(), me.access_key.clone());
    let ask = |kind: &'static str, payload: Value| move |_: usize| (kind, payload.clone());
    table.row("ping", &mut me, ask("ping", json!({})));
    table.row("signIn by key", &mut me, ask("signIn", json!({"accessKey": key})));
    table.row("users", &mut me, ask("users", json!({})));
    table.row("channelJoin", &mut me, ask("channelJoin", json!({"recipientUUID": ""})));
    table.row("channelTyping", &mut me, ask("channelTyping", json!({"recipientUUID": ""})));
    table.row("channelRead", &mut me, ask("channelRead", json!({"recipientUUID": "", "seq": 1})));
    let page = json!({"recipientUUID": own, "limit": 100});
    table.row("channelMessages, 100 long", &mut me, ask("channelMessages", page));
    let mut stranger = server.sign_in("Eve");
    table.row("channelMessages, somebody new", &mut stranger, |number| {
        ("channelMessages", json!({"recipientUUID": users[number % users.len()]}))
    });
    let emoji = json!({"recipientUUID": "", "message": "🦊".repeat(4_000)});
    table.row("channelMessage, 4,000 emoji", &mut me, ask("channelMessage", emoji));
    table.row("inbox", &mut me, ask("inbox", json!({})));
    let change = json!({"password": "secret", "newPassword": "secret"});
    table.row("changePassword", &mut me, ask("changePassword", change));
    table.row("signUp", &mut me, |number| {
        ("signUp", json!({"username": format!("more {number}"), "password": "secret"}))
    });
}

struct Table<'a> {
    server: &'a TestServer,
    rounds: usize,
}

impl Table<'_> {
    fn row(
        &mut self,
        name: &str,
        client: &mut TestClient,
        request: impl Fn(usize) -> (&'static str, Value),
    ) {
        self.server.forget_memory_height();
        let (memory, time) = (self.server.memory(), self.server.processor_time());
        let (mut sent, mut came) = (0, 0);
        for number in 0..self.rounds {
            let (kind, payload) = request(number);
            let request = json!({"type": kind, kind: payload, "id": number});
            sent = request.to_string().len();
            client.send(&request);
            // Typing is not answered, but what comes behind it is.
            client.send(&json!({"type": "ping", "id": "then"}));
            came = client.bytes_until_pong("then");
        }
        let took = self.server.processor_time().saturating_sub(time);
        let took = took / u32::try_from(self.rounds).unwrap();
        let held = self.server.memory_at_its_height().saturating_sub(memory) >> 10;
        println!("| {name} | {sent} | {came} | {took:.2?} | {held} KiB |");
        assert!(
            came <= MOST_AMPLIFIED * sent || BUDGETED.contains(&name),
            "{name}: {came} bytes for {sent}"
        );
    }
}
