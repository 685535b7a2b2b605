//! Archives of other chats: each is converted into lines that an import takes, or refused.

#![no_main]

use std::io::{Cursor, Write};

use chinwag_convert::{Format, Name, Options, convert_bytes};
use chinwag_store::transfer::Order;
use libfuzzer_sys::fuzz_target;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const SLACK: [&str; 4] = ["users.json", "channels.json", "dms.json", "ops/2024-01-01.json"];

fuzz_target!(|input: &[u8]| {
    let Some((kind, bytes)) = input.split_first() else { return };
    let (format, archive) = match kind % 5 {
        0 => (Format::Mattermost, bytes.to_vec()),
        1 => (Format::Discord, bytes.to_vec()),
        // A zip as it comes, and files of one that is whole.
        2 => (Format::Slack, bytes.to_vec()),
        3 => (Format::Slack, zipped(&SLACK, bytes)),
        _ => (Format::Discord, zipped(&["one.json", "two.json"], bytes)),
    };
    let name = |typed: &str| {
        let shown = typed.trim().to_owned();
        let fits = (1..=64).contains(&shown.chars().count());
        fits.then(|| Name { folded: shown.to_lowercase(), shown })
    };
    let options = Options { format, message_length: 40, public: true, name };
    let mut lines = Vec::new();
    if convert_bytes(archive, &options, &mut lines).is_err() {
        return;
    }
    let mut order = Order::default();
    for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let record = serde_json::from_slice(line).unwrap();
        order.take(record, |name| Ok(name.to_lowercase())).unwrap();
    }
    assert!(order.has_ended());
});

/// The parts between NULs are the files.
fn zipped(names: &[&str], bytes: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in names.iter().zip(bytes.split(|byte| *byte == 0)) {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
