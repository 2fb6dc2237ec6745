//! A zone in a file, for tests and for a host without a resolver: `name TYPE value`, one record a line.
//!
//! Types are TXT (strings in quotes, put together), A, AAAA, MX (preference and name), PTR and CNAME; `TIMEOUT` as the
//! value, or as the type for all of a name, is a server that does not answer. `;` and `#` begin a comment line.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Answer, DnsFault, Kind};

/// Aliases that are followed.
const ALIASES: usize = 8;

/// The records, by name in lower case without its last dot.
#[derive(Debug, Clone, Default)]
pub struct Zone(HashMap<String, Vec<Record>>);

#[derive(Debug, Clone)]
enum Record {
    Found(Kind, Answer),
    Alias(String),
    /// No answer about one kind, or about any that was not named before.
    Timeout(Option<Kind>),
}

/// A line that is no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {0} is not `name TYPE value`")]
pub struct ZoneError(pub usize);

impl Zone {
    /// Reads a file's text.
    ///
    /// # Errors
    /// The first line that is no record.
    pub fn parse(text: &str) -> Result<Self, ZoneError> {
        let mut zone = Self::default();
        for (n, line) in text.lines().map(str::trim).enumerate() {
            if !line.is_empty() && !line.starts_with([';', '#']) {
                zone.add_line(line).ok_or(ZoneError(n + 1))?;
            }
        }
        Ok(zone)
    }

    fn add_line(&mut self, line: &str) -> Option<()> {
        let (name, rest) = line.split_once(char::is_whitespace)?;
        let (kind, value) = rest.trim().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
        match kind.to_ascii_uppercase().as_str() {
            "TIMEOUT" => self.record(name, Record::Timeout(None)),
            "CNAME" => self.record(name, Record::Alias(fold(value))),
            other => {
                let kind = kind_of(other)?;
                let value = value.trim();
                if value == "TIMEOUT" {
                    self.record(name, Record::Timeout(Some(kind)));
                } else {
                    self.add(name, kind, value_of(kind, value)?);
                }
            }
        }
        Some(())
    }

    /// Adds a record.
    pub fn add(&mut self, name: &str, kind: Kind, answer: Answer) {
        self.record(name, Record::Found(kind, answer));
    }

    /// Questions about this name are not answered, but for the records added before.
    pub fn add_timeout(&mut self, name: &str) {
        self.record(name, Record::Timeout(None));
    }

    /// A name that stands for another.
    pub fn add_alias(&mut self, name: &str, target: &str) {
        self.record(name, Record::Alias(fold(target)));
    }

    fn record(&mut self, name: &str, record: Record) {
        self.0.entry(fold(name)).or_default().push(record);
    }

    pub(super) fn ask(&self, name: &str, kind: Kind) -> Result<Vec<Answer>, DnsFault> {
        let mut name = fold(name);
        for _ in 0..ALIASES {
            let mut found = Vec::new();
            let mut alias = None;
            for record in self.0.get(&name).map(Vec::as_slice).unwrap_or_default() {
                match record {
                    Record::Found(of, answer) if *of == kind => found.push(answer.clone()),
                    Record::Timeout(of) if of.is_none_or(|of| of == kind) && found.is_empty() => {
                        return Err(DnsFault::Temporary(name));
                    }
                    Record::Alias(target) => alias = Some(target.clone()),
                    _ => {}
                }
            }
            match alias.filter(|_| found.is_empty()) {
                Some(target) => name = target,
                None => return Ok(found),
            }
        }
        Ok(Vec::new())
    }
}

fn fold(name: &str) -> String {
    let name = name.trim();
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

fn kind_of(word: &str) -> Option<Kind> {
    Some(match word {
        "TXT" => Kind::Txt,
        "A" => Kind::A,
        "AAAA" => Kind::Aaaa,
        "MX" => Kind::Mx,
        "PTR" => Kind::Ptr,
        _ => return None,
    })
}

fn value_of(kind: Kind, value: &str) -> Option<Answer> {
    Some(match kind {
        Kind::Txt => Answer::Text(strings(value)?),
        Kind::A => Answer::Ip(IpAddr::V4(value.parse::<Ipv4Addr>().ok()?)),
        Kind::Aaaa => Answer::Ip(IpAddr::V6(value.parse::<Ipv6Addr>().ok()?)),
        Kind::Mx => {
            let (preference, name) = value.split_once(char::is_whitespace)?;
            Answer::Name(preference.parse().ok()?, fold(name))
        }
        Kind::Ptr => Answer::Name(0, fold(value)),
    })
}

/// The strings of a TXT record: each in quotes, with `\"` and `\\`, put together.
fn strings(text: &str) -> Option<Vec<u8>> {
    let mut found = Vec::new();
    let mut bytes = text.bytes();
    let mut quoted = false;
    let mut any = false;
    while let Some(byte) = bytes.next() {
        match (byte, quoted) {
            (b'"', _) => {
                quoted = !quoted;
                any = true;
            }
            (b'\\', true) => found.push(bytes.next()?),
            (byte, true) => found.push(byte),
            (byte, false) if byte.is_ascii_whitespace() => {}
            _ => return None,
        }
    }
    (any && !quoted).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_and_what_it_does_not_hold_does_not_exist() {
        let zone = Zone::parse(
            "; a test zone\nClinic.test. TXT \"v=spf1 \" \"-all\"\nmx.clinic.test A 192.0.2.1\nclinic.test MX 10 mx.clinic.test.\n\
             www.clinic.test CNAME mx.clinic.test\nslow.test TIMEOUT\nhalf.test TXT TIMEOUT\n",
        )
        .unwrap();
        assert_eq!(zone.ask("clinic.test", Kind::Txt), Ok(vec![Answer::Text(b"v=spf1 -all".to_vec())]));
        assert_eq!(zone.ask("clinic.test", Kind::Mx), Ok(vec![Answer::Name(10, "mx.clinic.test".into())]));
        assert_eq!(zone.ask("www.clinic.test", Kind::A).unwrap().len(), 1);
        assert_eq!(zone.ask("none.test", Kind::A), Ok(vec![]));
        assert!(zone.ask("slow.test", Kind::A).is_err() && zone.ask("half.test", Kind::Txt).is_err());
        assert_eq!(zone.ask("half.test", Kind::A), Ok(vec![]));
        assert_eq!(Zone::parse("clinic.test TXT unquoted").unwrap_err(), ZoneError(1));
    }
}
