//! What a bench measures: commands, and which of their figures are to reach what.

/// One command and what is shown of it.
pub struct Row {
    /// What it is about.
    pub title: &'static str,
    /// The command, as one would type it.
    pub command: &'static str,
    /// Whether the plain loop is measured beside it.
    pub beside_plain: bool,
    /// How many times as many runs as of other rows, where runs differ by more than is to be seen.
    pub times: usize,
    /// Names of figures, each with what it is to reach.
    pub figures: &'static [(&'static str, &'static str)],
}

const fn beside_plain(
    title: &'static str,
    command: &'static str,
    figures: &'static [(&'static str, &'static str)],
) -> Row {
    Row { title, command, beside_plain: true, times: 1, figures }
}

const fn alone(
    title: &'static str,
    command: &'static str,
    figures: &'static [(&'static str, &'static str)],
) -> Row {
    Row { title, command, beside_plain: false, times: 1, figures }
}

/// All of it.
pub const FULL: &[Row] = &[
    beside_plain(
        "1. Fan-out to 1,000",
        "fanout --members 1000",
        &[
            ("server CPU a delivery", "1.5 of plain at most"),
            ("deliveries", "900,000 at least"),
            ("latency p99", ""),
            ("bytes on the wire a delivery", ""),
        ],
    ),
    alone(
        "1. Fan-out to 1,000, server and generator on one core",
        "fanout --members 1000 --under-way 16 --cores 0,0",
        &[("deliveries", "")],
    ),
    alone(
        "1. Fan-out to 1,000, server and generator on two cores",
        "fanout --members 1000 --under-way 16 --cores 0-1,0-1",
        &[("deliveries", "close to twice the row above")],
    ),
    alone(
        "1. Fan-out, 35% of one core, 1,000 members and 4 publishers",
        "fanout --members 1000 --share 35",
        &[("deliveries", "")],
    ),
    alone(
        "1. Fan-out, 35% of each of two cores, as much for each",
        "fanout --members 2000 --publishers 8 --share 70 --cores 0-1,0-1",
        &[("deliveries", "close to twice the row above")],
    ),
    beside_plain(
        "2. Fan-out to 100",
        "fanout --members 100",
        &[("server CPU a delivery", "2 of plain at most"), ("deliveries", "")],
    ),
    Row {
        times: 3,
        ..beside_plain(
            "2. Open loop, 500 members × 40 messages/s",
            "open --members 500 --rate 40",
            &[
                ("server CPU a delivery", "1.1 of plain at most"),
                ("latency p50", ""),
                ("latency p99", "1.3 of plain at most"),
            ],
        )
    },
    beside_plain(
        "3. 200 private pairs",
        "pairs --pairs 200",
        &[
            ("messages", "0.5 of plain at least"),
            ("server CPU a message", ""),
            ("latency p50", ""),
            ("latency p99", "20 at most"),
        ],
    ),
    alone(
        "3. One private pair: every message its own transaction",
        "pairs --pairs 1",
        &[("messages", ""), ("latency p50", "")],
    ),
    alone("3. The disk alone, 4 KB", "disk", &[("latency p50", ""), ("latency p99", "")]),
    beside_plain(
        "4. 10,000 idle connections",
        "idle --connections 10000 --seconds 1",
        &[("memory a connection", "3 at most")],
    ),
    beside_plain(
        "4. 19,000 idle connections",
        "idle --connections 19000 --seconds 1",
        &[("memory a connection", "3 at most")],
    ),
    alone(
        "4. 10,000 idle connections with their pings",
        "idle --connections 10000 --seconds 60",
        &[("server busy", "1 at most")],
    ),
    alone(
        "5. Join, 10 messages",
        "join --history 10",
        &[("server CPU a join", ""), ("latency p50", "")],
    ),
    alone(
        "5. Join, 1,000,000 messages",
        "join --history 1000000",
        &[("server CPU a join", "as with 10"), ("latency p50", "")],
    ),
    alone(
        "5. Join, 10 messages, 100,000 users",
        "join --history 10 --users 100000",
        &[("server CPU a join", "as with 10"), ("latency p50", "")],
    ),
    alone(
        "5. 10,000 clients resume and join",
        "storm --clients 10000",
        &[
            ("until all have joined", "10 at most"),
            ("server CPU a connect", ""),
            ("server CPU a sign-in by key", "100 at most"),
            ("server CPU a join", ""),
        ],
    ),
    alone(
        "6. Fan-out to 1,000, embedded once more",
        "fanout --members 1000",
        &[("server CPU a delivery", "")],
    ),
    alone(
        "6. Fan-out to 1,000 on Redis",
        "fanout --members 1000 --redis spawn",
        &[("server CPU a delivery", "1.2 of the row above at most"), ("deliveries", "")],
    ),
    alone(
        "6. 200 private pairs on Redis",
        "pairs --pairs 200 --redis spawn",
        &[("messages", "10,000 at least"), ("server CPU a message", ""), ("latency p99", "")],
    ),
    alone(
        "6. One node that has 35% of a core, 1,000 members and 4 publishers",
        "fanout --members 1000 --redis spawn --share 35",
        &[("deliveries", ""), ("server CPU a delivery", "")],
    ),
    alone(
        "6. Two nodes, each with as much",
        "fanout --members 2000 --publishers 8 --redis spawn --share 35 --nodes 2 --cores 0,1",
        &[("deliveries", "1.7 of one node"), ("server CPU a delivery", "")],
    ),
    alone(
        "6. One node that has 35% of a core, 2,000 members and 4 publishers",
        "fanout --members 2000 --redis spawn --share 35",
        &[("deliveries", ""), ("server CPU a delivery", "")],
    ),
    alone(
        "6. The same 2,000 and 4 on two nodes that have 35% of a core each",
        "fanout --members 2000 --redis spawn --share 35 --nodes 2 --cores 0,1",
        &[("deliveries", ""), ("server CPU a delivery", "")],
    ),
    alone(
        "6. 200 private pairs, one node that has 20% of a core",
        "pairs --pairs 200 --redis spawn --share 20",
        &[("messages", "")],
    ),
    alone(
        "6. 200 private pairs, two nodes that have 20% of a core each",
        "pairs --pairs 200 --redis spawn --share 20 --nodes 2 --cores 0,1",
        &[("messages", "1.7 of one node")],
    ),
    alone(
        "6. 200 private pairs, three nodes that have 20% of a core each",
        "pairs --pairs 200 --redis spawn --share 20 --nodes 3 --cores 0,1",
        &[("messages", "2.4 of one node")],
    ),
    alone(
        "7. Start, empty",
        "start",
        &[("start to first answer", "50 at most"), ("binary", "20 at most")],
    ),
    alone(
        "7. Start, 1,000,000 messages",
        "start --history 1000000",
        &[("start to first answer", "200 at most")],
    ),
    alone("8. Searches in 1,000,000 messages, a user in 500 channels", SEARCH, SEARCHED),
    alone("8. The same on Redis", SEARCH_ON_REDIS, SEARCHED),
    alone(
        "9. Fan-out to 1,000 in a named channel",
        "fanout --members 1000 --channel",
        &[("server CPU a delivery", "1.1 of row 6 at most"), ("deliveries", "")],
    ),
    alone("9. 10,000 users in 50 of 2,500 channels with 200 members each", "channels", CHANNELS),
    alone("9. The same on Redis", "channels --redis spawn", CHANNELS),
    alone(
        "9. Open loop, 500 members × 40 messages/s, without reactions",
        "open --members 500 --rate 40",
        &[("server CPU a delivery", ""), ("latency p99", "")],
    ),
    alone(
        "9. The same beside 300 reactions/s to one message",
        "open --members 500 --rate 40 --reactions 300",
        &[
            ("frames of changes a receiver", "5 at most"),
            ("server CPU a delivery", ""),
            ("latency p99", ""),
        ],
    ),
    alone("9. A user in 500 channels", "inbox --channels 500", INBOX),
    alone("9. The same on Redis", "inbox --channels 500 --redis spawn", INBOX),
    alone(
        "10. Files of 100 MB, by turns with nginx",
        "files",
        &[
            ("upload", ""),
            ("upload, to nginx's", ""),
            ("download", ""),
            ("download, to nginx's", ""),
        ],
    ),
    alone("11. Space, 100,000 messages", "storage", &[("disk a message", "")]),
    alone(
        "11. Space, 100,000 messages on Redis",
        "storage --redis spawn",
        &[("disk a message", ""), ("memory of Redis a message", "")],
    ),
    beside_plain(
        "12. Fan-out to 1,000 over TLS",
        "fanout --members 1000 --tls",
        &[
            ("server CPU a delivery", "1.5 of plain at most"),
            ("deliveries", ""),
            ("bytes on the wire a delivery", ""),
        ],
    ),
    beside_plain(
        "12. 200 private pairs over TLS",
        "pairs --pairs 200 --tls",
        &[("messages", "0.5 of plain at least"), ("latency p99", "")],
    ),
    beside_plain(
        "12. 5,000 idle connections over TLS",
        "idle --connections 5000 --seconds 1 --tls",
        &[("memory a connection", "16 at most")],
    ),
];

const CHANNELS: &[(&str, &str)] = &[
    ("memory a connection", "4 at most"),
    ("server CPU a sign-in by key", ""),
    ("server CPU an inbox", ""),
    ("server CPU a delivery", ""),
    ("latency p99", ""),
];

const INBOX: &[(&str, &str)] = &[
    ("server CPU a sign-in by key", ""),
    ("sign-in p50", ""),
    ("server CPU an inbox", ""),
    ("inbox p50", ""),
    ("inbox p99", ""),
    ("inbox", ""),
];

const SEARCH: &str = "search --messages 1000000";
const SEARCH_ON_REDIS: &str = "search --messages 1000000 --redis spawn";

const SEARCHED: &[(&str, &str)] = &[
    ("index made in", ""),
    ("index opened in", ""),
    ("index", ""),
    ("frequent word p99", "10 at most"),
    ("rare word p99", "10 at most"),
    ("two words p99", "10 at most"),
    ("phrase p99", "10 at most"),
    ("exclusion p99", "10 at most"),
    ("beginning of a word p99", "10 at most"),
    ("live messages p99 alone", ""),
    ("live messages p99 beside searches", "1.2 of alone at most"),
];

/// What a machine without rest for it can tell in a minute: ratios.
pub const QUICK: &[Row] = &[
    beside_plain(
        "Fan-out to 1,000",
        "fanout --members 1000 --seconds 1",
        &[("server CPU a delivery", ""), ("deliveries", "")],
    ),
    beside_plain(
        "Fan-out to 100",
        "fanout --members 100 --seconds 1",
        &[("server CPU a delivery", ""), ("deliveries", "")],
    ),
    beside_plain(
        "Open loop, 500 members × 40 messages/s",
        "open --members 500 --rate 40 --seconds 3",
        &[("server CPU a delivery", ""), ("latency p99", "")],
    ),
    beside_plain(
        "50 private pairs",
        "pairs --pairs 50 --seconds 1",
        &[("messages", ""), ("server CPU a message", "")],
    ),
    beside_plain(
        "2,000 idle connections",
        "idle --connections 2000 --seconds 1",
        &[("memory a connection", "")],
    ),
    alone(
        "Searches in 20,000 messages",
        "search --messages 20000 --channels 50 --seconds 0.5",
        &[
            ("index made in", ""),
            ("frequent word p99", ""),
            ("live messages p99 beside searches", ""),
        ],
    ),
];
