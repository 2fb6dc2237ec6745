//! Who really sent it: the Authentication-Results of the configured border, and nothing else (RFC 8601).
//!
//! Only the topmost field with the pinned authserv-id counts: a border strips forged ones and writes its own above
//! everything that came from outside. The result must be about the domain of the one From address.

use super::headers::Headers;
use crate::domain::address::Address;
use crate::domain::message::{SenderTrust, TrustVerdict};

/// Judges the sender. `authserv_id` is the border's name; empty means that no border is configured.
pub fn judge(headers: &Headers, from: Option<&Address>, authserv_id: &str) -> SenderTrust {
    let verdict =
        |verdict, domain: &str, why: &str| SenderTrust { verdict, domain: domain.to_owned(), why: why.to_owned() };
    let Some(from) = from else {
        return verdict(TrustVerdict::Failed, "", "there is not exactly one plain From address");
    };
    let domain = from.domain();
    if authserv_id.is_empty() {
        return verdict(TrustVerdict::Unproved, domain, "no border is configured (trust.authserv_id)");
    }
    let results = headers.list("authentication-results").find_map(|value| {
        let (id, results) = value.split_once(';')?;
        let id = id.split_whitespace().next()?;
        id.eq_ignore_ascii_case(authserv_id).then_some(results)
    });
    let Some(results) = results else {
        return verdict(TrustVerdict::Unproved, domain, "the border wrote no Authentication-Results");
    };
    let results: Vec<Outcome<'_>> = results.split(';').filter_map(Outcome::read).collect();
    if let Some(dmarc) = results.iter().find(|r| r.method == "dmarc") {
        let about = dmarc.property("header.from").is_none_or(|d| d.eq_ignore_ascii_case(domain));
        return match (dmarc.result, about) {
            ("pass", true) => verdict(TrustVerdict::Proved, domain, "the border says dmarc=pass"),
            ("pass", false) => verdict(TrustVerdict::Failed, domain, "dmarc=pass is about another domain"),
            ("none", _) => by_dkim_or_spf(&results, domain),
            _ => verdict(TrustVerdict::Failed, domain, "the border says that DMARC did not pass"),
        };
    }
    by_dkim_or_spf(&results, domain)
}

fn by_dkim_or_spf(results: &[Outcome<'_>], domain: &str) -> SenderTrust {
    let aligned = |outcome: &&Outcome<'_>| {
        let named = match outcome.method {
            "dkim" => outcome.property("header.d").or_else(|| outcome.property("header.i")),
            "spf" => outcome.property("smtp.mailfrom"),
            _ => None,
        };
        let named = named.map(|n| n.rsplit('@').next().unwrap_or(n).to_ascii_lowercase());
        outcome.result == "pass" && named.as_deref() == Some(domain)
    };
    match results.iter().find(aligned) {
        Some(outcome) => SenderTrust {
            verdict: TrustVerdict::Proved,
            domain: domain.to_owned(),
            why: format!("the border says {}=pass for this domain", outcome.method),
        },
        None => SenderTrust {
            verdict: TrustVerdict::Unproved,
            domain: domain.to_owned(),
            why: "no result that passed is about the sender's domain".to_owned(),
        },
    }
}

/// One `method=result property=value …` of the field.
struct Outcome<'a> {
    method: &'a str,
    result: &'a str,
    properties: Vec<(&'a str, &'a str)>,
}

impl<'a> Outcome<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut words = text.split_whitespace().filter(|word| !word.starts_with('('));
        let (method, result) = words.next()?.split_once('=')?;
        let properties = words.filter_map(|word| word.split_once('=')).map(|(k, v)| (k, v.trim_matches('"'))).collect();
        Some(Self { method: method.split('/').next().unwrap_or(method), result, properties })
    }

    fn property(&self, name: &str) -> Option<&'a str> {
        self.properties.iter().find(|(key, _)| *key == name).map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::headers::scan;

    fn verdict(fields: &str) -> TrustVerdict {
        let raw = format!("{fields}From: ann@clinic.test\r\n\r\n");
        judge(&scan(raw.as_bytes()), Address::parse("ann@clinic.test").ok().as_ref(), "mx.example.test").verdict
    }

    #[test]
    fn only_the_configured_border_is_believed_and_only_about_the_senders_domain() {
        use TrustVerdict::{Failed, Proved, Unproved};
        for (fields, expected) in [
            ("", Unproved),
            ("Authentication-Results: mx.example.test; dmarc=pass header.from=clinic.test\r\n", Proved),
            ("Authentication-Results: mx.example.test 1; dkim=pass (ok) header.d=clinic.test\r\n", Proved),
            ("Authentication-Results: mx.example.test; spf=pass smtp.mailfrom=ann@clinic.test\r\n", Proved),
            ("Authentication-Results: mx.example.test; dmarc=fail header.from=clinic.test\r\n", Failed),
            ("Authentication-Results: mx.example.test; dmarc=pass header.from=evil.test\r\n", Failed),
            ("Authentication-Results: evil.test; dmarc=pass header.from=clinic.test\r\n", Unproved),
            ("Authentication-Results: mx.example.test; dkim=pass header.d=evil.test\r\n", Unproved),
            (
                "Authentication-Results: mx.example.test; dmarc=fail\r\nAuthentication-Results: mx.example.test; dmarc=pass\r\n",
                Failed,
            ),
            ("Authentication-Results: mx.example.test; none\r\n", Unproved),
        ] {
            assert_eq!(verdict(fields), expected, "{fields}");
        }
    }

    #[test]
    fn without_a_border_no_one_is_proved() {
        let headers = scan(b"Authentication-Results: x; dmarc=pass\r\nFrom: ann@clinic.test\r\n\r\n");
        assert_eq!(
            judge(&headers, Address::parse("ann@clinic.test").ok().as_ref(), "").verdict,
            TrustVerdict::Unproved
        );
    }
}
