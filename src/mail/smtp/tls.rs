//! Whom we trust to prove a server's name.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::mail::MailError;

/// Certificates are verified against the system's authorities and those of `ca_file` (PEM; empty for none).
pub(super) fn client_config(ca_file: &str) -> Result<Arc<rustls::ClientConfig>, MailError> {
    let mut roots = rustls::RootCertStore::empty();
    // A broken entry of the system's store must not stop the service: the rest still prove what they can.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if !ca_file.is_empty() {
        let unreadable =
            |error: rustls::pki_types::pem::Error| MailError::File { path: ca_file.into(), reason: error.to_string() };
        for certificate in CertificateDer::pem_file_iter(ca_file).map_err(unreadable)? {
            roots
                .add(certificate.map_err(unreadable)?)
                .map_err(|error| MailError::Tls { host: ca_file.into(), reason: error.to_string() })?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| MailError::Tls { host: "rustls".into(), reason: error.to_string() })?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
