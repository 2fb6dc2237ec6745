//! The real program, run as an operator runs it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// The outcome of a run.
#[derive(Debug)]
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ran {
    /// The one JSON object on standard output.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.out.trim_end().lines().count(), 1, "one object on one line: {}", self.out);
        serde_json::from_str(&self.out).unwrap()
    }

    /// Fails unless the program ended with this code, without a panic, and said all of these words.
    #[track_caller]
    pub fn ended(self, code: i32, words: &[&str]) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        assert!(!self.err.contains("panicked") && !self.err.contains("stack backtrace"), "{}", self.err);
        for word in words {
            assert!(self.err.contains(word), "{word:?} is missing: {}", self.err);
        }
        self
    }
}

/// Runs the program in a data folder, with this on standard input.
pub fn run_in(data: &Path, args: &[&str], input: &[u8]) -> Ran {
    run_with(data, super::engine::url(data), args, input)
}

/// Runs the program in a data folder whose database is a file, whatever engine is tested.
pub fn run_on_file(data: &Path, args: &[&str]) -> Ran {
    run_with(data, None, args, b"")
}

fn run_with(data: &Path, url: Option<String>, args: &[&str], input: &[u8]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_caseconsultant"));
    command.args(args).env_clear().env("CASECONSULTANT_DATA_DIR", data);
    command.envs(url.map(|url| ("CASECONSULTANT_DATABASE__URL", url)));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // The program may close its end early; that is its right.
    let feeder = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
}

/// Runs the program in a data folder that all tests share for reading: the starter edition is built once.
pub fn run(args: &[&str]) -> Ran {
    run_in(&shared(), args, b"")
}

/// The shared folder, with its edition.
pub fn shared() -> PathBuf {
    static DATA: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = DATA.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(run_in(folder.path(), &["corpus", "status"], b"").code, 0);
        folder
    });
    folder.path().to_path_buf()
}
