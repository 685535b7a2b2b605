//! Opens the index of the search.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

use chinwag_search::{self as index, Index};

/// Opens the index in this file, or one in memory where there is none or it can't be used.
pub(super) fn open(path: Option<&PathBuf>, epoch: &str) -> Index {
    let Some(path) = path else { return in_memory(epoch) };
    let folder = path.parent().unwrap_or(path);
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(index::Error::from).and_then(|()| Index::open(path, epoch)).unwrap_or_else(
        |error| {
            tracing::warn!(
                "the search index is kept in memory, since {} can't be used: {error}",
                path.display()
            );
            in_memory(epoch)
        },
    )
}

/// An empty index.
pub(super) fn in_memory(epoch: &str) -> Index {
    Index::in_memory(epoch).expect("memory takes a database")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use chinwag_protocol::ChannelUuid;
    use chinwag_search::Audience;
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn an_index_whose_file_cannot_be_used_is_kept_in_memory() {
        let dir = TempDir::new().unwrap();
        let [file, folder, used] = ["file", "folder", "used"].map(|name| dir.path().join(name));
        fs::write(&file, "").unwrap();
        fs::create_dir_all(folder.join("search.db")).unwrap();
        let _user = open(Some(&used.join("search.db")), "one");
        // Not even root writes to /proc.
        for unusable in [file, folder, used, "/proc".into(), "/proc/folder".into()] {
            let path = unusable.join("search.db");
            assert!(Index::open(&path, "one").is_err(), "{}", path.display());
            let mut index = open(Some(&path), "one");
            index.add_channel(ChannelUuid::GENERAL, Audience::Everybody, 0).unwrap();
        }
    }
}
