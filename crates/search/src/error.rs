//! Why the index can't be used.

/// The file is damaged, or the disk doesn't take it. The index is to be made anew.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `SQLite` says no.
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
    /// The system says no.
    #[error(transparent)]
    File(#[from] std::io::Error),
}

/// What reads or writes the index returns.
pub type Result<T> = std::result::Result<T, Error>;
