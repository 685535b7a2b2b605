//! The store of a single node: `SQLite` for what lasts, memory for who is online, a feed in the process.

mod access_keys;
mod accounts;
mod append;
mod backup;
mod changes;
mod channels;
mod clock;
mod concern;
mod create;
mod data_dir;
mod epoch;
mod export;
mod files;
mod followed;
mod hooks;
mod import;
mod inbox;
mod links;
mod listing;
mod log;
mod members;
mod messages;
mod migration;
mod moderation;
mod mover;
mod outcome;
mod presence;
mod ranked;
mod readers;
mod recent;
mod schema;
mod sent;
mod sessions;
mod statements;
mod subscriptions;
mod users;
mod writer;
mod writing;

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;

use crate::newest::Newest;
use crate::{Feed, Result, Space, Store, Unavailable};
pub use backup::backup;
use clock::Clock;
use data_dir::DataDir;
pub(crate) use data_dir::private_file;
pub use export::{export, held_files, size};
use followed::Moves;
pub use import::EmbeddedTarget;
pub use links::{add_links, known_users};
use presence::Presence;
use readers::Readers;
use recent::Recent;
use writer::Writer;

/// A store in one folder, for one process.
pub struct EmbeddedStore {
    writer: Writer,
    readers: Readers,
    recent: Arc<Recent>,
    presence: Arc<Presence>,
    newest: Arc<Newest>,
    moves: Arc<Moves>,
    clock: Clock,
    epoch: Arc<str>,
    dir: DataDir,
}

impl EmbeddedStore {
    /// Opens the store in the folder, making both if they are not there.
    ///
    /// # Errors
    /// When the folder can't be written, or another process uses it.
    pub fn open(dir: &Path, feed: Feed) -> Result<Arc<Self>> {
        let action = "open the embedded store";
        let mut dir = DataDir::claim(dir)?;
        let database = dir.database();
        let failed = |error: rusqlite::Error| Unavailable {
            action,
            reason: format!("{}: {error}", database.display()),
        };
        let connection = dir.open_writer(action)?;
        if import::unfinished(&connection).map_err(failed)?.is_some() {
            let reason =
                "an import into it was not finished: run `chinwag import` with the same file again";
            return Err(Unavailable { action, reason: reason.to_owned() });
        }
        let epoch = epoch::open(&connection).map_err(failed)?;
        let presence = Arc::new(Presence::load(&connection).map_err(failed)?);
        let no_thread = |error: std::io::Error| Unavailable { action, reason: error.to_string() };
        let open_reader = || schema::open_reader(&database).map_err(failed);
        let readers = [open_reader()?, open_reader()?];
        let readers = Readers::start(readers).map_err(no_thread)?;
        let (recent, newest) = (Arc::<Recent>::default(), Arc::<Newest>::default());
        let moves = Arc::<Moves>::default();
        let feed = moves.noted(feed);
        let writer = Writer::start(connection, Arc::clone(&recent), Arc::clone(&newest), feed);
        let writer = writer.map_err(no_thread)?;
        Ok(Arc::new(Self {
            writer,
            readers,
            recent,
            presence,
            newest,
            moves,
            clock: Clock::default(),
            epoch,
            dir,
        }))
    }
}

#[async_trait]
impl Store for EmbeddedStore {
    fn epoch(&self) -> Arc<str> {
        Arc::clone(&self.epoch)
    }

    async fn ready(&self) -> Result<()> {
        // A write, so that a full or read-only disk shows, too.
        self.writer
            .write("reach the database", |db| {
                schema::touch(db)?;
                Ok(((), Vec::new()))
            })
            .await
    }

    async fn space(&self) -> Result<Space> {
        self.dir.space()
    }

    async fn close(&self) {
        // SQLite folds the log into the database and removes it when the last connection closes.
        self.readers.stop().await;
        self.writer.stop().await;
    }
}

#[cfg(test)]
mod tests;
