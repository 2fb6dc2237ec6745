//! Pure values: what the service talks about. No I/O, no clock, no async, and no import of any other module
//! of ours, so that every rule in here can be tested with nothing but values.

pub mod address;
pub mod time;
