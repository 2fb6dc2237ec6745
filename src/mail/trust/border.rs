//! What the configured border wrote: which fields are its own, and the SMTP session that it saw (RFC 8601 section 5).
//!
//! A border puts its lines above what came from outside. So everything above its own Received line is ours, and so is
//! a result directly below that line, where some borders write it; a field further down is the sender's invention.

use std::net::IpAddr;

use super::results::{self, Outcome};
use crate::config::Trust;
use crate::mail::headers::Headers;
use crate::mail::spf::Session;

/// What was found.
#[derive(Debug, Default)]
pub struct Border {
    /// The results of its fields; `None` when it wrote none.
    pub results: Option<Vec<Outcome>>,
    /// True when a field of its own cannot be read by the grammar.
    pub malformed: bool,
    /// The session, if its Received line and the Return-Path say it.
    pub session: Option<Session>,
}

/// Reads the fields that the border wrote.
pub fn read(headers: &Headers, trust: &Trust) -> Border {
    let received = headers.fields.iter().position(|field| {
        field.name == "received" && hop(&field.value, &trust.border_hosts).is_some_and(|(ip, _)| !ip.is_loopback())
    });
    let mut border = Border { session: received.and_then(|at| session(headers, at, trust)), ..Border::default() };
    let mine = |at: &usize| {
        let field = &headers.fields[*at];
        field.name == "authentication-results"
            && results::authserv_id(&field.value).is_some_and(|id| id.eq_ignore_ascii_case(&trust.authserv_id))
    };
    if trust.authserv_id.is_empty() {
        return border;
    }
    let believed: Vec<usize> = if trust.border_hosts.is_empty() {
        (0..headers.fields.len()).find(mine).into_iter().collect()
    } else {
        let Some(at) = received else { return border };
        let above: Vec<usize> = (0..at).filter(mine).collect();
        let next = (at + 1..headers.fields.len()).take_while(|at| headers.fields[*at].name != "received");
        if above.is_empty() { next.into_iter().find(mine).into_iter().collect() } else { above }
    };
    for at in believed {
        match results::parse(&headers.fields[at].value) {
            Some(field) => border.results.get_or_insert_default().extend(field.results),
            None => border.malformed = true,
        }
    }
    border
}

fn session(headers: &Headers, at: usize, trust: &Trust) -> Option<Session> {
    let (ip, helo) = hop(&headers.fields[at].value, &trust.border_hosts)?;
    // Written at delivery, above everything (RFC 5321 section 4.4); one further down is the sender's.
    let path = headers.fields[..at].iter().find(|field| field.name == "return-path")?;
    let mail_from = path.value.trim().strip_prefix('<')?.strip_suffix('>')?.trim().to_owned();
    let plain = mail_from.matches('@').count() <= 1 && mail_from.bytes().all(|b| b.is_ascii_graphic());
    plain.then_some(Session { ip, helo, mail_from })
}

/// The client's address and greeting in a Received line of one of `hosts`: `from GREETING (NAME [ADDRESS]) by HOST …`.
fn hop(value: &str, hosts: &[String]) -> Option<(IpAddr, String)> {
    let rest = value.trim().strip_prefix("from ")?;
    let (from, by) = rest.split_once(" by ")?;
    let host = by.split(|c: char| c.is_whitespace() || c == ';').next()?.trim_end_matches('.');
    if !hosts.iter().any(|own| own.trim_end_matches('.').eq_ignore_ascii_case(host)) {
        return None;
    }
    let greeting = from.split_whitespace().next()?;
    let inside = &from[from.rfind('(')? + 1..];
    let spoken = inside.find("helo=").map(|at| &inside[at + 5..]);
    let spoken = spoken.map(|text| text.split(|c: char| c.is_whitespace() || c == ')').next().unwrap_or(text));
    // Some write the address in brackets, some bare, before or after the name.
    let bracketed = inside.rsplit_once('[').and_then(|(_, rest)| rest.split(']').next());
    let words = inside.split(|c: char| c.is_whitespace() || c == ')');
    let ip = bracketed.and_then(address).or_else(|| words.into_iter().find_map(address))?;
    Some((ip, spoken.unwrap_or(greeting).to_owned()))
}

fn address(text: &str) -> Option<IpAddr> {
    let text = text.get(..5).filter(|begin| begin.eq_ignore_ascii_case("ipv6:")).map_or(text, |_| &text[5..]);
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::mail::headers::scan;

    fn border(fields: &str) -> Border {
        let mut trust = Config::defaults().trust;
        trust.authserv_id = "mx.example.test".to_owned();
        trust.border_hosts = vec!["mx.example.test".to_owned()];
        read(&scan(format!("{fields}From: ann@clinic.test\r\n\r\n").as_bytes()), &trust)
    }

    fn results(fields: &str) -> Vec<String> {
        border(fields).results.unwrap_or_default().into_iter().map(|r| format!("{}={}", r.method, r.result)).collect()
    }

    const HOP: &str = "Received: from out.clinic.test (out.clinic.test [192.0.2.7]) by mx.example.test (Postfix)\r\n";

    #[test]
    fn only_what_stands_at_the_borders_own_line_is_its_word() {
        let forged = "Authentication-Results: mx.example.test; dmarc=pass\r\n";
        let own = "Authentication-Results: mx.example.test; dmarc=fail\r\n";
        let other = "Received: from a (b [192.0.2.9]) by mx.example.test\r\n";
        assert_eq!(results(&format!("{own}{HOP}{forged}")), ["dmarc=fail"]);
        assert_eq!(results(&format!("{HOP}{own}{forged}")), ["dmarc=fail"], "as Gmail writes it");
        assert_eq!(results(&format!("{HOP}{other}{forged}")), [""; 0], "a hop that the sender invented");
        assert_eq!(results(&format!("{forged}Received: from a (b [192.0.2.9]) by elsewhere.test\r\n")), [""; 0]);
        let inner = "Received: from mx.example.test (localhost [127.0.0.1]) by mx.example.test with LMTP\r\n";
        assert_eq!(results(&format!("{inner}{own}{HOP}{forged}")), ["dmarc=fail"]);
        let two = "Authentication-Results: mx.example.test; dkim=pass header.d=clinic.test\r\n";
        assert_eq!(results(&format!("{own}{two}{HOP}")), ["dmarc=fail", "dkim=pass"]);
    }

    #[test]
    fn the_session_is_that_of_the_borders_line_and_of_no_other() {
        let session = border(&format!("Return-Path: <ann@clinic.test>\r\n{HOP}")).session.unwrap();
        assert_eq!((session.ip.to_string().as_str(), session.helo.as_str()), ("192.0.2.7", "out.clinic.test"));
        assert_eq!(session.mail_from, "ann@clinic.test");
        assert_eq!(border(&format!("{HOP}Return-Path: <ann@clinic.test>\r\n")).session, None);
        for (line, ip) in [
            ("from [192.0.2.1] (unknown [192.0.2.8]) by mx.example.test", "192.0.2.8"),
            ("from x.test ([192.0.2.8] helo=y.test) by mx.example.test with esmtp", "192.0.2.8"),
            ("from x.test (x.test. [IPv6:2001:db8::1]) by mx.example.test", "2001:db8::1"),
            ("from x.test (2001:db8::1) by mx.example.test (2001:db8::2) with Microsoft SMTP", "2001:db8::1"),
            ("from a(b[192.0.2.1] (unknown [192.0.2.8]) by mx.example.test", "192.0.2.8"),
        ] {
            assert_eq!(hop(line, &["mx.example.test".to_owned()]).unwrap().0.to_string(), ip, "{line}");
        }
    }
}
