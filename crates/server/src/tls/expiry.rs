//! When a certificate ends.

use jiff::Timestamp;
use metrics::Gauge;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use x509_parser::parse_x509_certificate;

/// Notes when the certificate ends, and logs it. An expired one is served all the same,
/// since some client may accept it.
pub fn note(certificate: &CertificateDer<'_>, expiry: &Gauge) {
    let Ok((_, parsed)) = parse_x509_certificate(certificate) else { return };
    let ends = parsed.validity().not_after.timestamp();
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are exact up to 2^53")]
    expiry.set(ends as f64);
    let Ok(until) = Timestamp::from_second(ends) else { return };
    if until < Timestamp::now() {
        tracing::error!("the certificate expired on {until}: clients refuse it");
    } else {
        tracing::info!("the certificate is valid until {until}");
    }
}

/// The same for the first certificate in PEM.
pub fn note_pem(pem: &[u8], expiry: &Gauge) {
    if let Ok(certificate) = CertificateDer::from_pem_slice(pem) {
        note(&certificate, expiry);
    }
}
