//! The signals that stop the server.

use tokio::signal::unix::{SignalKind, signal};

/// Completes on SIGTERM or SIGINT. SIGHUP, which means "read again" to servers, ends nothing from now
/// on, whether there is anything to read again or not.
///
/// # Errors
/// When the signals can't be listened for.
pub fn requested() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    // What listens for it once takes it from the system's default, which is to end the process.
    let _ = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
