//! The listening socket.

use std::io::{Error, ErrorKind, Result};
use std::net::{Ipv4Addr, SocketAddr};

use rustix::net::sockopt::set_ipv6_v6only;
use tokio::net::{TcpListener, TcpSocket};

/// A socket that is bound to its address and does not listen yet.
pub struct Bound(TcpSocket);

/// How many connections may wait to be accepted, as far as the system allows.
const BACKLOG: u32 = 1_024;

/// Binds an address. `[::]` includes IPv4; without IPv6 on the system it is IPv4 alone.
///
/// # Errors
/// When the address is in use, or is not this machine's.
pub fn bind(address: &SocketAddr) -> Result<Bound> {
    match address {
        SocketAddr::V6(every) if every.ip().is_unspecified() => match both(*address) {
            Err(_) if !has_ipv6() => plain((Ipv4Addr::UNSPECIFIED, every.port()).into()),
            bound => bound,
        },
        _ => plain(*address),
    }
    .map(Bound)
}

impl Bound {
    /// Starts to listen. Until then the system refuses connections.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn listen(self) -> Result<TcpListener> {
        self.0.listen(BACKLOG)
    }
}

/// Says why an address can't be used, and which settings choose another one.
#[must_use]
pub fn explain(error: &Error, address: &SocketAddr, settings: &str) -> anyhow::Error {
    let reason = match error.kind() {
        ErrorKind::AddrInUse => {
            let airplay = if cfg!(target_os = "macos") && address.port() == 5000 {
                " (on macOS, AirPlay Receiver uses port 5000)"
            } else {
                ""
            };
            format!("another program uses this port{airplay}; choose another one by {settings}")
        }
        ErrorKind::AddrNotAvailable => {
            format!("this machine does not have this address; choose another one by {settings}")
        }
        ErrorKind::PermissionDenied if address.port() < 1_024 => format!(
            "a port below 1024 needs the capability CAP_NET_BIND_SERVICE or root; choose another one \
             by {settings}, or see \"TLS without a proxy\" in docs/deploy.md"
        ),
        _ => error.to_string(),
    };
    anyhow::anyhow!("failed to listen on {address}: {reason}")
}

fn both(address: SocketAddr) -> Result<TcpSocket> {
    let socket = TcpSocket::new_v6()?;
    set_ipv6_v6only(&socket, false)?;
    take(&socket, address)?;
    Ok(socket)
}

fn plain(address: SocketAddr) -> Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    take(&socket, address)?;
    Ok(socket)
}

fn take(socket: &TcpSocket, address: SocketAddr) -> Result<()> {
    // A restart need not wait for the connections of the last run.
    socket.set_reuseaddr(true)?;
    socket.bind(address)
}

/// Whether a socket of IPv6 can be bound at all.
fn has_ipv6() -> bool {
    TcpSocket::new_v6()
        .is_ok_and(|socket| socket.bind((std::net::Ipv6Addr::UNSPECIFIED, 0).into()).is_ok())
}
