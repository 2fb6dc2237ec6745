//! What a program shows instead of a person's session: a token with a name, scopes and, where it decides, a person.

use jiff::civil::Date;

use super::time::Timestamp;

/// What a token may do: a closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApiScope {
    /// Reads what waits, and cases.
    CasesRead,
    /// Claims cases and decides them, in the name of a person.
    DecisionsWrite,
    /// Reads accounts and what they used.
    AccountsRead,
    /// Adds accounts and sender addresses.
    AccountsWrite,
    /// Asks the tables, and asks whole questions.
    ChecksRead,
    /// Looks codes up.
    CodesRead,
}

impl ApiScope {
    /// Every scope, in the order of lists.
    pub const ALL: [Self; 6] = [
        Self::CasesRead,
        Self::DecisionsWrite,
        Self::AccountsRead,
        Self::AccountsWrite,
        Self::ChecksRead,
        Self::CodesRead,
    ];

    /// The word on the command line, on pages and in the store.
    pub fn key(self) -> &'static str {
        match self {
            Self::CasesRead => "cases:read",
            Self::DecisionsWrite => "decisions:write",
            Self::AccountsRead => "accounts:read",
            Self::AccountsWrite => "accounts:write",
            Self::ChecksRead => "checks:read",
            Self::CodesRead => "codes:read",
        }
    }

    /// The scope of that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.key() == text)
    }

    /// In a few words, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::CasesRead => "read the queue and cases",
            Self::DecisionsWrite => "claim and decide cases in a person's name",
            Self::AccountsRead => "read accounts and what they used",
            Self::AccountsWrite => "add accounts and sender addresses",
            Self::ChecksRead => "ask the tables, and ask whole questions",
            Self::CodesRead => "look codes up",
        }
    }
}

/// A token, without the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Its key: `tk_…`.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// What it may do; in the order of [`ApiScope::ALL`].
    pub scopes: Vec<ApiScope>,
    /// The key of the person in whose name it decides.
    pub reviewer: Option<String>,
    /// When it ends; never without one.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// The day on which it was last used.
    pub used_on: Option<Date>,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// Who made it: a reviewer's key, or `operator`.
    pub created_by: String,
}

/// Why a token does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Void {
    /// It was revoked.
    #[error("the token was revoked")]
    Revoked,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
}

impl ApiToken {
    /// Whether it counts now.
    ///
    /// # Errors
    /// Why it does not.
    pub fn counts(&self, now: Timestamp) -> Result<(), Void> {
        match (self.revoked_at, self.expires_at) {
            (Some(_), _) => Err(Void::Revoked),
            (None, Some(end)) if end <= now => Err(Void::Expired),
            _ => Ok(()),
        }
    }

    /// True where it has that scope.
    pub fn allows(&self, scope: ApiScope) -> bool {
        self.scopes.contains(&scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_reads_back_as_itself() {
        for scope in ApiScope::ALL {
            assert_eq!(ApiScope::parse(scope.key()), Some(scope));
        }
    }

    #[test]
    fn a_token_counts_until_it_is_revoked_or_its_time_is_over() {
        let token = |expires, revoked| ApiToken {
            id: "tk_1".to_owned(),
            name: "billing".to_owned(),
            scopes: vec![ApiScope::CodesRead],
            reviewer: None,
            expires_at: expires,
            revoked_at: revoked,
            used_on: None,
            created_at: Timestamp(0),
            created_by: "operator".to_owned(),
        };
        let (early, late) = (Timestamp(5), Timestamp(10));
        assert_eq!(token(None, None).counts(late), Ok(()));
        assert_eq!(token(Some(late), None).counts(early), Ok(()));
        assert_eq!(token(Some(late), None).counts(late), Err(Void::Expired));
        assert_eq!(token(None, Some(early)).counts(late), Err(Void::Revoked));
        assert!(token(None, None).allows(ApiScope::CodesRead) && !token(None, None).allows(ApiScope::CasesRead));
    }
}
