//! `tests/bench/run trust FOLDER`: the public suites of SPF and ARC, and collected forgeries, through our own check.
//! FOLDER holds `security/`; nothing of it belongs to this repository.
#![allow(clippy::unwrap_used, reason = "a bench that cannot go on should stop where it is")]

mod arc;
mod spf;
mod spoof;
#[path = "../table.rs"]
#[allow(dead_code, reason = "the other bench uses all of it")]
mod table;

use std::path::PathBuf;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let Some(folder) = words.first().map(|path| PathBuf::from(path).join("security")).filter(|path| path.is_dir())
    else {
        eprintln!("usage: tests/bench/run trust FOLDER [verbose]");
        std::process::exit(2);
    };
    let verbose = words.iter().any(|word| word == "verbose");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let suites = folder.join("auth/mailauth/test/fixtures");
    let rows = runtime.block_on(async {
        [
            spf::measure(&suites.join("spf/rfc7208-tests.yml"), verbose).await,
            arc::measure(&suites.join("arc/arc-draft-validation-tests.json"), verbose).await,
            spoof_row(&folder, verbose).await,
        ]
    });
    for row in rows {
        println!("{}", row.line());
    }
}

/// All forgeries, each in every dress.
async fn spoof_row(folder: &std::path::Path, verbose: bool) -> table::Row {
    let mails = spoof::read(&folder.join("spoof/espoofer-eml"));
    let mut held = 0;
    for mail in &mails {
        let wrong = spoof::believed(mail).await;
        held += usize::from(wrong.is_empty());
        if verbose {
            wrong.iter().for_each(|why| println!("  spoof {}: {why}", mail.name));
        }
    }
    let value = format!("{held} of {}", mails.len());
    table::Row::marked("forged senders held, or known by their true signer", value, "all", held == mails.len())
}
