//! Names that are made to be taken for another: look-alike characters, one letter, another ending, a name within a name.
//!
//! Whoever is flagged here may be honest. It is a reason for a person to look, and no proof of anything.

use super::address::Address;

/// Below this length one letter makes another honest word.
const SHORT: usize = 6;

/// Where everybody may have an address. Such a domain belongs to no account, and resembling it means little.
const PUBLIC_HOSTS: [&str; 38] = [
    "aol.com",
    "att.net",
    "bellsouth.net",
    "charter.net",
    "comcast.net",
    "cox.net",
    "earthlink.net",
    "fastmail.com",
    "gmail.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.com",
    "hushmail.com",
    "icloud.com",
    "juno.com",
    "live.com",
    "mac.com",
    "mail.com",
    "me.com",
    "msn.com",
    "netzero.net",
    "optonline.net",
    "outlook.com",
    "pm.me",
    "proton.me",
    "protonmail.com",
    "rocketmail.com",
    "sbcglobal.net",
    "tutanota.com",
    "verizon.net",
    "web.de",
    "yahoo.com",
    "ymail.com",
    "zoho.com",
    "zohomail.com",
];

/// How a name resembles another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// It reads the same and is spelt with other characters.
    Homoglyph,
    /// One letter is missing, added, changed or swapped.
    OneLetter,
    /// The same name under another ending.
    OtherEnding,
    /// The name stands within another domain.
    Within,
}

impl Likeness {
    /// For an operator.
    pub fn words(self) -> &'static str {
        match self {
            Self::Homoglyph => "characters that look alike",
            Self::OneLetter => "one letter differs",
            Self::OtherEnding => "the same name under another ending",
            Self::Within => "the name stands within another domain",
        }
    }
}

/// True for a provider where everybody may have an address.
pub fn is_public_host(domain: &str) -> bool {
    PUBLIC_HOSTS.binary_search(&domain.to_ascii_lowercase().as_str()).is_ok()
}

/// How a stranger's address resembles one that an account holds.
pub fn of_address(stranger: &Address, known: &Address) -> Option<Likeness> {
    let local = |address: &Address| address.base_key().split('@').next().unwrap_or_default().to_owned();
    let (own, other) = (local(stranger), local(known));
    if stranger.domain() == known.domain() {
        return (own != other && skeleton(&own) == skeleton(&other)).then_some(Likeness::Homoglyph);
    }
    // Many people have mail at a public host, and few of them are the one whose name this is.
    if is_public_host(known.domain()) && own != other {
        return None;
    }
    of_domain(stranger.domain(), known.domain())
}

/// How a stranger's domain resembles one that an account writes from.
pub fn of_domain(stranger: &str, known: &str) -> Option<Likeness> {
    let inside = stranger.ends_with(&format!(".{known}"));
    if stranger == known || inside || is_public_host(stranger) {
        return None;
    }
    if skeleton(stranger) == skeleton(known) {
        return Some(Likeness::Homoglyph);
    }
    let (a, b) = (name(stranger), name(known));
    if a == b {
        return (b.len() >= SHORT - 1).then_some(Likeness::OtherEnding);
    }
    if stranger.starts_with(&format!("{known}.")) || stranger.starts_with(&known.replace('.', "-")) {
        return Some(Likeness::Within);
    }
    let near = b.len() >= SHORT && strsim::osa_distance(a, b) == 1;
    near.then_some(Likeness::OneLetter)
}

/// A domain without its ending: `clinic` of `clinic.test` and of `clinic.co.uk`.
fn name(domain: &str) -> &str {
    let Some((name, last)) = domain.rsplit_once('.') else { return domain };
    let second = name
        .rsplit_once('.')
        .filter(|(_, second)| last.len() == 2 && ["co", "com", "org", "net", "ac", "gov", "edu"].contains(second));
    second.map_or(name, |(name, _)| name)
}

/// What is left when characters that look alike are one (Unicode Technical Standard 39 section 4), and the pairs of
/// letters that do in most typefaces.
fn skeleton(text: &str) -> String {
    let (shown, _) = idna::domain_to_unicode(text);
    let plain: String = unicode_security::skeleton(&shown.to_lowercase()).collect();
    let letters: String = plain
        .to_lowercase()
        .chars()
        .filter(|c| *c != '-')
        .map(|c| match c {
            '0' => 'o',
            '1' | 'i' | '|' => 'l',
            '5' => 's',
            c => c,
        })
        .collect();
    letters.replace("rn", "m").replace("vv", "w").replace("cl", "d")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    #[test]
    fn a_domain_that_resembles_an_accounts_is_flagged_with_how() {
        use Likeness::{Homoglyph, OneLetter, OtherEnding, Within};
        for (stranger, how) in [
            ("lakes1de.test", Some(Homoglyph)),
            ("lakesıde.test", Some(Homoglyph)),
            ("lаkeside.test", Some(Homoglyph)),
            ("lake-side.test", Some(Homoglyph)),
            ("lakside.test", Some(OneLetter)),
            ("lakeisde.test", Some(OneLetter)),
            ("lakesides.test", Some(OneLetter)),
            ("lakeside.example", Some(OtherEnding)),
            ("lakeside.co.uk", Some(OtherEnding)),
            ("lakeside.test.evil.example", Some(Within)),
            ("lakeside-test.example", Some(Within)),
            ("lakeside.test", None),
            ("mail.lakeside.test", None),
            ("riverside.test", None),
            ("gmail.com", None),
        ] {
            let domain = address(&format!("x@{stranger}"));
            assert_eq!(of_domain(domain.domain(), "lakeside.test"), how, "{stranger}");
        }
        assert_eq!(of_domain("corner.test", "comer.test"), Some(Homoglyph));
        assert_eq!(of_domain("abd.test", "abc.test"), None, "a short name");
    }

    #[test]
    fn at_a_public_host_the_person_counts() {
        let known = address("ann.smith@gmail.com");
        assert_eq!(of_address(&address("ann.smith@gmai1.com"), &known), Some(Likeness::Homoglyph));
        assert_eq!(of_address(&address("bob@gmai1.com"), &known), None);
        assert_eq!(of_address(&address("ann.srnith@gmail.com"), &known), Some(Likeness::Homoglyph));
        assert_eq!(of_address(&address("ann.smyth@gmail.com"), &known), None, "another person");
        assert_eq!(of_address(&address("ann.smith@ymail.com"), &known), None, "a public host too");
    }

    #[test]
    fn the_public_hosts_are_in_order() {
        assert!(PUBLIC_HOSTS.is_sorted());
        assert!(is_public_host("Gmail.com") && !is_public_host("clinic.test"));
    }
}
