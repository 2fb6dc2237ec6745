//! What a process that reads a file gives away before it reads: time, memory, files, the network.
//!
//! | limit | holds |
//! |---|---|
//! | processor time, address space | always (`RLIMIT_CPU`, `RLIMIT_AS`) |
//! | no file is opened or written, no socket made | always where it reads by itself: no descriptor can be had (`RLIMIT_NOFILE`, `RLIMIT_FSIZE`) |
//! | no network | the same; and a network of its own with nothing in it, where the kernel lets a process have one |
//! | no other process or thread | where it has users of its own (`RLIMIT_NPROC` counts by user) |
//! | no new rights, no core file | always |

use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// What one process may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Args)]
pub struct Limits {
    /// Processor time in seconds
    #[arg(long)]
    pub cpu_seconds: u64,
    /// Address space in megabytes
    #[arg(long)]
    pub memory_mb: u64,
}

/// Processes and threads that a confined one may have in all: its own two, and none to spare for a storm.
const PROCESSES: u64 = 4;

/// Takes the rights of this process away, for good. `descriptors` is how many it may have open: 0 leaves it the ones it
/// has and never another. Returns whether the network is out of reach by a namespace of its own.
///
/// # Errors
/// A limit could not be set: then nothing may be read.
pub fn confine(limits: &Limits, descriptors: u64) -> Result<bool, nix::Error> {
    // Fails where another limit or the kernel forbids namespaces; then the descriptors alone keep the network away.
    let apart = unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWIPC).is_ok();
    prctl::set_no_new_privs()?;
    limit(Resource::RLIMIT_CORE, 0)?;
    limit(Resource::RLIMIT_FSIZE, 0)?;
    limit(Resource::RLIMIT_CPU, limits.cpu_seconds)?;
    limit(Resource::RLIMIT_AS, limits.memory_mb << 20)?;
    limit(Resource::RLIMIT_NOFILE, descriptors)?;
    if apart {
        limit(Resource::RLIMIT_NPROC, PROCESSES)?;
    }
    Ok(apart)
}

/// Sets both the soft and the hard limit; one that is lower already stays.
fn limit(resource: Resource, value: u64) -> Result<(), nix::Error> {
    let (_, hard) = getrlimit(resource)?;
    let value = value.min(hard);
    setrlimit(resource, value, value)
}
