//! Answers medical coding questions by email.

pub mod checks;
pub mod config;
pub mod corpus;
pub mod domain;
pub mod draft;
pub mod mail;
pub mod research;
pub mod verify;
