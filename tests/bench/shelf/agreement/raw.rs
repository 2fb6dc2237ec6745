//! The raw files, read plainly: no header is searched for and nothing is recognised.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::PathBuf;
use std::rc::Rc;

use super::{Claim, Reading};

/// What Windows-1252 writes from 0x80 to 0x9f.
const WINDOWS: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// The folder of the official files.
pub struct Raw {
    /// The folder.
    pub root: PathBuf,
}

impl Raw {
    /// True when the file, or the archive of a member, is there.
    pub fn has(&self, file: &str) -> bool {
        self.root.join(file.split('!').next().unwrap()).is_file()
    }

    /// The content: of a member behind `!`, unpacked where the name ends in `.gz`.
    pub fn bytes(&self, file: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        if let Some((archive, member)) = file.split_once('!') {
            let mut archive = zip::ZipArchive::new(std::fs::File::open(self.root.join(archive)).unwrap()).unwrap();
            archive.by_name(member).unwrap().read_to_end(&mut bytes).unwrap();
        } else if file.ends_with(".gz") {
            let packed = std::fs::File::open(self.root.join(file)).unwrap();
            flate2::read::MultiGzDecoder::new(packed).read_to_end(&mut bytes).unwrap();
        } else {
            bytes = std::fs::read(self.root.join(file)).unwrap();
        }
        bytes
    }

    /// The content as text: UTF-8, else Windows-1252.
    pub fn text(&self, file: &str) -> String {
        let text = String::from_utf8(self.bytes(file)).unwrap_or_else(|error| {
            let high: Vec<char> = WINDOWS.chars().collect();
            let one = |b: &u8| if (0x80..0xa0).contains(b) { high[usize::from(*b) - 0x80] } else { char::from(*b) };
            error.as_bytes().iter().map(one).collect()
        });
        text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)
    }

    /// The lines that are not blank.
    pub fn lines(&self, file: &str) -> Vec<String> {
        self.text(file).lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
    }

    /// A table with commas, its header behind `skip` lines.
    pub fn csv(&self, file: &str, skip: usize) -> Vec<Cells> {
        self.table(file, skip, b',')
    }

    /// A table with tabs and without quotation marks.
    pub fn tsv(&self, file: &str) -> Vec<Cells> {
        self.table(file, 0, b'\t')
    }

    fn table(&self, file: &str, skip: usize, delimiter: u8) -> Vec<Cells> {
        let text = self.text(file);
        let body: String = text.split_inclusive('\n').skip(skip).collect();
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .quoting(delimiter == b',')
            .flexible(true)
            .has_headers(false)
            .from_reader(body.as_bytes());
        let mut rows = reader.records().map(Result::unwrap);
        let names = rows.next().unwrap();
        let header = names.iter().enumerate().map(|(at, name)| (name.trim().to_owned(), at));
        let header: Rc<HashMap<String, usize>> = Rc::new(header.collect());
        let filled = rows.filter(|row| row.iter().any(|cell| !cell.trim().is_empty()));
        filled.map(|row| Cells { header: header.clone(), row }).collect()
    }
}

/// A row of a table.
pub struct Cells {
    header: Rc<HashMap<String, usize>>,
    row: csv::StringRecord,
}

impl Cells {
    /// The cell of a column, trimmed.
    pub fn get(&self, name: &str) -> &str {
        let at = self.header.get(name).unwrap_or_else(|| panic!("no column {name:?} in {:?}", self.header));
        self.at(*at)
    }

    /// The cell at a place, from 0, trimmed.
    pub fn at(&self, at: usize) -> &str {
        self.row.get(at).unwrap_or("").trim()
    }

    /// The names of all columns in their order.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<(&usize, &str)> = self.header.iter().map(|(name, at)| (at, name.as_str())).collect();
        names.sort();
        names.into_iter().map(|(_, name)| name).collect()
    }
}

/// A reading of a table with commas, of which each row makes one statement or none.
pub fn each(rows: &[Cells], claim: impl Fn(&Cells) -> Option<Claim>) -> Reading {
    Reading::of(rows.len(), rows.iter().filter_map(claim).collect())
}

/// Columns `from` to `to` of a line, from 1, both included.
pub fn cut(line: &str, from: usize, to: usize) -> String {
    line.chars().skip(from - 1).take(to + 1 - from).collect::<String>().trim().to_owned()
}

/// An ICD-10-CM code with its dot.
pub fn dotted(code: &str) -> String {
    if code.len() > 3 { format!("{}.{}", &code[..3], &code[3..]) } else { code.to_owned() }
}

/// `20240701` as `2024-07-01`; blank, zeros and `*` are no day.
pub fn compact(day: &str) -> String {
    let day = day.trim();
    if day.len() == 8 && day != "00000000" {
        format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..])
    } else {
        String::new()
    }
}

/// `07/01/2024` as `2024-07-01`; anything else is no day.
pub fn american(day: &str) -> String {
    let parts: Vec<&str> = day.trim().split('/').collect();
    if let [month, day, year] = parts[..] { format!("{year}-{month:0>2}-{day:0>2}") } else { String::new() }
}

/// The day of `2024-07-01 10:00:00`; the database writes 1900 and 9999 where it knows none.
pub fn stamp(text: &str) -> String {
    let day = text.trim().split([' ', 'T']).next().unwrap_or("");
    if day.starts_with("1900") || day.starts_with("9999") { String::new() } else { day.to_owned() }
}

/// `cpt` or `hcpcs`, by the first character.
pub fn set(code: &str) -> &'static str {
    if code.starts_with(|c: char| c.is_ascii_digit()) { "cpt" } else { "hcpcs" }
}
