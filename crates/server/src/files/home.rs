//! Opens the home of files: a folder, or a bucket of S3.

use std::sync::Arc;

use anyhow::Context;
use chinwag_files::{Credentials, Folder, Home, S3};

/// Opens the home of `FILES`. It waits for a bucket, so call it on a thread that may wait.
///
/// # Errors
/// When it can't be used, with the reason and what to do.
pub fn open(address: &str) -> anyhow::Result<Arc<dyn Home>> {
    if !address.starts_with("s3:") {
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
