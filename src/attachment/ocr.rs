//! Text in pictures, by Tesseract where it is installed. It is a program that opens files of its own, so it cannot run
//! without descriptors: what keeps the network away from it is a network namespace, and where the kernel or the service
//! manager allows none it does not run at all.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::confine::{Limits, confine};

/// The Debian package that brings it.
pub const PACKAGE: &str = "tesseract-ocr";
/// Where a program without a path is looked for.
const PLACES: [&str; 3] = ["/usr/bin", "/usr/local/bin", "/bin"];
/// Descriptors that it needs: its libraries and its language data, one after the other.
const DESCRIPTORS: u64 = 32;
/// The exit code of a child that would have a network.
pub const NO_NAMESPACE: u8 = 3;

/// The program of the settings, if it is there. No setting: none.
pub fn find(setting: &str) -> Option<PathBuf> {
    if setting.is_empty() {
        return None;
    }
    let named = Path::new(setting);
    let there = |path: &PathBuf| path.is_file();
    if named.is_absolute() {
        return Some(named.to_path_buf()).filter(there);
    }
    PLACES.iter().map(|place| Path::new(place).join(setting)).find(there)
}

/// Confines this process and becomes the program: the picture on standard input, its text on standard output.
///
/// It returns only if that failed: the exit code, and why.
pub fn become_it(program: &Path, limits: &Limits) -> (u8, String) {
    match confine(limits, DESCRIPTORS) {
        Ok(true) => {}
        Ok(false) => return (NO_NAMESPACE, "no network namespace can be had here".to_owned()),
        Err(error) => return (1, format!("the limits cannot be set: {error}")),
    }
    let error = Command::new(program)
        .args(["stdin", "stdout", "--psm", "3"])
        .env_clear()
        .env("OMP_THREAD_LIMIT", "1")
        .env("LC_ALL", "C.UTF-8")
        .current_dir("/")
        .exec();
    (1, format!("{}: {error}", program.display()))
}
