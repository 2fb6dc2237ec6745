//! One email address: display name and addr-spec (RFC 5322 section 3.4).

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

/// The address of a sender or recipient.
///
/// `Display` and `Debug` are masked (`a…@clinic.test`), because addresses must not reach logs or errors;
/// [`Address::expose`] gives the whole addr-spec to the code that sends or matches.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Address {
    spec: String,
    name: Option<String>,
}

/// Why a text is not an address that may be matched or written to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a plain address of the form local@domain")]
pub struct AddressError;

impl Address {
    /// Parses `local@domain`: exactly one `@`, an unquoted local part, no control character, no route, no group.
    ///
    /// Deliberately narrower than RFC 5322: the forms that are refused here (quoted local parts, source routes,
    /// NUL, two addresses run together) are those that two parsers read differently, which is how a forged
    /// sender passes for another one. The domain is folded to lower case (RFC 5321 section 2.4), and one in other
    /// scripts to the form that the DNS knows (RFC 5891); one that changes by more than case and composition on that
    /// way (full-width letters, invisible characters) is a disguise and refused.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let (local, domain) = text.split_once('@').ok_or(AddressError)?;
        let local_ok = !local.is_empty()
            && local.len() <= 64
            && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let domain = folded(domain).ok_or(AddressError)?;
        let domain_ok = !domain.is_empty()
            && domain.len() <= 255
            && domain.split('.').all(|label| {
                !label.is_empty() && label.len() <= 63 && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            });
        if !(local_ok && domain_ok) {
            return Err(AddressError);
        }
        Ok(Self { spec: format!("{local}@{domain}"), name: None })
    }

    /// The same address with a display name; control characters are dropped from the name.
    pub fn named(mut self, name: Option<&str>) -> Self {
        self.name = name
            .map(|n| n.chars().filter(|c| !c.is_control()).take(120).collect::<String>().trim().to_owned())
            .filter(|n| !n.is_empty());
        self
    }

    /// The whole addr-spec. Never pass it to a log or an error.
    pub fn expose(&self) -> &str {
        &self.spec
    }

    /// The display name, if the message gave one. Data of the sender's choosing: never proof of anything.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The domain, in lower case.
    pub fn domain(&self) -> &str {
        self.spec.split_once('@').map_or("", |(_, domain)| domain)
    }

    /// The key without a `+tag`: where the mail of `ann+coding@` arrives, that of `ann@` does (RFC 5233).
    pub fn base_key(&self) -> String {
        let key = self.key();
        match key.split_once('@').and_then(|(local, domain)| Some((local.split_once('+')?.0, domain))) {
            Some((base, domain)) if !base.is_empty() => format!("{base}@{domain}"),
            _ => key,
        }
    }

    /// The key under which accounts hold the address: lower case throughout, since no host in use today
    /// tells `Ann@` from `ann@` and people type both.
    pub fn key(&self) -> String {
        self.spec.to_ascii_lowercase()
    }
}

/// The domain that a text such as `clinic.test` or `@Clinic.test` names, as the DNS knows it; none for what is no domain of
/// an organisation.
pub fn domain(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('@');
    let address = Address::parse(&format!("x@{text}")).ok()?;
    address.domain().contains('.').then(|| address.domain().to_owned())
}

/// A domain as the DNS knows it.
fn folded(domain: &str) -> Option<String> {
    if domain.is_ascii() {
        return Some(domain.to_ascii_lowercase());
    }
    let ascii = idna::domain_to_ascii(domain).ok()?;
    let (shown, sound) = idna::domain_to_unicode(&ascii);
    let plain: String = domain.to_lowercase().nfc().collect();
    (sound.is_ok() && shown == plain).then_some(ascii)
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let first = self.spec.chars().next().unwrap_or('?');
        write!(f, "{first}…@{}", self.domain())
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_never_shows_itself_in_a_log() {
        let address = Address::parse("ann.smith@clinic.test").unwrap();
        assert_eq!(format!("{address} {address:?}"), "a…@clinic.test a…@clinic.test");
        assert_eq!(address.expose(), "ann.smith@clinic.test");
    }

    #[test]
    fn forms_that_two_parsers_read_differently_are_refused() {
        for text in [
            "",
            "ann",
            "@clinic.test",
            "ann@",
            "a b@clinic.test",
            "<ann@clinic.test>",
            "ann@clinic.test\0@evil.test",
            "@evil.test:ann@clinic.test",
            "\"ann@evil.test\"@clinic.test",
            "ann@clinic.test,bob@clinic.test",
            "any@attack.testann@clinic.test",
            "ann@clinic..test",
            "ann\r\nBcc:x@clinic.test",
        ] {
            assert_eq!(Address::parse(text), Err(AddressError), "{text:?}");
        }
    }

    #[test]
    fn case_composition_and_script_of_a_domain_make_no_other_address() {
        let key = |text: &str| Address::parse(text).unwrap().key();
        assert_eq!(key("Ann.Smith@Clinic.TEST"), "ann.smith@clinic.test");
        assert_eq!(key("ann@prüfstelle.test"), "ann@xn--prfstelle-r9a.test");
        assert_eq!(key("ann@pru\u{308}fstelle.test"), key("ann@PRÜFSTELLE.test"));
        assert_eq!(key("ann@XN--PRFSTELLE-R9A.test"), key("ann@prüfstelle.test"));
        for disguise in
            ["ann@\u{ff43}linic.test", "ann@cli\u{200d}nic.test", "ann@clinic\u{3002}test", "änn@clinic.test"]
        {
            assert_eq!(Address::parse(disguise), Err(AddressError), "{disguise}");
        }
    }

    #[test]
    fn a_tag_behind_a_plus_is_the_same_mailbox() {
        let base = |text: &str| Address::parse(text).unwrap().base_key();
        assert_eq!(base("Ann+Coding@clinic.test"), "ann@clinic.test");
        assert_eq!(base("ann@clinic.test"), "ann@clinic.test");
        assert_eq!(base("+x@clinic.test"), "+x@clinic.test");
    }

    proptest! {
        #[test]
        fn what_parses_holds_one_at_sign_and_no_control(text in "\\PC{0,40}|[a-z@.\\x00-\\x20]{0,30}") {
            if let Ok(address) = Address::parse(&text) {
                prop_assert_eq!(address.expose().matches('@').count(), 1);
                prop_assert!(!address.expose().chars().any(char::is_control));
                prop_assert_eq!(Address::parse(address.expose()).unwrap(), address);
            }
        }
    }
}
