//! Asks the operator for the terms of the owners whose words files hold.

use std::collections::BTreeSet;
use std::io::IsTerminal as _;

use crate::clock::Clock;
use crate::config::Config;
use crate::corpus::fetch::terms::{self, Means, Terms};

/// The terms on record, after those that are needed and missing were shown and asked for. `--accept-ama-license` is
/// the answer of a script; without a terminal nobody can be asked.
pub fn agree(config: &Config, needed: &BTreeSet<Terms>, by_option: bool) -> BTreeSet<Terms> {
    let known = terms::accepted(&config.data_dir).unwrap_or_default();
    let missing: BTreeSet<Terms> = needed.difference(&known).copied().collect();
    if missing.is_empty() {
        return known;
    }
    eprintln!("{}\n", terms::notice(&missing));
    let means = match by_option {
        true => Means::Flag,
        false if ask() => Means::Asked,
        false => return known,
    };
    match terms::record(&config.data_dir, &missing, Clock::System.now(), means) {
        Ok(()) => known.union(&missing).copied().collect(),
        Err(error) => {
            eprintln!("{error}");
            known
        }
    }
}

fn ask() -> bool {
    if !std::io::stdin().is_terminal() {
        return false;
    }
    eprint!("Do you accept these terms? Type yes: ");
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).is_ok() && answer.trim().eq_ignore_ascii_case("yes")
}
