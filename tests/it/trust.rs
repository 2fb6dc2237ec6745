//! Who really sent it: signatures made for the test, names from a zone of the test, and collected forgeries.

mod accounts;
mod border;
mod own;
mod pipeline;
#[path = "../bench/trust/spoof.rs"]
mod spoof;

use std::path::PathBuf;
use std::sync::Arc;

use caseconsultant::config::{Config, Trust};
use caseconsultant::domain::message::SenderTrust;
use caseconsultant::mail::dns::{Dns, Zone};
use caseconsultant::mail::{headers, parse, trust};

use crate::identity::codes::shared;

/// A zone of these lines.
fn zone(lines: &str) -> Dns {
    Dns::Zone(Arc::new(Zone::parse(lines).unwrap()))
}

/// The rules of a service without a border.
fn rules() -> Trust {
    Config::defaults().trust
}

/// The verdict on a mail.
async fn judge(raw: &str, rules: &Trust, dns: &Dns) -> SenderTrust {
    let message = parse::parse(raw.as_bytes(), &["consult@example.test"]);
    let from = message.from.filter(|_| message.quarantined.is_none());
    trust::judge(raw.as_bytes(), &headers::scan(raw.as_bytes()), from.as_ref(), rules, dns).await
}

fn collected() -> Option<PathBuf> {
    Some(shared().join("security/spoof/espoofer-eml")).filter(|folder| folder.is_dir())
}

#[tokio::test]
async fn no_collected_forgery_is_believed_in_any_dress() {
    let Some(folder) = collected() else {
        eprintln!("the collected forgeries are not there: TEST_SHARED is not set, and there is no ../shared/security");
        return;
    };
    let mails = spoof::read(&folder);
    assert!(mails.len() >= 22, "{} forgeries", mails.len());
    for mail in mails {
        assert_eq!(spoof::believed(&mail).await, Vec::<String>::new(), "{}", mail.name);
    }
}
