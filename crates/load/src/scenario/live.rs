//! Live messages in General, as evenly in time as they can be, and how long each takes.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::WARM_UP;
use crate::figures::Latencies;
use crate::fleet::Fleet;
use crate::message::{Messages, is_message, stamp};

/// Timers are this exact; the rest of the time until a step is due is spent awake.
const TIMER: Duration = Duration::from_millis(1);

/// Live messages.
pub struct Live {
    clock: Instant,
    messages: Messages,
    latencies: Latencies,
}

impl Live {
    /// Takes the latencies of the messages that are sent at some of these steps, after a warm-up.
    pub fn measure(
        fleet: &mut Fleet,
        step: Duration,
        time: Duration,
        mut act: impl FnMut(&mut Fleet, &Messages, u32) -> Result<()>,
    ) -> Result<Latencies> {
        let clock = Instant::now();
        let messages = Messages::requests(clock, "", 100);
        let mut live = Self { clock, messages, latencies: Latencies::new() };
        live.flow(fleet, step, WARM_UP, &mut act)?;
        live.latencies.clear();
        live.flow(fleet, step, time, &mut act)?;
        fleet.drain(Duration::from_millis(500), |_, payload| live.hear(payload))?;
        Ok(live.latencies)
    }

    fn flow(
        &mut self,
        fleet: &mut Fleet,
        step: Duration,
        time: Duration,
        act: &mut impl FnMut(&mut Fleet, &Messages, u32) -> Result<()>,
    ) -> Result<()> {
        let (end, mut due) = (Instant::now() + time, Instant::now());
        for at in 0.. {
            while let Some(left) = due.checked_duration_since(Instant::now()) {
                fleet.turn(left.saturating_sub(TIMER), |_, payload, _| {
                    self.hear(payload);
                    Ok(())
                })?;
            }
            if due >= end {
                break;
            }
            act(fleet, &self.messages, at)?;
            due += step;
        }
        Ok(())
    }

    fn hear(&mut self, payload: &[u8]) {
        if let Some(stamp) = stamp(payload).filter(|_| is_message(payload)) {
            self.latencies.record(self.clock.elapsed().saturating_sub(stamp.sent));
        }
    }
}
