//! An SPF record as text, by its grammar (RFC 7208 section 12). What does not fit is a permanent error of the whole.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Outcome;

/// What a domain says.
pub struct Record {
    /// In order; the first that matches decides.
    pub directives: Vec<Directive>,
    /// Where to look when none does.
    pub redirect: Option<Spec>,
}

/// What follows when a mechanism matches.
pub struct Directive {
    /// The outcome.
    pub outcome: Outcome,
    /// The mechanism.
    pub mechanism: Mechanism,
}

/// RFC 7208 section 5.
pub enum Mechanism {
    All,
    Include(Spec),
    A(Option<Spec>, Bits),
    Mx(Option<Spec>, Bits),
    Ptr(Option<Spec>),
    Ip4(Ipv4Addr, u8),
    Ip6(Ipv6Addr, u8),
    Exists(Spec),
}

/// The lengths of a dual prefix.
pub struct Bits {
    v4: u8,
    v6: u8,
}

impl Bits {
    /// The length for the family of an address.
    pub fn of(&self, ip: IpAddr) -> u8 {
        if ip.is_ipv4() { self.v4 } else { self.v6 }
    }
}

/// A domain with macros in it.
pub struct Spec(pub Vec<Piece>);

impl Spec {
    /// True when the validated name of the client is asked for (`p`).
    pub fn names_host(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Macro(m) if m.letter == 'p'))
    }
}

/// A piece of a macro string.
pub enum Piece {
    Text(String),
    Macro(Macro),
}

/// `%{letter digits r delimiters}` (RFC 7208 section 7.1).
pub struct Macro {
    pub letter: char,
    pub escape: bool,
    pub keep: Option<usize>,
    pub reverse: bool,
    pub delimiters: String,
}

/// True for a TXT record that is an SPF record, sound or not (RFC 7208 section 4.5).
pub fn is_spf(text: &[u8]) -> bool {
    let version = text.get(..6).is_some_and(|begin| begin.eq_ignore_ascii_case(b"v=spf1"));
    version && text.get(6).is_none_or(|next| *next == b' ')
}

/// Reads a record.
pub fn parse(text: &[u8]) -> Option<Record> {
    let text = std::str::from_utf8(text).ok().filter(|text| text.is_ascii())?;
    let mut record = Record { directives: Vec::new(), redirect: None };
    let mut explained = false;
    for term in text.split(' ').skip(1).filter(|term| !term.is_empty()) {
        match modifier(term) {
            Some((name, value)) => match name.to_ascii_lowercase().as_str() {
                "redirect" if record.redirect.is_none() => record.redirect = Some(domain_spec(value)?),
                "exp" if !explained => {
                    domain_spec(value)?;
                    explained = true;
                }
                "redirect" | "exp" => return None,
                _ => drop(macro_string(value, "slodipvhcrt")?),
            },
            None => record.directives.push(directive(term)?),
        }
    }
    if record.directives.iter().any(|directive| matches!(directive.mechanism, Mechanism::All)) {
        record.redirect = None;
    }
    Some(record)
}

/// `name=value`, where the name is one.
fn modifier(term: &str) -> Option<(&str, &str)> {
    let (name, value) = term.split_once('=')?;
    let sound = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    sound.then_some((name, value))
}

fn directive(term: &str) -> Option<Directive> {
    let (outcome, term) = match term.as_bytes().first()? {
        b'+' => (Outcome::Pass, &term[1..]),
        b'-' => (Outcome::Fail, &term[1..]),
        b'~' => (Outcome::SoftFail, &term[1..]),
        b'?' => (Outcome::Neutral, &term[1..]),
        _ => (Outcome::Pass, term),
    };
    let end = term.find([':', '/']).unwrap_or(term.len());
    let (name, rest) = term.split_at(end);
    let spec = || rest.strip_prefix(':').and_then(domain_spec);
    let mechanism = match name.to_ascii_lowercase().as_str() {
        "all" if rest.is_empty() => Mechanism::All,
        "include" => Mechanism::Include(spec()?),
        "exists" => Mechanism::Exists(spec()?),
        "ptr" if rest.is_empty() => Mechanism::Ptr(None),
        "ptr" => Mechanism::Ptr(Some(spec()?)),
        "a" => dual(rest).map(|(spec, bits)| Mechanism::A(spec, bits))?,
        "mx" => dual(rest).map(|(spec, bits)| Mechanism::Mx(spec, bits))?,
        "ip4" => {
            let (net, bits) = network(rest, 32)?;
            Mechanism::Ip4(net.parse().ok()?, bits)
        }
        "ip6" => {
            let (net, bits) = network(rest, 128)?;
            Mechanism::Ip6(net.parse().ok()?, bits)
        }
        _ => return None,
    };
    Some(Directive { outcome, mechanism })
}

fn network(rest: &str, most: u8) -> Option<(&str, u8)> {
    let value = rest.strip_prefix(':')?;
    match value.split_once('/') {
        Some((net, bits)) => Some((net, length(bits, most)?)),
        None => Some((value, most)),
    }
}

/// `[:domain-spec][/v4][//v6]`.
fn dual(rest: &str) -> Option<(Option<Spec>, Bits)> {
    let mut bits = Bits { v4: 32, v6: 128 };
    let mut rest = rest;
    if let Some((before, v6)) = rest.rsplit_once("//") {
        bits.v6 = length(v6, 128)?;
        rest = before;
    }
    if let Some((before, v4)) = rest.rsplit_once('/')
        && !v4.is_empty()
        && v4.bytes().all(|b| b.is_ascii_digit())
    {
        bits.v4 = length(v4, 32)?;
        rest = before;
    }
    match rest.strip_prefix(':') {
        Some(spec) => Some((Some(domain_spec(spec)?), bits)),
        None => rest.is_empty().then_some((None, bits)),
    }
}

/// A prefix length without leading zeros.
fn length(text: &str, most: u8) -> Option<u8> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|bits| plain && *bits <= most)
}

/// A macro string that ends as a domain does: in a top label behind a dot, or in a macro.
fn domain_spec(text: &str) -> Option<Spec> {
    let spec = macro_string(text, "slodipvh")?;
    let ends = match spec.0.last()? {
        Piece::Macro(_) => true,
        Piece::Text(end) if text.ends_with("%%") || text.ends_with("%_") || text.ends_with("%-") => !end.is_empty(),
        Piece::Text(end) => {
            let end = end.strip_suffix('.').unwrap_or(end);
            end.rsplit_once('.').is_some_and(|(_, label)| is_top_label(label))
        }
    };
    ends.then_some(spec)
}

fn is_top_label(label: &str) -> bool {
    !label.is_empty()
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().any(|b| b.is_ascii_alphabetic() || b == b'-')
}

/// RFC 7208 section 7.1.
fn macro_string(text: &str, letters: &str) -> Option<Spec> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            if !('!'..='~').contains(&c) {
                return None;
            }
            plain.push(c);
            continue;
        }
        match chars.next()? {
            '%' => plain.push('%'),
            '_' => plain.push(' '),
            '-' => plain.push_str("%20"),
            '{' => {
                let (inside, rest) = chars.as_str().split_once('}')?;
                chars = rest.chars();
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                }
                pieces.push(Piece::Macro(one_macro(inside, letters)?));
            }
            _ => return None,
        }
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Some(Spec(pieces))
}

fn one_macro(inside: &str, letters: &str) -> Option<Macro> {
    let letter = inside.chars().next()?;
    let lower = letter.to_ascii_lowercase();
    if !letters.contains(lower) {
        return None;
    }
    let rest = &inside[1..];
    let digits: &str = &rest[..rest.bytes().take_while(u8::is_ascii_digit).count()];
    let keep = if digits.is_empty() { None } else { Some(digits.parse().ok().filter(|n: &usize| *n > 0)?) };
    let rest = &rest[digits.len()..];
    let (reverse, rest) = match rest.strip_prefix(['r', 'R']) {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let sound = rest.chars().all(|c| ".-+,/_=".contains(c));
    sound.then(|| Macro {
        letter: lower,
        escape: letter.is_ascii_uppercase(),
        keep,
        reverse,
        delimiters: rest.to_owned(),
    })
}
