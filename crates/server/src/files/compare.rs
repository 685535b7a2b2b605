//! Compares the home with the store, and deletes the bytes that are left over.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chinwag_files::{Entry, Object};
use chinwag_protocol::FileUuid;
use tokio::time::sleep;

use super::Files;

/// How often they are compared.
const PERIOD: Duration = Duration::from_hours(1);

/// How old bytes are that the store doesn't know. Younger ones may belong to an upload that just begins.
const OLD: Duration = Duration::from_hours(1);

/// How many files the store is asked for at once.
const PAGE: usize = 500;

impl Files {
    /// Compares them at the start and each hour, for ever.
    pub async fn compare(self: Arc<Self>) {
        loop {
            match self.left_over().await {
                Ok(0) => {}
                Ok(count) => {
                    tracing::info!(
                        "deleted the bytes of {count} files that the store doesn't know"
                    );
                }
                Err(error) => {
                    tracing::warn!("failed to compare the home of files with the store: {error:#}");
                }
            }
            sleep(PERIOD).await;
        }
    }

    /// Deletes them, and returns of how many files they were.
    async fn left_over(&self) -> anyhow::Result<usize> {
        let now = SystemTime::now();
        let old =
            move |entry: &Entry| now.duration_since(entry.modified).is_ok_and(|age| age >= OLD);
        let objects = self
            .at_home(move |home| {
                let mut objects = HashSet::new();
                home.list(&mut |entry| {
                    if old(&entry) {
                        objects.insert(entry.object);
                    }
                })?;
                Ok(objects)
            })
            .await?;
        let (mut left, mut known_files) = (Vec::new(), 0);
        let objects: Vec<_> = objects.into_iter().collect();
        for page in objects.chunks(PAGE) {
            let files = page.iter().map(|object| FileUuid(object.file())).collect();
            let known = self.store.known_files(files).await?;
            let is_known = |object: &&Object| known.contains(&FileUuid(object.file()));
            known_files += page.iter().filter(is_known).count();
            left.extend(page.iter().filter(|object| !is_known(object)).copied());
        }
        let sent = left.iter().filter(|object| !matches!(object, Object::Upload(_))).count();
        if sent > known_files {
            // Rather another store than bytes that were left over.
            tracing::warn!(
                "the home of files (FILES) holds {sent} files that this store doesn't know, and {known_files} that it \
                 knows; nothing is deleted. See `chinwag files check`"
            );
            left.retain(|object| matches!(object, Object::Upload(_)));
        }
        for object in left.clone() {
            self.at_home(move |home| home.delete(object)).await?;
        }
        Ok(left.len())
    }
}
