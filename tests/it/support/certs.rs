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

const HERE: [&str; 2] = ["localhost", "127.0.0.1"];

/// Makes them in `directory`.
pub fn make(directory: &Path) -> Certs {
    make_for(directory, &HERE)
}

/// Makes them in `directory` for other names.
pub fn make_for(directory: &Path, names: &[&str]) -> Certs {
    let authority = authority("CaseConsultant test authority");
    let key = KeyPair::generate().expect("a key");
    let server = server(names).signed_by(&key, &authority).expect("a certificate");
    write_all(directory, &authority.pem(), &server.pem(), &key)
}

/// Makes them in `directory`; the server's certificate is signed with its own key.
pub fn make_self_signed(directory: &Path) -> Certs {
    let key = KeyPair::generate().expect("a key");
    let server = server(&HERE).self_signed(&key).expect("a certificate");
    write_all(directory, &server.pem(), &server.pem(), &key)
}

fn server(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("valid names");
    params.is_ca = IsCa::ExplicitNoCa;
    params.distinguished_name.push(DnType::CommonName, "test server");
    params
}

fn write_all(directory: &Path, ca: &str, server: &str, key: &KeyPair) -> Certs {
    let write = |name: &str, text: &str| {
        let path = directory.join(name);
        std::fs::write(&path, text).expect("a writable directory");
        path
    };
    Certs {
        ca: write("ca.pem", ca),
        server: write("server.pem", server),
        key: write("server.key", &key.serialize_pem()),
        foreign_ca: write("foreign-ca.pem", &authority("Somebody else").pem()),
    }
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::<String>::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate")
}
