//! Prompts, compiled in from `prompts/`. A file begins with lines about itself (purpose, inputs, output, version)
//! between two lines of `---`; the rest is what the model is told.

use std::fmt::Write as _;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// A prompt file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptFile {
    /// What it is for.
    pub purpose: &'static str,
    /// Its version, raised with every change of its text.
    pub version: &'static str,
    /// What the model is told.
    pub system: &'static str,
    /// SHA-256 of the whole file, in hexadecimal: a draft records it.
    pub digest: String,
}

/// The prompt of the draft stage.
pub static DRAFT: LazyLock<PromptFile> = LazyLock::new(|| read(include_str!("../../prompts/draft.md")));

fn read(file: &'static str) -> PromptFile {
    let (about, system) = file
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .expect("a compiled-in prompt begins with lines about itself");
    let line = |key: &str| {
        let found = about.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
        found.map(str::trim).expect("a compiled-in prompt says what it is for, and its version")
    };
    let digest = Sha256::digest(file).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    PromptFile { purpose: line("purpose"), version: line("version"), system: system.trim(), digest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_file_says_what_it_is_for_and_tells_the_model_only_the_rest() {
        let prompt = &*DRAFT;
        assert!(!prompt.purpose.is_empty() && prompt.version.parse::<u32>().is_ok());
        assert!(!prompt.system.contains("version:") && prompt.system.starts_with("You are"));
        assert_eq!(prompt.digest.len(), 64);
    }
}
