//! Damaged files of an index: it holds what its cursor says, and all is found once it has gone on.

use std::fs;
use std::path::Path;

use chinwag_protocol::{ChannelUuid, UserUuid};
use chinwag_search::{Audience, Cursor, Entry, Index, Named, Query, Reader};
use jiff::Timestamp;
use tempfile::TempDir;

const GENERAL: ChannelUuid = ChannelUuid::GENERAL;

/// The messages, and how many of them are deleted in the end: each change deletes the next multiple of `STEP`.
const MESSAGES: u64 = 300;
const CHANGES: u64 = 12;
const STEP: u64 = 10;

/// The files of an index, as a process leaves them that is killed.
#[derive(Clone)]
struct Files([Vec<u8>; 3]);

const NAMES: [&str; 3] = ["search.db", "search.db-wal", "search.db-seal"];

impl Files {
    fn read(dir: &Path) -> Self {
        Self(NAMES.map(|name| fs::read(dir.join(name)).unwrap()))
    }

    fn write(&self, dir: &Path) {
        for (name, bytes) in NAMES.iter().zip(&self.0) {
            fs::write(dir.join(name), bytes).unwrap();
        }
    }
}

fn put(index: &mut Index, messages: &[(u64, Option<String>)], cursor: Cursor) {
    let entries = messages.iter().map(|(seq, text)| Entry {
        seq: *seq,
        sender: UserUuid::default(),
        created_at: Timestamp::from_second(1_790_000_000 + seq.cast_signed()).unwrap(),
        text: text.as_deref(),
        has_file: false,
        has_image: false,
    });
    index.put(GENERAL, &entries.collect::<Vec<_>>(), cursor).unwrap();
}

/// Puts all into it that it lacks up to here.
fn go_on(index: &mut Index, end: Cursor) {
    if index.cursor(GENERAL).is_none() {
        index.add_channel(GENERAL, Audience::Everybody, 0).unwrap();
    }
    let cursor = index.cursor(GENERAL).unwrap();
    let messages = cursor.seq + 1..=end.seq;
    let messages: Vec<_> = messages.map(|seq| (seq, Some(format!("word w{seq}")))).collect();
    for page in messages.chunks(20) {
        put(index, page, Cursor { seq: page[page.len() - 1].0, ..cursor });
    }
    let changes = (cursor.rev + 1..=end.rev).map(|rev| (rev * STEP, None));
    put(index, &changes.collect::<Vec<_>>(), end);
}

/// Asserts that exactly those messages are found that the index has by its cursor.
fn check(index: &Index) {
    let find = |query: &str| {
        let wanted = Query::parse(query).wanted(&Named::default());
        let reader = Reader { user: UserUuid::default(), channels: Vec::new() };
        let found = index.find(&wanted, &reader, None, 1_000).unwrap();
        found.hits.iter().rev().map(|hit| hit.seq).collect::<Vec<_>>()
    };
    let Cursor { seq, rev } = index.cursor(GENERAL).unwrap_or_default();
    let is_there = |seq: &u64| !seq.is_multiple_of(STEP) || seq / STEP > rev;
    assert_eq!(find("word"), (1..=seq).filter(is_there).collect::<Vec<_>>());
    for seq in (1..=seq).step_by(37) {
        let expected = if is_there(&seq) { vec![seq] } else { Vec::new() };
        assert_eq!(find(&format!("\"w{seq}\"")), expected);
    }
}

/// Opens an index with these files, and returns how far it had come.
fn open(files: &Files) -> Option<Cursor> {
    let dir = TempDir::new().unwrap();
    files.write(dir.path());
    let mut index = Index::open(&dir.path().join(NAMES[0]), "one").unwrap();
    let cursor = index.cursor(GENERAL);
    check(&index);
    go_on(&mut index, Cursor { seq: MESSAGES, rev: CHANGES });
    check(&index);
    cursor
}

/// The files at some moments, and how far the index had come. Every other time it was just sealed.
fn moments() -> Vec<(Files, Cursor)> {
    let dir = TempDir::new().unwrap();
    let mut index = Index::open(&dir.path().join(NAMES[0]), "one").unwrap();
    let mut moments = Vec::new();
    let moment = |cursor| (Files::read(dir.path()), cursor);
    for part in 1..=3 {
        let mut end = Cursor { seq: part * MESSAGES / 3, rev: part * CHANGES / 3 - 1 };
        go_on(&mut index, end);
        moments.push(moment(end));
        end.rev += 1;
        go_on(&mut index, end);
        while index.has_removed() {
            index.erase().unwrap();
        }
        moments.push(moment(end));
    }
    moments
}

#[test]
fn a_killed_process_leaves_a_whole_index() {
    for (files, cursor) in moments() {
        assert_eq!(open(&files), Some(cursor));
    }
}

#[test]
fn a_turned_bit_or_a_short_file_costs_no_hit() {
    let moments = moments();
    for (files, _) in &moments[moments.len() - 2..] {
        for which in 0..NAMES.len() {
            let length = files.0[which].len();
            for place in (0..length).step_by(length.div_ceil(40)) {
                let (mut damaged, mut short) = (files.clone(), files.clone());
                damaged.0[which][place] ^= 1 << (place % 8);
                short.0[which].truncate(place);
                for files in [damaged, short] {
                    open(&files);
                }
            }
        }
    }
}

#[test]
fn a_turned_bit_in_a_closed_index_is_noticed() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join(NAMES[0]);
    let end = Cursor { seq: MESSAGES, rev: CHANGES };
    let mut index = Index::open(&path, "one").unwrap();
    go_on(&mut index, end);
    index.close().unwrap();
    let files = Files::read(dir.path());
    assert_eq!(open(&files), Some(end));
    for which in [0, 2] {
        let length = files.0[which].len();
        for place in (0..length).step_by(length.div_ceil(100)) {
            let mut damaged = files.clone();
            damaged.0[which][place] ^= 1 << (place % 8);
            assert_eq!(open(&damaged), None, "a bit at {place} of {}", NAMES[which]);
        }
    }
}
