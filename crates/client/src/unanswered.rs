//! The requests of one connection that are not answered yet.

use std::collections::HashMap;

/// The requests that are not answered yet, each by its `id`, with what its answer is for.
pub struct Unanswered<T> {
    last_id: i64,
    requests: HashMap<i64, (T, usize)>,
}

impl<T> Default for Unanswered<T> {
    fn default() -> Self {
        Self { last_id: 0, requests: HashMap::new() }
    }
}

impl<T> Unanswered<T> {
    /// A number for the next request.
    pub fn next_id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }

    /// Keeps what the answer is for, and the request's length in bytes.
    pub fn insert(&mut self, id: i64, purpose: T, length: usize) {
        self.requests.insert(id, (purpose, length));
    }

    /// Takes the request with this `id`.
    pub fn take(&mut self, id: i64) -> Option<T> {
        self.requests.remove(&id).map(|(purpose, _)| purpose)
    }

    /// Takes the longest: where one of them is too large, it is this one.
    pub fn take_longest(&mut self) -> Option<T> {
        let longest = self.requests.iter().max_by_key(|(_, (_, length))| *length);
        let id = longest.map(|(id, _)| *id)?;
        self.take(id)
    }

    /// Takes all.
    pub fn take_all(&mut self) -> impl Iterator<Item = T> + use<T> {
        std::mem::take(&mut self.requests).into_values().map(|(purpose, _)| purpose)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.requests.len()
    }
}
