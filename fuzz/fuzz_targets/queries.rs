//! What people search for: no query breaks the index, and a text is found by its own words.

#![no_main]

use std::cell::RefCell;

use chinwag_protocol::{ChannelUuid, UserUuid};
use chinwag_search::{Audience, Cursor, Entry, Index, Named, Query, Reader, words};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static INDEX: RefCell<Index> = RefCell::new(index());
}

/// With one channel, for everybody.
fn index() -> Index {
    let mut index = Index::in_memory("fuzz").unwrap();
    index.add_channel(ChannelUuid::GENERAL, Audience::Everybody, 0).unwrap();
    index
}

fuzz_target!(|text: &str| {
    let entry = Entry {
        seq: 1,
        sender: UserUuid::default(),
        created_at: Timestamp::UNIX_EPOCH,
        text: Some(text),
        has_file: false,
        has_image: false,
    };
    let query = Query::parse(text);
    assert!(query.senders().chain(query.channels()).all(|name| text.contains(name)));
    let wanted = query.wanted(&Named::default());
    let first = words(text).into_iter().next();
    let plain = Query::parse(&first.clone().unwrap_or_default()).wanted(&Named::default());
    let reader = Reader { user: UserUuid::default(), channels: Vec::new() };
    INDEX.with_borrow_mut(|index| {
        index.put(ChannelUuid::GENERAL, &[entry], Cursor { seq: 1, rev: 0 }).unwrap();
        let found = index.find(&wanted, &reader, None, 10).unwrap();
        if wanted.matches(ChannelUuid::GENERAL, &entry) && !wanted.is_empty() {
            assert_eq!(found.hits.len(), 1);
        }
        if first.is_some() && plain.matches(ChannelUuid::GENERAL, &entry) {
            assert_eq!(index.find(&plain, &reader, None, 10).unwrap().hits.len(), 1);
        }
    });
});
