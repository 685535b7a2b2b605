//! The examples of docs/protocol.md are what the types read and write, byte for byte, and none is missing.

use std::collections::BTreeSet;

use chinwag_protocol::outgoing::Failure;
use chinwag_protocol::table::{FRAMES, REQUESTS, RequestRow};
use chinwag_protocol::{Body, ErrorCode, Incoming, Outgoing, Refusal};
use serde_json::Value;

const DOCUMENT: &str = include_str!("../../../docs/protocol.md");

fn examples(mark: &str) -> impl Iterator<Item = &str> {
    DOCUMENT.lines().filter_map(move |line| line.trim().strip_prefix(mark))
}

/// The requests, each with the error that follows it, if one does.
fn requests() -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
    let lines: Vec<_> = DOCUMENT.lines().map(str::trim).collect();
    let pairs = lines.windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>();
    pairs.into_iter().filter_map(|(line, next)| {
        let error = next.strip_prefix("<<< ").filter(|next| next.contains(r#""type":"error""#));
        Some((line.strip_prefix(">>> ")?, error))
    })
}

fn text(frame: &Outgoing) -> String {
    String::from_utf8(frame.to_json()).unwrap()
}

fn kinds<'a>(frames: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let kind = |frame: &str| {
        let frame: Value = serde_json::from_str(frame).unwrap();
        let inner = frame["sys"]["type"].as_str().unwrap_or_default();
        format!("{} {inner}", frame["type"].as_str().unwrap()).trim().to_owned()
    };
    frames.map(kind).collect()
}

#[test]
fn every_frame_is_written_as_documented() {
    for example in examples("<<< ") {
        let frame = Outgoing::parse(example).unwrap_or_else(|e| panic!("{e}: {example}"));
        assert_eq!(text(&frame), example);
    }
    let news = [
        "sys channel",
        "sys channelGone",
        "sys channelJoin",
        "sys members",
        "sys presence",
        "sys report",
        "sys signIn",
        "sys signOut",
    ];
    let all = FRAMES.iter().map(|row| row.kind).filter(|kind| *kind != "sys").chain(news);
    assert_eq!(kinds(examples("<<< ")), all.map(str::to_owned).collect());
}

#[test]
fn every_request_is_read_as_documented() {
    let mut refusals = 0;
    for (request, error) in requests() {
        let answer = Incoming::parse(request).err().map(|Refusal { id, code, kind, sentence }| {
            let error = Failure { code, error: sentence, payload: kind.to_owned() };
            text(&Outgoing::answer(id, Body::Error(error)))
        });
        assert_eq!(answer.as_deref(), error, "{request}");
        refusals += usize::from(error.is_some());
    }
    assert!(refusals >= 3);
    let good = requests().filter(|(_, error)| error.is_none()).map(|(request, _)| request);
    assert_eq!(kinds(good), REQUESTS.iter().map(|row| row.kind.to_owned()).collect());
}

#[test]
fn the_table_of_requests_is_the_one_in_the_code() {
    let (_, table) = DOCUMENT.split_once("| request | reply | cost | codes |").unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with("| `"));
    let documented: Vec<_> = rows.map(|row| row.rsplitn(3, '|').last().unwrap().trim()).collect();
    let row = |RequestRow { kind, reply, cost, each, .. }: &RequestRow| {
        let reply = reply.map_or_else(|| "none".to_owned(), |reply| format!("`{reply}`"));
        let each = each.map(|each| format!(", and 1 for each {each} of `limit`"));
        format!("| `{kind}` | {reply} | {cost}{}", each.unwrap_or_default())
    };
    assert_eq!(documented, REQUESTS.iter().map(row).collect::<Vec<_>>());
}

#[test]
fn the_table_of_codes_is_the_one_in_the_code() {
    let number = |line: &&str| {
        let first = line.strip_prefix("| ").and_then(|row| row.split(' ').next());
        first.is_some_and(|cell| cell.parse::<u16>().is_ok())
    };
    // The third column says what to do, which is the page's own.
    let documented: Vec<_> = DOCUMENT
        .lines()
        .filter(number)
        .map(|line| line.split(" | ").take(2).collect::<Vec<_>>().join(" | "))
        .collect();
    let known: Vec<_> = ErrorCode::ALL
        .iter()
        .map(|code| format!("| {} | {}", code.number(), code.meaning()))
        .collect();
    assert_eq!(documented, known);
}
