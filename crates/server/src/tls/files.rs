//! A certificate and its key in two files, read again when they change or on SIGHUP.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, anyhow, ensure};
use chinwag_store::vital;
use metrics::Gauge;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval};

use super::expiry;
use crate::config::CertificateFiles;

/// How often the files are checked.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// The certificate that new handshakes get.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// Reads the files, and reads them again when they change or on SIGHUP.
pub fn start(files: &CertificateFiles, expiry: Gauge) -> Result<Arc<dyn ResolvesServerCert>> {
    // Their times are read before their content, so that no change is missed.
    let seen = changed(files);
    let current = Arc::new(Current(RwLock::new(Arc::new(read(files, &expiry)?))));
    let hang_up = signal(SignalKind::hangup())?;
    let following = follow(Arc::clone(&current), files.clone(), expiry, seen, hang_up);
    vital::task("the watch over TLS_CERT and TLS_KEY", following);
    Ok(current)
}

/// Open connections stay open. If the files can't be used, the old certificate stays.
async fn follow(
    current: Arc<Current>,
    files: CertificateFiles,
    expiry: Gauge,
    mut seen: Changed,
    mut hang_up: Signal,
) {
    let mut look = interval(LOOK_EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let asked = tokio::select! {
            asked = hang_up.recv() => asked.is_some(),
            _ = look.tick() => false,
        };
        let now = changed(&files);
        if !asked && now == seen {
            continue;
        }
        seen = now;
        match read(&files, &expiry) {
            Ok(key) => {
                *current.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key);
                tracing::info!("new clients get the new certificate");
            }
            Err(error) => tracing::error!("the old certificate stays: {error:#}"),
        }
    }
}

/// When each file was last written, if the system says so.
type Changed = [Option<SystemTime>; 2];

fn changed(files: &CertificateFiles) -> Changed {
    [&files.certificate, &files.key].map(|file| file.metadata().ok()?.modified().ok())
}

fn read(files: &CertificateFiles, expiry: &Gauge) -> Result<CertifiedKey> {
    let chain = certificates(&files.certificate)
        .with_context(|| format!("failed to read TLS_CERT, {}", files.certificate.display()))?;
    // The parser's error does not quote the key.
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .with_context(|| format!("failed to read TLS_KEY, {}", files.key.display()))?;
    let key = CertifiedKey::from_der(chain, key, &ring::default_provider()).map_err(explain)?;
    if let Some(certificate) = key.cert.first() {
        expiry::note(certificate, expiry);
    }
    Ok(key)
}

/// Says what is wrong with a certificate or its key.
fn explain(error: rustls::Error) -> anyhow::Error {
    let reason = match error {
        rustls::Error::InconsistentKeys(_) => {
            "the key in TLS_KEY does not belong to the first certificate in TLS_CERT".to_owned()
        }
        rustls::Error::General(_) => {
            "the key in TLS_KEY must be an ECDSA, Ed25519 or RSA key of a usual size".to_owned()
        }
        other => other.to_string(),
    };
    anyhow!("failed to use TLS_CERT with TLS_KEY: {reason}")
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let chain = CertificateDer::pem_file_iter(file)?.collect::<Result<Vec<_>, _>>()?;
    ensure!(!chain.is_empty(), "it holds no certificate in PEM");
    Ok(chain)
}
