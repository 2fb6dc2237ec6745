//! Mail with a real DKIM signature, and the DNS record that goes with it.

use mail_auth::common::crypto::Ed25519Key;
use mail_auth::common::headers::HeaderWriter as _;
use mail_auth::dkim::{Canonicalization, DkimSigner, Done};

/// RFC 8032 section 7.1, test 1: nobody's secret.
const SECRET: [u8; 32] = [
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5,
    0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
];
const PUBLIC: [u8; 32] = [
    0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72,
    0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
];

/// The record of the key.
pub const RECORD: &str = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

/// The key.
pub fn key() -> Ed25519Key {
    Ed25519Key::from_seed_and_public_key(&SECRET, &PUBLIC).unwrap()
}

/// What most signers do: From, To, Subject, Date and Message-ID, relaxed, with the selector `s1`.
pub fn signer(domain: &str) -> DkimSigner<Ed25519Key, Done> {
    DkimSigner::from_key(key())
        .domain(domain)
        .selector("s1")
        .headers(["From", "To", "Subject", "Date", "Message-ID"])
        .header_canonicalization(Canonicalization::Relaxed)
        .body_canonicalization(Canonicalization::Relaxed)
}

/// The message with its signature in front.
pub fn sign(signer: DkimSigner<Ed25519Key, Done>, mail: &str) -> String {
    format!("{}{mail}", signer.sign(mail.as_bytes()).unwrap().to_header())
}

/// A line of a zone file with the key of a domain.
pub fn key_line(domain: &str) -> String {
    format!("s1._domainkey.{domain} TXT \"{RECORD}\"\n")
}
