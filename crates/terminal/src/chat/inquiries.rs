//! Requests that the user doesn't wait for: look-ups one at a time, and refused ones asked again.

use super::asks::Ask;
use super::state::Chat;

/// The look-ups of the finder and of Tab.
#[derive(Debug, Default)]
pub struct Lookups {
    /// How many requests of the last question are not answered.
    under_way: usize,
    /// The question that follows.
    next: Vec<Ask>,
}

impl Chat {
    /// Looks something up, or notes it until the look-up before is answered. Of several only the latest one is noted.
    pub(super) fn inquire(&mut self, question: Vec<Ask>) -> Vec<Ask> {
        if self.lookups.under_way > 0 {
            self.lookups.next = question;
            return Vec::new();
        }
        self.lookups.under_way = question.len();
        question
    }

    /// A request of a look-up is answered; after the last one the next look-up follows.
    pub(super) fn inquired(&mut self) -> Vec<Ask> {
        self.lookups.under_way = self.lookups.under_way.saturating_sub(1);
        if self.lookups.under_way > 0 {
            return Vec::new();
        }
        let next = std::mem::take(&mut self.lookups.next);
        self.inquire(next)
    }

    /// Asks again what was refused as too fast, unless nobody needs it any more.
    pub(super) fn ask_again(&mut self, ask: Ask) -> Vec<Ask> {
        let room = |channel| self.rooms.get(channel);
        let is_needed = match &ask {
            Ask::Find(_) | Ask::FindChannels(_) | Ask::Members(..) => {
                if !self.lookups.next.is_empty() {
                    return self.inquired();
                }
                true
            }
            Ask::Join(channel) => *channel == self.open,
            Ask::Read(channel, seq) => room(channel).is_some_and(|room| room.read == *seq),
            Ask::Unmark(channel, from) => {
                room(channel).is_some_and(|room| room.prefs.unread_from == Some(*from))
            }
            Ask::History(channel, _) => room(channel).is_some_and(|room| room.loading),
            _ => true,
        };
        if is_needed { vec![ask] } else { Vec::new() }
    }
}
