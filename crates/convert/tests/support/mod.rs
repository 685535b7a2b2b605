//! Archives made by hand, and the lines that become of them.

#![expect(dead_code, reason = "each test file uses a part of it")]

use std::io::{Cursor, Write};
use std::path::Path;

use chinwag_convert::{Error, Format, Name, Options, Report, convert_bytes};
use chinwag_files::{Folder, Home, Object};
use chinwag_store::File;
use chinwag_store::transfer::{
    ChannelRecord, MemberRecord, MessageRecord, Order, Record, UserRecord,
};
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A zip of these files.
pub fn zip(files: &[(&str, String)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Lines of JSON.
pub fn lines(lines: &[Value]) -> String {
    lines.iter().flat_map(|line| [line.to_string(), "\n".to_owned()]).collect()
}

/// Names without the rules of the server, but that General is taken.
fn name(typed: &str) -> Option<Name> {
    let shown = typed.trim().to_owned();
    let folded = shown.to_lowercase();
    let fits = !shown.is_empty() && shown.chars().count() <= 64 && folded != "general";
    fits.then_some(Name { shown, folded })
}

pub fn options(format: Format) -> Options {
    Options { format, message_length: 4_000, public: false, name }
}

/// An archive as it was converted.
pub struct Converted {
    pub users: Vec<UserRecord>,
    pub channels: Vec<Channel>,
    pub report: Report,
    pub bytes: Vec<u8>,
}

/// A channel with what follows it.
pub struct Channel {
    pub record: ChannelRecord,
    pub members: Vec<MemberRecord>,
    pub messages: Vec<MessageRecord>,
}

impl Converted {
    pub fn user(&self, name: &str) -> &UserRecord {
        self.users.iter().find(|user| &*user.username == name).expect(name)
    }

    pub fn channel(&self, name: &str) -> &Channel {
        let named = |channel: &&Channel| {
            channel.record.details.as_ref().is_some_and(|details| &*details.name == name)
        };
        self.channels.iter().find(named).expect(name)
    }

    pub fn general(&self) -> &Channel {
        &self.channels[0]
    }

    pub fn texts(channel: &Channel) -> Vec<&str> {
        channel.messages.iter().map(|message| &*message.message).collect()
    }
}

/// Converts without files, and checks that an import would take it.
pub fn convert(options: &Options, archive: Vec<u8>) -> Converted {
    let mut bytes = Vec::new();
    let report = convert_bytes(archive, options, &mut bytes).unwrap();
    converted(report, bytes)
}

/// Converts with files that go into this folder.
pub fn convert_with_files(options: &Options, archive: &Path, home: &Path) -> Converted {
    let (mut bytes, home) = (Vec::new(), Folder::open(home).unwrap());
    let report = chinwag_convert::convert(archive, options, Some(&home), &mut bytes).unwrap();
    converted(report, bytes)
}

/// What is stored of a file.
pub fn stored(home: &Path, file: &File) -> Vec<u8> {
    let opened = Folder::open(home).unwrap().open(Object::File(file.uuid.0)).unwrap();
    opened.read(0..opened.size()).unwrap()
}

fn converted(report: Report, bytes: Vec<u8>) -> Converted {
    let (mut order, mut users, mut channels) =
        (Order::default(), Vec::new(), Vec::<Channel>::new());
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let record: Record = serde_json::from_slice(line).unwrap();
        order.take(record.clone(), |name| Ok(name.to_lowercase())).unwrap();
        match record {
            Record::User { user } => users.push(user),
            Record::Channel { channel: record } => {
                channels.push(Channel { record, members: Vec::new(), messages: Vec::new() });
            }
            Record::Member { member } => channels.last_mut().unwrap().members.push(member),
            Record::Message { message } => channels.last_mut().unwrap().messages.push(message),
            Record::Chinwag { .. } | Record::End { .. } => {}
        }
    }
    assert!(order.has_ended());
    Converted { users, channels, report, bytes }
}

pub fn failed(options: &Options, archive: Vec<u8>) -> String {
    let error: Error = convert_bytes(archive, options, Vec::new()).unwrap_err();
    error.to_string()
}
