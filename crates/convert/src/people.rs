//! The people and bots of an archive.

use std::collections::HashMap;

use chinwag_protocol::UserUuid;

use crate::Format;
use crate::ids::{derived, person};

/// A person or bot.
#[derive(Default)]
pub(crate) struct Person {
    /// The id in the archive.
    pub key: String,
    /// Names, the best first.
    pub names: Vec<String>,
    /// Whether it is a bot.
    pub bot: bool,
    /// Whether the account had ended.
    pub deactivated: bool,
}

/// All of them, each with a number.
#[derive(Default)]
pub(crate) struct People {
    all: Vec<Person>,
    by_key: HashMap<String, u32>,
}

impl People {
    /// Adds a person, unless one of this id is there; the number is that person's.
    pub(crate) fn add(&mut self, person: Person) -> u32 {
        if let Some(known) = self.by_key.get(&person.key) {
            return *known;
        }
        // An archive of four thousand million people fits on no disk.
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.by_key.insert(person.key.clone(), number);
        self.all.push(person);
        number
    }

    /// Another id of a person.
    pub(crate) fn also(&mut self, key: &str, number: u32) {
        self.by_key.entry(key.to_owned()).or_insert(number);
    }

    pub(crate) fn get(&self, key: &str) -> Option<u32> {
        self.by_key.get(key).copied()
    }

    /// The first who has this name.
    pub(crate) fn named(&self, name: &str) -> Option<u32> {
        let place = self.all.iter().position(|person| person.names.iter().any(|own| own == name));
        place.and_then(|place| u32::try_from(place).ok())
    }

    pub(crate) fn all(&self) -> &[Person] {
        &self.all
    }

    pub(crate) fn uuids(&self, format: Format) -> Vec<UserUuid> {
        let uuid = |it: &Person| {
            if it.bot { derived(format, "user", &[&it.key]) } else { person(format, &it.key) }
        };
        self.all.iter().map(|it| UserUuid(uuid(it))).collect()
    }
}
