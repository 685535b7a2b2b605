//! Random changes while frames are dropped, the store is ahead of the feed, connections break and the program begins
//! anew: each state is told once and in order, and at rest the program holds what the server holds.

use chinwag_protocol::outgoing::{Changes, ChannelView};

use super::*;
use crate::Messages;
use crate::states::rev_of;

/// Random numbers by xorshift (Marsaglia, 2003), the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

enum Ask {
    Inbox,
    Page(u64),
    Changes(u64),
}

enum Frame {
    Message(Box<Message>),
    Live(Changes),
    Inbox(Inbox),
    Page(History),
    Changes(Changes),
}

/// General of a server, and one connection to it.
struct Server {
    random: Random,
    per_page: usize,
    stored: Vec<Message>,
    rev: u64,
    /// What is still to be told live: messages, and changes with their `Rev`.
    feed: VecDeque<Message>,
    hears: bool,
    asked: VecDeque<Ask>,
    out: VecDeque<Frame>,
}

impl Server {
    fn say(&mut self) {
        let seq = self.stored.len() as u64 + 1;
        let message = page(seq..seq + 1, seq).messages.remove(0);
        self.stored.push(message.clone());
        self.feed.push_back(message);
    }

    fn change(&mut self) {
        if self.stored.is_empty() {
            return;
        }
        let at = self.random.below(self.stored.len());
        self.rev += 1;
        let message = &mut self.stored[at];
        (message.rev, message.text) = (Some(self.rev), format!("state {}", self.rev).into());
        self.feed.push_back(message.clone());
    }

    /// The feed tells something; a frame of changes may be dropped.
    fn bring(&mut self) {
        let Some(first) = self.feed.pop_front() else { return };
        if first.rev.is_none() {
            self.send(Frame::Message(Box::new(first)));
            return;
        }
        let after = rev_of(&first) - 1;
        let mut messages = vec![first];
        while self.random.below(3) > 0
            && let Some(next) = self.feed.pop_front_if(|next| next.rev.is_some())
        {
            messages.retain(|message| message.seq != next.seq);
            messages.push(next);
        }
        let rev = messages.last().map_or(0, rev_of);
        if self.random.below(4) > 0 {
            let channel = Recipient::default();
            self.send(Frame::Live(Changes { channel, after, rev, messages }));
        }
    }

    fn send(&mut self, frame: Frame) {
        if self.hears {
            self.out.push_back(frame);
        }
    }

    fn answer(&mut self) {
        let Some(ask) = self.asked.pop_front() else { return };
        let total = self.stored.len() as u64;
        let frame = match ask {
            Ask::Inbox => {
                let listed = InboxChannel { rev: Some(self.rev), ..listed(total) };
                Frame::Inbox(Inbox { channels: vec![listed] })
            }
            Ask::Page(after) => {
                let after = self.stored.iter().filter(|message| message.seq > after);
                let messages: Vec<_> = after.take(self.per_page).cloned().collect();
                let received = messages.len() as u64;
                let channel = Recipient::default();
                Frame::Page(History { channel, total, received, rev: self.rev, messages })
            }
            Ask::Changes(after) => {
                let changed = self.stored.iter().filter(|message| rev_of(message) > after);
                let mut messages: Vec<_> = changed.cloned().collect();
                messages.sort_by_key(rev_of);
                let is_all = messages.len() <= self.per_page;
                messages.truncate(self.per_page);
                let rev = if is_all { self.rev } else { messages.last().map_or(0, rev_of) };
                Frame::Changes(Changes { channel: Recipient::default(), after, rev, messages })
            }
        };
        self.out.push_back(frame);
    }

    fn cut(&mut self) {
        self.hears = false;
        self.asked.clear();
        self.out.clear();
    }

    fn is_at_rest(&self) -> bool {
        self.feed.is_empty() && self.asked.is_empty() && self.out.is_empty()
    }
}

/// Holds what it is told, and checks its order.
struct Program {
    places: Places,
    held: Messages,
    positions: Positions,
    begun: bool,
    last: u64,
    /// The next run may be told again what a page told ahead of the changes.
    again: u64,
}

impl Program {
    fn new() -> Self {
        let (places, held) = (Places::default(), Messages::default());
        Self { places, held, positions: Positions::default(), begun: false, last: 0, again: 0 }
    }

    fn connect(&mut self, server: &mut Server) {
        self.places.reconnected();
        self.places.inbox_asked();
        server.asked.push_back(Ask::Inbox);
        // The first live frames may come before the reply.
        server.hears = true;
    }

    fn restart(&mut self) {
        self.places = if self.begun { Places::from(&self.positions) } else { Places::default() };
        self.again = self.held.iter().map(|message| rev_of(&message)).max().unwrap_or(0);
        self.last = 0;
    }

    fn take(&mut self, frame: Frame, server: &mut Server) {
        match frame {
            Frame::Message(message) => match self.places.live(GENERAL, message.seq, true) {
                Turn::Now => {
                    self.tell(*message);
                    self.read_changes(server);
                }
                Turn::Fill(after) => server.asked.push_back(Ask::Page(after)),
                Turn::Not => {}
            },
            Frame::Inbox(inbox) => {
                assert!(!self.places.are_beyond(&inbox));
                let next = self.places.inbox(&inbox, None);
                let total = inbox.channels[0].total;
                self.positions.channels.entry(GENERAL.id()).or_insert(total);
                self.begun = true;
                self.note();
                self.read_changes(server);
                server.asked.extend(next.pages.into_iter().map(|(_, after)| Ask::Page(after)));
            }
            Frame::Page(page) => {
                for message in self.places.page(page) {
                    self.tell(message);
                }
                match self.places.next_page(GENERAL.id()) {
                    Some(after) => server.asked.push_back(Ask::Page(after)),
                    None => self.read_changes(server),
                }
            }
            Frame::Live(changes) => self.take_changes(changes, true, server),
            Frame::Changes(changes) => {
                self.places.missing_read(GENERAL.id(), Some(changes.rev));
                self.take_changes(changes, false, server);
            }
        }
    }

    fn take_changes(&mut self, changes: Changes, live: bool, server: &mut Server) {
        for Change { message, live } in self.places.changes(changes, live, true) {
            let (seq, rev) = (message.seq, rev_of(&message));
            assert!(rev > self.last, "in the order of Rev");
            self.last = rev;
            let held = self.held.get(seq).map_or(0, |held| rev_of(&held));
            assert!(rev > held || rev <= self.again, "{rev} of {seq} is told again");
            self.held.change(message, live);
            self.places.revs.push((GENERAL.id(), rev));
            self.note();
        }
        if let Some(rev) = self.places.rev(GENERAL.id()) {
            self.places.revs.push((GENERAL.id(), rev));
        }
        self.read_changes(server);
    }

    fn tell(&mut self, message: Message) {
        let (seq, uuid) = (message.seq, message.uuid);
        let message = self.places.present(GENERAL.id(), message);
        assert_eq!(self.held.get(seq), None, "a message comes once");
        self.held.add(message);
        self.places.told(GENERAL.id(), seq, uuid);
        self.positions.channels.insert(GENERAL.id(), seq);
        self.note();
    }

    /// The positions, as an event takes them along.
    fn note(&mut self) {
        self.positions.revs.extend(self.places.revs.drain(..));
    }

    fn read_changes(&mut self, server: &mut Server) {
        if let Some(Missing::After(after)) = self.places.missing(GENERAL.id()) {
            server.asked.push_back(Ask::Changes(after));
        }
    }
}

fn run(seed: u64) {
    let mut random = Random(seed);
    let mut server = Server {
        per_page: 2 + random.below(9),
        random: Random(seed + 1_000),
        stored: Vec::new(),
        rev: 0,
        feed: VecDeque::new(),
        hears: false,
        asked: VecDeque::new(),
        out: VecDeque::new(),
    };
    let mut program = Program::new();
    program.connect(&mut server);
    let deliver = |server: &mut Server, program: &mut Program| {
        if let Some(frame) = server.out.pop_front() {
            program.take(frame, server);
        }
    };
    for _ in 0..600 {
        match random.below(100) {
            0..20 => server.say(),
            20..50 => server.change(),
            50..65 => server.bring(),
            65..78 => server.answer(),
            78..97 => deliver(&mut server, &mut program),
            turn => {
                server.cut();
                if turn == 99 {
                    program.restart();
                }
                program.connect(&mut server);
            }
        }
    }
    // A frame that was dropped last is noticed when the connection comes back.
    for _ in 0..2 {
        while !server.is_at_rest() {
            server.bring();
            server.answer();
            deliver(&mut server, &mut program);
        }
        server.cut();
        program.connect(&mut server);
    }
    while !server.is_at_rest() {
        server.answer();
        deliver(&mut server, &mut program);
    }
    let held: Vec<_> = program.held.iter().collect();
    let begin =
        held.first().map_or(server.stored.len(), |first| usize::try_from(first.seq - 1).unwrap());
    assert_eq!(held, server.stored[begin..]);
    assert_eq!(program.positions.channels[&GENERAL.id()], server.stored.len() as u64);
    assert_eq!(program.places.rev(GENERAL.id()), Some(server.rev));
}

#[test]
fn at_rest_a_program_holds_what_the_server_holds() {
    for seed in 1..=200 {
        if let Err(failure) = std::panic::catch_unwind(|| run(seed)) {
            eprintln!("failed with the seed {seed}");
            std::panic::resume_unwind(failure);
        }
    }
}

fn changes(channel: ChannelUuid, after: u64, messages: Vec<Message>) -> Changes {
    let rev = messages.last().map_or(after, rev_of);
    Changes { channel: Recipient { recipient: Some(channel.0) }, after, rev, messages }
}

fn changed(seq: u64, rev: u64) -> Message {
    Message { seq, rev: Some(rev), ..Message::default() }
}

/// After an inbox of General alone, of a server that numbers changes.
fn numbering() -> Places {
    let mut places = Places::default();
    places.inbox(&Inbox { channels: vec![InboxChannel { rev: Some(0), ..listed(0) }] }, None);
    places
}

#[test]
fn a_channel_that_begins_with_a_live_message_gets_its_rev_from_a_page() {
    let (mut places, ops) = (numbering(), ChannelUuid::random());
    assert_eq!(places.live(Channel::Shared(ops), 58, true), Turn::Now);
    places.told(ops.into(), 58, MessageUuid::random());
    assert_eq!(places.rev_page(ops.into()), Some(57));
    assert_eq!(places.rev_page(ops.into()), None, "one is under way");
    assert_eq!(places.changes(changes(ops, 9, vec![changed(58, 10)]), true, true), []);
    let told = places.begin(ops.into(), 9, &[changed(58, 8), changed(59, 9)]);
    assert_eq!(told, [Change { message: changed(58, 8), live: false }]);
    assert_eq!(places.missing(ops.into()), Some(Missing::After(9)));
    // The other one is delivered as it is now.
    assert_eq!(places.present(ops.into(), changed(59, 0)), changed(59, 9));
}

#[test]
fn a_message_that_a_join_has_read_already_is_delivered_when_it_comes_as_it_is_now() {
    let (mut places, ops) = (numbering(), ChannelUuid::random());
    let in_ops = |seq, rev| Message { recipient_uuid: Some(ops.0), ..changed(seq, rev) };
    places.look_at(&ChannelView {
        channel: Recipient { recipient: Some(ops.0) },
        rev: 3,
        messages: vec![in_ops(59, 3), in_ops(58, 0), in_ops(57, 2)],
        ..ChannelView::default()
    });
    for (seq, rev) in [(58, 0), (59, 3)] {
        assert_eq!(places.live(Channel::Shared(ops), seq, true), Turn::Now);
        assert_eq!(places.present(ops.into(), in_ops(seq, 0)), in_ops(seq, rev));
        places.told(ops.into(), seq, MessageUuid::random());
    }
    assert_eq!(places.live(Channel::Shared(ops), 59, true), Turn::Not);
    assert_eq!(places.rev_page(ops.into()), None);
    let next = places.changes(changes(ops, 3, vec![in_ops(57, 4)]), true, true);
    assert_eq!(next, [Change { message: in_ops(57, 4), live: true }]);
}

#[test]
fn too_many_changes_are_left_out_and_older_pages_with_them() {
    let (mut places, ops) = (numbering(), ChannelUuid::random());
    let view = |rev| ChannelView {
        channel: Recipient { recipient: Some(ops.0) },
        rev,
        messages: vec![Message { recipient_uuid: Some(ops.0), ..changed(7, 1) }],
        ..ChannelView::default()
    };
    places.look_at(&view(1));
    places.look_at(&view(1_001));
    assert_eq!(places.missing(ops.into()), Some(Missing::After(1)));
    places.missing_read(ops.into(), None);
    places.look_at(&view(1_002));
    assert_eq!(places.missing(ops.into()), Some(Missing::TooMany));
    assert_eq!(places.live(Channel::Shared(ops), 9, true), Turn::Fill(7));
    places.skip(ops.into());
    let page = |rev, seq| History {
        channel: Recipient { recipient: Some(ops.0) },
        rev,
        messages: vec![changed(seq, 0)],
        ..page(0..0, 9)
    };
    assert_eq!(places.page(page(1_001, 8)), []);
    assert_eq!(places.next_page(ops.into()), Some(7));
    assert_eq!(places.page(page(1_002, 8)), [changed(8, 0)]);
    assert_eq!(places.rev(ops.into()), Some(1_002));
}

#[test]
fn without_room_changes_are_requested_later_and_a_server_of_0_1_has_none() {
    let (mut places, general) = (numbering(), GENERAL.id());
    let frame = |rev| Changes { channel: Recipient::default(), after: 0, rev, messages: vec![] };
    assert_eq!(places.changes(frame(2), true, false), []);
    assert_eq!(places.behind(), [general]);
    assert_eq!(places.missing(general), Some(Missing::After(0)));
    let mut places = begun(5);
    assert_eq!(places.live(GENERAL, 6, true), Turn::Now);
    assert_eq!((places.rev(general), places.rev_page(general)), (None, None));
    assert!(places.missing(general).is_none() && places.revs.is_empty());
}
