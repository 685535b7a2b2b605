//! Opens the home of files: a folder, or a bucket of S3.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, ensure};
use chinwag_files::{Credentials, Folder, Home, S3};

use crate::config::Config;

/// Opens the home of `FILES`. It waits for a bucket, so call it on a thread that may wait.
///
/// # Errors
/// When it can't be used, with the reason and what to do.
pub fn open(address: &str) -> anyhow::Result<Arc<dyn Home>> {
    if !is_bucket(address) {
        let folder = Folder::open(address);
        return Ok(Arc::new(
            folder.with_context(|| {
                format!("failed to open the folder {address} for files (FILES)")
            })?,
        ));
    }
    let credentials = Credentials::from_env().context(
        "failed to open the bucket of FILES: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, too",
    )?;
    let bucket = S3::open(address, credentials);
    Ok(Arc::new(bucket.with_context(|| format!("failed to open {address} (FILES)"))?))
}

/// Whether it is the address of a bucket, and not of a folder.
pub fn is_bucket(address: &str) -> bool {
    address.starts_with("s3:")
}

/// Refuses a folder that `CLIENT_LOCATION` serves to everybody. Nothing in `DATA_DIR` is served.
///
/// # Errors
/// When it is such a folder.
pub fn refuse_served(address: &str, config: &Config) -> anyhow::Result<()> {
    let Ok(home) = Path::new(address).canonicalize() else { return Ok(()) };
    let is_in = |folder: &Option<PathBuf>| {
        let folder = folder.as_ref().and_then(|folder| folder.canonicalize().ok());
        folder.is_some_and(|folder| home.starts_with(folder))
    };
    ensure!(
        !is_in(&config.client_location) || is_in(&config.data_dir),
        "failed to open the folder {address} for files (FILES): CLIENT_LOCATION would show it to everybody, so choose \
         a folder outside of that"
    );
    Ok(())
}
