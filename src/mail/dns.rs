//! The door to the DNS: the system's resolver, a zone in a file, or nothing. Each message may ask a bounded number of
//! questions; an answer that does not come is a temporary fault, never a "no such name".

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use mail_auth::hickory_resolver::TokioResolver;
use mail_auth::hickory_resolver::net::runtime::TokioRuntimeProvider;
use mail_auth::hickory_resolver::proto::rr::{Name, RData, RecordType};
use mail_auth::hickory_resolver::system_conf::read_system_conf;

use crate::config::{Trust, TrustDns};

pub mod zone;

pub use zone::Zone;

/// The limit of one question.
const PATIENCE: Duration = Duration::from_secs(5);
/// Questions of one message, whoever asks them: ten signatures, an ARC chain, and the limits of RFC 7208 section 4.6.4.
pub const QUESTIONS: u32 = 150;

/// Where names are looked up.
#[derive(Clone)]
pub enum Dns {
    /// Nowhere: nobody is proved by a check of our own.
    Off,
    /// The resolver that the system is configured with.
    System(Arc<TokioResolver>),
    /// The records of a file, and no others.
    Zone(Arc<Zone>),
}

/// Why names cannot be looked up at all.
#[derive(Debug, thiserror::Error)]
pub enum DnsError {
    /// The system's resolver configuration.
    #[error("trust.dns = \"system\": {0}. Check /etc/resolv.conf")]
    System(String),
    /// The zone file.
    #[error("trust.zone_file {path}: {reason}")]
    Zone {
        /// The file.
        path: String,
        /// What is wrong.
        reason: String,
    },
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DnsFault {
    /// No server answered, or it could not: ask again later.
    #[error("the DNS gave no answer about {0}")]
    Temporary(String),
    /// The message made more questions necessary than an honest one does.
    #[error("more than {QUESTIONS} questions to the DNS")]
    TooMany,
}

/// The kinds of records that are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Txt,
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
    /// Mail exchangers.
    Mx,
    /// Names of an address.
    Ptr,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The strings of a TXT record, put together.
    Text(Vec<u8>),
    /// An address.
    Ip(IpAddr),
    /// A name, with the preference of a mail exchanger.
    Name(u16, String),
}

impl Dns {
    /// The door that the settings name.
    ///
    /// # Errors
    /// The system has no usable resolver, or the file cannot be read.
    pub fn open(trust: &Trust) -> Result<Self, DnsError> {
        match trust.dns {
            TrustDns::None => Ok(Self::Off),
            TrustDns::Zone => {
                let at = |reason: String| DnsError::Zone { path: trust.zone_file.clone(), reason };
                let text = std::fs::read_to_string(&trust.zone_file).map_err(|error| at(error.to_string()))?;
                Ok(Self::Zone(Arc::new(Zone::parse(&text).map_err(|error| at(error.to_string()))?)))
            }
            TrustDns::System => {
                let refused = |error: &dyn std::fmt::Display| DnsError::System(error.to_string());
                let (config, mut options) = read_system_conf().map_err(|error| refused(&error))?;
                options.timeout = PATIENCE / 2;
                options.attempts = 1;
                let builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
                let resolver = builder.with_options(options).build().map_err(|error| refused(&error))?;
                Ok(Self::System(Arc::new(resolver)))
            }
        }
    }

    /// True when nothing can be looked up.
    pub fn is_off(&self) -> bool {
        matches!(self, Self::Off)
    }

    async fn ask(&self, name: &str, kind: Kind) -> Result<Vec<Answer>, DnsFault> {
        match self {
            Self::Off => Err(DnsFault::Temporary(name.to_owned())),
            Self::Zone(zone) => zone.ask(name, kind),
            Self::System(resolver) => system(resolver, name, kind).await,
        }
    }
}

/// The questions of one message.
pub struct Questions<'a> {
    dns: &'a Dns,
    left: AtomicU32,
}

impl<'a> Questions<'a> {
    /// Nothing asked yet.
    pub fn new(dns: &'a Dns) -> Self {
        Self { dns, left: AtomicU32::new(QUESTIONS) }
    }

    /// The records of a name; none when there is no such name or no such record.
    ///
    /// # Errors
    /// [`DnsFault`], as it says.
    pub async fn ask(&self, name: &str, kind: Kind) -> Result<Vec<Answer>, DnsFault> {
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        if !is_name(&name) {
            return Ok(Vec::new());
        }
        let taken = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if taken.is_err() {
            return Err(DnsFault::TooMany);
        }
        let answer = tokio::time::timeout(PATIENCE, self.dns.ask(&name, kind)).await;
        answer.unwrap_or(Err(DnsFault::Temporary(name)))
    }

    /// The TXT records of a name.
    ///
    /// # Errors
    /// [`DnsFault`], as it says.
    pub async fn texts(&self, name: &str) -> Result<Vec<Vec<u8>>, DnsFault> {
        let answers = self.ask(name, Kind::Txt).await?;
        Ok(answers.into_iter().filter_map(|a| if let Answer::Text(text) = a { Some(text) } else { None }).collect())
    }

    /// The addresses of a name, of the family of `like`.
    ///
    /// # Errors
    /// [`DnsFault`], as it says.
    pub async fn addresses(&self, name: &str, like: IpAddr) -> Result<Vec<IpAddr>, DnsFault> {
        let kind = if like.is_ipv4() { Kind::A } else { Kind::Aaaa };
        let answers = self.ask(name, kind).await?;
        Ok(answers.into_iter().filter_map(|a| if let Answer::Ip(ip) = a { Some(ip) } else { None }).collect())
    }

    /// The mail exchangers of a name, or the names of an address.
    ///
    /// # Errors
    /// [`DnsFault`], as it says.
    pub async fn names(&self, name: &str, kind: Kind) -> Result<Vec<String>, DnsFault> {
        let mut found: Vec<(u16, String)> = self
            .ask(name, kind)
            .await?
            .into_iter()
            .filter_map(|a| if let Answer::Name(preference, name) = a { Some((preference, name)) } else { None })
            .collect();
        found.sort_by_key(|(preference, _)| *preference);
        Ok(found.into_iter().map(|(_, name)| name).collect())
    }
}

/// True for what may be asked at all: labels of 1 to 63 bytes, 253 bytes in all (RFC 1035 section 2.3.4).
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 253 && name.split('.').all(|label| (1..=63).contains(&label.len()))
}

/// The name under which the names of an address are found (RFC 1035 section 3.5, RFC 3596 section 2.5).
pub fn reverse(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(ip) => {
            let nibbles: Vec<String> =
                ip.octets().iter().rev().flat_map(|b| [b & 15, b >> 4]).map(|n| format!("{n:x}")).collect();
            format!("{}.ip6.arpa", nibbles.join("."))
        }
    }
}

async fn system(resolver: &TokioResolver, name: &str, kind: Kind) -> Result<Vec<Answer>, DnsFault> {
    // A trailing dot: the search list of this host is nobody else's business.
    let Ok(question) = Name::from_str_relaxed(format!("{name}.")) else { return Ok(Vec::new()) };
    let record_type = match kind {
        Kind::Txt => RecordType::TXT,
        Kind::A => RecordType::A,
        Kind::Aaaa => RecordType::AAAA,
        Kind::Mx => RecordType::MX,
        Kind::Ptr => RecordType::PTR,
    };
    match resolver.lookup(question, record_type).await {
        Ok(found) => Ok(found.answers().iter().filter_map(|record| answer(&record.data)).collect()),
        Err(error) if error.is_no_records_found() || error.is_nx_domain() => Ok(Vec::new()),
        Err(error) => {
            tracing::debug!(%error, "a question to the DNS failed");
            Err(DnsFault::Temporary(name.to_owned()))
        }
    }
}

fn answer(data: &RData) -> Option<Answer> {
    match data {
        RData::TXT(text) => Some(Answer::Text(text.txt_data.concat())),
        RData::A(ip) => Some(Answer::Ip(IpAddr::V4(ip.0))),
        RData::AAAA(ip) => Some(Answer::Ip(IpAddr::V6(ip.0))),
        RData::MX(mx) => Some(Answer::Name(mx.preference, mx.exchange.to_lowercase().to_ascii())),
        RData::PTR(name) => Some(Answer::Name(0, name.to_lowercase().to_ascii())),
        _ => None,
    }
}
