//! TXT records for the verifier, asked for beforehand: it gets what was found here and never reaches the network.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

use mail_auth::common::parse::TxtRecordParser;
use mail_auth::common::verify::DomainKey;
use mail_auth::dmarc::Dmarc;
use mail_auth::{DnsError, Error, MX, Parameters, RecordSet, ResolverCache, Txt};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::mail::dns::{DnsFault, Questions};

/// Labels of a name that the walk up to the organisation looks at (RFC 9989 section 4.10).
const LABELS: usize = 8;

/// What was found, by name with its last dot.
#[derive(Default)]
pub struct Records(HashMap<Box<str>, Txt>);

impl Records {
    /// Looks up the key of a signature (RFC 6376 section 3.6.2).
    pub async fn add_key(&mut self, name: String, questions: &Questions<'_>) {
        if !self.0.contains_key(name.as_str()) {
            let found = match questions.texts(&name).await {
                Ok(texts) => key(&texts).map_or_else(Txt::Error, Txt::from),
                Err(fault) => unanswered(&fault),
            };
            self.0.insert(name.into_boxed_str(), found);
        }
    }

    /// Looks up the DMARC records of a domain and of those above it.
    pub async fn add_policies(&mut self, domain: &str, questions: &Questions<'_>) {
        let labels: Vec<&str> = domain.split('.').filter(|label| !label.is_empty()).collect();
        // The whole name, and then at most its last seven labels, one after the other.
        let last = (1..labels.len().min(LABELS)).rev();
        for count in std::iter::once(labels.len()).chain(last) {
            let name = format!("_dmarc.{}.", labels[labels.len() - count..].join("."));
            if self.0.contains_key(name.as_str()) {
                continue;
            }
            let found = match questions.texts(&name).await {
                Ok(texts) => policy(&texts).map_or_else(Txt::Error, Txt::from),
                Err(fault) => unanswered(&fault),
            };
            self.0.insert(name.into_boxed_str(), found);
        }
    }

    /// Parameters for the verifier that answer every question it can have.
    pub fn answer<P>(
        &self,
        parameters: P,
    ) -> Parameters<'_, P, Self, Nothing<MX>, Nothing<Ipv4Addr>, Nothing<Ipv6Addr>, NoNames> {
        Parameters::new(parameters)
            .with_txt_cache(self)
            .with_mx_cache(&Nothing(std::marker::PhantomData))
            .with_ipv4_cache(&Nothing(std::marker::PhantomData))
            .with_ipv6_cache(&Nothing(std::marker::PhantomData))
            .with_ptr_cache(&NoNames)
    }
}

fn missing() -> Error {
    Error::Dns(DnsError::InvalidRecordType)
}

fn unanswered(fault: &DnsFault) -> Txt {
    Txt::Error(match fault {
        DnsFault::Temporary(_) => Error::Dns(DnsError::Resolver(fault.to_string())),
        DnsFault::TooMany => missing(),
    })
}

/// The one usable key. A key under test proves nothing (RFC 6376 section 3.6.1), nor does one for another service.
fn key(texts: &[Vec<u8>]) -> Result<DomainKey, Error> {
    let mut error = missing();
    for text in texts {
        let readable = String::from_utf8_lossy(text);
        let tag = |name: &str| {
            let tags = readable.split(';').filter_map(|tag| tag.split_once('='));
            tags.filter(|(key, _)| key.trim() == name).map(|(_, value)| value.trim().to_ascii_lowercase()).next()
        };
        let lists = |value: &str, word: &str| value.split(':').any(|one| one.trim() == word);
        let testing = tag("t").is_some_and(|flags| lists(&flags, "y"));
        let elsewhere = tag("s").is_some_and(|services| !lists(&services, "*") && !lists(&services, "email"));
        let old = tag("h").is_some_and(|hashes| !lists(&hashes, "sha256"));
        if testing || elsewhere || old {
            continue;
        }
        match DomainKey::parse(text) {
            Ok(key) => return Ok(key),
            Err(fault) => error = fault,
        }
    }
    Err(error)
}

/// The one DMARC record; of two, none counts (RFC 7489 section 6.6.3).
fn policy(texts: &[Vec<u8>]) -> Result<Dmarc, Error> {
    let mut found: Vec<Dmarc> = texts.iter().filter_map(|text| Dmarc::parse(text).ok()).collect();
    match found.len() {
        1 => found.pop().ok_or_else(missing),
        _ => Err(missing()),
    }
}

impl ResolverCache<Box<str>, Txt> for Records {
    fn get<Q>(&self, name: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        // What was not asked for has no answer; the network is not asked from here.
        Some(self.0.get(name).cloned().unwrap_or(Txt::Error(Error::Dns(DnsError::Resolver("not asked".to_owned())))))
    }

    fn remove<Q>(&self, _: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }

    fn insert(&self, _: Box<str>, _: Txt, _: std::time::Instant) {}
}

/// Addresses and exchangers, which no verdict of ours rests on.
pub struct Nothing<T>(std::marker::PhantomData<T>);

impl<T> ResolverCache<Box<str>, RecordSet<T>> for Nothing<T> {
    fn get<Q>(&self, _: &Q) -> Option<RecordSet<T>>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        Some(RecordSet { rrset: Vec::new().into(), dnssec_status: mail_auth::DnssecStatus::Indeterminate })
    }

    fn remove<Q>(&self, _: &Q) -> Option<RecordSet<T>>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }

    fn insert(&self, _: Box<str>, _: RecordSet<T>, _: std::time::Instant) {}
}

/// Names of addresses, which no verdict of ours rests on.
pub struct NoNames;

impl ResolverCache<IpAddr, RecordSet<Box<str>>> for NoNames {
    fn get<Q>(&self, _: &Q) -> Option<RecordSet<Box<str>>>
    where
        IpAddr: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        Some(RecordSet { rrset: Vec::new().into(), dnssec_status: mail_auth::DnssecStatus::Indeterminate })
    }

    fn remove<Q>(&self, _: &Q) -> Option<RecordSet<Box<str>>>
    where
        IpAddr: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }

    fn insert(&self, _: IpAddr, _: RecordSet<Box<str>>, _: std::time::Instant) {}
}
