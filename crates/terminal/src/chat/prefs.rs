//! What the user chooses for a channel: notifications, its place in the list, and marking it as unread.

use chinwag_client::protocol::incoming::PrefsChange;
use chinwag_client::protocol::outgoing::Level;
use jiff::civil::{Date, Time};
use jiff::{Span, Timestamp, ToSpan, Unit, ZonedDateTime};

use super::asks::Ask;
use super::commands::Command;
use super::deeds::Deed;
use super::room::Room;
use super::state::{Chat, Marked};
use super::{lines, view};
use crate::plain::one_line;

/// As far away as the server's dates go.
pub const EVER: &str = "9999-01-01T00:00:00Z";

impl Chat {
    /// Whether nothing of this channel notifies the user now.
    pub fn is_muted(&self, room: &Room) -> bool {
        room.prefs.muted_until.is_some_and(|until| until > self.now.timestamp())
    }

    /// Changes a preference for the channel that is shown; nothing if the command can't be read.
    pub(super) fn prefer(&mut self, command: Command, words: &str) -> Option<Vec<Ask>> {
        let label = self.label(self.open);
        let word = words.to_lowercase();
        let off = word == "off";
        let mut change = self.no_change();
        let notice = match command {
            Command::Level => {
                let (level, about) = match &*word {
                    "all" => (Level::All, "every message"),
                    "mentions" => (Level::Mentions, "mentions"),
                    "nothing" | "none" => (Level::None, "nothing"),
                    _ => return None,
                };
                change.level = Some(level);
                format!("You are notified of {about} in {label}.")
            }
            Command::Mute if off => {
                change.muted_until = Some(String::new());
                format!("{label} is no longer muted.")
            }
            Command::Mute => {
                let (until, about) = self.until(words)?;
                change.muted_until = Some(until);
                format!("{label} is muted until {about}.")
            }
            Command::Pin => {
                change.pinned = Some(!off).filter(|_| off || word.is_empty());
                change.pinned?;
                let state = if off { "no longer" } else { "now" };
                format!("{label} is {state} at the top of the list.")
            }
            Command::Section if off => {
                change.section = Some(String::new());
                format!("{label} is in no section of your own.")
            }
            _ => {
                change.section = Some(words.to_owned());
                format!("{label} is in the section {}.", one_line(words))
            }
        };
        Some(self.ask(Deed::Prefs(change, notice)))
    }

    fn no_change(&self) -> PrefsChange {
        PrefsChange { recipient: self.open.id().to_string(), ..PrefsChange::default() }
    }

    /// The end of a mute or a pause as the server takes it, and in words.
    pub(super) fn until(&self, words: &str) -> Option<(String, String)> {
        if words.is_empty() {
            return Some((EVER.into(), "/mute off".into()));
        }
        let until = read_until(&self.now, words)?;
        let at: Timestamp = until.timestamp().round(Unit::Second).ok()?;
        Some((at.to_string(), self.end(&until)))
    }

    /// An end in words.
    pub(super) fn end(&self, until: &ZonedDateTime) -> String {
        let same_day = until.date() == self.now.date();
        let form = if same_day { "%H:%M" } else { "%H:%M, %-d %B %Y" };
        until.strftime(form).to_string()
    }

    /// Marks the last messages as unread, or from the first one in view.
    pub(super) fn mark_unread(&mut self, words: &str) -> Option<Vec<Ask>> {
        let newest = self.room().messages.last_key_value().map(|(seq, _)| *seq);
        let Some(newest) = newest else {
            return Some(self.say("There is no message here yet to mark as unread."));
        };
        let from = match words {
            "" if !self.is_at_newest() => self.first_in_view(),
            "" => newest,
            count => newest.saturating_sub(count.parse::<u64>().ok()?.checked_sub(1)?).max(1),
        };
        let change = PrefsChange { unread_from: Some(from), ..self.no_change() };
        self.marked = Marked::Here;
        self.room_mut().new_from = Some(from);
        let label = self.label(self.open);
        let notice = format!("{label} is unread from the line New on, until you come back to it.");
        Some(self.ask(Deed::Prefs(change, notice)))
    }

    /// The `Seq` of the first message in view, below the sender's line that stays in the first row.
    fn first_in_view(&self) -> u64 {
        let pane = view::panes(self).messages;
        let bottom = self.scroll + usize::from(pane.height.saturating_sub(1));
        let all: Vec<_> = self.room().shown().keys().copied().collect();
        let above = all.partition_point(|seq| lines::height_from(self, pane.width, *seq) > bottom);
        all.get(above).or(all.last()).copied().unwrap_or_default()
    }

    /// What was marked as unread is read, unless it was marked on this visit.
    pub(super) fn unmark(&mut self, shown: u64) -> Option<Ask> {
        let from = self.room().prefs.unread_from.filter(|from| shown >= *from)?;
        if self.marked != Marked::Not {
            return None;
        }
        // It counts until the server has taken this, and is asked for once a visit.
        self.marked = Marked::Ending;
        Some(Ask::Unmark(self.open, from))
    }
}

/// `1h`, `18:30` or `2030-01-31`, in the future.
fn read_until(now: &ZonedDateTime, words: &str) -> Option<ZonedDateTime> {
    let until = if let Ok(time) = words.parse::<Time>() {
        let today = now.with().time(time).build().ok()?;
        if today > *now { today } else { today.checked_add(1.day()).ok()? }
    } else if let Ok(date) = words.parse::<Date>() {
        date.to_zoned_datetime(now.time_zone().clone()).ok()?
    } else {
        now.checked_add(words.parse::<Span>().ok()?).ok()?
    };
    (until > *now).then_some(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_a_span_a_time_or_a_date() {
        let now: ZonedDateTime = "2026-01-02T12:00:00+01:00[Europe/Berlin]".parse().unwrap();
        let read = |words| read_until(&now, words).map(|until| until.datetime().to_string());
        for (words, until) in [
            ("1h", "2026-01-02T13:00:00"),
            ("90 minutes", "2026-01-02T13:30:00"),
            ("2d", "2026-01-04T12:00:00"),
            ("18:30", "2026-01-02T18:30:00"),
            ("08:00", "2026-01-03T08:00:00"),
            ("2026-02-01", "2026-02-01T00:00:00"),
        ] {
            assert_eq!(read(words).as_deref(), Some(until), "{words}");
        }
        for words in ["-1h", "0s", "2025-01-01", "soon", "9"] {
            assert_eq!(read(words), None, "{words}");
        }
    }
}
