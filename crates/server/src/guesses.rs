//! How often a password may be guessed: for one account, and for one account from one address.

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::limits::{Wait, network};

/// Keys share this many slots by a secret hash, so that no flood of names and addresses takes more
/// memory than these: 24 MiB at the most, of which the untouched part is never resident.
const SLOTS: usize = 1 << 20;

/// Guesses at one account at once, and then one in 72 s: in no hour more than 100.
const BURST: u64 = 50;
const EVERY: u64 = 72_000;

/// Wrong guesses at one account from one address that cost no wait; after them it doubles.
const FREE: u32 = 5;

/// The longest wait, in milliseconds: 15 minutes.
const LONGEST: u64 = 15 * 60 * 1_000;

/// Milliseconds after which wrong guesses are forgotten: an hour.
const FORGOTTEN: u64 = 60 * 60 * 1_000;

/// Counts guesses. A guess is counted before it is looked at, so that many at once are counted, too.
pub struct Guesses {
    started: Instant,
    hasher: RandomState,
    /// For each account the moment at which its guesses are all paid back.
    accounts: Mutex<Vec<u64>>,
    /// For each account and address the end of the wait.
    pairs: Mutex<Vec<Pair>>,
}

/// The moment before which there is no next guess, and how many were wrong in a row.
type Pair = (u64, u32);

impl Default for Guesses {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            hasher: RandomState::new(),
            accounts: Mutex::new(vec![0; SLOTS]),
            pairs: Mutex::new(vec![(0, 0); SLOTS]),
        }
    }
}

impl Guesses {
    /// Counts a guess as wrong until [`Self::was_right`] says otherwise.
    ///
    /// # Errors
    /// How long to wait before the next one.
    pub fn begin(&self, folded_name: &str, address: IpAddr) -> Result<(), Wait> {
        self.begin_at(self.now(), folded_name, address)
    }

    /// Takes the guess back, and all wrong ones before it from there.
    pub fn was_right(&self, folded_name: &str, address: IpAddr) {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let paid_back = &mut accounts[self.slot(&folded_name)];
        *paid_back = paid_back.saturating_sub(EVERY);
        let mut pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        pairs[self.slot(&(folded_name, network(address)))] = (0, 0);
    }

    fn begin_at(&self, now: u64, folded_name: &str, address: IpAddr) -> Result<(), Wait> {
        let mut pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, wrong) = &mut pairs[self.slot(&(folded_name, network(address)))];
        wait_for(*until, now)?;
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let paid_back = &mut accounts[self.slot(&folded_name)];
        wait_for(paid_back.saturating_sub((BURST - 1) * EVERY), now)?;
        *paid_back = now.max(*paid_back) + EVERY;
        if now > *until + FORGOTTEN {
            *wrong = 0;
        }
        *wrong = wrong.saturating_add(1);
        let wait = wrong.checked_sub(FREE).map_or(0, |over| 1_000 << over.min(20));
        *until = now + LONGEST.min(wait);
        Ok(())
    }

    /// Whether it takes no more room than at first.
    #[cfg(test)]
    pub fn has_kept_its_room(&self) -> bool {
        let accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        (accounts.capacity(), pairs.capacity()) == (SLOTS, SLOTS)
    }

    fn slot(&self, key: &impl Hash) -> usize {
        usize::try_from(self.hasher.hash_one(key) % SLOTS as u64).unwrap_or_default()
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

fn wait_for(moment: u64, now: u64) -> Result<(), Wait> {
    match moment.checked_sub(now) {
        None | Some(0) => Ok(()),
        Some(left) => Err(Wait::new(Duration::from_millis(left))),
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

    #[test]
    fn the_wait_doubles_and_a_right_guess_ends_it() {
        let guesses = Guesses::default();
        let mut now = 0;
        for _ in 0..FREE {
            assert_eq!(guesses.begin_at(now, "ada", HERE), Ok(()));
        }
        let mut waits = Vec::new();
        for _ in 0..5 {
            let wait = guesses.begin_at(now, "ada", HERE).unwrap_err().seconds();
            waits.push(wait);
            now += wait * 1_000;
            assert_eq!(guesses.begin_at(now, "ada", HERE), Ok(()));
        }
        assert_eq!(waits, [1, 2, 4, 8, 16]);
        assert_eq!(guesses.begin_at(now, "bob", HERE), Ok(()), "another name waits for nothing");
        let there = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));
        assert_eq!(guesses.begin_at(now, "ada", there), Ok(()), "nor does another address");
        guesses.was_right("ada", HERE);
        assert_eq!(guesses.begin_at(now, "ada", HERE), Ok(()));
    }

    #[test]
    fn an_account_is_guessed_at_a_hundred_times_an_hour_from_all_addresses_together() {
        let guesses = Guesses::default();
        let mut addresses = (0u32..).map(|address| IpAddr::V4(Ipv4Addr::from(address)));
        let mut taken = 0;
        for second in 0..3_600 {
            let now = second * 1_000;
            while guesses.begin_at(now, "ada", addresses.next().unwrap()).is_ok() {
                taken += 1;
            }
        }
        assert!((90..=100).contains(&taken), "{taken}");
    }

    #[test]
    fn right_guesses_are_not_counted() {
        let guesses = Guesses::default();
        for _ in 0..1_000 {
            assert_eq!(guesses.begin_at(0, "ada", HERE), Ok(()));
            guesses.was_right("ada", HERE);
        }
    }
}
