//! The child: it reads one file from standard input and writes one frame to standard output.

use std::io::{Read as _, Write as _};

use super::confine::{Limits, confine};
use super::formats;
use super::frame::Found;
use super::kind::Kind;
use crate::domain::attachment::Skip;

/// The longest file that is taken in, whatever the settings say.
const LONGEST: u64 = 64 << 20;
/// The stack of the thread that reads: formats nest.
const STACK: usize = 32 << 20;

/// Confines this process, reads, answers. The exit code tells nothing: a parent believes the frame alone.
///
/// # Errors
/// The process could not be confined, or its parent is gone.
pub fn run(kind: Kind, charset: Option<String>, limits: &Limits) -> Result<(), String> {
    confine(limits, 0).map_err(|error| format!("the limits cannot be set: {error}"))?;
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(LONGEST).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    let work = move || formats::read(kind, charset.as_deref(), &bytes, 0);
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work).map_err(|error| error.to_string())?;
    // A reader that panics has met what breaks its format.
    let found = thread.join().unwrap_or(Found::Nothing(Skip::Damaged));
    let mut out = std::io::stdout().lock();
    out.write_all(&found.encode()).and_then(|()| out.flush()).map_err(|error| error.to_string())
}
