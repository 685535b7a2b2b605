//! The tables of the index.

/// The version of the tables and of the words in them. The index of another one is made anew.
pub(crate) const VERSION: u32 = 1;

/// `messages` has the words of each message, and in `marks` its channel, its sender, who can read it and what it has
/// besides. It holds no text that could be read back (`content=''`). The tokenizer parts words at spaces, and changes
/// nothing of what `words` makes.
///
/// `entries` says where a message stands in it: `id` is `created_at` in milliseconds `<< 10` and a count, `place` is
/// the channel's number `<< 40 | seq`.
pub(crate) const TABLES: &str = "
    CREATE VIRTUAL TABLE messages USING fts5(
        text, marks, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '1 2 3'
    );
    CREATE TABLE entries (id INTEGER PRIMARY KEY, place INTEGER NOT NULL UNIQUE);
    CREATE TABLE channels (
        number INTEGER PRIMARY KEY, uuid BLOB NOT NULL UNIQUE, everybody INTEGER NOT NULL,
        low BLOB, high BLOB, seq INTEGER NOT NULL, rev INTEGER NOT NULL
    );
    CREATE TABLE state (
        id INTEGER PRIMARY KEY CHECK (id = 1), epoch TEXT NOT NULL, removed INTEGER NOT NULL,
        generation INTEGER NOT NULL
    );
";

/// The channel's number, and what belongs to it below.
pub(crate) const SEQ_BITS: u32 = 40;

/// The messages of a millisecond that are told apart. Further ones stand behind the last of their second.
pub(crate) const COUNT_BITS: u32 = 10;
