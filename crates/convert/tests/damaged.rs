//! Archives that are damaged, of another kind, or made to do harm: each has one clear error.

mod support;

use chinwag_convert::{Format, convert};
use serde_json::json;
use support::{failed, options, zip};

fn slack(day: &str) -> Vec<u8> {
    zip(&[
        ("users.json", json!([{"id": "U1", "name": "ada"}]).to_string()),
        ("channels.json", json!([{"id": "C1", "name": "ops"}]).to_string()),
        ("ops/2020-01-01.json", day.to_owned()),
    ])
}

const DAY: &str = r#"[{"user": "U1", "text": "hi", "ts": "1600000000.000000"}]"#;

#[test]
fn a_file_that_is_cut_or_broken_is_named() {
    let whole = slack(DAY);
    let cut = failed(&options(Format::Slack), whole[..whole.len() / 2].to_vec());
    assert!(cut.contains("get the whole archive anew"), "{cut}");
    let cut = failed(&options(Format::Slack), slack(&DAY[..30]));
    assert!(cut.contains("ops/2020-01-01.json") && cut.contains("cut off"), "{cut}");
    let broken = failed(&options(Format::Slack), slack("[{]"));
    assert!(broken.contains("ops/2020-01-01.json"), "{broken}");
    let other = failed(&options(Format::Slack), slack("{}"));
    assert!(other.contains("a list"), "{other}");
    let behind = failed(&options(Format::Slack), slack("[] x"));
    assert!(behind.contains("trailing"), "{behind}");
}

#[test]
fn a_flipped_byte_is_found() {
    let mut bytes = slack(&format!("[{}]", vec![&DAY[1..DAY.len() - 1]; 200].join(",")));
    let at = bytes.windows(19).rposition(|part| part == b"ops/2020-01-01.json").unwrap();
    let local = bytes[..at].windows(19).position(|part| part == b"ops/2020-01-01.json").unwrap();
    bytes[local + 40] ^= 0x55;
    let flipped = failed(&options(Format::Slack), bytes);
    assert!(flipped.contains("ops/2020-01-01.json"), "{flipped}");
}

#[test]
fn an_archive_of_another_kind_is_refused() {
    for format in [Format::Slack, Format::Mattermost, Format::Discord] {
        let said = failed(&options(format), zip(&[("a.txt", "hello".to_owned())]));
        assert!(said.contains("no export of") || said.contains("by DiscordChatExporter"), "{said}");
        for nothing in
            [b"".to_vec(), b"hello".to_vec(), b"PK".to_vec(), b"{}".to_vec(), b"\xff\xfe".to_vec()]
        {
            assert!(!failed(&options(format), nothing).is_empty());
        }
    }
}

#[test]
fn a_bomb_is_not_unpacked() {
    let said = failed(&options(Format::Slack), slack(&format!("[\"{}\"]", "a".repeat(40 << 20))));
    assert!(said.contains("longer than 16 MB"), "{said}");
    let item = format!("\"{}\"", "a".repeat(10_000));
    let many = format!("[{}]", vec![item; 10_000].join(","));
    let said = failed(&options(Format::Slack), slack(&many));
    assert!(said.contains("times its size"), "{said}");
}

#[test]
fn names_that_lead_out_of_an_archive_lead_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let (outside, inside) = (folder.path().join("outside.json"), folder.path().join("in"));
    std::fs::write(&outside, DAY).unwrap();
    std::fs::create_dir_all(inside.join("ops")).unwrap();
    std::fs::write(inside.join("users.json"), "[]").unwrap();
    std::fs::write(inside.join("channels.json"), r#"[{"id": "C1", "name": "ops"}]"#).unwrap();
    std::os::unix::fs::symlink(&outside, inside.join("ops/2020-01-01.json")).unwrap();
    let report = convert(&inside, &options(Format::Slack), None, Vec::new()).unwrap();
    assert_eq!((report.channels, report.messages), (2, 0));
    let zipped = zip(&[
        ("users.json", "[]".to_owned()),
        ("channels.json", r#"[{"id": "C1", "name": ".."}]"#.to_owned()),
        ("../2020-01-01.json", DAY.to_owned()),
        ("../../etc/passwd", "x".to_owned()),
    ]);
    // Its messages are read like others; nothing is ever written under a name of an archive.
    let converted = support::convert(&options(Format::Slack), zipped);
    assert_eq!(converted.report.messages, 1);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error =
        convert(std::path::Path::new("/nowhere/x.zip"), &options(Format::Slack), None, Vec::new());
    assert!(error.unwrap_err().to_string().contains("/nowhere/x.zip"));
}
