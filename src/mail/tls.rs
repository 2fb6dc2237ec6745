//! TLS for IMAP and SMTP: one rustls configuration, certificates always verified.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::MailError;

/// A configuration that trusts the system's certificate authorities and those in `ca_file` (PEM; empty: none).
///
/// The file may also hold the server's own certificate: it is then trusted as if it were an authority. The
/// provider is named here, so nothing depends on a process-wide default. `host` only appears in errors.
///
/// # Errors
/// [`MailError::Tls`] when the file cannot be read or holds no certificate, or when nothing at all is trusted.
pub fn client_config(host: &str, ca_file: &str) -> Result<Arc<ClientConfig>, MailError> {
    let refused = |reason: String| MailError::Tls { host: host.to_owned(), reason };
    let mut roots = RootCertStore::empty();
    // A system store may hold certificates that webpki cannot read; the others still count.
    let system = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(system.certs);
    if !ca_file.is_empty() {
        add_file(&mut roots, ca_file).map_err(|reason| refused(format!("ca_file {ca_file}: {reason}")))?;
    }
    if roots.is_empty() {
        return Err(refused(
            "no certificate authority is known: install the system's (ca-certificates) or set ca_file".to_owned(),
        ));
    }
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn add_file(roots: &mut RootCertStore, path: &str) -> Result<(), String> {
    let mut found = false;
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| error.to_string())? {
        let certificate = certificate.map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
        found = true;
    }
    if found { Ok(()) } else { Err("holds no PEM certificate".to_owned()) }
}

/// Negotiates TLS on an open connection and verifies the certificate for `host` (a name or an IP address).
/// The caller bounds the time. `label` (host and port) only appears in errors.
///
/// # Errors
/// [`MailError::Tls`] when the certificate or the protocol is refused, [`MailError::Connection`] when it breaks.
pub async fn connect(
    tcp: TcpStream,
    config: Arc<ClientConfig>,
    host: &str,
    label: &str,
) -> Result<TlsStream<TcpStream>, MailError> {
    let name = ServerName::try_from(host.to_owned())
        .map_err(|error| MailError::Tls { host: label.to_owned(), reason: error.to_string() })?;
    TlsConnector::from(config).connect(name, tcp).await.map_err(|error| {
        let host = label.to_owned();
        // tokio-rustls wraps what rustls refused; everything else is the wire's fault and worth another try.
        match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(refusal) => MailError::Tls { host, reason: refusal.to_string() },
            None => MailError::Connection { host, reason: error.kind().to_string() },
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_certificate_is_refused_by_name() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_str().unwrap();
        let error = client_config("mail.example.test:993", path).unwrap_err();
        assert!(matches!(&error, MailError::Tls { reason, .. } if reason.contains(path)), "{error}");
        assert!(!error.is_transient());
    }

    #[test]
    fn a_missing_file_is_refused() {
        let error = client_config("mail.example.test:993", "/nonexistent/ca.pem").unwrap_err();
        assert!(matches!(error, MailError::Tls { .. }));
    }

    #[test]
    fn a_file_with_a_certificate_is_enough() {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), made.cert.pem()).unwrap();
        assert!(client_config("localhost:993", file.path().to_str().unwrap()).is_ok());
    }
}
