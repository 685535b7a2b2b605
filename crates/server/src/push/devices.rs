//! How many notifications each device gets: 20 a minute, then one that says how many there were.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How many notifications a device gets in a minute.
const MOST: u32 = 20;

const MINUTE: Duration = Duration::from_mins(1);

const SECOND: Duration = Duration::from_secs(1);

/// How many devices are known before those of which nothing is left to know are forgotten.
const ROOM: usize = 1_024;

/// The devices that got notifications of late, by their endpoints.
pub struct Devices<T> {
    all: Mutex<Known<T>>,
}

struct Known<T> {
    devices: HashMap<Arc<str>, Device<T>>,
    room: usize,
}

struct Device<T> {
    /// When its minute began.
    began: Instant,
    /// How many it got since.
    sent: u32,
    /// Whether one is on its way: they go one after the other, so that the last one is the newest.
    busy: bool,
    /// What comes behind it.
    line: VecDeque<T>,
    /// Until when nothing is sent; somebody waits for that.
    opens: Option<Instant>,
    /// What came meanwhile: how many, and the last one.
    held: Option<Held<T>>,
}

/// Notifications that were held back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held<T> {
    /// How many.
    pub count: u64,
    /// The last one.
    pub last: T,
}

/// What to do with a notification.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Admitted<T> {
    /// Send it, and then what [`Devices::next`] has.
    Now(T),
    /// It is sent behind others.
    InLine,
    /// It is held; call [`Devices::release`] then.
    Until(Instant),
    /// It is held with others, and somebody waits.
    Held,
}

/// What becomes of the notifications that were held.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Released<T> {
    /// Wait until then.
    Until(Instant),
    /// Send one, as [`Admitted::Now`].
    Now(Held<T>),
}

impl<T> Default for Devices<T> {
    fn default() -> Self {
        Self { all: Mutex::new(Known { devices: HashMap::new(), room: ROOM }) }
    }
}

impl<T> Devices<T> {
    /// Takes a notification for a device.
    pub fn admit(&self, endpoint: &Arc<str>, notification: T, now: Instant) -> Admitted<T> {
        let mut all = self.lock();
        let device = all.device(endpoint, now);
        if device.opens.is_some() {
            device.hold(1, notification);
            return Admitted::Held;
        }
        if device.sent < MOST {
            device.sent += 1;
            if device.busy {
                device.line.push_back(notification);
                return Admitted::InLine;
            }
            device.busy = true;
            return Admitted::Now(notification);
        }
        let opens = device.began + MINUTE;
        device.opens = Some(opens);
        device.hold(1, notification);
        Admitted::Until(opens)
    }

    /// What is to be sent next, behind one that was sent.
    pub fn next(&self, endpoint: &Arc<str>) -> Option<T> {
        let mut all = self.lock();
        let device = all.devices.get_mut(endpoint)?;
        let next = device.line.pop_front();
        device.busy = next.is_some();
        next
    }

    /// Forgets a device whose subscription has ended.
    pub fn forget(&self, endpoint: &Arc<str>) {
        self.lock().devices.remove(endpoint);
    }

    /// Holds a notification that could not be sent, those behind it, and all that come until then. Nothing, if
    /// somebody waits already.
    pub fn close(
        &self,
        endpoint: &Arc<str>,
        failed: Held<T>,
        until: Instant,
        now: Instant,
    ) -> Option<Instant> {
        let mut all = self.lock();
        let device = all.device(endpoint, now);
        let waits = device.opens.is_some();
        device.opens = Some(device.opens.unwrap_or(until).max(until));
        // What was held already came later.
        let later = device.held.take();
        device.hold(failed.count, failed.last);
        for notification in std::mem::take(&mut device.line) {
            device.hold(1, notification);
        }
        if let Some(Held { count, last }) = later {
            device.hold(count, last);
        }
        (!waits).then_some(until)
    }

    /// Takes what was held for a device, once it is time.
    pub fn release(&self, endpoint: &Arc<str>, now: Instant) -> Option<Released<T>> {
        let mut all = self.lock();
        let device = all.devices.get_mut(endpoint)?;
        if let Some(opens) = device.opens.filter(|opens| *opens > now) {
            return Some(Released::Until(opens));
        }
        if device.busy {
            return Some(Released::Until(now + SECOND));
        }
        let held = device.held.take();
        *device =
            Device { sent: u32::from(held.is_some()), busy: held.is_some(), ..Device::new(now) };
        held.map(Released::Now)
    }

    /// Counts a test; how long to wait, if there were too many notifications.
    pub fn count(&self, endpoint: &Arc<str>, now: Instant) -> Result<(), Duration> {
        let mut all = self.lock();
        let device = all.device(endpoint, now);
        if let Some(opens) = device.opens {
            return Err(opens.saturating_duration_since(now));
        }
        if device.sent >= MOST {
            return Err((device.began + MINUTE).saturating_duration_since(now));
        }
        device.sent += 1;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Known<T>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Known<T> {
    /// The device, in a new minute if its last one is over.
    fn device(&mut self, endpoint: &Arc<str>, now: Instant) -> &mut Device<T> {
        if self.devices.len() >= self.room {
            self.devices.retain(|_, device| {
                device.busy || device.opens.is_some() || now < device.began + MINUTE
            });
            self.room = ROOM.max(2 * self.devices.len());
        }
        let device = self.devices.entry(Arc::clone(endpoint)).or_insert_with(|| Device::new(now));
        if device.opens.is_none() && now >= device.began + MINUTE {
            (device.began, device.sent) = (now, 0);
        }
        device
    }
}

impl<T> Device<T> {
    fn new(now: Instant) -> Self {
        let line = VecDeque::new();
        Self { began: now, sent: 0, busy: false, line, opens: None, held: None }
    }

    fn hold(&mut self, count: u64, last: T) {
        let before = self.held.as_ref().map_or(0, |held| held.count);
        self.held = Some(Held { count: before + count, last });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_device_gets_twenty_a_minute_and_then_one_for_all_others() {
        let (devices, begin) = (Devices::default(), Instant::now());
        let (phone, laptop): (Arc<str>, Arc<str>) = ("phone".into(), "laptop".into());
        for number in 0..20 {
            let at = begin + after(number);
            assert_eq!(devices.admit(&phone, number, at), Admitted::Now(number));
            assert_eq!(devices.next(&phone), None);
        }
        let end = begin + after(60);
        assert_eq!(devices.admit(&phone, 20, begin + after(30)), Admitted::Until(end));
        assert_eq!(devices.admit(&phone, 21, begin + after(31)), Admitted::Held);
        assert_eq!(devices.admit(&laptop, 0, begin + after(31)), Admitted::Now(0));
        assert_eq!(devices.count(&phone, begin + after(50)), Err(after(10)));
        assert_eq!(devices.release(&phone, begin + after(59)), Some(Released::Until(end)));
        // Nobody has to be quick: what comes late is held as well.
        assert_eq!(devices.admit(&phone, 22, begin + after(61)), Admitted::Held);
        let held = Held { count: 3, last: 22 };
        assert_eq!(devices.release(&phone, begin + after(61)), Some(Released::Now(held)));
        // The one for all others is the first of its minute.
        for number in 1..20 {
            assert_eq!(devices.admit(&phone, number, begin + after(62)), Admitted::InLine);
        }
        let next = begin + after(121);
        assert_eq!(devices.admit(&phone, 20, begin + after(62)), Admitted::Until(next));
        assert_eq!(devices.count(&laptop, begin + after(31)), Ok(()));
    }

    #[test]
    fn notifications_go_one_after_the_other() {
        let (devices, now) = (Devices::default(), Instant::now());
        let phone: Arc<str> = "phone".into();
        assert_eq!(devices.admit(&phone, 1, now), Admitted::Now(1));
        assert_eq!(devices.admit(&phone, 2, now), Admitted::InLine);
        // A new minute changes nothing of that.
        assert_eq!(devices.admit(&phone, 3, now + after(61)), Admitted::InLine);
        assert_eq!([(); 3].map(|()| devices.next(&phone)), [Some(2), Some(3), None]);
        assert_eq!(devices.admit(&phone, 4, now + after(61)), Admitted::Now(4));
        assert_eq!(devices.admit(&phone, 5, now + after(61)), Admitted::InLine);
        devices.forget(&phone);
        assert_eq!(devices.next(&phone), None);
    }

    #[test]
    fn what_a_service_wants_later_is_held_with_what_comes_meanwhile() {
        let (devices, now) = (Devices::default(), Instant::now());
        let phone: Arc<str> = "phone".into();
        assert_eq!(devices.admit(&phone, "one", now), Admitted::Now("one"));
        assert_eq!(devices.admit(&phone, "two", now), Admitted::InLine);
        let one = Held { count: 1, last: "one" };
        assert_eq!(devices.close(&phone, one, now + after(5), now), Some(now + after(5)));
        assert_eq!(devices.admit(&phone, "three", now + after(1)), Admitted::Held);
        let several = Held { count: 7, last: "several" };
        assert_eq!(devices.close(&phone, several, now + after(9), now), None);
        let waits = |seconds| Some(Released::Until(now + after(seconds)));
        assert_eq!(devices.release(&phone, now + after(5)), waits(9));
        // The one that was refused is still on its way.
        assert_eq!(devices.release(&phone, now + after(9)), waits(10));
        assert_eq!(devices.next(&phone), None);
        let all = Some(Released::Now(Held { count: 10, last: "three" }));
        assert_eq!(devices.release(&phone, now + after(10)), all);
        assert_eq!(devices.admit(&phone, "four", now + after(10)), Admitted::InLine);
        assert_eq!((devices.next(&phone), devices.next(&phone)), (Some("four"), None));
        assert_eq!(devices.release(&phone, now + after(11)), None);
    }

    #[test]
    fn devices_are_forgotten_when_their_minute_is_over() {
        let (devices, now) = (Devices::default(), Instant::now());
        for number in 0..3_000 {
            let endpoint = number.to_string().into();
            devices.admit(&endpoint, (), now);
            devices.next(&endpoint);
        }
        let held: Arc<str> = "held".into();
        devices.close(&held, Held { count: 1, last: () }, now + after(3_600), now);
        for number in 0..6_000 {
            let endpoint = format!("later {number}").into();
            devices.admit(&endpoint, (), now + after(61));
        }
        let known = devices.lock();
        assert!(known.devices.len() < 6_100 && known.devices.contains_key(&held));
    }
}
