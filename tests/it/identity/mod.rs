//! Patient identity: how much of it is found in mails of coders, and that no code is taken for it.

pub mod codes;
pub mod files;
pub mod generated;
pub mod marked;
pub mod marks;
pub mod written;
