//! Replies: rendered from templates, kept in the outbox, delivered.

pub mod render;
mod wrap;
