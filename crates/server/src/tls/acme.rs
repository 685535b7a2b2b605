//! A certificate ordered by ACME, RFC 8555. The authority verifies the name on the server's own port, RFC 8737.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use async_trait::async_trait;
use chinwag_store::vital;
use futures_util::StreamExt;
use metrics::Gauge;
use rustls::crypto::ring;
use rustls::server::ResolvesServerCert;
use rustls::{ClientConfig, RootCertStore};
use rustls_acme::caches::DirCache;
use rustls_acme::{AccountCache, AcmeConfig, CertCache, EventOk};

use super::expiry;
use crate::config::Acme;

/// Orders a certificate unless there is one, and orders the next when a third of its time is left.
pub fn start(acme: &Acme, expiry: Gauge) -> Result<Arc<dyn ResolvesServerCert>> {
    // Private keys are kept there.
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&acme.folder)
        .with_context(|| format!("failed to make {}", acme.folder.display()))?;
    let mut orders = AcmeConfig::new_with_client_config(&acme.domains, client()?)
        .contact(acme.email.iter().map(|email| format!("mailto:{email}")))
        .directory(&acme.directory)
        .cache(NotedCache { files: DirCache::new(acme.folder.clone()), expiry })
        .state();
    let certificate = orders.resolver();
    vital::task("the orders of certificates", async move {
        while let Some(event) = orders.next().await {
            match event {
                Ok(EventOk::DeployedCachedCert) => {
                    tracing::info!("serving the certificate in DATA_DIR/acme");
                }
                Ok(EventOk::DeployedNewCert) => tracing::info!("serving a new certificate"),
                Ok(EventOk::CertCacheStore | EventOk::AccountCacheStore) => {}
                Err(error) => tracing::error!("failed to order a certificate: {error}"),
            }
        }
    });
    Ok(certificate)
}

/// Keeps account and certificate in files, and notes when the certificate ends.
struct NotedCache {
    files: DirCache<PathBuf>,
    expiry: Gauge,
}

#[async_trait]
impl CertCache for NotedCache {
    type EC = io::Error;

    async fn load_cert(&self, domains: &[String], authority: &str) -> io::Result<Option<Vec<u8>>> {
        let certificate = self.files.load_cert(domains, authority).await?;
        if let Some(pem) = &certificate {
            expiry::note_pem(pem, &self.expiry);
        }
        Ok(certificate)
    }

    async fn store_cert(&self, domains: &[String], authority: &str, pem: &[u8]) -> io::Result<()> {
        expiry::note_pem(pem, &self.expiry);
        self.files.store_cert(domains, authority, pem).await
    }
}

#[async_trait]
impl AccountCache for NotedCache {
    type EA = io::Error;

    async fn load_account(
        &self,
        contact: &[String],
        authority: &str,
    ) -> io::Result<Option<Vec<u8>>> {
        self.files.load_account(contact, authority).await
    }

    async fn store_account(
        &self,
        contact: &[String],
        authority: &str,
        account: &[u8],
    ) -> io::Result<()> {
        self.files.store_account(contact, authority, account).await
    }
}

/// A client that trusts what the system trusts.
fn client() -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    ensure!(
        !roots.is_empty(),
        "failed to find the system's root certificates: install ca-certificates"
    );
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
