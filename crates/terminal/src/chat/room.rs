//! One channel as it is shown: its messages, read mark and draft.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chinwag_client::protocol::UserUuid;
use chinwag_client::protocol::outgoing::{Channel as Details, Chosen, InboxChannel, Message};
use chinwag_client::{Channel, Page};
use jiff::Timestamp;
use ratatui_textarea::TextArea;

use super::aim::Aim;
use super::attention::Calls;
use super::field::field;
use super::states::keep_later;

/// How many messages a channel keeps while nobody scrolls in it.
const MOST_KEPT: usize = 1_000;

/// How long somebody counts as typing.
const TYPING: Duration = Duration::from_secs(5);

/// A channel.
#[derive(Debug)]
pub struct Room {
    /// Which.
    pub channel: Channel,
    /// Of General, a group or a named channel: its name, topic and people.
    pub details: Option<Details>,
    /// Whether the user is a member, and doesn't only look at it.
    pub member: bool,
    /// Whether this connection has told of it besides in the inbox: what it tells of that is news.
    pub told: bool,
    /// What the user has chosen for it.
    pub prefs: Chosen,
    /// How many messages it has.
    pub total: u64,
    /// Up to which `Seq` they are read.
    pub read: u64,
    /// The unread ones that call the user.
    pub calls: Calls,
    /// When the last one came.
    pub newest: Option<Timestamp>,
    /// A stretch without holes up to the newest, by `Seq`; empty until it is opened.
    pub messages: BTreeMap<u64, Message>,
    /// Another stretch without holes, further back, which is shown instead: around a message to which the user went.
    pub past: Option<BTreeMap<u64, Message>>,
    /// Whether a page of it was asked for.
    pub loading: bool,
    /// States of messages that came while a page was on its way, by `Seq`; perhaps they are in it, in an older state.
    coming: BTreeMap<u64, Message>,
    /// The first message that was not read when the channel was opened.
    pub new_from: Option<u64>,
    /// The draft.
    pub draft: TextArea<'static>,
    /// The message that the draft is about.
    pub aim: Aim,
    /// A draft that was put aside meanwhile.
    pub aside: String,
    typing: Vec<(UserUuid, Instant)>,
}

impl Room {
    /// A channel of which nothing is known.
    pub fn new(channel: Channel) -> Self {
        Self {
            channel,
            details: None,
            member: true,
            told: false,
            prefs: Chosen::default(),
            total: 0,
            read: 0,
            calls: Calls::default(),
            newest: None,
            messages: BTreeMap::new(),
            past: None,
            loading: false,
            coming: BTreeMap::new(),
            new_from: None,
            draft: field(),
            aim: Aim::Nothing,
            aside: String::new(),
            typing: Vec::new(),
        }
    }

    /// A public channel of which the user is no member.
    pub fn looked_at(details: Details) -> Self {
        let channel = Channel::Shared(details.uuid);
        Self { details: Some(details), member: false, ..Self::new(channel) }
    }

    /// How many messages wait to be read. Those from which on it was marked as unread count as well.
    pub fn unread(&self) -> u64 {
        self.first_unread().map_or(0, |first| (self.total + 1).saturating_sub(first))
    }

    /// The first message that waits to be read, by `Seq`.
    pub fn first_unread(&self) -> Option<u64> {
        let first = self.prefs.unread_from.map_or(self.read + 1, |from| from.min(self.read + 1));
        (self.member && first <= self.total).then_some(first)
    }

    /// Whether the first message of all is here, or there is none.
    pub fn has_start(&self) -> bool {
        self.total == 0 || self.shown().contains_key(&1)
    }

    /// The stretch of messages that is shown, by `Seq`.
    pub fn shown(&self) -> &BTreeMap<u64, Message> {
        self.past.as_ref().unwrap_or(&self.messages)
    }

    /// The message with this `Seq`, if it is here.
    pub fn get(&self, seq: u64) -> Option<&Message> {
        self.shown().get(&seq).or_else(|| self.messages.get(&seq))
    }

    /// Forgets its messages, but not the draft.
    pub fn forget(&mut self) {
        self.forget_messages();
        self.aim = Aim::Nothing;
        (self.total, self.read, self.newest, self.new_from) = (0, 0, None, None);
        self.calls = Calls::default();
    }

    /// Applies its entry of an inbox, which may have been read before the last news and messages came: it undoes none
    /// of them.
    pub fn take_inbox(&mut self, listed: &InboxChannel) {
        let made = listed.details.as_ref().map(|details| details.created_at);
        let newest = listed.last_message.as_ref().map(|message| message.created_at).or(made);
        if listed.total >= self.total {
            (self.total, self.newest) = (listed.total, newest);
        }
        self.take_calls(listed);
        self.read = self.read.max(read_of(listed));
        match &mut self.details {
            // News don't tell who owns it.
            Some(told) if self.told => {
                told.owner |= listed.details.as_ref().is_some_and(|listed| listed.owner);
            }
            details => details.clone_from(&listed.details),
        }
        self.prefs = listed.prefs.clone();
        self.member = true;
    }

    /// Takes how many messages of the inbox call the user. A server of 0.1 doesn't tell.
    pub fn take_calls(&mut self, listed: &InboxChannel) {
        let (count, read) = (listed.mentions.unwrap_or(0), read_of(listed));
        self.calls.take_listed(count, listed.total, read, self.read);
    }

    /// Takes how far the user has read.
    pub fn read_to(&mut self, seq: u64) {
        if seq > self.read {
            self.read = seq;
            self.calls.read(seq);
        }
    }

    /// Takes a message that came live, or that was missed.
    pub fn take(&mut self, message: &Message, me: UserUuid) {
        // Live messages have no gaps, so this one follows those that are here, or about to come.
        if self.total == 0 || self.loading || !self.messages.is_empty() {
            hold(&mut self.messages, message.clone());
        }
        self.typing.retain(|(user, _)| *user != message.sender_uuid);
        if message.seq > self.total {
            self.total = message.seq;
            self.newest = Some(message.created_at);
        }
        if message.sender_uuid == me {
            self.read_to(message.seq);
        }
    }

    /// Takes a page of history. One that belongs to no stretch any more is dropped.
    pub fn take_page(&mut self, page: Page, messages: Vec<Message>, total: u64) {
        self.loading = false;
        self.total = self.total.max(total);
        if let Page::Around(_) = page {
            self.past = Some(BTreeMap::new());
        }
        if let Some(stretch) = self.continued_by(page) {
            for message in messages {
                hold(stretch, message);
            }
        }
        for (_, state) in std::mem::take(&mut self.coming) {
            self.change(state, true);
        }
        self.join_stretches();
        if let Some((_, newest)) = self.messages.last_key_value() {
            self.newest = self.newest.max(Some(newest.created_at));
        }
    }

    /// The stretch to which a page belongs.
    fn continued_by(&mut self, page: Page) -> Option<&mut BTreeMap<u64, Message>> {
        let begins = |stretch: &BTreeMap<u64, Message>, seq| {
            stretch.first_key_value().is_some_and(|(first, _)| *first == seq)
        };
        match (page, &mut self.past) {
            (Page::Last, _) => Some(&mut self.messages),
            (Page::Around(_), past) => past.as_mut(),
            (Page::After(seq), Some(past)) => {
                let ends = past.last_key_value().is_some_and(|(last, _)| *last == seq);
                ends.then_some(past)
            }
            (Page::Before(seq), Some(past)) => begins(past, seq).then_some(past),
            (Page::Before(seq), None) => begins(&self.messages, seq).then_some(&mut self.messages),
            _ => None,
        }
    }

    /// The past ends where it reaches the newest messages.
    fn join_stretches(&mut self) {
        let first = self.messages.first_key_value().map(|(first, _)| *first);
        let last = self.past.as_ref().and_then(|past| past.last_key_value()).map(|(last, _)| *last);
        let reach = first.zip(last).is_some_and(|(first, last)| last + 1 >= first);
        for (_, message) in self.past.take_if(|_| reach).into_iter().flatten() {
            hold(&mut self.messages, message);
        }
    }

    /// Takes a changed state of a message, if that is here or perhaps about to come. A `live` state says nothing of
    /// reactions as the user's own.
    pub fn change(&mut self, state: Message, live: bool) {
        let mut is_here = false;
        for stretch in [Some(&mut self.messages), self.past.as_mut()].into_iter().flatten() {
            if let Some(held) = stretch.get_mut(&state.seq) {
                keep_later(held, state.clone(), live);
                is_here = true;
            }
        }
        if self.loading && !is_here {
            keep_later(self.coming.entry(state.seq).or_default(), state, live);
        }
    }

    /// Forgets the oldest messages, beyond `MOST_KEPT`.
    pub fn trim(&mut self) {
        while self.messages.len() > MOST_KEPT {
            self.messages.pop_first();
        }
    }

    /// Notes that somebody is typing.
    pub fn typed(&mut self, user: UserUuid, now: Instant) {
        self.typing.retain(|(other, _)| *other != user);
        self.typing.push((user, now + TYPING));
    }

    /// Who is typing.
    pub fn typing(&self, now: Instant) -> impl Iterator<Item = UserUuid> {
        self.typing.iter().filter(move |(_, until)| *until > now).map(|(user, _)| *user)
    }

    /// The draft as it would be sent.
    pub fn text(&self) -> String {
        self.draft.lines().join("\n")
    }

    /// Forgets its messages alone, to read the newest again.
    pub fn forget_messages(&mut self) {
        self.messages.clear();
        self.past = None;
        self.coming.clear();
        self.loading = false;
    }

    /// Whether something is written, or put aside.
    pub fn has_draft(&self) -> bool {
        !self.draft.is_empty() || !self.aside.is_empty()
    }

    /// Replaces the draft.
    pub fn write(&mut self, text: &str) {
        self.draft = field();
        self.draft.insert_str(text);
    }
}

/// Up to which `Seq` a channel of the inbox is read.
fn read_of(listed: &InboxChannel) -> u64 {
    listed.total - listed.unread.min(listed.total)
}

/// Holds a message in its later state.
fn hold(stretch: &mut BTreeMap<u64, Message>, message: Message) {
    match stretch.get_mut(&message.seq) {
        Some(held) => keep_later(held, message, false),
        None => drop(stretch.insert(message.seq, message)),
    }
}
