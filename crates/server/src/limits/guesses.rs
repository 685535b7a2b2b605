//! Rate limits on guesses at passwords: by account, by account and address, and by access key.

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chinwag_store::KeyDigest;

use crate::limits::{Wait, network};

/// Keys share this many slots of a table by a secret hash, so that no flood of names and addresses
/// takes more memory than these: 40 MiB at most, of which the untouched part is never resident.
const SLOTS: usize = 1 << 20;

/// Guesses at one account at once, and then one in 72 s: in no hour more than 100.
const ACCOUNT: Rate = Rate { burst: 50, every: 72_000 };

/// Tries to change a password with one access key at once, and then one in 12 min: at most 5 more an hour.
const KEY: Rate = Rate { burst: 5, every: 12 * 60 * 1_000 };

/// Wrong guesses at one account from one address that cost no wait; after them it doubles.
const FREE: u32 = 5;

/// The longest wait, in milliseconds: 15 minutes.
const LONGEST: u64 = 15 * 60 * 1_000;

/// Milliseconds after which wrong guesses are forgotten: an hour.
const FORGOTTEN: u64 = 60 * 60 * 1_000;

/// Milliseconds for which an address stays known after a sign-in: 30 days.
const KNOWN: u64 = 30 * 24 * 60 * 60 * 1_000;

/// Counts guesses. A guess is counted before it is verified, so that many at once are counted, too.
///
/// Guesses from addresses that an account has signed in from don't touch the account's own budget,
/// and are not held up by it: strangers can't lock its owner out there. ("Device cookies", OWASP.)
pub struct Guesses {
    started: Instant,
    hasher: RandomState,
    tables: Mutex<Tables>,
}

/// All tables are behind one lock: two would have to be taken in the same order everywhere.
struct Tables {
    /// By account: when its guesses are all paid back.
    accounts: Vec<u64>,
    /// By account and address, each a [`Pair`].
    pairs: Vec<Row>,
    /// By access key: when its tries are all paid back.
    keys: Vec<u64>,
}

/// A [`Pair`] as a tuple, of which a table of zeros is not touched until it is used.
type Row = (u64, u32, u32, u32);

/// Guesses at one account from one address.
#[derive(Clone, Copy)]
struct Pair {
    /// The moment before which there is no next guess.
    until: u64,
    /// How many were wrong in a row.
    wrong: u32,
    /// The minute until which the address is known.
    known_until: u32,
    /// A part of the hash of account and address that are known, since others share the slot.
    tag: u32,
}

/// A budget as the moment at which all that was taken is paid back.
struct Rate {
    burst: u64,
    /// Milliseconds for each.
    every: u64,
}

/// What a guess has taken, to be given back if it was right.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Guess {
    account: Option<usize>,
    pair: usize,
    tag: u32,
}

impl Default for Guesses {
    fn default() -> Self {
        let tables = Tables {
            accounts: vec![0; SLOTS],
            pairs: vec![Row::default(); SLOTS],
            keys: vec![0; SLOTS],
        };
        Self { started: Instant::now(), hasher: RandomState::new(), tables: Mutex::new(tables) }
    }
}

impl Guesses {
    /// Counts a guess as wrong until [`Self::was_right`] says otherwise.
    ///
    /// # Errors
    /// How long to wait before the next one.
    pub fn begin(&self, folded_name: &str, address: IpAddr) -> Result<Guess, Wait> {
        self.begin_at(self.now(), folded_name, address)
    }

    /// Takes the guess back, and all wrong ones before it from there.
    pub fn was_right(&self, guess: Guess) {
        let now = self.now();
        let mut tables = self.lock();
        if let Some(account) = guess.account {
            ACCOUNT.give_back(&mut tables.accounts[account]);
        }
        tables.pairs[guess.pair] = Pair::known_from(now, guess.tag).into();
    }

    /// Notes that the account has signed in from there without a guess.
    pub fn signed_in(&self, folded_name: &str, address: IpAddr) {
        let (pair, tag) = self.slot(&(folded_name, network(address)));
        let Pair { known_until, tag, .. } = Pair::known_from(self.now(), tag);
        let mut tables = self.lock();
        let row = &mut tables.pairs[pair];
        *row = Pair { known_until, tag, ..Pair::from(*row) }.into();
    }

    /// Counts a try to change a password by a session with this access key. It counts for the key
    /// alone, so that strangers' guesses keep nobody from changing a password.
    ///
    /// # Errors
    /// How long to wait before the next one.
    pub fn begin_change(&self, key: KeyDigest) -> Result<(), Wait> {
        let (now, (slot, _)) = (self.now(), self.slot(&key));
        KEY.take(&mut self.lock().keys[slot], now)
    }

    /// Takes the try back.
    pub fn changed(&self, key: KeyDigest) {
        let (slot, _) = self.slot(&key);
        KEY.give_back(&mut self.lock().keys[slot]);
    }

    fn begin_at(&self, now: u64, folded_name: &str, address: IpAddr) -> Result<Guess, Wait> {
        let (account, _) = self.slot(&folded_name);
        let (pair, tag) = self.slot(&(folded_name, network(address)));
        let mut tables = self.lock();
        let before = Pair::from(tables.pairs[pair]);
        let Pair { until, wrong, .. } = before;
        wait_for(until, now)?;
        let known = before.is_known(now, tag);
        if !known {
            ACCOUNT.take(&mut tables.accounts[account], now)?;
        }
        let wrong = if now > until + FORGOTTEN { 1 } else { wrong.saturating_add(1) };
        let wait = wrong.checked_sub(FREE).map_or(0, |over| 1_000 << over.min(20));
        tables.pairs[pair] = Pair { until: now + LONGEST.min(wait), wrong, ..before }.into();
        Ok(Guess { account: (!known).then_some(account), pair, tag })
    }

    /// Whether it takes no more room than at first.
    #[cfg(test)]
    pub fn has_kept_its_room(&self) -> bool {
        let tables = self.lock();
        let rooms = [tables.accounts.capacity(), tables.pairs.capacity(), tables.keys.capacity()];
        rooms == [SLOTS; 3]
    }

    /// A key's slot, and a part of its hash that doesn't depend on the slot.
    fn slot(&self, key: &impl Hash) -> (usize, u32) {
        let hash = self.hasher.hash_one(key);
        let slot = usize::try_from(hash % SLOTS as u64).unwrap_or_default();
        (slot, u32::try_from(hash >> 32).unwrap_or_default())
    }

    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Pair {
    fn known_from(now: u64, tag: u32) -> Self {
        let until = u32::try_from((now + KNOWN) / 60_000).unwrap_or(u32::MAX);
        Self { until: 0, wrong: 0, known_until: until, tag }
    }

    fn is_known(self, now: u64, tag: u32) -> bool {
        self.tag == tag && u64::from(self.known_until) > now / 60_000
    }
}

impl From<Row> for Pair {
    fn from((until, wrong, known_until, tag): Row) -> Self {
        Self { until, wrong, known_until, tag }
    }
}

impl From<Pair> for Row {
    fn from(pair: Pair) -> Self {
        (pair.until, pair.wrong, pair.known_until, pair.tag)
    }
}

impl Rate {
    fn take(&self, paid_back: &mut u64, now: u64) -> Result<(), Wait> {
        wait_for(paid_back.saturating_sub((self.burst - 1) * self.every), now)?;
        *paid_back = now.max(*paid_back) + self.every;
        Ok(())
    }

    fn give_back(&self, paid_back: &mut u64) {
        *paid_back = paid_back.saturating_sub(self.every);
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
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

    #[test]
    fn the_wait_doubles_and_a_right_guess_ends_it() {
        let guesses = Guesses::default();
        let begin = |now, name, address| guesses.begin_at(now, name, address);
        let mut now = 0;
        for _ in 0..FREE {
            assert!(begin(now, "ada", HERE).is_ok());
        }
        let mut waits = Vec::new();
        for _ in 0..4 {
            let wait = begin(now, "ada", HERE).unwrap_err().seconds();
            waits.push(wait);
            now += wait * 1_000;
            assert!(begin(now, "ada", HERE).is_ok());
        }
        now += begin(now, "ada", HERE).unwrap_err().seconds() * 1_000;
        assert_eq!(waits, [1, 2, 4, 8]);
        assert!(begin(now, "bob", HERE).is_ok(), "another name waits for nothing");
        let there = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));
        assert!(begin(now, "ada", there).is_ok(), "nor does another address");
        guesses.was_right(begin(now, "ada", HERE).unwrap());
        assert!(begin(now, "ada", HERE).is_ok());
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
            let guess = guesses.begin_at(0, "ada", HERE).unwrap();
            guesses.was_right(guess);
        }
    }

    #[test]
    fn strangers_lock_nobody_out_of_a_network_that_the_account_has_signed_in_from() {
        for by_key in [false, true] {
            let guesses = Guesses::default();
            if by_key {
                guesses.signed_in("ada", HERE);
            } else {
                guesses.was_right(guesses.begin("ada", HERE).unwrap());
            }
            let strangers = (0u32..).map(|address| IpAddr::V4(Ipv4Addr::from(address)));
            for stranger in strangers.take(1_000) {
                let _ = guesses.begin("ada", stranger);
            }
            let elsewhere = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));
            assert!(guesses.begin("ada", elsewhere).is_err());
            assert!(guesses.begin("ada", HERE).is_ok());
            assert!(guesses.begin("bob", HERE).is_ok());
        }
    }

    #[test]
    fn a_key_has_five_tries_to_change_a_password() {
        let guesses = Guesses::default();
        let key = KeyDigest([7; 32]);
        for _ in 0..100 {
            assert_eq!(guesses.begin_change(key), Ok(()));
            guesses.changed(key);
        }
        for _ in 0..5 {
            assert_eq!(guesses.begin_change(key), Ok(()));
        }
        assert!((600..=720).contains(&guesses.begin_change(key).unwrap_err().seconds()));
        assert_eq!(guesses.begin_change(KeyDigest([8; 32])), Ok(()));
    }

    #[test]
    fn many_threads_at_once_never_wait_for_each_other_for_ever() {
        let guesses = Guesses::default();
        let (ended, ends) = mpsc::channel();
        thread::scope(|scope| {
            for number in 0..8u8 {
                let (guesses, ended) = (&guesses, ended.clone());
                scope.spawn(move || {
                    for _ in 0..20_000 {
                        let guess = guesses.begin("ada", IpAddr::from([10, 0, 0, number]));
                        let _ = guess.map(|guess| guesses.was_right(guess));
                        guesses.signed_in("ada", HERE);
                        let _ = guesses.begin_change(KeyDigest([number; 32]));
                        guesses.changed(KeyDigest([number; 32]));
                    }
                    ended.send(()).unwrap();
                });
            }
            for _ in 0..8 {
                if ends.recv_timeout(Duration::from_mins(1)).is_err() {
                    // The scope would wait for threads that never end.
                    eprintln!("the threads wait for each other");
                    std::process::abort();
                }
            }
        });
    }
}
