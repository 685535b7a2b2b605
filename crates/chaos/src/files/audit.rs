//! Compares the files that were sent with the messages and the bytes that are stored.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use super::participant::read as read_file;
use super::record::{Register, Sent, faults};
use super::{PEOPLE, Scene};
use crate::audit::{Cost, history};
use crate::client::text;
use crate::company::End;

/// What the store holds at the end.
pub struct Found {
    messages: Vec<Value>,
    /// The files that a message has.
    files: BTreeSet<String>,
}

impl Found {
    fn new(messages: Vec<Value>) -> Self {
        let files = messages.iter().filter_map(|message| message["Files"][0]["UUID"].as_str());
        Self { files: files.map(str::to_owned).collect(), messages }
    }

    /// The differences between the home and the files that messages have.
    pub fn left_in(&self, home: &Path) -> Vec<String> {
        let mut found = BTreeSet::new();
        walk(home, &mut found);
        self.files.symmetric_difference(&found).cloned().collect()
    }
}

/// The names of all files in a folder and those below it.
fn walk(folder: &Path, found: &mut BTreeSet<String>) {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return,
        entries => entries.into_iter().flatten().flatten(),
    };
    for entry in entries {
        if entry.path().is_dir() {
            walk(&entry.path(), found);
        } else {
            found.insert(entry.file_name().to_string_lossy().into_owned());
        }
    }
}

/// Reads all messages, and each file on each node.
pub fn read(scene: &Scene) -> Result<Found> {
    let files = scene.channels.sent().len();
    for (number, node) in scene.nodes.iter().enumerate() {
        (0..files).try_for_each(|place| read_file(scene, *node, number % PEOPLE, place))?;
    }
    Ok(Found::new(history(&scene.people[0], scene.nodes[0], "")?))
}

/// Counts the cost.
pub fn count(end: &End<Register, (), Found>, home: &Path) -> Cost {
    let End { scene, found, slowest, .. } = end;
    let (sent, reads) = (scene.channels.sent(), scene.channels.reads());
    let deleted = sent.iter().filter(|sent| sent.deleted.is_some()).count();
    let mut cost = Cost::new(&scene.tally, *slowest);
    cost.acknowledged = sent.len() + deleted;
    if deleted == 0 || reads.is_empty() {
        cost.surprises.push("no file was deleted, or none was read".to_owned());
    }
    cost.compare_files(&found.messages, &sent);
    cost.surprises.extend(faults(&sent, &reads));
    let left = found.left_in(home);
    if !left.is_empty() {
        cost.surprises.push(format!("the home and the messages differ by {left:?}"));
    }
    cost
}

impl Cost {
    /// Each file is in the message that was acknowledged with it, and in no other; one that was deleted is in none.
    fn compare_files(&mut self, messages: &[Value], sent: &[Sent]) {
        let mut places: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        let mut latest: BTreeMap<&str, u64> = BTreeMap::new();
        for (place, message) in (1..).zip(messages) {
            self.holes += usize::from(message["Seq"] != place);
            let Some(file) = message["Files"].get(0) else { continue };
            let seq = message["Seq"].as_u64().unwrap_or_default();
            places.entry(text(&file["UUID"])).or_default().push(seq);
            let number = text(&file["Name"]).trim_end_matches(".txt").parse().unwrap_or_default();
            let before = latest.insert(text(&message["SenderUUID"]), number);
            self.out_of_order += usize::from(before.is_some_and(|before| before > number));
        }
        self.twice += places.values().map(|seqs| seqs.len() - 1).sum::<usize>();
        for sent in sent {
            let seqs = places.get(sent.file.as_str()).map_or(&[][..], Vec::as_slice);
            let expected: &[u64] = if sent.deleted.is_some() { &[] } else { &[sent.seq] };
            self.lost += usize::from(seqs != expected);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(seq: u64, file: &str, number: u64) -> Value {
        let file = json!({"UUID": file, "Name": format!("{number}.txt")});
        json!({"Seq": seq, "SenderUUID": "ada", "Files": [file]})
    }

    fn sent(seq: u64, file: &str, deleted: Option<u64>) -> Sent {
        Sent { file: file.to_owned(), seq, deleted, ..Sent::default() }
    }

    fn broken(messages: &[Value]) -> [usize; 4] {
        let sent = [sent(1, "a", None), sent(2, "b", Some(9)), sent(3, "c", None)];
        let mut cost = Cost::default();
        cost.compare_files(messages, &sent);
        [cost.lost, cost.twice, cost.out_of_order, cost.holes]
    }

    #[test]
    fn each_file_stays_in_its_message_alone() {
        let (a, c, gone) = (message(1, "a", 1), message(3, "c", 3), json!({"Seq": 2}));
        assert_eq!(broken(&[a.clone(), gone.clone(), c.clone()]), [0; 4]);
        assert_eq!(broken(&[a.clone(), message(2, "b", 2), c.clone()]), [1, 0, 0, 0]);
        assert_eq!(broken(&[a.clone(), gone.clone(), json!({"Seq": 3})]), [1, 0, 0, 0]);
        assert_eq!(broken(&[a.clone(), gone.clone(), c.clone(), message(4, "a", 4)]), [1, 1, 0, 0]);
        assert_eq!(broken(&[message(1, "a", 5), gone, c.clone()]), [0, 0, 1, 0]);
        assert_eq!(broken(&[a, c]), [0, 0, 0, 1]);
    }

    #[test]
    fn the_home_has_what_the_messages_have() {
        let home = tempfile::tempdir().unwrap();
        let found = Found::new(vec![message(1, "a", 1)]);
        assert_eq!(found.left_in(&home.path().join("none")), ["a"]);
        fs::create_dir(home.path().join("0a")).unwrap();
        fs::write(home.path().join("0a/a"), "").unwrap();
        assert_eq!(found.left_in(home.path()), [""; 0]);
        fs::write(home.path().join("b"), "").unwrap();
        assert_eq!(found.left_in(home.path()), ["b"]);
    }
}
