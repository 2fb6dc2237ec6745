//! A person who decides: what they may do, and how their name stands under a reply.

use jiff::civil::Date;

/// What a person may do here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Takes cases, edits and decides them.
    Reviewer,
    /// The same; overrules a blocking finding, and keeps accounts, reviewers and the shelf.
    Admin,
}

impl Role {
    /// The word in the store and on the screen.
    pub fn key(self) -> &'static str {
        match self {
            Self::Reviewer => "reviewer",
            Self::Admin => "admin",
        }
    }

    /// The role of that word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Reviewer, Self::Admin].into_iter().find(|role| role.key() == text)
    }
}

/// A certificate to code, as its holder states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Its letters: `CPC`, `CCS-P`.
    pub letters: String,
    /// The holder's number.
    pub number: String,
    /// The last day on which it holds; none for one without end.
    pub until: Option<Date>,
}

impl Credential {
    /// True on a day on which it holds.
    pub fn holds(&self, on: Date) -> bool {
        self.until.is_none_or(|until| on <= until)
    }
}

/// The name under a reply: `Dana Lee, CPC`; without letters that no longer hold.
pub fn signature(name: &str, credential: Option<&Credential>, on: Date) -> String {
    match credential.filter(|credential| credential.holds(on)) {
        Some(credential) => format!("{name}, {}", credential.letters),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_no_longer_hold_are_not_signed_with() {
        let until = jiff::civil::date(2026, 6, 30);
        let credential = Credential { letters: "CPC".to_owned(), number: "01".to_owned(), until: Some(until) };
        assert_eq!(signature("Dana Lee", Some(&credential), until), "Dana Lee, CPC");
        assert_eq!(signature("Dana Lee", Some(&credential), jiff::civil::date(2026, 7, 1)), "Dana Lee");
    }

    #[test]
    fn a_role_reads_back_as_itself() {
        for role in [Role::Reviewer, Role::Admin] {
            assert_eq!(Role::parse(role.key()), Some(role));
        }
    }
}
