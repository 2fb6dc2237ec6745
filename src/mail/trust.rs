//! Who really sent it: the word of the configured border, or a check of our own, about the one From address.
//!
//! The border's Authentication-Results (RFC 8601) count where the border itself put them (`border`). Where it wrote
//! nothing that proves the sender, and names can be looked up, the message is checked here (`own`). Everything that is
//! not a proof is none: a mail without one is held, and nothing is sent to its address.

use std::time::Duration;

use super::dns::{Dns, Questions};
use super::headers::Headers;
use crate::config::Trust;
use crate::domain::address::Address;
use crate::domain::message::{Method, Proof, SenderTrust, TrustPolicy, TrustVerdict, Witness};
use own::{Case, Own};
use results::Outcome;

/// The limit of one check. Well below a lease: a slow DNS must not cost a case its worker.
const PATIENCE: Duration = Duration::from_secs(60);

/// Reasons that are told. A mail can carry hundreds of signatures.
const NOTES: usize = 5;

pub mod arc;
mod border;
mod keys;
mod own;
mod results;
mod tags;

/// Judges the sender by what the border wrote alone.
pub fn at_border(headers: &Headers, from: Option<&Address>, trust: &Trust) -> SenderTrust {
    let Some(from) = from else { return nobody() };
    by_border(&border::read(headers, trust), headers, from, trust)
}

/// Judges the sender by the border, and where that is not enough by a check of our own.
pub async fn judge(raw: &[u8], headers: &Headers, from: Option<&Address>, trust: &Trust, dns: &Dns) -> SenderTrust {
    let Some(from) = from else { return nobody() };
    let border = border::read(headers, trust);
    let first = by_border(&border, headers, from, trust);
    let best = first.by.is_some_and(|proof| proof.method != Method::Spf);
    if best || dns.is_off() || headers.fault.is_some() {
        return first;
    }
    let questions = Questions::new(dns);
    let session = border.session.as_ref();
    let case = Case { raw, headers, from, session, sealers: &trust.arc_sealers };
    let checked = tokio::time::timeout(PATIENCE, own::verify(&case, &questions)).await;
    let own = checked.unwrap_or_else(|_| Own { temporary: true, ..Own::default() });
    let told: Vec<&str> = own.notes.iter().map(String::as_str).take(NOTES).collect();
    let notes = if told.is_empty() { String::new() } else { format!(" ({})", told.join("; ")) };
    // A border that denies it saw more than we do; only a forwarder whom the operator named explains that.
    if first.verdict == TrustVerdict::Failed && own.proof != Some(Method::Arc) {
        return first;
    }
    let by = own.proof.map(|method| Proof { method, witness: Witness::Own }).or(first.by);
    let spf_only = by.is_none_or(|proof| proof.method == Method::Spf);
    let verdict =
        |why: String| SenderTrust { by, temporary: own.temporary && spf_only, ..verdict(from, by, why, trust) };
    match (by, own.denied) {
        (Some(proof), _) if !spf_only => verdict(format!("{} by our own check", words(proof.method))),
        (_, _) if own.temporary => verdict(format!("the DNS did not answer; it is looked at again{notes}")),
        (Some(proof), _) => verdict(format!("{}, and nothing more{notes}", words(proof.method))),
        (None, Some(denied)) => SenderTrust { verdict: TrustVerdict::Failed, ..verdict(format!("{denied}{notes}")) },
        (None, None) => verdict(format!("nothing proves the sender's domain{notes}")),
    }
}

fn nobody() -> SenderTrust {
    SenderTrust {
        verdict: TrustVerdict::Failed,
        domain: String::new(),
        why: "there is not exactly one plain From address".to_owned(),
        by: None,
        temporary: false,
    }
}

fn verdict(from: &Address, by: Option<Proof>, why: String, trust: &Trust) -> SenderTrust {
    let found =
        SenderTrust { verdict: TrustVerdict::Unproved, domain: from.domain().to_owned(), why, by, temporary: false };
    let policy = TrustPolicy::parse(&trust.policy).unwrap_or(TrustPolicy::Strict);
    let proved = policy != TrustPolicy::Open && found.suffices(policy);
    SenderTrust { verdict: if proved { TrustVerdict::Proved } else { TrustVerdict::Unproved }, ..found }
}

fn by_border(border: &border::Border, headers: &Headers, from: &Address, trust: &Trust) -> SenderTrust {
    let unproved = |why: &str| verdict(from, None, why.to_owned(), trust);
    let failed = |why: &str| SenderTrust { verdict: TrustVerdict::Failed, ..unproved(why) };
    if trust.authserv_id.is_empty() {
        return unproved("no border is configured (trust.authserv_id)");
    }
    if border.malformed {
        return failed("the border's Authentication-Results cannot be read by their grammar");
    }
    let Some(results) = &border.results else {
        return unproved("the border wrote no Authentication-Results");
    };
    match said(results, from, Some(headers)) {
        Said::Proved(method) => {
            let by = Some(Proof { method, witness: Witness::Border });
            verdict(from, by, format!("{} by the word of the border", words(method)), trust)
        }
        Said::Denied(why) => failed(why),
        Said::Nothing => unproved("no result that passed is about the sender's domain"),
    }
}

/// How a proof is told.
fn words(method: Method) -> &'static str {
    match method {
        Method::Dmarc => "DMARC passed",
        Method::Dkim => "a DKIM signature of the domain passed",
        Method::Arc => "a configured ARC sealer saw the proof",
        Method::Spf => "SPF passed for the domain",
    }
}

/// What results say about an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Proved(Method),
    Denied(&'static str),
    Nothing,
}

fn said(results: &[Outcome], from: &Address, headers: Option<&Headers>) -> Said {
    let domain = from.domain();
    // A border may believe a signature that leaves room. The message shows it, and then it proves nothing to us.
    let weak = headers.is_some_and(|headers| own::all_unsound(headers, from));
    for dmarc in results.iter().filter(|result| result.method == "dmarc") {
        let about = dmarc.property("header.from").is_none_or(|named| own::same(named, domain));
        match (dmarc.result.as_str(), about) {
            ("pass", true) => {}
            ("pass", false) => return Said::Denied("dmarc=pass is about another domain"),
            // No record, or none that could be read: then a signature may still prove it.
            ("none" | "temperror" | "permerror" | "bestguesspass", _) => return by_parts(results, from, weak),
            _ => return Said::Denied("the border says that DMARC did not pass"),
        }
    }
    let parts = by_parts(results, from, weak);
    match results.iter().any(|result| result.method == "dmarc") {
        // Where only SPF stands behind it, it is about the reverse path, and that may be a colleague's or a stranger's.
        true if parts != Said::Proved(Method::Dkim) && sent_by_another(results, from) => {
            Said::Denied("another address of its domain sent it")
        }
        true if weak && parts == Said::Nothing => Said::Denied("its signature leaves room for changes"),
        true => Said::Proved(Method::Dmarc),
        false => parts,
    }
}

/// True where no signature passed, and SPF did for another address of the sender's domain.
fn sent_by_another(results: &[Outcome], from: &Address) -> bool {
    let signed = results.iter().any(|result| result.method == "dkim" && result.result == "pass");
    let path = |result: &Outcome| result.property("smtp.mailfrom").and_then(|path| Address::parse(path).ok());
    let other = |path: Address| own::same(path.domain(), from.domain()) && path.base_key() != from.base_key();
    !signed && results.iter().any(|result| result.method == "spf" && path(result).is_some_and(other))
}

fn by_parts(results: &[Outcome], from: &Address, weak: bool) -> Said {
    let local = from.expose().rsplit_once('@').map_or("", |(local, _)| local);
    let passed = |method: &'static str| results.iter().filter(move |r| r.method == method && r.result == "pass");
    let signed = !weak
        && passed("dkim").any(|result| {
            let identity = result.property("header.i").map(|i| i.rsplit_once('@').unwrap_or(("", i)));
            let other = identity.is_some_and(|(person, _)| !person.is_empty() && !person.eq_ignore_ascii_case(local));
            let named = result.property("header.d").or(identity.map(|(_, domain)| domain));
            !other && named.is_some_and(|named| own::same(named, from.domain()))
        });
    let sent = passed("spf").any(|result| {
        let path = result.property("smtp.mailfrom").unwrap_or_default();
        match Address::parse(path) {
            Ok(path) => path.base_key() == from.base_key(),
            // Some borders write the domain alone.
            Err(_) => !path.contains('@') && own::same(path, from.domain()),
        }
    });
    match (signed, sent) {
        (true, _) => Said::Proved(Method::Dkim),
        (false, true) => Said::Proved(Method::Spf),
        (false, false) => Said::Nothing,
    }
}

#[cfg(test)]
mod tests;
