//! Named points at which a test ends the process, as a power cut would: [`point!`](crate::point!).
//!
//! They exist in builds for tests alone, where the crate `fail` is compiled with its feature. In a program that is built to
//! be used, each is nothing. A test names one in the variable `FAILPOINTS`: `taken-in=return` ends the process there the
//! first time, `taken-in=3*off->return` the fourth.

/// Every point, in the order in which a mail passes them.
pub const ALL: [&str; 21] = [
    "fetched",
    "in-take-in",
    "taken-in",
    "filed-away",
    "leased",
    "stage-admit",
    "stage-research",
    "stage-draft",
    "stage-verify",
    "in-enqueue",
    "enqueued",
    "before-commit",
    "after-commit",
    "taken-to-send",
    "mail-said",
    "recipient-said",
    "data-half-written",
    "data-written",
    "dot-written",
    "accepted",
    "recorded",
];

/// Listens to `FAILPOINTS` where the points exist. Call once, before anything else.
pub fn arm() {
    if fail::has_failpoints() {
        // For the life of the process.
        std::mem::forget(fail::FailScenario::setup());
    }
}

/// Ends the process without a chance to tidy up (SIGKILL).
pub fn end<T>() -> T {
    let _ = nix::sys::signal::kill(nix::unistd::Pid::this(), nix::sys::signal::Signal::SIGKILL);
    std::process::abort()
}

/// A point of [`ALL`].
#[macro_export]
macro_rules! point {
    ($name:literal) => {
        fail::fail_point!($name, |_| $crate::point::end())
    };
}
