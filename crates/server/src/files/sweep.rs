//! Deletes the bytes of files that have ended.

use std::sync::Arc;
use std::time::Duration;

use chinwag_files::Object;
use chinwag_protocol::FileUuid;
use jiff::Timestamp;
use tokio::time::timeout;

use super::Files;

/// How often files are looked for that have ended on other nodes, or by time.
const PERIOD: Duration = Duration::from_secs(30);

impl Files {
    /// Deletes them for ever. What a crash leaves is deleted after the next start, since the store has it until then.
    pub async fn sweep(self: Arc<Self>) {
        loop {
            while self.sweep_some().await {}
            // Woken or not, there may be some.
            let _ = timeout(PERIOD, self.ended.notified()).await;
        }
    }

    /// Whether there may be more.
    async fn sweep_some(&self) -> bool {
        let ended = match self.store.ended_files(Timestamp::now()).await {
            Ok(ended) => ended,
            Err(error) => {
                tracing::debug!(%error, "no files are deleted now");
                return false;
            }
        };
        let mut has_deleted = false;
        for file in ended {
            has_deleted |= self.delete(file).await;
        }
        has_deleted
    }

    async fn delete(&self, file: FileUuid) -> bool {
        let delete = move |home: &dyn chinwag_files::Home| {
            let objects = [Object::Upload(file.0), Object::File(file.0), Object::Preview(file.0)];
            objects.into_iter().try_for_each(|object| home.delete(object))
        };
        if let Err(error) = self.at_home(delete).await {
            tracing::warn!(%error, "failed to delete a file");
            return false;
        }
        self.store.forget_file(file).await.is_ok()
    }
}
