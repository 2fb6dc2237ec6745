//! Answers medical coding questions by email.

pub mod admit;
pub mod app;
pub mod checks;
pub mod cli;
pub mod clock;
pub mod config;
pub mod corpus;
pub mod domain;
pub mod draft;
pub mod llm;
pub mod mail;
pub mod pipeline;
pub mod receive;
pub mod reply;
pub mod research;
pub mod store;
pub mod telemetry;
pub mod verify;
pub mod web;
