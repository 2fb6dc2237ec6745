//! A process of the service: which parts of the journey it does, and what it says of itself.

use std::fmt::{self, Display, Formatter};

use super::time::Timestamp;

/// A part of the service that a process may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reads the mailbox.
    Receive,
    /// Works on cases.
    Pipeline,
    /// Sends mail, and tells programs of others.
    Deliver,
    /// Serves the pages.
    Web,
}

impl Role {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Receive, Self::Pipeline, Self::Deliver, Self::Web];

    /// As it is written.
    pub fn key(self) -> &'static str {
        match self {
            Self::Receive => "receive",
            Self::Pipeline => "pipeline",
            Self::Deliver => "deliver",
            Self::Web => "web",
        }
    }
}

/// What a process does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles(Vec<Role>);

impl Default for Roles {
    fn default() -> Self {
        Self(Role::ALL.to_vec())
    }
}

impl Roles {
    /// Reads a list with commas: `receive,web`.
    ///
    /// # Errors
    /// A word that is no role, or none at all, with those that there are.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut roles = Vec::new();
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            let role = Role::ALL.into_iter().find(|role| role.key() == word);
            roles.push(role.ok_or_else(|| format!("{word:?} is no part of the service: {}", Self::default()))?);
        }
        roles.sort();
        roles.dedup();
        if roles.is_empty() { Err(format!("name at least one of {}", Self::default())) } else { Ok(Self(roles)) }
    }

    /// True where it is among them.
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// True where nothing is left to other processes.
    pub fn is_all(&self) -> bool {
        self.0.len() == Role::ALL.len()
    }
}

impl Display for Roles {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|role| role.key()).collect();
        f.write_str(&words.join(","))
    }
}

/// What a process says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// Its name, new with each start.
    pub id: String,
    /// The machine, and the number of the process there.
    pub host: String,
    /// The version of the program.
    pub version: String,
    /// What it does.
    pub roles: String,
    /// The edition that it answers from.
    pub edition: String,
    /// When it was first heard of.
    pub started_at: Timestamp,
    /// When it was last heard of.
    pub seen_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_read_in_any_order_and_a_word_that_is_none_is_named() {
        assert_eq!(Roles::parse("web, receive,web").unwrap().to_string(), "receive,web");
        assert!(Roles::default().is_all() && !Roles::parse("web").unwrap().is_all());
        assert!(Roles::parse("web").unwrap().has(Role::Web) && !Roles::parse("web").unwrap().has(Role::Deliver));
        for wrong in ["", " , ", "website", "Receive"] {
            let said = Roles::parse(wrong).unwrap_err();
            assert!(said.contains("receive,pipeline,deliver,web"), "{said}");
        }
    }
}
