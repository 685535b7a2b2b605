//! The index finds what a scan of all messages finds, for any texts and queries.

use std::collections::BTreeMap;

use chinwag_protocol::{ChannelUuid, UserUuid};
use chinwag_search::{Audience, Cursor, Entry, Index, Named, Query, Reader};
use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

/// From which texts and queries are made, so that they meet.
const PARTS: &[&str] = &[
    "a",
    "b",
    "ab",
    "abc",
    "foo_bar",
    "Foo",
    "é",
    "e",
    "漢",
    "字",
    "漢字",
    "字漢字",
    "か",
    "が",
    "한국",
    "어",
    "ภา",
    "ษา",
    "👍",
    "🏽",
    "🇩🇪",
    "🇫",
    "https://x",
    ".",
    "-",
    "\"",
    "*",
    "(",
    "OR",
    "NOT",
    "text:",
    "\0",
    "ß",
];

const QUERY_PARTS: &[&str] = &[
    "from:u1",
    "from:u2",
    "from:u9",
    "in:c1",
    "in:c2",
    "in:c9",
    "has:link",
    "has:file",
    "before:2026-11-02",
    "after:2026-11-01",
    "on:2026-11-02",
    "-a",
    "-\"a b\"",
    "-漢",
];

fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![4 => prop::sample::select(PARTS).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    let space = prop::sample::select(&["", " "][..]);
    prop::collection::vec((part, space), 0..8)
        .prop_map(|parts| parts.into_iter().map(|(part, space)| part + space).collect())
}

fn query() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => text(),
        1 => text().prop_map(|text| format!("\"{text}\"")),
        1 => prop::sample::select(QUERY_PARTS).prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..4).prop_map(|parts| parts.join(" "))
}

fn user(number: u128) -> UserUuid {
    UserUuid(Uuid::from_u128(number))
}

fn channel(number: usize) -> ChannelUuid {
    ChannelUuid(Uuid::from_u128(number as u128))
}

/// What is done to a message: it is written by a user in a channel on a day, or changed, or deleted.
#[derive(Clone, Debug)]
enum Step {
    Write { channel: usize, user: u128, day: i8, text: String },
    Edit { which: prop::sample::Index, text: String },
    Delete { which: prop::sample::Index },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..3usize, 0..3u128, 1..4i8, text())
            .prop_map(|(channel, user, day, text)| Step::Write { channel, user, day, text }),
        1 => (any::<prop::sample::Index>(), text()).prop_map(|(which, text)| Step::Edit { which, text }),
        1 => any::<prop::sample::Index>().prop_map(|which| Step::Delete { which }),
    ]
}

/// A message as the test knows it.
#[derive(Clone, Debug)]
struct Written {
    sender: UserUuid,
    created_at: Timestamp,
    text: Option<String>,
}

impl Written {
    fn entry(&self, seq: u64) -> Entry<'_> {
        let Self { sender, created_at, text } = self;
        let (sender, created_at, text) = (*sender, *created_at, text.as_deref());
        // Its place decides what it has.
        Entry {
            seq,
            sender,
            created_at,
            text,
            has_file: seq.is_multiple_of(2),
            has_image: seq.is_multiple_of(4),
        }
    }
}

/// Everything is readable except for the last channel, by the users 0 and 1.
const AUDIENCES: [Audience; 3] =
    [Audience::Everybody, Audience::Members, Audience::Users([UserUuid(Uuid::nil()); 2])];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_hits_are_those_of_a_scan(
        steps in prop::collection::vec(step(), 1..40),
        queries in prop::collection::vec(query(), 1..12),
        is_member: bool,
        is_in_many: bool,
        reader in 0..2u128,
    ) {
        let mut index = Index::in_memory("one").unwrap();
        for (number, audience) in AUDIENCES.into_iter().enumerate() {
            index.add_channel(channel(number), audience, 0).unwrap();
        }
        // Among many channels the index looks at messages before it looks at rights.
        let many: Vec<_> = (100..if is_in_many { 120 } else { 100 }).map(channel).collect();
        for channel in &many {
            index.add_channel(*channel, Audience::Members, 0).unwrap();
        }
        let mut all: BTreeMap<(usize, u64), Written> = BTreeMap::new();
        for step in steps {
            let places: Vec<_> = all.keys().copied().collect();
            let place = match step {
                Step::Write { channel, user: sender, day, text } => {
                    let seq = all.keys().filter(|(of, _)| *of == channel).count() as u64 + 1;
                    let created_at = format!("2026-11-0{day}T00:00:00Z").parse().unwrap();
                    all.insert((channel, seq), Written { sender: user(sender), created_at, text: Some(text) });
                    (channel, seq)
                }
                Step::Edit { .. } | Step::Delete { .. } if places.is_empty() => continue,
                Step::Edit { which, text } => {
                    let place = *which.get(&places);
                    all.get_mut(&place).unwrap().text = Some(text);
                    place
                }
                Step::Delete { which } => {
                    let place = *which.get(&places);
                    all.get_mut(&place).unwrap().text = None;
                    place
                }
            };
            let (of, seq) = place;
            index.put(channel(of), &[all[&place].entry(seq)], Cursor::default()).unwrap();
        }
        let channels = is_member.then(|| channel(1)).into_iter().chain(many).collect();
        let reader = Reader { user: user(reader), channels };
        let readable = |of: usize| [true, is_member, reader.user == user(0)][of];
        let senders = (0..3).map(|number| (format!("u{number}"), user(number)));
        let channels = (0..3).map(|number| (format!("c{number}"), vec![channel(number)]));
        let named = Named { senders: senders.collect(), channels: channels.collect() };
        for query in queries {
            let wanted = Query::parse(&query).wanted(&named);
            let found = index.find(&wanted, &reader, None, 1_000).unwrap();
            let mut found: Vec<_> = found.hits.iter().map(|hit| (hit.channel, hit.seq)).collect();
            let times: Vec<_> = found.iter().map(|(of, seq)| {
                all[&(usize::try_from(of.0.as_u128()).unwrap(), *seq)].created_at
            }).collect();
            prop_assert!(times.is_sorted_by(|newer, older| newer >= older));
            found.sort_unstable();
            let mut scanned: Vec<_> = all
                .iter()
                .filter(|((of, seq), written)| {
                    !wanted.is_empty()
                        && readable(*of)
                        && wanted.matches(channel(*of), &written.entry(*seq))
                })
                .map(|((of, seq), _)| (channel(*of), *seq))
                .collect();
            scanned.sort_unstable();
            prop_assert_eq!(found, scanned, "{}", query);
        }
    }
}
