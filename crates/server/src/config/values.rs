//! Parses the values of settings.

use std::net::{Ipv6Addr, SocketAddr, ToSocketAddrs};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;

use super::Wrong;
use super::read::wrong;

/// A message of a million characters is more than anybody reads, and its request stays within 12 MB.
pub(super) const MAX_LENGTH: u64 = 1_000_000;

/// The parts of a list with commas, without empty ones.
pub(super) fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// Whether the text sets a level. A word alone must be a level: [`EnvFilter`] would take it for the name of
/// a module, and silence all others.
pub(super) fn is_log_filter(text: &str) -> bool {
    let is_level = |part: &str| part.contains(['=', '[']) || part.parse::<LevelFilter>().is_ok();
    EnvFilter::try_new(text).is_ok() && list(text).next().is_some() && list(text).all(is_level)
}

/// A number of bytes, or of KB, MB or GB; `None` for 0.
pub(super) fn size(variable: &'static str, text: &str) -> Result<Option<u64>, Wrong> {
    let upper = text.trim().to_ascii_uppercase();
    let units = [("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000)];
    let (number, unit) = units
        .iter()
        .find_map(|(name, unit)| Some((upper.strip_suffix(name)?.trim_end(), *unit)))
        .unwrap_or((&upper, 1));
    let bytes = number.parse().ok().and_then(|number: u64| number.checked_mul(unit));
    let takes = "bytes, or a number with KB, MB or GB such as 100MB; 0 is no limit";
    bytes.map(|bytes| (bytes > 0).then_some(bytes)).ok_or_else(|| wrong(variable, text, takes))
}

pub(super) fn rate(variable: &'static str, text: &str) -> Result<Option<u32>, Wrong> {
    let rate: u32 =
        text.trim().parse().ok().filter(|&rate| rate <= 1_000_000).ok_or_else(|| {
            wrong(variable, text, "a whole number from 0 to 1000000; 0 is no limit")
        })?;
    Ok((rate > 0).then_some(rate))
}

/// A number that fits its type.
pub(super) fn bound<T: std::str::FromStr>(variable: &'static str, text: &str) -> Result<T, Wrong> {
    text.trim().parse().map_err(|_| wrong(variable, text, "a whole number, 0 or more"))
}

pub(super) fn whole(
    variable: &'static str,
    text: &str,
    least: u64,
    most: u64,
) -> Result<u64, Wrong> {
    let takes =
        if least == 0 { "a whole number, 0 or more" } else { "a whole number from 1 to 1000000" };
    let number = text.trim().parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| wrong(variable, text, takes))
}

/// The content of the file, if it holds a certificate.
pub(super) fn certificates(file: &str) -> Option<Vec<u8>> {
    let pem = std::fs::read(file).ok()?;
    let begin = b"-----BEGIN CERTIFICATE-----";
    pem.windows(begin.len()).any(|text| text == begin).then_some(pem)
}

/// An address and a port; a port alone, `:5000`, stands for every address.
pub(super) fn socket_address(
    variable: &'static str,
    text: &str,
    takes: &'static str,
) -> Result<SocketAddr, Wrong> {
    let text = text.trim();
    if let Some(port) = text.strip_prefix(':').and_then(|port| port.parse().ok()) {
        return Ok((Ipv6Addr::UNSPECIFIED, port).into());
    }
    let resolved = text.to_socket_addrs().ok().and_then(|mut resolved| resolved.next());
    resolved.ok_or_else(|| wrong(variable, text, takes))
}

/// Whether the text is a host's name or address as in a URL, IPv6 in brackets. Empty is this machine.
pub(super) fn is_host(text: &str) -> bool {
    let address = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let in_name = |character: char| character.is_alphanumeric() || "-_.".contains(character);
    address.map_or_else(|| text.chars().all(in_name), |text| text.parse::<Ipv6Addr>().is_ok())
}

/// Whether the text is a server's address: a scheme, a host and perhaps a port.
pub(super) fn is_origin(text: &str) -> bool {
    let secure = text.strip_prefix("https://");
    let Some(authority) = secure.or_else(|| text.strip_prefix("http://")) else { return false };
    let authority: Result<http::uri::Authority, _> = authority.parse();
    authority
        .is_ok_and(|authority| !authority.host().is_empty() && !authority.as_str().contains('@'))
}

/// Makes a password safe inside a URL.
pub(super) fn percent_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
