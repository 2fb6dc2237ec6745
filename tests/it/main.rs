//! The integration tests: one binary, one file per stage.

mod imap;
mod support;
