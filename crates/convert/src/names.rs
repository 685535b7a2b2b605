//! Names that Chinwag allows and that nobody else has, as close to the old ones as may be.

use std::collections::{HashMap, HashSet};

use chinwag_store::looks;

use crate::Name;

/// Characters of a name that are kept where a number follows.
const KEPT: usize = 56;

/// The names that are given so far.
pub(crate) struct Names {
    rule: fn(&str) -> Option<Name>,
    folded: HashSet<String>,
    looks: HashSet<String>,
    /// The next number behind a name, so that a thousand equal names don't try all numbers.
    next: HashMap<String, u64>,
}

impl Names {
    pub(crate) fn new(rule: fn(&str) -> Option<Name>) -> Self {
        Self { rule, folded: HashSet::new(), looks: HashSet::new(), next: HashMap::new() }
    }

    /// The first of the candidates that may be used, else the first one with a number behind, else `last`.
    /// Without any, nobody could be told apart, so `kind` with a number is the end.
    pub(crate) fn give(&mut self, candidates: &[String], last: &str, kind: &str) -> String {
        if let Some(name) = candidates.iter().find_map(|name| self.take(name)) {
            return name;
        }
        let base = candidates.iter().find_map(|name| self.allowed_part(name));
        let base = match base {
            Some(base) => base,
            None => match self.take(last) {
                Some(name) => return name,
                None => self.allowed_part(last).unwrap_or_else(|| kind.to_owned()),
            },
        };
        loop {
            let number = *self.next.entry(base.clone()).and_modify(|next| *next += 1).or_insert(2);
            if let Some(name) = self.take(&format!("{base} {number}")) {
                return name;
            }
        }
    }

    fn take(&mut self, typed: &str) -> Option<String> {
        let Name { shown, folded } = (self.rule)(typed)?;
        let looks = looks(&shown);
        if self.folded.contains(&folded) || looks.iter().any(|look| self.looks.contains(look)) {
            return None;
        }
        self.folded.insert(folded);
        self.looks.extend(looks);
        Some(shown)
    }

    /// The beginning of a name without characters that no name has.
    fn allowed_part(&self, name: &str) -> Option<String> {
        let allowed = |c: &char| *c == ' ' || (self.rule)(&c.to_string()).is_some();
        let part: String = name.chars().take(4 * KEPT).filter(allowed).take(KEPT).collect();
        let part = part.trim();
        // With its number it may be allowed, as a name like "General" is.
        (self.rule)(&format!("{part} 2")).filter(|_| !part.is_empty()).map(|_| part.to_owned())
    }
}
