//! Review: a person takes a case, edits its draft and decides.
//!
//! ```text
//! reviewer     who decides: a value that only a valid session makes
//! edit         a draft as a form, and back         difference   what was changed in it
//! ```

pub mod difference;
pub mod edit;
pub mod reviewer;
