//! A message's text while it is not known yet what its users will be called.

use serde::{Deserialize, Serialize};

/// A part of a text.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Piece {
    Plain(String),
    User(u32),
}

/// The longest name behind its `@`, in characters.
const NAME: usize = 65;

/// A text, with users by their number where it mentions them.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct Text {
    pieces: Vec<Piece>,
    /// Whether it mentions all members.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
}

impl Text {
    pub(crate) fn push(&mut self, text: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Plain(last)) => last.push_str(text),
            _ if text.is_empty() => {}
            _ => self.pieces.push(Piece::Plain(text.to_owned())),
        }
    }

    /// Adds what a source says, sign by sign. `special` gets the rest and the sign before it, may add what means more than its signs,
    /// and tells how many bytes that took.
    pub(crate) fn push_read(
        &mut self,
        source: &str,
        mut special: impl FnMut(&mut Self, &str, char) -> Option<usize>,
    ) {
        let (mut rest, mut before) = (source, '\n');
        while let Some(sign) = rest.chars().next() {
            let taken = special(self, rest, before).unwrap_or_else(|| {
                self.push(&rest[..sign.len_utf8()]);
                sign.len_utf8()
            });
            before = rest[..taken].chars().next_back().unwrap_or(sign);
            rest = &rest[taken..];
        }
    }

    pub(crate) fn mention(&mut self, user: u32) {
        self.pieces.push(Piece::User(user));
    }

    /// Adds a line below what is there.
    pub(crate) fn line(&mut self, line: &str) {
        if !self.pieces.is_empty() {
            self.push("\n");
        }
        self.push(line);
    }

    /// Adds another text behind what is there.
    pub(crate) fn append(&mut self, other: Self) {
        self.all |= other.all;
        for piece in other.pieces {
            match piece {
                Piece::Plain(text) => self.push(&text),
                Piece::User(user) => self.mention(user),
            }
        }
    }

    pub(crate) fn is_blank(&self) -> bool {
        let nothing = |c: char| c.is_whitespace() || c == '\0';
        self.pieces.iter().all(|piece| match piece {
            Piece::Plain(text) => text.chars().all(nothing),
            Piece::User(_) => false,
        })
    }

    /// How many characters it has at most, once its users have names.
    pub(crate) fn longest(&self) -> usize {
        let length = |piece: &Piece| match piece {
            Piece::Plain(text) => text.chars().count(),
            Piece::User(_) => NAME,
        };
        self.pieces.iter().map(length).sum()
    }

    /// The users that it mentions, each once.
    pub(crate) fn mentioned(&self) -> Vec<u32> {
        let mut users = Vec::new();
        for piece in &self.pieces {
            if let Piece::User(user) = piece
                && !users.contains(user)
            {
                users.push(*user);
            }
        }
        users
    }

    /// The text as it is read, with these names.
    pub(crate) fn shown<'a>(&self, name: impl Fn(u32) -> &'a str) -> String {
        let mut shown = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Plain(text) => shown.push_str(text),
                Piece::User(user) => {
                    shown.push('@');
                    shown.push_str(name(*user));
                }
            }
        }
        // No store keeps a NUL in a text.
        shown.replace('\0', "").trim().to_owned()
    }
}
