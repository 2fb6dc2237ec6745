//! ARC: what a forwarder saw, from forwarders that the operator named (RFC 8617).

use mail_auth::common::verify::VerifySignature as _;
use mail_auth::{AuthenticatedMessage, DkimResult, Error};

use super::keys::Records;
use super::own::{Case, same, verifier};
use super::{Said, results, said, tags};
use crate::domain::message::Method;
use crate::mail::dns::Questions;

/// Sets of one chain (RFC 8617 section 4.2.1).
const SETS: usize = 50;

/// What became of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// There is none.
    None,
    /// It holds.
    Pass,
    /// It does not.
    Fail,
    /// A key could not be asked for.
    Unknown,
}

/// True when the chain holds and a configured sealer, with nobody but configured sealers after it, saw the proof.
///
/// # Errors
/// Why a chain that is there does not count.
pub async fn verify(
    message: &AuthenticatedMessage<'_>,
    case: &Case<'_>,
    questions: &Questions<'_>,
) -> Result<bool, String> {
    match chain(message, questions).await {
        Chain::None => return Ok(false),
        Chain::Pass => {}
        Chain::Fail => return Err("its ARC chain is broken".to_owned()),
        Chain::Unknown => return Err("the DNS gave no answer about its ARC chain".to_owned()),
    }
    let named = |domain: &str| case.sealers.iter().any(|sealer| same(sealer, domain));
    let sets = message.as_headers.iter().zip(&message.ams_headers).zip(&message.aar_headers);
    for ((seal, signature), results) in sets.rev() {
        if !named(&seal.header.d) || !named(&signature.header.d) {
            return Err("its ARC chain has a sealer that is not configured (trust.arc_sealers)".to_owned());
        }
        let text = String::from_utf8_lossy(results.value);
        // `i=1; authserv-id; results`
        let field = text.split_once(';').and_then(|(_, rest)| results::parse(rest));
        if let Some(field) = field
            && matches!(said(&field.results, case.from, None), Said::Proved(Method::Dmarc | Method::Dkim))
        {
            return Ok(true);
        }
    }
    Err("no sealer of its ARC chain saw a proof".to_owned())
}

/// Verifies the chain of a message, whoever sealed it.
pub async fn chain(message: &AuthenticatedMessage<'_>, questions: &Questions<'_>) -> Chain {
    let Some(verifier) = verifier() else { return Chain::Unknown };
    if !sound(message) {
        return Chain::Fail;
    }
    let mut records = Records::default();
    if message.as_headers.len() <= SETS && !message.has_arc_errors {
        let last = message.ams_headers.last().map(|header| header.header.domain_key());
        let seals = message.as_headers.iter().map(|header| header.header.domain_key());
        for name in last.into_iter().chain(seals).collect::<Vec<_>>() {
            records.add_key(name, questions).await;
        }
    }
    match verifier.verify_arc(records.answer(message)).await.result() {
        DkimResult::Pass => Chain::Pass,
        DkimResult::None => Chain::None,
        DkimResult::TempError(Error::Dns(_)) => Chain::Unknown,
        _ => Chain::Fail,
    }
}

/// False where the sets are not complete, or a tag list is not one by the letter: the verifier forgives what another one
/// does not.
fn sound(message: &AuthenticatedMessage<'_>) -> bool {
    let count = |name: &str| {
        message.headers.iter().filter(|(field, _)| field.trim_ascii().eq_ignore_ascii_case(name.as_bytes())).count()
    };
    let sets = count("arc-seal");
    if count("arc-message-signature") != sets || count("arc-authentication-results") != sets {
        return false;
    }
    let algorithm = |value: &[u8]| {
        let tags = tags::parse(value)?;
        let known = tags::find(&tags, "a").is_some_and(|a| a == "rsa-sha256" || a == "ed25519-sha256");
        known.then_some(())
    };
    let seals = message.as_headers.iter().all(|seal| algorithm(seal.value).is_some());
    let signatures = message.ams_headers.iter().all(|signature| {
        let covers_seal = signature.header.h.iter().any(|name| name.trim().eq_ignore_ascii_case("arc-seal"));
        algorithm(signature.value).is_some() && !covers_seal
    });
    seals && signatures
}

/// Verifies the chain of a message in bytes: what the suites ask.
pub async fn chain_of(raw: &[u8], questions: &Questions<'_>) -> Chain {
    let raw = super::own::as_sent(raw);
    match AuthenticatedMessage::parse(&raw) {
        Some(message) => chain(&message, questions).await,
        None => Chain::None,
    }
}
