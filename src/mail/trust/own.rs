//! Our own check: DKIM, SPF and DMARC of the From domain (RFC 6376, 7208, 7489), and ARC where sealers are configured.
//!
//! Stricter than the standards ask: a signature that leaves room for additions (`l=`, a field that stands more often
//! than it was signed, a From that was not signed) is passed over, as is one that speaks for another person.

use std::borrow::Cow;
use std::sync::OnceLock;

use mail_auth::common::crypto::Algorithm;
use mail_auth::common::verify::VerifySignature as _;
use mail_auth::dmarc::{Policy, verify::DmarcParameters};
use mail_auth::hickory_resolver::config::{ResolverConfig, ResolverOpts};
use mail_auth::{
    AuthenticatedMessage, DkimOutput, DkimResult, DmarcResult, MessageAuthenticator, SpfOutput, SpfResult, dkim,
};

use super::keys::Records;
use super::{arc, tags};
use crate::domain::address::Address;
use crate::domain::message::Method;
use crate::mail::dns::Questions;
use crate::mail::headers::Headers;
use crate::mail::spf::{self, Outcome, Session};

/// Signatures that are checked. An honest mail has one to four.
const SIGNATURES: usize = 8;

/// What our own check found.
#[derive(Debug, Default)]
pub struct Own {
    /// The best proof.
    pub proof: Option<Method>,
    /// Why the domain itself denies the mail.
    pub denied: Option<String>,
    /// The DNS did not answer a question that could have led to a proof.
    pub temporary: bool,
    /// What stood in the way.
    pub notes: Vec<String>,
}

/// What is checked.
pub struct Case<'a> {
    /// The message as fetched.
    pub raw: &'a [u8],
    /// Its header block.
    pub headers: &'a Headers,
    /// The one From address.
    pub from: &'a Address,
    /// The SMTP session, if the border told it.
    pub session: Option<&'a Session>,
    /// The ARC sealers that are believed.
    pub sealers: &'a [String],
}

/// The verifier. It asks nobody: everything it needs is looked up beforehand (`keys`).
pub(super) fn verifier() -> Option<&'static MessageAuthenticator> {
    static VERIFIER: OnceLock<Option<MessageAuthenticator>> = OnceLock::new();
    let nobody = || ResolverConfig::from_parts(None, Vec::new(), Vec::new());
    VERIFIER.get_or_init(|| MessageAuthenticator::new(nobody(), ResolverOpts::default()).ok()).as_ref()
}

/// Lines end in CRLF when they are signed (RFC 6376 section 5.3); a Maildir keeps them without.
pub(super) fn as_sent(raw: &[u8]) -> Cow<'_, [u8]> {
    let begin = if raw.starts_with(b"From ") { memchr::memchr(b'\n', raw).map_or(0, |at| at + 1) } else { 0 };
    let raw = &raw[begin..];
    if memchr::memmem::find(raw, b"\r\n").is_some() {
        return Cow::Borrowed(raw);
    }
    let mut sent = Vec::with_capacity(raw.len() + raw.len() / 32);
    for line in raw.split_inclusive(|b| *b == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(line) => {
                sent.extend_from_slice(line);
                sent.extend_from_slice(b"\r\n");
            }
            None => sent.extend_from_slice(line),
        }
    }
    Cow::Owned(sent)
}

/// Checks a message.
pub async fn verify(case: &Case<'_>, questions: &Questions<'_>) -> Own {
    let mut own = Own::default();
    let raw = as_sent(case.raw);
    let (Some(verifier), Some(mut message)) = (verifier(), AuthenticatedMessage::parse(&raw)) else {
        own.notes.push("it cannot be read as a signed message".to_owned());
        return own;
    };
    keep_sound(&mut message, case, &mut own);
    let mut records = Records::default();
    for signature in &message.dkim_headers {
        records.add_key(signature.header.domain_key(), questions).await;
    }
    let outputs = verifier.verify_dkim(records.answer(&message)).await;
    let exact = |output: &&DkimOutput<'_>| output.signature().is_some_and(|s| same(&s.d, case.from.domain()));
    for output in outputs.iter().filter(|output| output.signature().is_some()) {
        note(output, &mut own);
    }
    if outputs.iter().filter(|output| output.result() == &DkimResult::Pass).any(|output| exact(&output)) {
        own.proof = Some(Method::Dkim);
        return own;
    }
    let spf = match case.session {
        Some(session) => spf::check(session, questions).await,
        None => Outcome::None,
    };
    dmarc(case, &message, &outputs, spf, questions, &mut own).await;
    if own.proof.is_none() && !case.sealers.is_empty() {
        match arc::verify(&message, case, questions).await {
            Ok(true) => own.proof = Some(Method::Arc),
            Ok(false) => {}
            Err(fault) => own.notes.push(fault),
        }
    }
    let aligned = case.session.is_some_and(|session| same(session.domain(), case.from.domain()));
    if own.proof.is_none() && spf == Outcome::Pass && aligned && sent_by(case) {
        own.proof = Some(Method::Spf);
    }
    own.temporary |= spf == Outcome::TempError && aligned;
    own
}

/// DMARC over the signatures that passed and SPF.
async fn dmarc(
    case: &Case<'_>,
    message: &AuthenticatedMessage<'_>,
    outputs: &[DkimOutput<'_>],
    spf: Outcome,
    questions: &Questions<'_>,
    own: &mut Own,
) {
    let Some(verifier) = verifier() else { return };
    let path = case.session.map(Session::domain).unwrap_or_default();
    let mut records = Records::default();
    let passed = outputs.iter().filter(|output| output.result() == &DkimResult::Pass);
    let domains = passed.filter_map(|output| output.signature().map(|signature| signature.d.clone()));
    let named = std::iter::once(case.from.domain().to_owned()).chain(domains).chain(Some(path.to_ascii_lowercase()));
    for domain in named.filter(|domain| related(domain, case.from.domain())).collect::<Vec<_>>() {
        records.add_policies(&domain, questions).await;
    }
    let result = match spf {
        Outcome::Pass => SpfResult::Pass,
        Outcome::TempError => SpfResult::TempError,
        _ => SpfResult::None,
    };
    // The verdict is about the one address that we read, whatever the other parser saw.
    let mut message = message.clone();
    message.from = vec![case.from.key()];
    let spf = SpfOutput::new(path.to_owned()).with_result(result);
    let parameters = DmarcParameters::new(&message, outputs, path, &spf);
    let output = verifier.verify_dmarc(records.answer(parameters)).await;
    match output.result() {
        DmarcResult::Pass if output.dkim_result() == &DmarcResult::Pass || sent_by(case) => {
            own.proof = Some(Method::Dmarc);
        }
        DmarcResult::Pass => own.notes.push("another address of the domain sent it".to_owned()),
        DmarcResult::TempError(_) => own.temporary = true,
        _ if output.dmarc_record().is_none() => own.notes.push("the domain has no DMARC record".to_owned()),
        _ if matches!(output.policy(), Policy::Quarantine | Policy::Reject) => {
            own.denied = Some("its domain's DMARC record denies mail like this".to_owned());
        }
        _ => {}
    }
}

/// SPF speaks for the reverse path: who has one address at a host does not thereby have another.
fn sent_by(case: &Case<'_>) -> bool {
    let path = case.session.and_then(|session| Address::parse(&session.mail_from).ok());
    path.is_some_and(|path| path.base_key() == case.from.base_key())
}

/// Drops the signatures that cannot prove this sender, and says why.
fn keep_sound(message: &mut AuthenticatedMessage<'_>, case: &Case<'_>, own: &mut Own) {
    for error in &message.errors {
        if matches!(error.header, mail_auth::Error::Dkim(dkim::DkimError::SignatureLength)) {
            own.notes.push("a signature covers only a part of the body (l=)".to_owned());
        }
    }
    message.dkim_headers.retain_mut(|header| {
        // Nobody is sent a report on failures (RFC 6651): that would be another lookup, and mail to a stranger.
        header.header.r = false;
        match unsound(&header.header, header.value, case.headers, case.from) {
            Some(why) => own.notes.push(format!("the signature of {} does not count: {why}", shown(&header.header.d))),
            None => return true,
        }
        false
    });
    message.dkim_headers.truncate(SIGNATURES);
}

/// Why a signature cannot prove the sender even where it is valid.
pub(super) fn unsound(
    signature: &dkim::Signature,
    value: &[u8],
    headers: &Headers,
    from: &Address,
) -> Option<&'static str> {
    if !related(&signature.d, from.domain()) {
        return Some("it is of another domain");
    }
    let Some(tags) = tags::parse(value) else { return Some("its tags are malformed") };
    let name = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    if !name(&signature.d) || !name(&signature.s) {
        return Some("it names no key that can exist");
    }
    if signature.a == Algorithm::RsaSha1 {
        return Some("it uses SHA-1 (RFC 8301)");
    }
    if tags::find(&tags, "l").is_some() {
        return Some("it covers only a part of the body (l=)");
    }
    if tags::find(&tags, "atps").is_some() {
        return Some("it is made for somebody else (atps=)");
    }
    let signed = |name: &str| signature.h.iter().filter(|field| field.trim().eq_ignore_ascii_case(name)).count();
    if signed("from") == 0 {
        return Some("the From line is not signed");
    }
    // i=ann@clinic.test says that the domain vouches for Ann, and not for whoever stands in the From line.
    let person = signature.i.rsplit_once('@').map(|(local, _)| local).unwrap_or_default();
    let local = from.expose().rsplit_once('@').map(|(local, _)| local).unwrap_or_default();
    if !person.is_empty() && !person.eq_ignore_ascii_case(local) {
        return Some("it speaks for another address of its domain (i=)");
    }
    let added = ONCE.iter().any(|name| {
        let count = headers.list(name).count();
        count > 1 && signed(name) > 0 && count > signed(name)
    });
    added.then_some("a field was added to one that it signed")
}

/// True where the message has signatures of the sender's organisation and none of them can prove anything.
pub(super) fn all_unsound(headers: &Headers, from: &Address) -> bool {
    let values = headers.fields.iter().filter(|field| field.name == "dkim-signature").map(|field| &field.raw);
    let mut own = values
        .filter_map(|value| dkim::Signature::parse(value).ok().map(|signature| (signature, value)))
        .filter(|(signature, _)| related(&signature.d, from.domain()))
        .peekable();
    own.peek().is_some() && own.all(|(signature, value)| unsound(&signature, value, headers, from).is_some())
}

/// Fields that may stand once (RFC 5322 section 3.6, RFC 2045): a second one shows what was not signed.
const ONCE: [&str; 12] = [
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
];

fn note(output: &DkimOutput<'_>, own: &mut Own) {
    let domain = output.signature().map(|signature| shown(&signature.d)).unwrap_or_default();
    match output.result() {
        DkimResult::Pass | DkimResult::None => {}
        DkimResult::TempError(_) => own.temporary = true,
        DkimResult::Neutral(error) | DkimResult::Fail(error) | DkimResult::PermError(error) => {
            own.notes.push(format!("the signature of {domain} did not verify ({error})"));
        }
    }
}

/// A domain of a stranger's choosing, fit for a reason that people read.
fn shown(domain: &str) -> String {
    domain.chars().filter(|c| c.is_ascii_alphanumeric() || ".-".contains(*c)).take(80).collect()
}

pub(super) fn same(a: &str, b: &str) -> bool {
    !a.is_empty() && a.trim_end_matches('.').eq_ignore_ascii_case(b.trim_end_matches('.'))
}

/// True where two domains can belong to one organisation: one within the other, or siblings below two labels or more.
fn related(a: &str, b: &str) -> bool {
    let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
    let common = a.rsplit('.').zip(b.rsplit('.')).take_while(|(x, y)| x == y).count();
    common >= 2 || (common > 0 && (common == a.split('.').count() || common == b.split('.').count()))
}
