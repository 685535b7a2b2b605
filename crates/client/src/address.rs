//! The address of a server, as a person writes it.

use std::fmt;
use std::str::FromStr;

use http::Uri;

use crate::Error;

/// The address of a server, as `http://localhost:5000`, `https://chat.example.org` or `localhost:5000`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Address {
    secure: bool,
    verified: bool,
    authority: String,
}

impl Address {
    /// The URL of its WebSocket.
    #[must_use]
    pub fn socket(&self) -> String {
        let scheme = if self.secure { "wss" } else { "ws" };
        format!("{scheme}://{}/ws", self.authority)
    }

    /// Whether connections to it use TLS.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// The same server, whose certificate is not checked: anybody on the way to it can read and change everything,
    /// the password too.
    #[must_use]
    pub fn unverified(self) -> Self {
        Self { verified: false, ..self }
    }

    pub(crate) fn is_verified(&self) -> bool {
        self.verified
    }

    /// The host, IPv6 in brackets, and the port.
    #[must_use]
    pub fn host_and_port(&self) -> (&str, u16) {
        let usual = if self.secure { 443 } else { 80 };
        match self.authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().unwrap_or(usual)),
            _ => (&self.authority, usual),
        }
    }

    /// The host and the port, as they were given.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.secure { "https" } else { "http" }, self.authority)
    }
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (scheme, rest) = text.trim().split_once("://").unwrap_or(("http", text.trim()));
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "http" | "ws" => false,
            "https" | "wss" => true,
            _ => return Err(wrong("it must begin with http:// or https://")),
        };
        let uri: Uri = format!("http://{rest}")
            .parse()
            .map_err(|_| wrong("it must be a URL, for example http://localhost:5000"))?;
        let authority = uri.authority().ok_or_else(|| wrong("it must name a host"))?;
        if authority.as_str().contains('@') {
            return Err(wrong("it must not have a name or a password"));
        }
        if authority.host().is_empty() || authority.as_str().ends_with(':') {
            return Err(wrong("it must name a host"));
        }
        if !matches!(uri.path(), "" | "/" | "/ws") || uri.query().is_some() {
            return Err(wrong("it must not have a path, for example http://localhost:5000"));
        }
        Ok(Self { secure, verified: true, authority: authority.as_str().to_ascii_lowercase() })
    }
}

/// The address itself is not repeated: it might hold a password.
fn wrong(why: &'static str) -> Error {
    Error::WrongAddress(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn socket(text: &str) -> String {
        text.parse::<Address>().unwrap().socket()
    }

    #[test]
    fn what_people_write_leads_to_the_socket() {
        assert_eq!(socket("localhost:5000"), "ws://localhost:5000/ws");
        assert_eq!(socket(" http://[::1]:5000/ "), "ws://[::1]:5000/ws");
        assert_eq!(socket("HTTPS://Chat.example.org"), "wss://chat.example.org/ws");
        assert_eq!(socket("wss://chat.example.org/ws"), "wss://chat.example.org/ws");
    }

    #[test]
    fn the_port_is_the_schemes_where_none_is_given() {
        let parsed = |text: &str| text.parse::<Address>().unwrap();
        assert_eq!(parsed("https://[::1]").host_and_port(), ("[::1]", 443));
        assert_eq!(parsed("[::1]:5000").host_and_port(), ("[::1]", 5000));
        assert_eq!(parsed("localhost").host_and_port(), ("localhost", 80));
    }

    #[test]
    fn a_wrong_one_is_refused_without_repeating_it() {
        for text in ["", "ftp://x", "http://", "http://a b", "x/path", "x?q", "http://me:secret@x"]
        {
            let error = text.parse::<Address>().expect_err(text).to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
