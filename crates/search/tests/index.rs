//! An index as the server uses it: put in, found, removed, damaged.

use std::fs;
use std::path::{Path, PathBuf};

use chinwag_protocol::{ChannelUuid, UserUuid};
use chinwag_search::{Audience, Cursor, Entry, Index, Named, Query, Reader};
use jiff::Timestamp;
use tempfile::TempDir;

const GENERAL: ChannelUuid = ChannelUuid::GENERAL;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn entry(seq: u64, text: &str) -> Entry<'_> {
    let created_at = at(seq.cast_signed());
    Entry {
        seq,
        sender: UserUuid::default(),
        created_at,
        text: Some(text),
        has_file: false,
        has_image: false,
    }
}

fn gone(seq: u64) -> Entry<'static> {
    Entry { text: None, ..entry(seq, "") }
}

fn reader(channels: &[ChannelUuid]) -> Reader {
    Reader { user: UserUuid::random(), channels: channels.to_vec() }
}

fn put(index: &mut Index, channel: ChannelUuid, audience: Audience, texts: &[&str]) {
    index.add_channel(channel, audience, 0).unwrap();
    let entries: Vec<_> = (1..).zip(texts).map(|(seq, text)| entry(seq, text)).collect();
    index.put(channel, &entries, Cursor { seq: texts.len() as u64, rev: 0 }).unwrap();
}

/// The places of what is found, newest first.
fn find(index: &Index, reader: &Reader, query: &str) -> Vec<u64> {
    let wanted = Query::parse(query).wanted(&Named::default());
    let found = index.find(&wanted, reader, None, 1_000).unwrap();
    assert!(!found.more);
    found.hits.iter().map(|hit| hit.seq).collect()
}

fn file(dir: &TempDir) -> PathBuf {
    dir.path().join("search.db")
}

/// Whether the word stands in one of the files.
fn holds(path: &Path, word: &str) -> bool {
    fs::read_dir(path.parent().unwrap()).unwrap().any(|file| {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        bytes.windows(word.len()).any(|part| part == word.as_bytes())
    })
}

#[test]
fn what_people_type_is_found() {
    let mut index = Index::in_memory("one").unwrap();
    let texts = [
        "The deploy went down at noon",
        "Łukasz wohnt in der Straße",
        "error[E0499] in foo_bar::baz()",
        "see https://docs.example.com/guide?page=2",
        "我们今天部署全文检索",
        "오늘 배포를 했습니다",
        "שָׁלוֹם and مُحَمَّد",
        "done 👍🏽",
        "Ｆｕｌｌ　ｗｉｄｔｈ ｶﾅ",
    ];
    put(&mut index, GENERAL, Audience::Everybody, &texts);
    let cases: [(&str, &[u64]); 28] = [
        ("DEPLOY", &[1]),
        ("dep", &[1]),
        ("dep down", &[]),
        ("noon deploy", &[1]),
        ("\"went down\"", &[1]),
        ("\"down went\"", &[]),
        ("in -deploy", &[3, 2]),
        ("lukasz strasse", &[2]),
        ("e0499", &[3]),
        ("foo_bar::baz", &[3]),
        ("bar_ba", &[3]),
        ("bar_foo", &[]),
        ("example.com", &[4]),
        ("docs.example.com/guide", &[4]),
        ("has:link", &[4]),
        ("has:image", &[]),
        ("部署", &[5]),
        ("文", &[5]),
        ("索", &[5]),
        ("署部", &[]),
        ("배포", &[6]),
        ("שלום", &[7]),
        ("محمد", &[7]),
        ("👍", &[8]),
        ("full カナ", &[9]),
        ("on:2026-09-21 deploy", &[1]),
        ("before:2026-09-21", &[]),
        ("!!", &[]),
    ];
    for (query, expected) in cases {
        assert_eq!(find(&index, &reader(&[]), query), expected, "{query}");
    }
}

#[test]
fn only_readable_channels_are_searched() {
    let mut index = Index::in_memory("one").unwrap();
    let [public, group, direct, oneself] = [(); 4].map(|()| ChannelUuid::random());
    let [ada, bob, eve] = [(); 3].map(|()| UserUuid::random());
    put(&mut index, GENERAL, Audience::Everybody, &["word"]);
    put(&mut index, public, Audience::Everybody, &["-", "word"]);
    put(&mut index, group, Audience::Members, &["-", "-", "word"]);
    put(&mut index, direct, Audience::Users([ada, bob]), &["-", "-", "-", "word"]);
    put(&mut index, oneself, Audience::Users([ada, ada]), &["-", "-", "-", "-", "word"]);
    let found = |user, channels: &[ChannelUuid]| {
        find(&index, &Reader { user, channels: channels.to_vec() }, "word")
    };
    assert_eq!(found(ada, &[group]), [5, 4, 3, 2, 1]);
    assert_eq!(found(bob, &[group, public]), [4, 3, 2, 1]);
    assert_eq!(found(bob, &[ChannelUuid::random()]), [4, 2, 1]);
    // A channel is named by its members alone.
    assert_eq!(found(eve, &[direct]), [2, 1]);
}

#[test]
fn a_search_goes_on_where_it_ended() {
    let mut index = Index::in_memory("one").unwrap();
    index.add_channel(GENERAL, Audience::Everybody, 0).unwrap();
    // More within one millisecond than are told apart there.
    let entries: Vec<_> =
        (1..=2_500).map(|seq| Entry { created_at: at(0), ..entry(seq, "word") }).collect();
    index.put(GENERAL, &entries, Cursor { seq: 2_500, rev: 0 }).unwrap();
    let wanted = Query::parse("word").wanted(&Named::default());
    let (mut before, mut found) = (None, Vec::new());
    loop {
        let page = index.find(&wanted, &reader(&[]), before, 700).unwrap();
        found.extend(page.hits.iter().map(|hit| hit.seq));
        before = page.hits.last().map(|hit| hit.id);
        if !page.more {
            break;
        }
    }
    assert_eq!(found, (1..=2_500).rev().collect::<Vec<_>>());
}

#[test]
fn what_is_readable_is_found_behind_much_that_is_not() {
    let mut index = Index::in_memory("one").unwrap();
    let mine: Vec<_> = (0..20).map(|_| ChannelUuid::random()).collect();
    for channel in &mine {
        put(&mut index, *channel, Audience::Members, &["word 1", "word 2"]);
    }
    let others: Vec<_> = (3..6_000).map(|seq| entry(seq, "word")).collect();
    let secret = ChannelUuid::random();
    put(&mut index, secret, Audience::Members, &[]);
    index.put(secret, &others, Cursor { seq: 6_000, rev: 0 }).unwrap();
    let newer = vec!["-"; 6_000].into_iter().chain(["word 3"]).collect::<Vec<_>>();
    put(&mut index, GENERAL, Audience::Everybody, &newer);
    let found = find(&index, &reader(&mine), "word");
    assert_eq!((found.len(), found[0], found[1]), (41, 6_001, 2));
    assert_eq!(find(&index, &reader(&mine), "\"word 1\"").len(), 20);
    assert!(find(&index, &reader(&mine), "unheard").is_empty());
}

#[test]
fn edits_and_deletions_replace_what_was_there() {
    let mut index = Index::in_memory("one").unwrap();
    put(&mut index, GENERAL, Audience::Everybody, &["one apple", "two apples", "three"]);
    let cursor = Cursor { seq: 3, rev: 2 };
    index.put(GENERAL, &[entry(1, "one pear"), gone(2), gone(4)], cursor).unwrap();
    assert_eq!(index.cursor(GENERAL), Some(cursor));
    assert!(find(&index, &reader(&[]), "apple").is_empty());
    assert_eq!(find(&index, &reader(&[]), "pear"), [1]);
    index.put(GENERAL, &[entry(3, "a pear, too")], cursor).unwrap();
    assert_eq!(find(&index, &reader(&[]), "pear"), [3, 1]);
    index.remove_channel(GENERAL).unwrap();
    assert!(find(&index, &reader(&[]), "pear").is_empty());
    assert_eq!(index.cursor(GENERAL), None);
    put(&mut index, GENERAL, Audience::Everybody, &["pear"]);
    assert_eq!(find(&index, &reader(&[]), "pear"), [1]);
}

#[test]
fn removed_words_are_erased_from_the_file() {
    let dir = TempDir::new().unwrap();
    let mut index = Index::open(&file(&dir), "one").unwrap();
    index.add_channel(GENERAL, Audience::Everybody, 0).unwrap();
    for seq in 1..=500 {
        // A word is stored without what it begins with as the word before it does.
        let text = match seq {
            100 => "xylophone",
            200 => "quokka",
            300 => "fjord",
            _ => "the same",
        };
        index.put(GENERAL, &[entry(seq, text)], Cursor { seq, rev: 0 }).unwrap();
    }
    let cursor = Cursor { seq: 500, rev: 1 };
    index.put(GENERAL, &[gone(100), entry(300, "a lake")], cursor).unwrap();
    assert!(index.has_removed());
    assert!(holds(&file(&dir), "ylophone"));
    while index.has_removed() {
        index.erase().unwrap();
    }
    assert!(!holds(&file(&dir), "ylophone") && !holds(&file(&dir), "jord"));
    assert!(holds(&file(&dir), "uokka"));
    index.put(GENERAL, &[gone(200)], cursor).unwrap();
    index.close().unwrap();
    assert!(!holds(&file(&dir), "uokka"));
    let index = Index::open(&file(&dir), "one").unwrap();
    assert!(!index.has_removed());
    assert_eq!(index.cursor(GENERAL), Some(cursor));
    assert_eq!(find(&index, &reader(&[]), "lake"), [300]);
}

#[test]
fn a_whole_index_goes_on_and_any_other_begins_anew() {
    let dir = TempDir::new().unwrap();
    let file = file(&dir);
    let seal = dir.path().join("search.db-seal");
    let fill = |epoch: &str| {
        let mut index = Index::open(&file, epoch).unwrap();
        if index.cursor(GENERAL).is_some() {
            return false;
        }
        put(&mut index, GENERAL, Audience::Everybody, &["apple", "pear"]);
        assert_eq!(find(&index, &reader(&[]), "apple"), [1]);
        index.close().unwrap();
        true
    };
    assert!(fill("one"));
    let whole = || {
        let index = Index::open(&file, "one").unwrap();
        assert_eq!(find(&index, &reader(&[]), "pear"), [2]);
        index.close().unwrap();
    };
    whole();
    whole();
    assert!(fill("two"), "another epoch");
    assert!(fill("one"), "and back");
    fs::remove_file(&file).unwrap();
    assert!(fill("one"), "a missing file");
    fs::remove_file(&seal).unwrap();
    assert!(fill("one"), "a missing seal");
    fs::write(&seal, [0xff; 64]).unwrap();
    assert!(fill("one"), "another seal");
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    assert!(fill("one"), "a truncated file");
    fs::write(&file, "").unwrap();
    assert!(fill("one"), "an empty file");
    // As a process leaves it that is killed.
    let mut index = Index::open(&file, "one").unwrap();
    index.put(GENERAL, &[entry(3, "plum")], Cursor { seq: 3, rev: 0 }).unwrap();
    drop(index);
    let index = Index::open(&file, "one").unwrap();
    assert_eq!(index.cursor(GENERAL), Some(Cursor { seq: 3, rev: 0 }));
    assert_eq!(find(&index, &reader(&[]), "pl"), [3]);
    drop(index);
    whole();
}

#[test]
fn a_file_in_use_and_a_folder_that_is_not_there_are_errors() {
    let dir = TempDir::new().unwrap();
    let index = Index::open(&file(&dir), "one").unwrap();
    assert!(Index::open(&file(&dir), "one").is_err());
    drop(index);
    Index::open(&file(&dir), "one").unwrap();
    assert!(Index::open(&dir.path().join("no/search.db"), "one").is_err());
}
