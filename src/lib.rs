//! Answers medical coding questions by email.

pub mod config;
pub mod domain;
pub mod mail;
