//! What the tests stand on: real servers on free ports, certificates, and a patient way to wait.

pub mod certs;
pub mod dovecot;
pub mod ports;
pub mod scripted;
pub mod until;
