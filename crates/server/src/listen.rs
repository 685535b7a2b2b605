//! The socket that takes connections.

use std::io::Result;
use std::net::{Ipv4Addr, SocketAddr};

use rustix::net::sockopt::set_ipv6_v6only;
use tokio::net::{TcpListener, TcpSocket};

/// How many connections may wait to be taken, as far as the system allows.
const BACKLOG: u32 = 1_024;

/// Listens on an address. Every address of IPv6, `[::]`, takes IPv4 with it; where the system has no
/// IPv6, it takes IPv4 alone.
///
/// # Errors
/// When the address is not this machine's, or in use.
pub fn on(address: &SocketAddr) -> Result<TcpListener> {
    match address {
        SocketAddr::V6(every) if every.ip().is_unspecified() => match both(*address) {
            Err(_) if !has_ipv6() => plain((Ipv4Addr::UNSPECIFIED, every.port()).into()),
            bound => bound,
        },
        _ => plain(*address),
    }
}

fn both(address: SocketAddr) -> Result<TcpListener> {
    let socket = TcpSocket::new_v6()?;
    set_ipv6_v6only(&socket, false)?;
    bind(&socket, address)?;
    socket.listen(BACKLOG)
}

fn plain(address: SocketAddr) -> Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    bind(&socket, address)?;
    socket.listen(BACKLOG)
}

fn bind(socket: &TcpSocket, address: SocketAddr) -> Result<()> {
    // So that a restart need not wait for the connections of the last run.
    socket.set_reuseaddr(true)?;
    socket.bind(address)
}

/// Whether a socket of IPv6 can be bound at all.
fn has_ipv6() -> bool {
    TcpSocket::new_v6()
        .is_ok_and(|socket| socket.bind((std::net::Ipv6Addr::UNSPECIFIED, 0).into()).is_ok())
}
