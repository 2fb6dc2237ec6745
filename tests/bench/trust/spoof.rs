//! Collected forgeries, each in the dresses in which it can arrive: as it is, with the lines of a border that repeats
//! what the forger said, and with a valid signature of the forger's own domain.

use std::path::Path;
use std::sync::Arc;

use caseconsultant::config::{Config, Trust};
use caseconsultant::domain::message::{SenderTrust, TrustPolicy, TrustVerdict};
use caseconsultant::mail::dns::{Answer, Dns, Kind, Zone};
use caseconsultant::mail::{headers, parse, trust};
use mail_auth::common::crypto::{Ed25519Key, SigningKey};
use mail_auth::common::headers::HeaderWriter as _;
use mail_auth::dkim::DkimSigner;
use serde_json::Value;

/// The border.
const BORDER: &str = "mx.example.test";
/// The forger's host, which may send for the forger's domains and for no other.
const HOST: &str = "203.0.113.66";
/// RFC 8032 section 7.1, test 1: nobody's secret.
const SECRET: [u8; 32] = [
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5,
    0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
];
const PUBLIC: [u8; 32] = [
    0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72,
    0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
];
const KEY: &str = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

/// One forgery.
pub struct Forgery {
    /// The file's name.
    pub name: String,
    raw: String,
    mail_from: String,
    helo: String,
    /// `d=` and `s=` that the forger would write.
    signature: Option<(String, String)>,
}

/// Reads the folder.
pub fn read(folder: &Path) -> Vec<Forgery> {
    let index: Vec<Value> = serde_json::from_slice(&std::fs::read(folder.join("index.json")).unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let one = |entry: &Value| Forgery {
        name: text(&entry["id"]),
        raw: std::fs::read_to_string(folder.join(format!("{}.eml", text(&entry["id"])))).unwrap(),
        mail_from: text(&entry["mailfrom"]),
        helo: text(&entry["helo"]),
        signature: entry["dkim"]["d"].as_str().map(|d| (d.to_owned(), text(&entry["dkim"]["s"]))),
    };
    index.iter().map(one).collect()
}

/// The names of the forger, of the victims, and of a public host where the forger has an account.
fn dns() -> Dns {
    let mut zone = Zone::default();
    let mut text = |name: &str, value: &str| zone.add(name, Kind::Txt, Answer::Text(value.as_bytes().to_vec()));
    for own in ["attack.com", "33.attack.com", "a.attack.com", "any.attack.com", "helo.attack.com", "example.com"] {
        text(own, &format!("v=spf1 ip4:{HOST} -all"));
    }
    text("legitimate.com", "v=spf1 ip4:198.51.100.1 -all");
    text("_dmarc.legitimate.com", "v=DMARC1; p=reject");
    text("_dmarc.example.com", "v=DMARC1; p=reject");
    text("_dmarc.attack.com", "v=DMARC1; p=none");
    for name in ["s1._domainkey.attack.com", "selector._domainkey.attack.com", "s1._domainkey.a.attack.com"] {
        text(name, KEY);
    }
    Dns::Zone(Arc::new(zone))
}

/// The dresses in which somebody else than the true signer was believed, and why.
pub async fn believed(mail: &Forgery) -> Vec<String> {
    let dns = dns();
    let mut wrong = Vec::new();
    for (dress, raw) in dresses(mail) {
        for policy in ["strict", "border"] {
            let mut rules = Config::defaults().trust;
            rules.authserv_id = BORDER.to_owned();
            rules.border_hosts = vec![BORDER.to_owned()];
            rules.policy = policy.to_owned();
            let found = judge(&raw, &rules, &dns).await;
            let proved = found.verdict == TrustVerdict::Proved
                || TrustPolicy::parse(policy).is_some_and(|policy| found.suffices(policy));
            if proved && found.domain != "attack.com" {
                wrong.push(format!("{dress}, {policy}: {} ({})", found.domain, found.why));
            }
        }
    }
    wrong
}

async fn judge(raw: &str, rules: &Trust, dns: &Dns) -> SenderTrust {
    let message = parse::parse(raw.as_bytes(), &["consult@example.test"]);
    let from = message.from.filter(|_| message.quarantined.is_none());
    trust::judge(raw.as_bytes(), &headers::scan(raw.as_bytes()), from.as_ref(), rules, dns).await
}

fn dresses(mail: &Forgery) -> Vec<(&'static str, String)> {
    let path = mail.mail_from.trim_matches(['<', '>']);
    let hop = format!("Received: from {} (unknown [{HOST}]) by {BORDER} (Postfix) with ESMTP\r\n", mail.helo);
    let delivered = format!("Return-Path: {}\r\n{hop}", mail.mail_from);
    // A border that repeats what it was told, as the injections expect.
    let d = mail.signature.as_ref().map_or("attack.com", |(d, _)| d.as_str());
    let naive = format!(
        "Authentication-Results: {BORDER}; spf=pass smtp.mailfrom={path}; dkim=pass header.d={d}\r\n{delivered}"
    );
    let attack = mail.signature.as_ref().map(|(d, s)| sign(&mail.raw, d, s, None)).unwrap_or_default();
    let forged = format!("Authentication-Results: {BORDER}; dmarc=pass header.from=legitimate.com\r\n");
    let signed = sign(&mail.raw, "attack.com", "s1", None);
    let mut found = vec![
        ("as it is", mail.raw.clone()),
        ("delivered", format!("{delivered}{}", mail.raw)),
        ("with the word of a credulous border", format!("{naive}{attack}{}", mail.raw)),
        (
            "with a forged result on top of it",
            format!("{delivered}Received: from a (b [192.0.2.1]) by {BORDER}\r\n{forged}{}", mail.raw),
        ),
        ("signed by the forger", format!("{delivered}{signed}{}", mail.raw)),
        (
            "signed by the host for its user",
            format!("{delivered}{}{}", sign(&mail.raw, "attack.com", "s1", Some("attacker@attack.com")), mail.raw),
        ),
    ];
    if !attack.is_empty() {
        found.push(("signed as the attack says", format!("{delivered}{attack}{}", mail.raw)));
    }
    found
}

/// A signature over the message as it is.
fn sign(raw: &str, domain: &str, selector: &str, identity: Option<&str>) -> String {
    let key = Ed25519Key::from_seed_and_public_key(&SECRET, &PUBLIC).unwrap();
    let signer = DkimSigner::from_key(key).domain(domain).selector(selector).headers(["From", "To", "Subject"]);
    let signer = match identity {
        Some(identity) => signer.agent_user_identifier(identity),
        None => signer,
    };
    signed(signer, raw)
}

fn signed<K: SigningKey>(signer: DkimSigner<K, mail_auth::dkim::Done>, raw: &str) -> String {
    signer.sign(raw.as_bytes()).unwrap().to_header()
}
