//! Budgets and sessions of each user on this node.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chinwag_protocol::UserUuid;
use chinwag_protocol::table::MESSAGE_COST;

use crate::config::Config;
use crate::limits::Wait;

/// The most sessions of one user. Of more, the one silent longest is closed.
pub const MOST_SESSIONS: usize = 64;

/// Seconds for which a user without a session is remembered, so that a new session brings no new
/// budget: as long as the budgets take to fill.
const REMEMBERED: u32 = 24 * 60 * 60;

/// The fewest users remembered before those who are gone are looked for.
const SWEEP_FROM: usize = 1_024;

/// The users who are here, or were within a day.
pub struct People {
    rates: Arc<Rates>,
    users: Mutex<Users>,
}

/// The budgets that each user has.
struct Rates {
    requests: Option<Rate>,
    storage: Option<Rate>,
    started: Instant,
}

/// A budget that fills with time.
struct Rate {
    most: u32,
    /// Nanoseconds for each.
    every: u64,
}

struct Users {
    by_uuid: HashMap<UserUuid, Arc<Person>>,
    /// How many there may be before those who are gone are looked for.
    sweep_at: usize,
}

/// What one user may do in all sessions together.
pub struct Person {
    rates: Arc<Rates>,
    /// When all that was taken off each budget is paid back, in nanoseconds since the start.
    requests: AtomicU64,
    storage: AtomicU64,
    seats: Mutex<Vec<Arc<Place>>>,
    /// How many requests there were, which orders the sessions by their last ones.
    asked: AtomicU64,
    /// When the last session ended, in seconds of the node's clock.
    left_at: AtomicU32,
    /// Whether a change of the password is under way.
    changing: AtomicBool,
}

/// A change of a password that is under way.
pub struct Changing(Arc<Person>);

/// A session's place among those of its user, given back when it is dropped.
pub struct Seat {
    person: Arc<Person>,
    place: Arc<Place>,
}

// With the counters of `Arc` one of the allocator's sizes, and kept for a day after its user has gone.
const _: () = assert!(size_of::<Person>() <= 80);

struct Place {
    connection: u64,
    /// When the session began, in seconds of the node's clock.
    since: u32,
    /// The number of its last request among all of the user.
    asked: AtomicU64,
}

impl People {
    /// The budgets of the configuration.
    pub fn new(config: &Config) -> Self {
        let requests = config.message_rate.and_then(|rate| {
            let cost = NonZeroU32::new(rate.saturating_mul(MESSAGE_COST))?;
            Some(Rate { most: cost.get().saturating_mul(2), ..Rate::full_in(SECOND, cost) })
        });
        let storage = requests.as_ref().and(config.daily_storage).and_then(a_day);
        Self::with(requests, storage)
    }

    fn with(requests: Option<Rate>, storage: Option<Rate>) -> Self {
        let rates = Arc::new(Rates { requests, storage, started: Instant::now() });
        let users = Users { by_uuid: HashMap::new(), sweep_at: SWEEP_FROM };
        Self { rates, users: Mutex::new(users) }
    }

    /// The user's budgets, the same for all of the user's sessions.
    pub fn person(&self, user: UserUuid, now: u32) -> Arc<Person> {
        let mut users = lock(&self.users);
        if users.by_uuid.len() >= users.sweep_at {
            users.sweep(now);
        }
        let newcomer = || Arc::new(Person::new(Arc::clone(&self.rates), now));
        Arc::clone(users.by_uuid.entry(user).or_insert_with(newcomer))
    }
}

/// So many bytes a day, counted by the kilobyte.
fn a_day(bytes: u64) -> Option<Rate> {
    let kilobytes = u32::try_from(bytes.div_ceil(1_000)).unwrap_or(u32::MAX);
    Some(Rate::full_in(DAY, NonZeroU32::new(kilobytes)?))
}

const SECOND: Duration = Duration::from_secs(1);

const DAY: Duration = Duration::from_hours(24);

impl Users {
    /// Forgets those who have been gone for a day. A session holds its person, so that nobody who
    /// is here is forgotten.
    fn sweep(&mut self, now: u32) {
        self.by_uuid.retain(|_, person| {
            let gone = now.saturating_sub(person.left_at.load(Ordering::Relaxed));
            Arc::strong_count(person) > 1 || gone < REMEMBERED
        });
        self.sweep_at = SWEEP_FROM.max(2 * self.by_uuid.len());
    }
}

impl Person {
    fn new(rates: Arc<Rates>, now: u32) -> Self {
        Self {
            rates,
            requests: AtomicU64::new(0),
            storage: AtomicU64::new(0),
            // Most users have one session.
            seats: Mutex::new(Vec::with_capacity(1)),
            asked: AtomicU64::new(0),
            left_at: AtomicU32::new(now),
            changing: AtomicBool::new(false),
        }
    }

    /// Takes a request's cost off the budget.
    ///
    /// # Errors
    /// How long to wait where it is used up.
    pub fn spend(&self, cost: u32) -> Result<(), Wait> {
        self.take(self.rates.requests.as_ref(), &self.requests, cost)
    }

    /// Takes so many bytes off what the user may store today. Each message counts for at least a
    /// kilobyte, since its row and its index entries take room, too.
    ///
    /// # Errors
    /// How long to wait where it is used up.
    pub fn store(&self, bytes: usize) -> Result<(), Wait> {
        let kilobytes = u32::try_from(bytes.div_ceil(1_000)).unwrap_or(u32::MAX);
        self.take(self.rates.storage.as_ref(), &self.storage, kilobytes)
    }

    /// A place for one more session. Where that is one too many, also the connection of the
    /// session that has been silent longest.
    pub fn sit_down(self: Arc<Self>, connection: u64, now: u32) -> (Seat, Option<u64>) {
        let asked = AtomicU64::new(self.next_request());
        let place = Arc::new(Place { connection, since: now, asked });
        let mut seats = lock(&self.seats);
        let silent = seats.iter().min_by_key(|place| place.asked.load(Ordering::Relaxed));
        let leaves = silent.filter(|_| seats.len() >= MOST_SESSIONS).map(|place| place.connection);
        // It may take a moment to end, and must not be named again until then.
        seats.retain(|place| Some(place.connection) != leaves);
        seats.push(Arc::clone(&place));
        drop(seats);
        (Seat { person: self, place }, leaves)
    }

    /// Begins a change of the password; `None` while another is under way. The first to come is so
    /// the first to be stored, whichever takes longer to verify.
    pub fn begin_change(self: Arc<Self>) -> Option<Changing> {
        (!self.changing.swap(true, Ordering::Relaxed)).then(|| Changing(self))
    }

    fn take(&self, rate: Option<&Rate>, paid_back: &AtomicU64, cost: u32) -> Result<(), Wait> {
        let now = self.rates.started.elapsed();
        rate.map_or(Ok(()), |rate| rate.take(paid_back, cost, nanoseconds(now)))
    }

    fn next_request(&self) -> u64 {
        self.asked.fetch_add(1, Ordering::Relaxed)
    }
}

impl Seat {
    /// The user's budgets.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// When the session began, in seconds of the node's clock.
    pub fn since(&self) -> u32 {
        self.place.since
    }

    /// Notes that a request has come.
    pub fn asks(&self) {
        self.place.asked.store(self.person.next_request(), Ordering::Relaxed);
    }

    /// One without limits.
    #[cfg(test)]
    pub fn for_tests() -> Self {
        People::with(None, None).person(UserUuid::random(), 0).sit_down(0, 0).0
    }

    /// Notes when the session ends.
    pub fn leave(self, now: u32) {
        self.person.left_at.store(now, Ordering::Relaxed);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        lock(&self.person.seats).retain(|place| !Arc::ptr_eq(place, &self.place));
    }
}

impl Drop for Changing {
    fn drop(&mut self) {
        self.0.changing.store(false, Ordering::Relaxed);
    }
}

impl Rate {
    fn full_in(time: Duration, most: NonZeroU32) -> Self {
        Self { most: most.get(), every: (nanoseconds(time) / u64::from(most.get())).max(1) }
    }

    /// Takes a cost off a budget. What costs more than the budget ever holds takes all of it.
    fn take(&self, paid_back: &AtomicU64, cost: u32, now: u64) -> Result<(), Wait> {
        let cost = u64::from(cost.min(self.most)) * self.every;
        let latest = now + u64::from(self.most) * self.every;
        let after = |before: u64| before.max(now) + cost;
        let taken = paid_back.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |before| {
            Some(after(before)).filter(|after| *after <= latest)
        });
        let wait = |before| Wait::new(Duration::from_nanos(after(before) - latest));
        taken.map(drop).map_err(wait)
    }
}

/// Of far less than 500 years.
fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(rate: u32, kilobytes: u32) -> People {
        let an_hour = Rate::full_in(Duration::from_hours(1), NonZeroU32::new(rate).unwrap());
        People::with(Some(an_hour), a_day(u64::from(kilobytes) * 1_000))
    }

    #[test]
    fn all_sessions_of_a_user_share_one_budget() {
        let (people, user) = (people(30, 1_000), UserUuid::random());
        let (first, second) = (people.person(user, 0), people.person(user, 0));
        assert_eq!(first.spend(20), Ok(()));
        assert_eq!(second.spend(10), Ok(()));
        assert!(first.spend(1).is_err() && second.spend(1).is_err());
        assert_eq!(people.person(UserUuid::random(), 0).spend(30), Ok(()));
    }

    #[test]
    fn a_new_session_brings_no_new_budget() {
        let (people, user) = (people(30, 1_000), UserUuid::random());
        let (seat, _) = people.person(user, 0).sit_down(1, 0);
        assert_eq!(seat.person().spend(30), Ok(()));
        seat.leave(5);
        for _ in 0..3 * SWEEP_FROM {
            people.person(UserUuid::random(), 6);
        }
        assert!(people.person(user, 7).spend(1).is_err());
        lock(&people.users).sweep(5 + REMEMBERED);
        assert_eq!(people.person(user, 5 + REMEMBERED).spend(1), Ok(()));
    }

    #[test]
    fn one_change_of_a_password_is_under_way_at_a_time() {
        let person = people(30, 10).person(UserUuid::random(), 0);
        let first = Arc::clone(&person).begin_change();
        assert!(first.is_some() && Arc::clone(&person).begin_change().is_none());
        drop(first);
        assert!(person.begin_change().is_some());
    }

    #[test]
    fn what_is_dearer_than_the_budget_takes_all_of_it() {
        let person = people(30, 1_000).person(UserUuid::random(), 0);
        assert_eq!(person.spend(1_000), Ok(()));
        assert!(person.spend(1).is_err());
    }

    #[test]
    fn storage_is_counted_by_the_kilobyte() {
        let person = people(30, 10).person(UserUuid::random(), 0);
        assert_eq!((person.store(1), person.store(8_001)), (Ok(()), Ok(())));
        let wait = person.store(1).unwrap_err().seconds();
        assert!((8_000..=8_640).contains(&wait), "a tenth of a day: {wait} s");
    }

    #[test]
    fn of_too_many_sessions_the_one_silent_longest_leaves() {
        let person = people(30, 1_000).person(UserUuid::random(), 0);
        let sit = |connection| Arc::clone(&person).sit_down(connection, 0);
        let mut seats: Vec<_> = (0..64)
            .map(|connection| {
                let (seat, leaves) = sit(connection);
                assert_eq!(leaves, None);
                seat
            })
            .collect();
        for (number, seat) in seats.iter().enumerate() {
            if number != 40 {
                seat.asks();
            }
        }
        let (_newcomer, leaves) = sit(64);
        assert_eq!(leaves, Some(40));
        let (_another, next) = sit(65);
        assert!(next.is_some() && next != Some(40), "each is named once");
        seats.clear();
        assert_eq!(sit(66).1, None);
    }
}
