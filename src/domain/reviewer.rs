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

/// How far a reviewer's account has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Has a link, and no password yet.
    Invited,
    /// May sign in.
    Active,
    /// May not, ever again, unless invited anew.
    Closed,
}

impl Standing {
    /// The word in the store and on the screen.
    pub fn key(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Closed => "closed",
        }
    }

    /// The standing of that word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Invited, Self::Active, Self::Closed].into_iter().find(|standing| standing.key() == text)
    }
}

/// What is known of a reviewer, but for what proves them. Whoever has one has not signed anybody in: that is what
/// `review::reviewer::Reviewer` is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Their key in the store: `rv_…`.
    pub id: String,
    /// The address they sign in with, in its key form; it never stands in a log.
    pub email: String,
    /// Their name, as it stands under a reply.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Their certificate.
    pub credential: Option<Credential>,
    /// What they know best, for sorting the queue.
    pub specialties: Vec<String>,
    /// How far the account has come.
    pub standing: Standing,
    /// True where an authenticator is set up.
    pub second_factor: bool,
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
