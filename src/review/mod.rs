//! Review: a person takes a case, edits its draft and decides.
//!
//! ```text
//! reviewer   who decides: a value that only a valid session makes
//! ```

pub mod reviewer;
