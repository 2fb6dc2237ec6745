//! `extract`: the child that reads one file. The service starts it, and nobody else has a use for it.

use std::path::PathBuf;

use clap::Args;

use super::Failure;
use crate::attachment::confine::Limits;
use crate::attachment::{Kind, child, ocr};

/// Read one file from standard input within limits, for the service itself
#[derive(Debug, Args)]
pub struct Extract {
    /// What the file is
    #[arg(long, value_enum)]
    kind: Kind,
    /// The charset it was declared with
    #[arg(long)]
    charset: Option<String>,
    /// The program that reads pictures
    #[arg(long)]
    ocr: Option<PathBuf>,
    #[command(flatten)]
    limits: Limits,
}

/// Confines itself, reads, prints one frame.
pub fn run(extract: Extract) -> Result<(), Failure> {
    match (extract.kind, &extract.ocr) {
        (Kind::Picture, Some(program)) => {
            let (code, why) = ocr::become_it(program, &extract.limits);
            Err(Failure::Child(why, code))
        }
        _ => child::run(extract.kind, extract.charset, &extract.limits).map_err(Failure::Work),
    }
}
