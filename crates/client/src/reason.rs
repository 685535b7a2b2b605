//! Why a server can't be reached.

use std::error::Error as StdError;
use std::io;

use rustls::{CertificateError, InvalidMessage};

/// Why a server can't be reached, in words for people.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// It is away or busy: nothing listens there, no answer came, or it asks to come later.
    #[error("{0}")]
    Away(String),
    /// It has no certificate that the system trusts, or doesn't speak TLS.
    #[error("{0}")]
    Tls(String),
    /// It is not a Chinwag server, or sends visitors to another address.
    #[error("{0}")]
    Foreign(String),
}

impl Reason {
    /// Whether the next attempt may succeed.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Away(_))
    }

    /// Of a TLS handshake with this host that failed.
    pub(crate) fn of_handshake(error: &io::Error, host: &str) -> Self {
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match inner {
            Some(rustls::Error::InvalidCertificate(wrong)) => {
                Self::Tls(of_certificate(wrong, host))
            }
            Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
                Self::Tls("it does not speak TLS on this port; try http://".into())
            }
            Some(error) => Self::Tls(error.to_string()),
            None => Self::Away(error.to_string()),
        }
    }

    /// Of an answer by HTTP that opens no WebSocket.
    pub(crate) fn of_answer<B>(response: &http::Response<B>) -> Self {
        let status = response.status();
        let location = response.headers().get(http::header::LOCATION);
        let location = location.and_then(|location| location.to_str().ok());
        match status.as_u16() {
            429 | 503 => Self::Away("the server is busy".into()),
            500.. => Self::Away(format!("it answered {status}")),
            300..400 if let Some(location) = location => {
                Self::Foreign(format!("it sends visitors to {location}; use that address"))
            }
            // So does a server that speaks TLS on this port.
            400 => Self::Foreign(format!("it answered {status}; try https://")),
            _ => Self::Foreign(format!("it answered {status}; is it a Chinwag server?")),
        }
    }
}

/// A failure of the network.
impl From<io::Error> for Reason {
    fn from(error: io::Error) -> Self {
        Self::Away(error.to_string())
    }
}

fn of_certificate(error: &CertificateError, host: &str) -> String {
    match error {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "its certificate is not of an authority that this system trusts; SSL_CERT_FILE names \
             the file of another"
                .into()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("its certificate is not for the name {host}")
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired, or the clock here is wrong".into()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet, or the clock here is wrong".into()
        }
        CertificateError::Other(other) if is_authority(&other.0) => {
            "its certificate is one of an authority, which can't be a server's: issue one with \
             `-addext basicConstraints=critical,CA:FALSE`"
                .into()
        }
        other => format!("its certificate is invalid: {other}"),
    }
}

/// The checker of certificates has a name for it, but no word in the types of rustls.
fn is_authority(error: &(dyn StdError + Send + Sync)) -> bool {
    error.to_string() == "CaUsedAsEndEntity"
}
