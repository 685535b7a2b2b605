//! How far behind an index says that it is.

use chinwag_store::embedded::EmbeddedStore;
use tempfile::TempDir;

use super::*;

/// Reads until nothing is left but to wait for something to move.
async fn catch_up(indexer: &mut Indexer) {
    loop {
        let mut reading = indexer.read();
        if !reading.is_page {
            return;
        }
        let read = (&mut reading.task).await.unwrap();
        indexer.take(read).unwrap();
    }
}

#[tokio::test]
async fn one_that_is_more_than_a_second_behind_says_so() {
    let dir = TempDir::new().unwrap();
    let store = EmbeddedStore::open(dir.path(), Box::new(|_| ())).unwrap();
    let mut indexer = Indexer::open(store.clone(), None, Handle::current());
    let moved =
        |seconds| Read::Moved(Ok(Moved::Anywhere), Instant::now() - Duration::from_secs(seconds));
    indexer.take(moved(0)).unwrap();
    assert!(indexer.ready() < 1.0);
    catch_up(&mut indexer).await;
    assert!(indexer.ready() >= 1.0);
    indexer.take(moved(0)).unwrap();
    assert!(indexer.ready() >= 1.0);
    catch_up(&mut indexer).await;
    // The thread had no core.
    indexer.take(moved(2)).unwrap();
    indexer.take(moved(0)).unwrap();
    assert!(indexer.ready() < 1.0);
    catch_up(&mut indexer).await;
    assert!(indexer.ready() >= 1.0);
    store.close().await;
}
