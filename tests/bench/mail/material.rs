//! The collected mails, and what our reader makes of each.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use caseconsultant::domain::message::InboundMessage;
use caseconsultant::mail::parse::parse;

use crate::expected;

/// One mail that was read.
pub struct Read {
    /// What was understood.
    pub message: InboundMessage,
    /// How long it took, in milliseconds.
    pub ms: f64,
    /// Its size in bytes.
    pub size: usize,
}

/// All of them.
pub struct Material {
    /// The folder with `mail/` and `security/`.
    pub folder: PathBuf,
    /// Path below `mail/` to what was read.
    pub mails: BTreeMap<String, Read>,
    /// Prints each difference.
    pub verbose: bool,
}

impl Material {
    /// Reads every mail below `mail/`.
    pub fn read(folder: &Path, verbose: bool) -> Self {
        let root = folder.join("mail");
        let mut mails = BTreeMap::new();
        for path in files(&root) {
            let raw = std::fs::read(root.join(&path)).unwrap();
            let begin = Instant::now();
            let message = parse(&raw, &["consult@example.test"]);
            mails.insert(path, Read { message, ms: begin.elapsed().as_secs_f64() * 1e3, size: raw.len() });
        }
        Self { folder: folder.to_path_buf(), mails, verbose }
    }

    /// What was read of one mail.
    pub fn message(&self, path: &str) -> Option<&InboundMessage> {
        self.mails.get(path).map(|read| &read.message)
    }

    /// A file of `mail/expected/`.
    pub fn expected(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.join("mail/expected").join(name)).unwrap()
    }

    /// Prints a difference and its explanation, if it is wanted.
    pub fn tell(&self, set: &str, path: &str, what: &str) {
        if self.verbose {
            let name = path.rsplit('/').next().unwrap();
            println!("  {set} {name}: {what}; {}", expected::explanation(set, name).unwrap_or("NOT EXPLAINED"));
        }
    }
}

/// The paths of all mails: by their ending, and every file that the labels name.
fn files(root: &Path) -> Vec<String> {
    let mut found = std::collections::BTreeSet::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| ["eml", "box", "msg"].iter().any(|known| end == *known)) {
                found.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    let labels = std::fs::read_to_string(root.join("expected/labels.tsv")).unwrap();
    let named = labels.lines().filter_map(|line| line.split('\t').next());
    found.extend(named.filter(|path| root.join(path).is_file()).map(str::to_owned));
    found.into_iter().collect()
}
