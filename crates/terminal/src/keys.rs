//! Access keys between runs: one for each server, in a file that only its owner can read.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::{env, process};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// What resumes a session.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Key {
    /// The name as it was typed.
    pub user: String,
    /// A secret.
    pub access_key: String,
}

/// The file.
pub struct Keys {
    file: PathBuf,
}

impl Keys {
    /// The user's own: `$XDG_STATE_HOME/chinwag/keys.json`, or under `~/.local/state`.
    ///
    /// # Errors
    /// When the user has no home.
    pub fn of_user() -> Result<Self> {
        let absolute =
            |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let state = absolute("XDG_STATE_HOME")
            .or_else(|| Some(absolute("HOME")?.join(".local/state")))
            .context("there is no place for access keys: HOME is not set")?;
        Ok(Self::in_folder(&state.join("chinwag")))
    }

    fn in_folder(folder: &Path) -> Self {
        Self { file: folder.join("keys.json") }
    }

    /// The key for this server.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn get(&self, server: &str) -> Result<Option<Key>> {
        Ok(self.read()?.remove(server))
    }

    /// Keeps a key for this server, or forgets it.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn set(&self, server: &str, key: Option<Key>) -> Result<()> {
        let mut keys = self.read()?;
        let before = match key {
            Some(key) => keys.insert(server.to_owned(), key.clone()) == Some(key),
            None => keys.remove(server).is_none(),
        };
        if before { Ok(()) } else { self.write(&keys) }
    }

    fn read(&self) -> Result<BTreeMap<String, Key>> {
        match fs::read(&self.file) {
            // The error of the parser might quote a key.
            Ok(bytes) => serde_json::from_slice(&bytes).ok().with_context(|| {
                format!("{} is damaged; delete it and sign in again", self.file.display())
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(BTreeMap::new()),
            Err(error) => Err(error).with_context(|| self.failed("read")),
        }
    }

    /// In one step, so that no other process sees half a file.
    fn write(&self, keys: &BTreeMap<String, Key>) -> Result<()> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        let failed = || self.failed("write");
        DirBuilder::new().recursive(true).mode(0o700).create(folder).with_context(failed)?;
        let new = self.file.with_extension(format!("{}.new", process::id()));
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&new)
            .with_context(failed)?;
        file.write_all(&serde_json::to_vec_pretty(keys)?).with_context(failed)?;
        fs::rename(&new, &self.file).with_context(failed)
    }

    fn failed(&self, what: &str) -> String {
        format!("failed to {what} {}", self.file.display())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_kept_for_its_owner_alone_and_forgotten() {
        let folder = env::temp_dir().join(format!("chinwag-keys-{}", process::id()));
        let keys = Keys::in_folder(&folder.join("state"));
        assert!(keys.get("http://a").unwrap().is_none());
        let key = Key { user: "Ada".into(), access_key: "k".into() };
        keys.set("http://a", Some(key.clone())).unwrap();
        assert!(keys.get("http://a").unwrap() == Some(key));
        assert!(keys.get("http://b").unwrap().is_none());
        assert_eq!(fs::metadata(&keys.file).unwrap().permissions().mode() & 0o777, 0o600);
        keys.set("http://a", None).unwrap();
        assert!(keys.get("http://a").unwrap().is_none());
        fs::write(&keys.file, "{\"secret").unwrap();
        assert!(!format!("{:#}", keys.get("http://a").err().unwrap()).contains("secret"));
        fs::remove_dir_all(folder).unwrap();
    }
}
