//! A certificate ordered by ACME, RFC 8555, proven on the server's own port, RFC 8737.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use chinwag_store::vital;
use futures_util::StreamExt;
use rustls::crypto::ring;
use rustls::server::ResolvesServerCert;
use rustls::{ClientConfig, RootCertStore};
use rustls_acme::caches::DirCache;
use rustls_acme::{AcmeConfig, EventOk};

use crate::config::Acme;

/// Orders a certificate unless there is one, and orders the next when a third of its time is left.
pub fn start(acme: &Acme) -> Result<Arc<dyn ResolvesServerCert>> {
    // What is kept there holds keys.
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&acme.folder)
        .with_context(|| format!("failed to make {}", acme.folder.display()))?;
    let mut orders = AcmeConfig::new_with_client_config(&acme.domains, client()?)
        .contact(acme.email.iter().map(|email| format!("mailto:{email}")))
        .directory(&acme.directory)
        .cache(DirCache::new(acme.folder.clone()))
        .state();
    let certificate = orders.resolver();
    vital::task("the orders of certificates", async move {
        while let Some(event) = orders.next().await {
            match event {
                Ok(EventOk::DeployedCachedCert) => tracing::info!("the certificate is at hand"),
                Ok(EventOk::DeployedNewCert) => tracing::info!("a new certificate has come"),
                Ok(EventOk::CertCacheStore | EventOk::AccountCacheStore) => {}
                Err(error) => tracing::error!("failed to order a certificate: {error}"),
            }
        }
    });
    Ok(certificate)
}

/// Who orders trusts what the system trusts.
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
