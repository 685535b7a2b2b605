//! Saved access keys: one for each user of each server, in a file that only its owner can read.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::{env, process};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// A user and the access key that signs in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Key {
    /// The name as it was typed.
    pub user: String,
    /// A secret.
    pub access_key: String,
}

/// The keys for one server, the last used first. The file has a list only for several.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Saved {
    One(Key),
    Several(Vec<Key>),
}

type Servers = BTreeMap<String, Vec<Key>>;

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

    /// The key of this user at this server, or the one saved last.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn get(&self, server: &str, user: Option<&str>) -> Result<Option<Key>> {
        let keys = self.read()?.remove(server).unwrap_or_default();
        Ok(keys.into_iter().find(|key| user.is_none_or(|user| is_same(&key.user, user))))
    }

    /// Saves a key, and removes an older one of the same user.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn keep(&self, server: &str, key: Key) -> Result<()> {
        let mut servers = self.read()?;
        let keys = servers.entry(server.to_owned()).or_default();
        if keys.first() == Some(&key) {
            return Ok(());
        }
        keys.retain(|other| !is_same(&other.user, &key.user));
        keys.insert(0, key);
        self.write(servers)
    }

    /// Removes a key.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn forget(&self, server: &str, key: &Key) -> Result<()> {
        let mut servers = self.read()?;
        let Some(keys) = servers.get_mut(server) else { return Ok(()) };
        keys.retain(|other| !is_same(&other.user, &key.user));
        self.write(servers)
    }

    fn read(&self) -> Result<Servers> {
        let bytes = match fs::read(&self.file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Servers::new()),
            Err(error) => return Err(error).with_context(|| self.failed("read")),
        };
        // The error of the parser might quote a key.
        let saved: BTreeMap<String, Saved> =
            serde_json::from_slice(&bytes).ok().with_context(|| {
                format!("{} is damaged; delete it and sign in again", self.file.display())
            })?;
        let keys = |saved| match saved {
            Saved::One(key) => vec![key],
            Saved::Several(keys) => keys,
        };
        Ok(saved.into_iter().map(|(server, saved)| (server, keys(saved))).collect())
    }

    /// In one step, so that no other process sees half a file.
    fn write(&self, servers: Servers) -> Result<()> {
        let saved: BTreeMap<_, _> = servers
            .into_iter()
            .filter_map(|(server, mut keys)| match keys.len() {
                0 => None,
                1 => keys.pop().map(|key| (server, Saved::One(key))),
                _ => Some((server, Saved::Several(keys))),
            })
            .collect();
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
        file.write_all(&serde_json::to_vec_pretty(&saved)?).with_context(failed)?;
        fs::rename(&new, &self.file).with_context(failed)
    }

    fn failed(&self, what: &str) -> String {
        format!("failed to {what} {}", self.file.display())
    }
}

fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A file of its own for each test.
    fn keys(test: &str) -> (Keys, PathBuf) {
        let folder = env::temp_dir().join(format!("chinwag-keys-{}-{test}", process::id()));
        (Keys::in_folder(&folder.join("state")), folder)
    }

    fn key(user: &str, access_key: &str) -> Key {
        Key { user: user.into(), access_key: access_key.into() }
    }

    #[test]
    fn a_key_is_kept_for_its_owner_alone_and_forgotten() {
        let (keys, folder) = keys("owner");
        assert!(keys.get("http://a", None).unwrap().is_none());
        keys.keep("http://a", key("Ada", "k")).unwrap();
        assert!(keys.get("http://a", None).unwrap() == Some(key("Ada", "k")));
        assert!(keys.get("http://b", None).unwrap().is_none());
        assert_eq!(fs::metadata(&keys.file).unwrap().permissions().mode() & 0o777, 0o600);
        keys.forget("http://a", &key("Ada", "k")).unwrap();
        assert!(keys.get("http://a", None).unwrap().is_none());
        fs::write(&keys.file, "{\"secret").unwrap();
        let error = keys.get("http://a", None).err().unwrap();
        assert!(!format!("{error:#}").contains("secret"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn each_user_of_a_server_has_a_key_and_the_last_one_comes_first() {
        let (keys, folder) = keys("users");
        let get = |user| keys.get("http://a", user).unwrap().map(|key| key.access_key);
        fs::create_dir_all(keys.file.parent().unwrap()).unwrap();
        fs::write(&keys.file, r#"{"http://a":{"user":"Ada","accessKey":"1"}}"#).unwrap();
        keys.keep("http://a", key("Bob", "2")).unwrap();
        assert_eq!((get(None), get(Some("ada"))), (Some("2".into()), Some("1".into())));
        keys.keep("http://a", key("Ada", "3")).unwrap();
        assert_eq!((get(None), get(Some("Bob"))), (Some("3".into()), Some("2".into())));
        keys.forget("http://a", &key("Ada", "3")).unwrap();
        assert_eq!((get(None), get(Some("Ada"))), (Some("2".into()), None));
        fs::remove_dir_all(folder).unwrap();
    }
}
