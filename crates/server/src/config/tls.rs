//! The settings of TLS.

use std::path::PathBuf;

use super::read::wrong;
use super::{Settings, Wrong};

/// The source of the certificate.
#[derive(Clone, Debug)]
pub enum TlsConfig {
    /// Files.
    Files(CertificateFiles),
    /// An order by ACME.
    Acme(Acme),
}

/// A certificate in PEM and its key.
#[derive(Clone, Debug)]
pub struct CertificateFiles {
    /// The certificate chain.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// An order by ACME.
#[derive(Clone, Debug)]
pub struct Acme {
    /// The names for the certificate.
    pub domains: Vec<String>,
    /// The email address for the authority.
    pub email: Option<String>,
    /// The authority's URL.
    pub directory: String,
    /// The folder of the account and the certificate.
    pub folder: PathBuf,
}

impl Settings {
    pub(super) fn tls(&self) -> Result<Option<TlsConfig>, Wrong> {
        let (certificate, key) = (self.tls_cert.trim(), self.tls_key.trim());
        let domains = self.tls_domain.split(',').map(str::trim).filter(|name| !name.is_empty());
        let domains: Vec<_> = domains.map(str::to_lowercase).collect();
        match (certificate, key) {
            ("", "") if domains.is_empty() => Ok(None),
            ("", "") => self.acme(domains).map(TlsConfig::Acme).map(Some),
            (_, "") => Err(wrong("TLS_KEY", key, "the file with the key of TLS_CERT")),
            ("", _) => {
                Err(wrong("TLS_CERT", certificate, "the file with the certificate of TLS_KEY"))
            }
            _ if !domains.is_empty() => {
                let takes = "empty if TLS_CERT is set";
                Err(wrong("TLS_DOMAIN", &self.tls_domain, takes))
            }
            _ => {
                let (certificate, key) = (certificate.into(), key.into());
                Ok(Some(TlsConfig::Files(CertificateFiles { certificate, key })))
            }
        }
    }

    fn acme(&self, domains: Vec<String>) -> Result<Acme, Wrong> {
        let is_name = |name: &String| {
            let mut characters = name.chars();
            characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
                && name.contains('.')
        };
        if !domains.iter().all(is_name) {
            let takes = "names such as chat.example.org, separated by commas";
            return Err(wrong("TLS_DOMAIN", &self.tls_domain, takes));
        }
        let (directory, email) = (self.acme_directory.trim(), self.acme_email.trim());
        if !directory.starts_with("https://") {
            return Err(wrong("ACME_DIRECTORY", directory, "a URL that begins with https://"));
        }
        if !email.is_empty() && !email.contains('@') {
            return Err(wrong("ACME_EMAIL", email, "an address such as ada@example.org"));
        }
        let email = Some(email.to_owned()).filter(|email| !email.is_empty());
        let folder = PathBuf::from(self.data_dir.trim()).join("acme");
        Ok(Acme { domains, email, directory: directory.to_owned(), folder })
    }
}
