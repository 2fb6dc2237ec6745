//! Who decides. A [`Reviewer`] is proof of a valid session: its fields are private and only this file makes one.

use crate::domain::reviewer::Role;

/// A signed-in person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewer {
    id: String,
    name: String,
    signature: String,
    role: Role,
}

impl Reviewer {
    /// Their key in the store.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Their name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How they sign a reply: the name, and the letters of a credential that holds today.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// What they may do.
    pub fn role(&self) -> Role {
        self.role
    }
}
