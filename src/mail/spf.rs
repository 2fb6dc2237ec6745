//! SPF: may this host send mail for that domain (RFC 7208)? Our own evaluation, because the limits on lookups, the void
//! ones among them, and the one door to the DNS are the point of it.

use std::net::IpAddr;

use super::dns::{DnsFault, Kind, Questions, is_name, reverse};
use record::{Mechanism, Record, Spec};

mod expand;
mod record;

/// Terms of one check that may ask the DNS, names of one MX or PTR answer, and questions without any answer
/// (RFC 7208 section 4.6.4).
const TERMS: u32 = 10;
const NAMES: usize = 10;
const VOID: u32 = 2;

/// What SPF says (RFC 7208 section 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The host may.
    Pass,
    /// It may not.
    Fail,
    /// It probably may not.
    SoftFail,
    /// The domain does not say.
    Neutral,
    /// The domain has no record.
    None,
    /// The DNS did not answer.
    TempError,
    /// The record cannot be understood.
    PermError,
}

/// The SMTP session that brought a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The client's address.
    pub ip: IpAddr,
    /// The name it gave itself.
    pub helo: String,
    /// The reverse path, without its brackets; empty for the null one.
    pub mail_from: String,
}

impl Session {
    /// The domain that SPF is asked about: that of the reverse path, or of the greeting.
    pub fn domain(&self) -> &str {
        self.mail_from.rsplit_once('@').map_or(self.helo.as_str(), |(_, domain)| domain)
    }
}

/// Checks a session.
pub async fn check(session: &Session, questions: &Questions<'_>) -> Outcome {
    // An IPv4 client that arrived over IPv6 is an IPv4 client (RFC 7208 section 5).
    let ip = session.ip.to_canonical();
    let local = session.mail_from.rsplit_once('@').map_or("", |(local, _)| local);
    let domain = session.domain().trim_end_matches('.').to_owned();
    if !is_name(&domain) || !domain.contains('.') || domain.starts_with('[') {
        return Outcome::None;
    }
    let local = if local.is_empty() { "postmaster" } else { local };
    let mut check = Check { questions, ip, local, origin: &domain, helo: &session.helo, terms: 0, void: 0 };
    match check.domain(domain.clone()).await {
        Ok(outcome) => outcome,
        Err(Stop::Temporary) => Outcome::TempError,
        Err(Stop::Permanent) => Outcome::PermError,
    }
}

/// What ends a check at once.
enum Stop {
    Temporary,
    Permanent,
}

impl From<DnsFault> for Stop {
    fn from(fault: DnsFault) -> Self {
        match fault {
            DnsFault::Temporary(_) => Self::Temporary,
            DnsFault::TooMany => Self::Permanent,
        }
    }
}

struct Check<'a> {
    questions: &'a Questions<'a>,
    ip: IpAddr,
    local: &'a str,
    /// The domain of the sender, whatever is included.
    origin: &'a str,
    helo: &'a str,
    terms: u32,
    void: u32,
}

impl Check<'_> {
    /// The record of a domain, evaluated; [`Outcome::None`] when it has none.
    async fn domain(&mut self, mut domain: String) -> Result<Outcome, Stop> {
        let mut first = true;
        loop {
            let Some(record) = self.record(&domain).await? else {
                return if first { Ok(Outcome::None) } else { Err(Stop::Permanent) };
            };
            for directive in &record.directives {
                if self.matches(&directive.mechanism, &domain).await? {
                    return Ok(directive.outcome);
                }
            }
            let Some(redirect) = &record.redirect else { return Ok(Outcome::Neutral) };
            self.term()?;
            domain = self.expand(redirect, &domain).await;
            first = false;
        }
    }

    async fn record(&self, domain: &str) -> Result<Option<Record>, Stop> {
        let mut texts = self.questions.texts(domain).await?;
        texts.retain(|text| record::is_spf(text));
        match texts.as_slice() {
            [] => Ok(None),
            [one] => record::parse(one).map(Some).ok_or(Stop::Permanent),
            _ => Err(Stop::Permanent),
        }
    }

    async fn matches(&mut self, mechanism: &Mechanism, domain: &str) -> Result<bool, Stop> {
        match mechanism {
            Mechanism::All => Ok(true),
            Mechanism::Ip4(net, bits) => Ok(covers(IpAddr::V4(*net), *bits, self.ip)),
            Mechanism::Ip6(net, bits) => Ok(covers(IpAddr::V6(*net), *bits, self.ip)),
            Mechanism::Include(spec) => {
                self.term()?;
                let target = self.expand(spec, domain).await;
                // Boxed, because one check leads to another of its kind. The limit on terms ends it.
                match Box::pin(self.domain(target)).await? {
                    Outcome::Pass => Ok(true),
                    Outcome::None => Err(Stop::Permanent),
                    _ => Ok(false),
                }
            }
            Mechanism::A(spec, bits) => {
                self.term()?;
                let target = self.target(spec.as_ref(), domain).await;
                let found = self.questions.addresses(&target, self.ip).await?;
                self.found(found.is_empty())?;
                Ok(found.iter().any(|ip| covers(*ip, bits.of(self.ip), self.ip)))
            }
            Mechanism::Mx(spec, bits) => {
                self.term()?;
                let target = self.target(spec.as_ref(), domain).await;
                let hosts = self.questions.names(&target, Kind::Mx).await?;
                self.found(hosts.is_empty())?;
                if hosts.len() > NAMES {
                    return Err(Stop::Permanent);
                }
                for host in hosts {
                    let found = self.questions.addresses(&host, self.ip).await?;
                    if found.iter().any(|ip| covers(*ip, bits.of(self.ip), self.ip)) {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Mechanism::Ptr(spec) => {
                self.term()?;
                let target = self.target(spec.as_ref(), domain).await;
                Ok(self.validated().await.iter().any(|name| is_within(name, &target)))
            }
            Mechanism::Exists(spec) => {
                self.term()?;
                let target = self.expand(spec, domain).await;
                let found = self.questions.ask(&target, Kind::A).await?;
                self.found(found.is_empty())?;
                Ok(!found.is_empty())
            }
        }
    }

    fn term(&mut self) -> Result<(), Stop> {
        self.terms += 1;
        if self.terms > TERMS { Err(Stop::Permanent) } else { Ok(()) }
    }

    fn found(&mut self, nothing: bool) -> Result<(), Stop> {
        self.void += u32::from(nothing);
        if self.void > VOID { Err(Stop::Permanent) } else { Ok(()) }
    }

    async fn target(&self, spec: Option<&Spec>, domain: &str) -> String {
        match spec {
            Some(spec) => self.expand(spec, domain).await,
            None => domain.to_owned(),
        }
    }

    async fn expand(&self, spec: &Spec, domain: &str) -> String {
        let validated = if spec.names_host() {
            let names = self.validated().await;
            let best = names.iter().find(|name| name.eq_ignore_ascii_case(domain));
            let best = best.or_else(|| names.iter().find(|name| is_within(name, domain))).or(names.first());
            best.cloned().unwrap_or_else(|| "unknown".to_owned())
        } else {
            String::new()
        };
        let values = expand::Values {
            local: self.local,
            origin: self.origin,
            domain,
            ip: self.ip,
            validated: &validated,
            helo: self.helo,
        };
        expand::expand(spec, &values)
    }

    /// The names of the client that lead back to it (RFC 7208 section 5.5). A fault is no name.
    async fn validated(&self) -> Vec<String> {
        let names = self.questions.names(&reverse(self.ip), Kind::Ptr).await.unwrap_or_default();
        let mut found = Vec::new();
        for name in names.into_iter().take(NAMES) {
            let addresses = self.questions.addresses(&name, self.ip).await.unwrap_or_default();
            if addresses.contains(&self.ip) {
                found.push(name.trim_end_matches('.').to_owned());
            }
        }
        found
    }
}

/// True for the domain itself and what is below it.
fn is_within(name: &str, domain: &str) -> bool {
    let (name, domain) = (name.to_ascii_lowercase(), domain.trim_end_matches('.').to_ascii_lowercase());
    name == domain || name.strip_suffix(&domain).is_some_and(|left| left.ends_with('.'))
}

/// True when the first `bits` of both are the same.
fn covers(net: IpAddr, bits: u8, ip: IpAddr) -> bool {
    match (net, ip) {
        (IpAddr::V4(net), IpAddr::V4(ip)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            net.to_bits() & mask == ip.to_bits() & mask
        }
        (IpAddr::V6(net), IpAddr::V6(ip)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            net.to_bits() & mask == ip.to_bits() & mask
        }
        _ => false,
    }
}
