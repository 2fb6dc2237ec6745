//! Who pays: accounts, their sender addresses, their plan.

use serde::{Deserialize, Serialize};

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id: `ac_…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `free`, or the name of a paid plan in the configuration.
    pub plan: String,
}

/// The plan of an account that pays nothing.
pub const FREE: &str = "free";
