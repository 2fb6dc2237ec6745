//! The one integration test binary: a module for each stage, and what they share in `support`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod alarm;
mod canaries;
mod cli;
mod corpus_fetch;
mod corpus_import;
mod engines;
mod faults;
mod files;
mod golden;
mod identity;
mod imap;
mod injection;
mod journey;
mod letters;
mod llm;
mod mail;
mod metamorphic;
mod planted;
mod postfix;
mod readme;
mod review;
mod seal;
mod serve;
mod smtp;
mod store;
mod support;
mod token;
mod trust;
mod watched;
mod web;
mod webhook;
mod workers;
