//! The Unix socket through which `chinwag sessions` asks a running server who is connected.
//!
//! It is in `DATA_DIR/control`, a folder that only the server's user can enter. A client that connects gets
//! the sessions as lines of JSON, and then the end of the stream; nothing is read from the socket.

use std::fs::{DirBuilder, Permissions, read_dir, remove_dir, remove_file, set_permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chinwag_store::vital;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use crate::app::App;
use crate::mailbox::{SignedIn, Work};

/// How long the cores may take to list their sessions, and the reader to read them.
const PATIENCE: Duration = Duration::from_secs(5);

/// The end of a socket's name, behind the address that its server listens on.
const SUFFIX: &str = ".sock";

/// A socket that is served. Its file is removed when it is dropped.
pub struct Control(PathBuf);

/// The folder of the sockets.
pub fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("control")
}

/// The sockets in the folder. A server that was killed leaves one that nobody serves.
pub fn sockets(folder: &Path) -> Vec<PathBuf> {
    let files = read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    files.filter(|path| path.to_string_lossy().ends_with(SUFFIX)).collect()
}

/// Serves the socket of a server at this address. On failure, for instance on a read-only disk, the server
/// runs without it, and the reason is logged.
pub fn serve(app: &Arc<App>, address: &str) -> Option<Control> {
    let folder = folder(app.config.data_dir.as_deref()?);
    let path = folder.join(format!("{address}{SUFFIX}"));
    match listen(&folder, &path) {
        Ok(listener) => {
            vital::task("the socket of `chinwag sessions`", accept(listener, Arc::clone(app)));
            Some(Control(path))
        }
        Err(error) => {
            tracing::warn!("`chinwag sessions` will not work: {error:#}");
            None
        }
    }
}

fn listen(folder: &Path, path: &Path) -> anyhow::Result<UnixListener> {
    let failed = || format!("failed to make {}", path.display());
    DirBuilder::new().recursive(true).mode(0o700).create(folder).with_context(failed)?;
    // The address is this server's, so that the file is one that a killed server left.
    match remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).with_context(failed),
        _ => {
            let listener = UnixListener::bind(path).with_context(failed)?;
            set_permissions(path, Permissions::from_mode(0o600)).with_context(failed)?;
            Ok(listener)
        }
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        // If this fails, `chinwag sessions` skips a socket without a server.
        let _ = remove_file(&self.0);
        let _ = self.0.parent().map(remove_dir);
    }
}

async fn accept(listener: UnixListener, app: Arc<App>) {
    loop {
        match listener.accept().await {
            Ok((socket, _)) => {
                // One after the other: only the server's own user can ask.
                let _ = timeout(PATIENCE, answer(socket, &app)).await;
            }
            Err(error) => {
                tracing::warn!(%error, "failed to accept a connection for `chinwag sessions`");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn answer(mut socket: UnixStream, app: &App) -> io::Result<()> {
    for session in sessions(app).await {
        socket.write_all(format!("{}\n", line(&session, app)).as_bytes()).await?;
    }
    socket.shutdown().await
}

/// The sessions of all cores, first by name, then by age.
async fn sessions(app: &App) -> Vec<SignedIn> {
    let mut sessions = Vec::new();
    for core in &app.cores {
        let (to, listed) = oneshot::channel();
        core.put(Work::Sessions(to));
        sessions.extend(listed.await.unwrap_or_default());
    }
    let key = |session: &SignedIn| (session.user.name.to_lowercase(), session.since);
    sessions.sort_by_cached_key(key);
    sessions
}

fn line(session: &SignedIn, app: &App) -> Value {
    let now = u32::try_from(app.started.elapsed().as_secs()).unwrap_or(u32::MAX);
    let age = SignedDuration::from_secs(now.saturating_sub(session.since).into());
    // Only a clock before the year -9999 has no such time.
    let since = Timestamp::now().checked_sub(age).unwrap_or_default();
    json!({
        "user": session.user.name,
        "userUUID": session.user.uuid.to_string(),
        "address": session.address.to_string(),
        "since": format!("{since:.0}"),
    })
}
