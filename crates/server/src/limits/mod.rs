//! Rate limits by address, by name and by access key.

pub mod admission;
mod guesses;
pub mod people;

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use chinwag_protocol::{HookUuid, UserUuid};
use chinwag_store::KeyDigest;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::config::Config;
use guesses::{Guess, Guesses};

/// The limits that all connections share.
pub struct Limits {
    connections: Option<Shared>,
    sign_ins: Option<Shared>,
    wrong_keys: Option<Shared>,
    guesses: Option<Guesses>,
    hooks: Option<Shared>,
    typing: DefaultDirectRateLimiter,
    reports: Shared,
}

/// A limit with a budget for each key.
///
/// Keys share this many budgets by a secret hash, so that no flood of keys takes more memory;
/// that two busy keys meet in one budget is rare.
struct Shared {
    hasher: RandomState,
    budgets: DefaultKeyedRateLimiter<u32>,
}

const BUDGETS: u64 = 65_536;

/// How long to wait before a next try can succeed.
#[derive(Debug, PartialEq, Eq)]
pub struct Wait(Duration);

impl Wait {
    /// A wait of so long.
    pub fn new(duration: Duration) -> Self {
        Self(duration)
    }

    /// In whole seconds, at least one.
    pub fn seconds(&self) -> u64 {
        (self.0.as_secs() + u64::from(self.0.subsec_nanos() > 0)).max(1)
    }
}

impl Limits {
    /// The limits of the configuration.
    pub fn new(config: &Config) -> Self {
        let per_second = |rate| Quota::per_second(rate).allow_burst(rate.saturating_mul(TWO));
        let per_minute = config.sign_in_rate.and_then(NonZeroU32::new).map(Quota::per_minute);
        Self {
            connections: config
                .connection_rate
                .and_then(NonZeroU32::new)
                .map(per_second)
                .map(Shared::new),
            sign_ins: per_minute.map(Shared::new),
            wrong_keys: per_minute.map(Shared::new),
            guesses: config.sign_in_rate.map(|_| Guesses::default()),
            hooks: config
                .hook_rate
                .and_then(NonZeroU32::new)
                .map(|rate| Quota::per_second(rate).allow_burst(rate.saturating_mul(FOUR)))
                .map(Shared::new),
            typing: typing(),
            reports: reports(),
        }
    }

    /// Whether one more typing notice goes to everybody in General: five in 2 s on this node.
    pub fn typing_in_general(&self) -> bool {
        self.typing.check().is_ok()
    }

    /// Counts a post to a hook.
    pub fn hook(&self, hook: HookUuid) -> Result<(), Wait> {
        self.hooks.as_ref().map_or(Ok(()), |limit| limit.take(&hook))
    }

    /// Counts a report by the user: ten an hour on this node.
    pub fn report(&self, user: UserUuid) -> Result<(), Wait> {
        self.reports.take(&user)
    }

    /// Counts a new connection from the address.
    pub fn connect(&self, address: IpAddr) -> Result<(), Wait> {
        self.connections.as_ref().map_or(Ok(()), |limit| limit.take(&network(address)))
    }

    /// Counts a sign-in by password, or a sign-up, from the address.
    pub fn sign_in_from(&self, address: IpAddr) -> Result<(), Wait> {
        self.sign_ins.as_ref().map_or(Ok(()), |limit| limit.take(&network(address)))
    }

    /// Counts an access key from the address that is nobody's. It has a budget of its own: such
    /// keys cost their sender nothing, and must keep nobody else from signing in.
    pub fn wrong_key_from(&self, address: IpAddr) -> Result<(), Wait> {
        self.wrong_keys.as_ref().map_or(Ok(()), |limit| limit.take(&network(address)))
    }

    /// Counts a guess at the password of the folded name, until it is known to be right.
    pub fn guess(&self, folded_name: &str, address: IpAddr) -> Result<Option<Guess>, Wait> {
        let guess = self.guesses.as_ref().map(|guesses| guesses.begin(folded_name, address));
        guess.transpose()
    }

    /// The guess was right.
    pub fn guessed_right(&self, guess: Option<Guess>) {
        if let Some((guesses, guess)) = self.guesses.as_ref().zip(guess) {
            guesses.was_right(guess);
        }
    }

    /// The account of the folded name has signed in from the address by an access key.
    pub fn signed_in(&self, folded_name: &str, address: IpAddr) {
        if let Some(guesses) = &self.guesses {
            guesses.signed_in(folded_name, address);
        }
    }

    /// Counts a try to change a password, until it is known to be right.
    pub fn change_password(&self, key: KeyDigest) -> Result<(), Wait> {
        self.guesses.as_ref().map_or(Ok(()), |guesses| guesses.begin_change(key))
    }

    /// The try to change a password was right.
    pub fn changed_password(&self, key: KeyDigest) {
        if let Some(guesses) = &self.guesses {
            guesses.changed(key);
        }
    }
}

fn typing() -> DefaultDirectRateLimiter {
    let quota = Quota::with_period(Duration::from_millis(400));
    RateLimiter::direct(quota.unwrap_or(Quota::per_second(TWO)).allow_burst(FIVE))
}

fn reports() -> Shared {
    let quota = Quota::with_period(Duration::from_mins(6));
    Shared::new(quota.unwrap_or(Quota::per_hour(TEN)).allow_burst(TEN))
}

const TEN: NonZeroU32 = NonZeroU32::new(10).unwrap();

const FIVE: NonZeroU32 = NonZeroU32::new(5).unwrap();

impl Shared {
    fn new(quota: Quota) -> Self {
        Self { hasher: RandomState::new(), budgets: RateLimiter::keyed(quota) }
    }

    fn take(&self, key: &impl Hash) -> Result<(), Wait> {
        let budget = u32::try_from(self.hasher.hash_one(key) % BUDGETS).unwrap_or_default();
        let clock = DefaultClock::default();
        let allowed = self.budgets.check_key(&budget);
        allowed.map_err(|not_until| Wait(not_until.wait_time_from(clock.now())))
    }
}

const TWO: NonZeroU32 = NonZeroU32::new(2).unwrap();
const FOUR: NonZeroU32 = NonZeroU32::new(4).unwrap();

/// The part of an address that limits count by: of IPv4 all of it, of IPv6 the network of 56 bits
/// that one household gets (RFC 6177).
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !(u128::MAX >> 56)).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_ends_and_says_how_long_to_wait() {
        let limit = Shared::new(Quota::per_minute(TWO));
        assert_eq!((limit.take(&"a"), limit.take(&"a")), (Ok(()), Ok(())));
        assert!((1..=30).contains(&limit.take(&"a").unwrap_err().seconds()));
        assert_eq!(limit.take(&"b"), Ok(()));
    }

    /// What this process has in memory, in MiB.
    fn memory() -> u64 {
        let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
        let pages: u64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
        pages * 4 / 1024
    }

    #[test]
    fn millions_of_names_and_addresses_leave_memory_flat() {
        // Without optimisation it would take too long.
        let most = if cfg!(debug_assertions) { 1_000_000 } else { 10_000_000 };
        let shared = || Some(Shared::new(Quota::per_minute(TWO)));
        let guesses = Some(Guesses::default());
        let limits = Limits {
            connections: shared(),
            sign_ins: shared(),
            wrong_keys: shared(),
            guesses,
            hooks: None,
            typing: typing(),
            reports: reports(),
        };
        println!("{} MiB before any", memory());
        for number in 0..=most {
            // Whether one is refused for another's sake is no matter here.
            let address = IpAddr::from(u32::to_be_bytes(number));
            let _ = limits.connect(address);
            let _ = limits.sign_in_from(address);
            let _ = limits.wrong_key_from(address);
            let _ = limits.guess(&number.to_string(), address);
            if number == most / 10 || number == most {
                println!("{} MiB after {number} names and addresses", memory());
            }
        }
        let shared = [limits.connections, limits.sign_ins, limits.wrong_keys];
        for limit in shared.into_iter().flatten() {
            assert!(limit.budgets.len() <= usize::try_from(BUDGETS).unwrap());
        }
        assert!(limits.guesses.unwrap().has_kept_its_room());
    }

    #[test]
    fn an_ipv6_household_is_one() {
        let network = |text: &str| network(text.parse().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:1"));
        assert_eq!(network("2001:db8::1"), network("2001:db8:0:ff::1"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:100::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}
