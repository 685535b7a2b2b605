//! Users by name, of which any can be found by its place, as in a sorted set of Redis.

use chinwag_protocol::UserUuid;

/// How many users stand together. To find a place, one number is looked at for each group.
const GROUP: usize = 512;

pub(super) struct Named {
    pub(super) folded_name: Box<str>,
    pub(super) user: UserUuid,
}

/// Sorted by folded name. Groups are never empty; one that is too large becomes two.
#[derive(Default)]
pub(super) struct Ranked {
    groups: Vec<Vec<Named>>,
}

impl Ranked {
    /// Puts a user behind all others, whose names must be smaller.
    pub(super) fn push(&mut self, named: Named) {
        match self.groups.last_mut().filter(|last| last.len() < GROUP) {
            Some(last) => last.push(named),
            None => self.groups.push(vec![named]),
        }
    }

    /// Does nothing if the name is there.
    pub(super) fn insert(&mut self, named: Named) {
        let (group, at) = self.end_of(|name| name < &*named.folded_name);
        let Some(users) = self.groups.get_mut(group) else { return self.push(named) };
        if users[at].folded_name == named.folded_name {
            return;
        }
        users.insert(at, named);
        if users.len() > GROUP {
            let rest = users.split_off(GROUP / 2);
            self.groups.insert(group + 1, rest);
        }
    }

    pub(super) fn remove(&mut self, folded_name: &str) {
        let (group, at) = self.end_of(|name| name < folded_name);
        let Some(users) = self.groups.get_mut(group) else { return };
        if *users[at].folded_name == *folded_name {
            users.remove(at);
        }
        if users.is_empty() {
            self.groups.remove(group);
        }
    }

    /// How many names come first for which this is true; it is for none behind one for which it isn't.
    pub(super) fn count(&self, is_before: impl Fn(&str) -> bool) -> usize {
        let (group, at) = self.end_of(is_before);
        self.groups[..group].iter().map(Vec::len).sum::<usize>() + at
    }

    /// The users behind the first `place` ones.
    pub(super) fn from(&self, mut place: usize) -> impl Iterator<Item = &Named> {
        let passed = self.groups.iter().take_while(|users| {
            let passes = place >= users.len();
            place -= if passes { users.len() } else { 0 };
            passes
        });
        let group = passed.count();
        self.groups[group..].iter().flatten().skip(place)
    }

    /// The group and the place in it where this is no longer true; beyond the last group at the end.
    fn end_of(&self, is_before: impl Fn(&str) -> bool) -> (usize, usize) {
        let is_before = |named: &Named| is_before(&named.folded_name);
        let group = self.groups.partition_point(|users| users.last().is_some_and(is_before));
        let at = self.groups.get(group).map_or(0, |users| users.partition_point(is_before));
        (group, at)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::collections::BTreeSet;

    use super::*;

    fn named(number: u64) -> Named {
        Named { folded_name: format!("{number:06}").into(), user: UserUuid::random() }
    }

    #[test]
    fn it_is_a_sorted_list_whatever_comes_and_goes() {
        let (mut ranked, mut model) = (Ranked::default(), BTreeSet::new());
        let mut number = 1_u64;
        for _ in 0..20_000 {
            // Lehmer's generator, so that each run has the same numbers.
            number = number * 5 % 2_003;
            for number in [number, number + 2_003] {
                let named = named(number);
                if model.remove(&named.folded_name) {
                    ranked.remove(&named.folded_name);
                } else {
                    model.insert(named.folded_name.clone());
                    ranked.insert(named);
                }
            }
        }
        for left in [model.len(), 0] {
            let names = |from| ranked.from(from).map(|named| named.folded_name.clone());
            assert!(names(0).eq(model.iter().cloned()));
            for place in [0, left / 2, left, left + 1_000] {
                assert!(names(place).eq(model.iter().skip(place).cloned()));
            }
            for (place, name) in model.iter().enumerate() {
                assert_eq!(ranked.count(|other| other < &**name), place);
            }
            assert_eq!(ranked.count(|_| true), left);
            for name in std::mem::take(&mut model) {
                ranked.remove(&name);
                ranked.remove(&name);
            }
        }
    }

    #[test]
    fn a_place_among_100_000_is_found_by_a_few_looks() {
        let mut ranked = Ranked::default();
        for number in 0..100_000 {
            ranked.push(named(number));
        }
        let looks = Cell::new(0);
        for place in [0, 50_000, 99_900] {
            looks.set(0);
            let name = format!("{place:06}");
            let is_before = |other: &str| {
                looks.set(looks.get() + 1);
                other < name.as_str()
            };
            assert_eq!(ranked.count(is_before), place);
            assert!(looks.get() <= 20, "{}", looks.get());
            assert_eq!(*ranked.from(place).next().unwrap().folded_name, *name);
        }
    }
}
