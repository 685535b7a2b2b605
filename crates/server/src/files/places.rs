//! Places for pieces that are on their way in: few enough in all, and for each user.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chinwag_protocol::UserUuid;

/// How many pieces may be on their way in at once. Each is kept in memory until it is whole.
const MOST: usize = 256;

/// How many of them may be one user's, so that slow uploads of one leave room for others.
const MOST_OF_USER: usize = 16;

/// The pieces on their way, by user.
#[derive(Default)]
pub struct Places(Mutex<HashMap<UserUuid, usize>>);

impl Places {
    /// Takes a place, until it is dropped; `None` if there is none.
    pub fn take(&self, user: UserUuid) -> Option<Place<'_>> {
        let mut taken = self.lock();
        let all: usize = taken.values().sum();
        let of_user = taken.entry(user).or_default();
        if all >= MOST || *of_user >= MOST_OF_USER {
            return None;
        }
        *of_user += 1;
        Some(Place { places: self, user })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserUuid, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place for a piece.
pub struct Place<'a> {
    places: &'a Places,
    user: UserUuid,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        if let Some(of_user) = taken.get_mut(&self.user) {
            *of_user -= 1;
            if *of_user == 0 {
                taken.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_leaves_room_for_others() {
        let (places, eve, ada) = (Places::default(), UserUuid::random(), UserUuid::random());
        let mut taken: Vec<_> = (0..MOST_OF_USER).map(|_| places.take(eve).unwrap()).collect();
        assert!(places.take(eve).is_none());
        assert!(places.take(ada).is_some());
        taken.pop();
        assert!(places.take(eve).is_some());
        taken.clear();
        assert!(places.lock().is_empty());
        let _all: Vec<_> = (0..MOST).map(|_| places.take(UserUuid::random()).unwrap()).collect();
        assert!(places.take(ada).is_none());
    }
}
