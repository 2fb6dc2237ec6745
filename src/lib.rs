//! Answers medical coding questions by email.

pub mod admit;
pub mod checks;
pub mod clock;
pub mod config;
pub mod corpus;
pub mod domain;
pub mod draft;
pub mod llm;
pub mod mail;
pub mod receive;
pub mod reply;
pub mod research;
pub mod store;
pub mod verify;
