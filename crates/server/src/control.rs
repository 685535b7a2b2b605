//! The Unix socket through which commands reach a running server.
//!
//! It is in `DATA_DIR/control`, a folder that only the server's user can enter. A client sends one line. Asked for
//! `sessions`, the server sends the sessions as lines of JSON; asked to `deactivate` or `activate` a user, it sends
//! nothing once that is done, or why it isn't; given an [`Order`] in JSON, it sends lines of JSON. Then the stream ends.

use std::fs::{DirBuilder, Permissions, read_dir, remove_dir, remove_file, set_permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chinwag_protocol::{SessionUuid, UserUuid};
use chinwag_store::{UserEdit, vital};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use crate::app::App;
use crate::mailbox::{SignedIn, Work};
use crate::operator::{self, Order};
use crate::refused::Refused;

/// How long the cores may take to list their sessions, and the reader to read them.
const PATIENCE: Duration = Duration::from_secs(5);

/// The end of a socket's name, behind the address that its server listens on.
const SUFFIX: &str = ".sock";

/// How long a request is at the most.
const LINE: u64 = 1_024;

/// Asks for the sessions.
pub const SESSIONS: &str = "sessions";

/// Begin the lines that ask for an [`Activation`].
const DEACTIVATE: &str = "deactivate";
const ACTIVATE: &str = "activate";

/// Deactivates a user or brings one back.
#[derive(Clone, Copy)]
pub struct Activation {
    /// Who.
    pub user: UserUuid,
    /// Whether the user is deactivated.
    pub deactivated: bool,
}

impl Activation {
    /// The line that asks for it: `deactivate` or `activate`, and the user's UUID.
    pub fn line(self) -> String {
        format!("{} {}", if self.deactivated { DEACTIVATE } else { ACTIVATE }, self.user)
    }

    fn read(line: &str) -> Option<Self> {
        let (word, user) = line.trim_end().split_once(' ')?;
        let deactivated = match word {
            DEACTIVATE => true,
            ACTIVATE => false,
            _ => return None,
        };
        Some(Self { user: user.parse().ok()?, deactivated })
    }

    /// As a change that nobody asks for who would have to be an admin.
    pub fn edit(self) -> UserEdit {
        UserEdit {
            asker: None,
            session: SessionUuid::default(),
            user: self.user,
            role: None,
            deactivated: Some(self.deactivated),
            delete_since: None,
            at: Timestamp::now(),
        }
    }
}

/// A socket that is served. Its file is removed when it is dropped.
pub struct Control(PathBuf);

/// The folder of the sockets.
fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("control")
}

/// The sockets in the folder. A server that was killed leaves one that nobody serves.
fn sockets(folder: &Path) -> Vec<PathBuf> {
    let files = read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    files.filter(|path| path.to_string_lossy().ends_with(SUFFIX)).collect()
}

/// Sends a line to all servers that run with this folder. Returns what each answers.
pub fn ask(data_dir: &Path, line: &str) -> anyhow::Result<Vec<String>> {
    let mut answers = Vec::new();
    for path in sockets(&folder(data_dir)) {
        let mut socket = match net::UnixStream::connect(&path) {
            Ok(socket) => socket,
            // Its server was killed.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => continue,
            Err(error) => {
                return Err(error).with_context(|| format!("failed to open {}", path.display()));
            }
        };
        socket.set_read_timeout(Some(2 * PATIENCE))?;
        let mut answer = String::new();
        writeln!(socket, "{line}")?;
        socket.read_to_string(&mut answer).context("the server did not answer in time")?;
        answers.push(answer);
    }
    Ok(answers)
}

/// Serves the socket of a server at this address. On failure, for instance on a read-only disk, the server
/// runs without it, and the reason is logged.
pub fn serve(app: &Arc<App>, address: &str) -> Option<Control> {
    let folder = folder(app.config.data_dir.as_deref()?);
    let path = folder.join(format!("{address}{SUFFIX}"));
    match listen(&folder, &path) {
        Ok(listener) => {
            vital::task("the socket for commands", accept(listener, Arc::clone(app)));
            Some(Control(path))
        }
        Err(error) => {
            tracing::warn!("commands will not reach this server: {error:#}");
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
    let mut asked = String::new();
    BufReader::new(&mut socket).take(LINE).read_line(&mut asked).await?;
    if asked.trim_end() == SESSIONS {
        for session in sessions(app).await {
            socket.write_all(format!("{}\n", line(&session, app)).as_bytes()).await?;
        }
    } else if let Ok(order) = serde_json::from_str::<Order>(&asked) {
        for line in carry_out(app, order).await {
            socket.write_all(format!("{line}\n").as_bytes()).await?;
        }
    } else if let Err(why) = activate(&asked, app).await {
        socket.write_all(why.as_bytes()).await?;
    }
    socket.shutdown().await
}

async fn carry_out(app: &App, order: Order) -> Vec<Value> {
    let done = operator::carry_out(&*app.store, &app.public_url(), order).await;
    done.unwrap_or_else(|error| vec![json!({ "error": error.to_string() })])
}

async fn activate(asked: &str, app: &App) -> Result<(), String> {
    let Some(activation) = Activation::read(asked) else {
        return Err("The server doesn't know this request: is it of another version?".to_owned());
    };
    match app.store.edit_user(activation.edit()).await {
        Ok(_) => Ok(()),
        Err(failure) => Err(Refused::from(failure).sentence.into_owned()),
    }
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
