//! Pure values: what the service talks about. No I/O, no clock, no async, and no import of any other module
//! of ours, so that every rule in here can be tested with nothing but values.

pub mod account;
pub mod address;
pub mod alarm;
pub mod api_token;
pub mod aside;
pub mod attachment;
pub mod case;
pub mod cause;
pub mod check;
pub mod citation;
pub mod client;
pub mod code;
pub mod command;
pub mod courtesy;
pub mod draft;
pub mod evidence;
pub mod finding;
pub mod identifier;
pub mod inquiry;
pub mod lookalike;
pub mod message;
pub mod outbox;
pub mod pattern;
pub mod promise;
pub mod quota;
pub mod release;
pub mod review;
pub mod reviewer;
pub mod ruling;
pub mod stated;
pub mod table;
pub mod time;
pub mod waits;
pub mod webhook;
