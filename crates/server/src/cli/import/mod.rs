//! `chinwag import`: imports an export, or the data of the first server's Redis, into an empty store.

mod lines;
mod seed;

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Result, anyhow, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chinwag_store::embedded::EmbeddedTarget;
use chinwag_store::redis::{RedisTarget, read_seed};
use chinwag_store::transfer::{Counts, Item, Order, Progress, Target};
use chinwag_terminal::may_close;
use clap::Args;
use indicatif::ProgressBar;
use sha2::{Digest, Sha256};

use super::{files, progress};
use crate::config::{Config, StoreConfig};
use crate::names::Name;
use crate::passwords;
use lines::{Line, Lines};

/// Import a file written by `chinwag export` into an empty store
///
/// After an interruption, run the same command again: it continues where it stopped. No server starts on
/// the store until the import has finished. The same file again adds nothing.
#[derive(Args, Debug)]
pub struct Import {
    /// A file written by `chinwag export`; - for the standard input
    #[arg(required_unless_present = "seed")]
    file: Option<PathBuf>,

    /// Copy the files that users have sent from this folder of `chinwag export --files` into the home of `FILES`, too
    #[arg(long, value_name = "FOLDER")]
    files: Option<PathBuf>,

    /// Instead of a file, import the data of the first server of this protocol from this Redis: its keys
    /// have dots, and its passwords are plain text, which is hashed on the way
    #[arg(long, env = "SEED_REDIS_URL", value_name = "URL", hide_env_values = true)]
    seed: Option<String>,

    /// With --seed: rename users whose names are not allowed, and leave out data that can't be read; both
    /// are listed
    #[arg(long)]
    repair: bool,
}

/// How many lines, and how many bytes, are stored together.
const BATCH: usize = 500;
const BATCH_BYTES: usize = 4 * 1024 * 1024;

impl Import {
    pub(super) async fn run(&self, config: &Config) -> Result<()> {
        // Before the messages that hold them, so that none of them lacks its file.
        files::copy_from(self.files.as_deref(), config).await?;
        let target: Box<dyn Target> = match &config.store {
            StoreConfig::Embedded(folder) => Box::new(EmbeddedTarget::open(folder)?),
            StoreConfig::Redis { url, roots } => {
                Box::new(RedisTarget::open(url, roots.clone()).await?)
            }
        };
        let lines = match (&self.file, &self.seed) {
            (Some(file), _) => Lines::open(file)?,
            (None, Some(url)) => {
                Lines::of_seed(seed::records(read_seed(url).await?, self.repair)?)?
            }
            (None, None) => {
                bail!("name a file written by `chinwag export`, or - for the standard input")
            }
        };
        let importer = Importer::new(target, &lines);
        let told = if importer.target.finished().is_some() {
            importer.compare(lines)?;
            "this was imported before: nothing was added".to_owned()
        } else {
            let Counts { users, channels, messages } = importer.run(lines).await?;
            format!("imported {users} users, {channels} channels, {messages} messages")
        };
        may_close(writeln!(std::io::stdout(), "{told}").map_err(Into::into))
    }
}

struct Importer {
    target: Box<dyn Target>,
    /// How far an earlier run has come.
    before: Option<Progress>,
    order: Order,
    digest: Sha256,
    count: u64,
    batch: Vec<Item>,
    bytes: usize,
    bar: ProgressBar,
}

impl Importer {
    fn new(target: Box<dyn Target>, lines: &Lines) -> Self {
        Self {
            before: target.progress().cloned(),
            target,
            order: Order::default(),
            digest: Sha256::new(),
            count: 0,
            batch: Vec::new(),
            bytes: 0,
            bar: progress::bytes(lines.length()),
        }
    }

    async fn run(mut self, mut lines: Lines) -> Result<Counts> {
        while let Some(line) = lines.next()? {
            self.take(line)?;
            if self.batch.len() >= BATCH || self.bytes >= BATCH_BYTES {
                self.store(lines.have_passwords_as_typed()).await?;
            }
        }
        self.bar.finish_and_clear();
        ensure!(
            self.order.has_ended(),
            "the file ends before its end: get the whole file, and import it again"
        );
        ensure!(self.before.is_none(), other_file());
        self.store(lines.have_passwords_as_typed()).await?;
        self.target.finish().await?;
        Ok(self.order.counts())
    }

    /// Reads lines for a store that holds a chat, and stores none.
    ///
    /// # Errors
    /// If they are others than those that were imported before.
    fn compare(mut self, mut lines: Lines) -> Result<()> {
        while let Some(line) = lines.next()? {
            self.count += 1;
            self.digest.update(&line.digested);
            self.bar.inc(line.length);
        }
        self.bar.finish_and_clear();
        ensure!(self.target.finished() == Some(&self.progress()), self.target.refusal());
        Ok(())
    }

    /// Checks a line, and keeps what it brings unless that is stored already.
    fn take(&mut self, line: Line) -> Result<()> {
        self.count += 1;
        self.digest.update(&line.digested);
        self.bar.inc(line.length);
        let fold = |name: &str| Name::typed(name).map(|name| name.folded).map_err(str::to_owned);
        let item = self.order.take(line.record, fold);
        let item = item.map_err(|reason| anyhow!("line {}: {reason}", self.count))?;
        let Some(before) = &self.before else {
            self.batch.extend(item);
            self.bytes += line.digested.len();
            return Ok(());
        };
        if before.lines == self.count {
            ensure!(before.digest == self.progress().digest, other_file());
            self.before = None;
        }
        Ok(())
    }

    fn progress(&self) -> Progress {
        let digest = URL_SAFE_NO_PAD.encode(self.digest.clone().finalize());
        Progress { lines: self.count, digest }
    }

    async fn store(&mut self, as_typed: bool) -> Result<()> {
        let (mut items, progress) = (std::mem::take(&mut self.batch), self.progress());
        self.bytes = 0;
        if as_typed {
            passwords::hash_all(items.iter_mut().filter_map(|item| match item {
                Item::User { user, .. } => Some(&mut user.password),
                _ => None,
            }))?;
        }
        Ok(self.target.write(items, &progress).await?)
    }
}

fn other_file() -> &'static str {
    "this store holds an unfinished import of another file: run the import of that file again, or empty \
     the store"
}
