//! Random changes while frames are dropped, the store is ahead of the feed, connections break and the program begins
//! anew: each state is told once and in order, and at rest the program holds what the server holds.

use chinwag_protocol::outgoing::Changes;

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
