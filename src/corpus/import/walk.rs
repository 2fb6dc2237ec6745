//! From paths to files: folders, archives within archives, compressed files, plain files, each within limits.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::ImportError;
use crate::corpus::files::hex;

/// The most bytes that one unpacked file may have. The largest official file known, a part of the NCCI edits, has
/// about 70 million.
const LARGEST_FILE: u64 = 400_000_000;
/// Files up to this many bytes are unpacked side by side.
const USUAL: u64 = 100_000_000;
/// Held by the thread that unpacks a larger one.
static LARGE: std::sync::Mutex<()> = std::sync::Mutex::new(());
/// The most bytes that one source may unpack to in all.
const LARGEST_SOURCE: u64 = 4_000_000_000;
/// The most files in one source.
const MOST_FILES: usize = 20_000;
/// Archives within archives: `current_article.zip` holds `current_article_csv.zip`.
const DEEPEST: usize = 3;
/// Folders within folders.
const DEEPEST_FOLDER: usize = 16;

/// A file that the operator named, or that lies in a folder they named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its path as shown: from the named folder on.
    pub shown: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its content.
    pub sha256: String,
}

impl Source {
    /// Reads the file's digest.
    pub fn of(path: &Path, shown: String) -> Result<Self, ImportError> {
        let failed = |error: std::io::Error| ImportError::unreadable(path, &error);
        let mut file = std::fs::File::open(path).map_err(failed)?;
        let (mut digest, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 16]);
        loop {
            let read = file.read(&mut buffer).map_err(failed)?;
            if read == 0 {
                break;
            }
            bytes += read as u64;
            digest.update(&buffer[..read]);
        }
        Ok(Self { shown, path: path.to_path_buf(), bytes, sha256: hex(&digest.finalize()) })
    }
}

/// The files under the paths, sorted by what is shown of them. Hidden files and links are passed over.
pub fn sources(paths: &[PathBuf]) -> Result<Vec<Source>, ImportError> {
    let mut found = Vec::new();
    for path in paths {
        let meta = std::fs::metadata(path).map_err(|error| ImportError::unreadable(path, &error))?;
        let name = path.file_name().map_or_else(|| ".".to_owned(), |name| name.to_string_lossy().into_owned());
        if meta.is_dir() {
            folder(path, "", 0, &mut found)?;
        } else {
            found.push(Source::of(path, name)?);
        }
    }
    found.sort_by(|a, b| a.shown.cmp(&b.shown).then_with(|| a.path.cmp(&b.path)));
    Ok(found)
}

fn folder(path: &Path, shown: &str, depth: usize, found: &mut Vec<Source>) -> Result<(), ImportError> {
    let failed = |error: std::io::Error| ImportError::unreadable(path, &error);
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().map_err(failed)?;
        if name.starts_with('.') {
            continue;
        }
        let shown = if shown.is_empty() { name } else { format!("{shown}/{name}") };
        if kind.is_dir() && depth < DEEPEST_FOLDER {
            folder(&entry.path(), &shown, depth + 1, found)?;
        } else if kind.is_file() {
            found.push(Source::of(&entry.path(), shown)?);
        }
    }
    Ok(())
}

/// What a visitor is given of a source: the path as shown, and the bytes or why there are none.
pub type Visit<'v> = &'v mut dyn FnMut(&str, Result<Vec<u8>, String>);

/// Unpacks a source and shows each file in it to `visit`, one at a time.
pub fn unpack(source: &Source, visit: Visit<'_>) {
    let mut room = Room { bytes: LARGEST_SOURCE, files: MOST_FILES };
    // Before a byte of it is in memory.
    if source.bytes > LARGEST_FILE {
        return visit(&source.shown, Err(too_large()));
    }
    match std::fs::read(&source.path) {
        Ok(bytes) => open(&source.shown, bytes, 0, &mut room, visit),
        Err(error) => visit(&source.shown, Err(error.to_string())),
    }
}

fn too_large() -> String {
    format!("larger than {} MB unpacked: not read", LARGEST_FILE / 1_000_000)
}

/// What a source may still unpack to.
struct Room {
    bytes: u64,
    files: usize,
}

impl Room {
    /// Reads to the end, within the limits of a file and of its source.
    fn read(&mut self, from: impl std::io::Read) -> Result<Vec<u8>, String> {
        self.files = self.files.checked_sub(1).ok_or_else(|| format!("more than {MOST_FILES} files: not read"))?;
        let limit = LARGEST_FILE.min(self.bytes);
        // One file at a time may grow past what is usual: two that unpack to the limit would take twice the memory.
        let mut bytes = Vec::new();
        let mut from = from.take(limit + 1);
        std::io::Read::by_ref(&mut from)
            .take(USUAL)
            .read_to_end(&mut bytes)
            .map_err(|error| format!("cannot be unpacked: {error}"))?;
        let _alone =
            (bytes.len() as u64 == USUAL).then(|| LARGE.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        from.read_to_end(&mut bytes).map_err(|error| format!("cannot be unpacked: {error}"))?;
        if bytes.len() as u64 > limit {
            self.bytes = 0;
            return Err(too_large());
        }
        self.bytes -= bytes.len() as u64;
        Ok(bytes)
    }
}

fn open(shown: &str, bytes: Vec<u8>, depth: usize, room: &mut Room, visit: Visit<'_>) {
    if is_zip(&bytes) && !is_workbook(&bytes) {
        if depth >= DEEPEST {
            return visit(shown, Err(format!("more than {DEEPEST} archives within each other: not read")));
        }
        return zip(shown, bytes, depth, room, visit);
    }
    if bytes.starts_with(&[0x1f, 0x8b]) {
        if depth >= DEEPEST {
            return visit(shown, Err(format!("more than {DEEPEST} archives within each other: not read")));
        }
        let plain = shown.strip_suffix(".gz").unwrap_or(shown);
        return match room.read(flate2::read::MultiGzDecoder::new(bytes.as_slice())) {
            Ok(unpacked) => open(plain, unpacked, depth + 1, room, visit),
            Err(reason) => visit(shown, Err(reason)),
        };
    }
    visit(shown, Ok(bytes));
}

fn zip(shown: &str, bytes: Vec<u8>, depth: usize, room: &mut Room, visit: Visit<'_>) {
    let mut archive = match zip::ZipArchive::new(std::io::Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(error) => return visit(shown, Err(format!("damaged archive: {error}"))),
    };
    for n in 0..archive.len() {
        let (name, unpacked) = match archive.by_index(n) {
            Ok(member) if member.is_dir() => continue,
            Ok(member) => {
                let name = member.name().map_or_else(|_| n.to_string(), |name| name.replace('\\', "/"));
                // What its header tells is believed only when it says too much.
                let size = member.size();
                let unpacked = if size > LARGEST_FILE { Err(too_large()) } else { room.read(member) };
                (format!("{shown}/{name}"), unpacked)
            }
            Err(error) => (format!("{shown}/{n}"), Err(format!("cannot be unpacked: {error}"))),
        };
        match unpacked {
            Ok(bytes) => open(&name, bytes, depth + 1, room, visit),
            Err(reason) => visit(&name, Err(reason)),
        }
    }
}

fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// A workbook is an archive too, and is read as one file: its first entries name the parts of Office Open XML
/// (ECMA-376).
fn is_workbook(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    let has = |word: &[u8]| memchr::memmem::find(head, word).is_some();
    has(b"[Content_Types].xml") || has(b"xl/") || has(b"word/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in members {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn seen(bytes: Vec<u8>) -> Vec<(String, Result<Vec<u8>, String>)> {
        let mut seen = Vec::new();
        let mut room = Room { bytes: 1_000_000, files: 100 };
        open("a.zip", bytes, 0, &mut room, &mut |path, bytes| seen.push((path.to_owned(), bytes)));
        seen
    }

    #[test]
    fn an_archive_within_an_archive_is_opened() {
        let inner = archive(&[("b.csv", b"x")]);
        let found = seen(archive(&[("inner.zip", &inner), ("c.txt", b"y")]));
        assert_eq!(found[0], ("a.zip/inner.zip/b.csv".to_owned(), Ok(b"x".to_vec())));
        assert_eq!(found[1], ("a.zip/c.txt".to_owned(), Ok(b"y".to_vec())));
    }

    #[test]
    fn an_archive_that_unpacks_to_too_much_is_named_and_not_read() {
        let bomb = archive(&[("zeros", &vec![0; 3_000_000])]);
        assert!(bomb.len() < 100_000);
        let found = seen(bomb);
        assert!(found[0].1.as_ref().is_err_and(|reason| reason.contains("larger than")), "{:?}", found[0].0);
    }

    #[test]
    fn archives_too_deep_in_each_other_are_not_opened() {
        let mut bytes = archive(&[("b.csv", b"x")]);
        for _ in 0..6 {
            bytes = archive(&[("inner.zip", &bytes)]);
        }
        assert!(seen(bytes)[0].1.is_err());
    }

    #[test]
    fn a_damaged_archive_is_named_and_nothing_panics() {
        let whole = archive(&[("b.csv", &[b'x'; 5000])]);
        for cut in [4, 20, whole.len() / 2, whole.len() - 3] {
            assert!(seen(whole[..cut].to_vec()).iter().all(|(_, bytes)| bytes.is_err()));
        }
    }
}
