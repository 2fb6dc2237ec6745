//! Macros of an SPF record, filled in (RFC 7208 section 7).

use std::net::IpAddr;

use super::record::{Macro, Piece, Spec};

/// The longest name that may be asked for.
const LONGEST: usize = 253;

/// What the letters stand for.
pub struct Values<'a> {
    /// `l`.
    pub local: &'a str,
    /// `o`.
    pub origin: &'a str,
    /// `d`.
    pub domain: &'a str,
    /// `i` and `v`.
    pub ip: IpAddr,
    /// `p`.
    pub validated: &'a str,
    /// `h`.
    pub helo: &'a str,
}

/// The name to ask for; labels on the left are dropped where it grew too long (RFC 7208 section 7.3).
pub fn expand(spec: &Spec, values: &Values<'_>) -> String {
    let mut name = String::new();
    for piece in &spec.0 {
        match piece {
            Piece::Text(text) => name.push_str(text),
            Piece::Macro(one) => name.push_str(&value(one, values)),
        }
    }
    let mut name = name.strip_suffix('.').unwrap_or(&name);
    while name.len() > LONGEST {
        let Some((_, rest)) = name.split_once('.') else { break };
        name = rest;
    }
    name.to_owned()
}

fn value(one: &Macro, values: &Values<'_>) -> String {
    let whole = match one.letter {
        's' => format!("{}@{}", values.local, values.origin),
        'l' => values.local.to_owned(),
        'o' => values.origin.to_owned(),
        'd' => values.domain.to_owned(),
        'i' => dotted(values.ip),
        'p' => values.validated.to_owned(),
        'v' => (if values.ip.is_ipv4() { "in-addr" } else { "ip6" }).to_owned(),
        'h' => values.helo.to_owned(),
        _ => String::new(),
    };
    let delimiters = if one.delimiters.is_empty() { "." } else { &one.delimiters };
    let mut parts: Vec<&str> = whole.split(|c| delimiters.contains(c)).collect();
    if one.reverse {
        parts.reverse();
    }
    let keep = one.keep.unwrap_or(parts.len()).min(parts.len());
    let text = parts[parts.len() - keep..].join(".");
    if one.escape { escape(&text) } else { text }
}

fn dotted(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let nibbles: Vec<String> =
                ip.octets().iter().flat_map(|b| [b >> 4, b & 15]).map(|n| format!("{n:X}")).collect();
            nibbles.join(".")
        }
    }
}

/// RFC 3986 section 2.1.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b if b.is_ascii_alphanumeric() || b"-._~".contains(&b) => escaped.push(char::from(b)),
            b => escaped.push_str(&format!("%{b:02X}")),
        }
    }
    escaped
}
