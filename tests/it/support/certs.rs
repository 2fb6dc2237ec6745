//! Certificates of an authority of our own.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};

/// Files in one directory.
pub struct Certs {
    /// The authority that signed the server's certificate.
    pub ca: PathBuf,
    /// The server's certificate, for `localhost` and 127.0.0.1.
    pub server: PathBuf,
    /// Its key.
    pub key: PathBuf,
    /// An authority that signed nothing here.
    pub foreign_ca: PathBuf,
}

/// Makes them in `directory`.
pub fn make(directory: &Path) -> Certs {
    make_for(directory, &["localhost", "127.0.0.1"])
}

/// Makes them in `directory` for other names.
pub fn make_for(directory: &Path, names: &[&str]) -> Certs {
    let write = |name: &str, text: String| {
        let path = directory.join(name);
        std::fs::write(&path, text).expect("a writable directory");
        path
    };
    let authority = authority("CaseConsultant test authority");
    let key = KeyPair::generate().expect("a key");
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("valid names");
    params.is_ca = IsCa::ExplicitNoCa;
    params.distinguished_name.push(DnType::CommonName, "test server");
    let server = params.signed_by(&key, &authority).expect("a certificate");
    Certs {
        ca: write("ca.pem", authority.pem()),
        server: write("server.pem", server.pem()),
        key: write("server.key", key.serialize_pem()),
        foreign_ca: write("foreign-ca.pem", self::authority("Somebody else").pem()),
    }
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::<String>::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate")
}
