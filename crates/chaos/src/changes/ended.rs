//! The end of a run: its cost, and the texts that must be gone.

use std::collections::{BTreeSet, HashSet};

use super::record::texts;
use crate::audit::Cost;

/// The end of a run.
pub struct Ended {
    /// What the faults cost.
    pub cost: Cost,
    /// The texts that messages had which are deleted.
    pub(super) deleted: HashSet<u64>,
}

impl Ended {
    /// None of these bytes is the text of a deleted message.
    pub fn look(&mut self, place: &str, bytes: &[u8]) {
        let left: BTreeSet<_> = texts(bytes).filter(|text| self.deleted.contains(text)).collect();
        if !left.is_empty() {
            self.cost.surprises.push(format!("{place} holds the deleted texts {left:?}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deleted_text_is_found_anywhere() {
        let mut ended = Ended { cost: Cost::default(), deleted: HashSet::from([12, 300_000]) };
        ended.look("a file", b"\xffsaid 000011\0said 000120 said 00001");
        assert_eq!(ended.cost.surprises, [""; 0]);
        ended.look("a file", b"\xffsaid 000011said 000012\x80said 300000");
        assert_eq!(ended.cost.surprises, ["a file holds the deleted texts {12, 300000}"]);
    }
}
