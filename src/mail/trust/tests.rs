//! The border's word, and what is not.

use super::*;
use crate::config::Config;
use crate::domain::message::TrustVerdict::{Failed, Proved, Unproved};
use crate::mail::headers::scan;

fn trust(authserv_id: &str, policy: &str) -> Trust {
    let mut trust = Config::defaults().trust;
    trust.authserv_id = authserv_id.to_owned();
    trust.policy = policy.to_owned();
    trust
}

fn judged(fields: &str, policy: &str) -> TrustVerdict {
    let raw = format!("{fields}From: ann@clinic.test\r\n\r\n");
    let from = Address::parse("ann@clinic.test").unwrap();
    at_border(&scan(raw.as_bytes()), Some(&from), &trust("mx.example.test", policy)).verdict
}

#[test]
fn only_the_configured_border_is_believed_and_only_about_the_senders_domain() {
    for (results, expected) in [
        ("", Unproved),
        ("mx.example.test; dmarc=pass header.from=clinic.test", Proved),
        ("mx.example.test 1; dkim=pass (ok) header.d=clinic.test", Proved),
        ("mx.example.test; dkim=pass header.i=@clinic.test", Proved),
        ("mx.example.test; dkim=pass header.i=eve@clinic.test header.d=clinic.test", Unproved),
        ("mx.example.test; spf=pass smtp.mailfrom=ann@clinic.test", Unproved),
        ("mx.example.test; dmarc=fail header.from=clinic.test", Failed),
        ("mx.example.test; dmarc=pass header.from=evil.test", Failed),
        ("mx.example.test; dmarc=none header.from=clinic.test; dkim=pass header.d=clinic.test", Proved),
        ("evil.test; dmarc=pass header.from=clinic.test", Unproved),
        ("mx.example.test; dkim=pass header.d=evil.test", Unproved),
        ("mx.example.test; dmarc=fail\r\nAuthentication-Results: mx.example.test; dmarc=pass", Failed),
        ("mx.example.test; dmarc=pass header.from=clinic.test; dmarc=fail header.from=clinic.test", Failed),
        ("mx.example.test; none", Unproved),
        ("mx.example.test; spf=pass smtp.mailfrom=x@clinic.test(evil.test; dkim=none", Failed),
        ("mx.example.test; dkim=pass header.d=clinic.test'evil.test", Unproved),
        ("mx.example.test; dmarc=pass header.from=clinic.test; spf=pass smtp.mailfrom=eve@clinic.test", Failed),
        ("mx.example.test; dmarc=pass header.from=clinic.test; spf=pass smtp.mailfrom=ann@clinic.test", Proved),
        ("mx.example.test; spf=none smtp.mailfrom=\"x; dmarc=pass header.from=clinic.test\"", Unproved),
    ] {
        let field = if results.is_empty() { String::new() } else { format!("Authentication-Results: {results}\r\n") };
        assert_eq!(judged(&field, "strict"), expected, "{results}");
    }
}

#[test]
fn a_host_that_may_send_for_the_domain_is_proof_only_where_the_policy_says_so() {
    for (path, proved) in [("ann@clinic.test", true), ("clinic.test", true), ("a@clinic.test@evil.test", false)] {
        let field = format!("Authentication-Results: mx.example.test; spf=pass smtp.mailfrom={path}\r\n");
        assert_eq!(judged(&field, "strict"), Unproved, "{path}");
        assert_eq!(judged(&field, "border") == Proved, proved, "{path}");
        assert_eq!(judged(&field, "open"), Unproved, "open is a decision about an account, and no proof");
    }
}

#[test]
fn without_a_border_no_one_is_proved() {
    let headers = scan(b"Authentication-Results: x; dmarc=pass\r\nFrom: ann@clinic.test\r\n\r\n");
    let from = Address::parse("ann@clinic.test").unwrap();
    assert_eq!(at_border(&headers, Some(&from), &trust("", "strict")).verdict, Unproved);
}

#[test]
fn a_border_that_believes_a_signature_with_room_for_changes_is_not_believed_in_that() {
    let signature = |more: &str, signed: &str| {
        format!("DKIM-Signature: v=1; a=rsa-sha256; d=clinic.test; s=s1;{more} h={signed}; bh=YQ==; b=YQ==\r\n")
    };
    for results in ["dmarc=pass header.from=clinic.test", "dkim=pass header.d=clinic.test"] {
        let field = format!("Authentication-Results: mx.example.test; {results}\r\n");
        assert_eq!(judged(&format!("{field}{}", signature("", "from:to")), "strict"), Proved);
        for (more, signed) in [
            (" l=10;", "from"),
            (" l=0;", "from"),
            ("", "to"),
            (" i=eve@clinic.test;", "from"),
            (" d=clinic.test;", "from"),
        ] {
            let verdict = judged(&format!("{field}{}", signature(more, signed)), "strict");
            assert_ne!(verdict, Proved, "{results} {more} {signed}");
        }
    }
    let spf = "Authentication-Results: mx.example.test; spf=pass smtp.mailfrom=ann@clinic.test; dmarc=pass\r\n";
    assert_eq!(judged(&format!("{spf}{}", signature(" l=10;", "from")), "strict"), Proved, "it rests on SPF");
}
