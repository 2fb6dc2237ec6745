//! The real files, where a copy of them is at hand: `CASECONSULTANT_SHELF_SOURCE` names its folder, with the files of
//! CDC and CMS anywhere under it. Without it the same journey is made with files made here.

use std::path::{Path, PathBuf};

use caseconsultant::corpus::fetch::Outcome;
use jiff::civil::date;

use super::site::{Doc, Site};
use super::{Desk, archive};

/// Kind, the official path, and the name of the copy.
const FILES: [(&str, &str, &str); 6] = [
    (
        "icd10cm-codes",
        "/pub/Health_Statistics/NCHS/Publications/ICD10CM/2026/icd10cm-Code%20Descriptions-2026.zip",
        "icd10cm-Code_Descriptions-2026.zip",
    ),
    (
        "icd10cm-poa",
        "/pub/Health_Statistics/NCHS/Publications/ICD10CM/2026/POAexemptCodesFY26.zip",
        "POAexemptCodesFY26.zip",
    ),
    (
        "icd10cm-conversion",
        "/pub/Health_Statistics/NCHS/Publications/ICD10CM/2026/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx",
        "ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx",
    ),
    (
        "icd10cm-guidelines",
        "/pub/Health_Statistics/NCHS/Publications/ICD10CM/2026/ICD-10-CM-October-2025-Guidelines.pdf",
        "ICD-10-CM-October-2025-Guidelines.pdf",
    ),
    ("icd10pcs", "/files/zip/2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip", "cms_2026_pr.zip"),
    ("iom-100-02", "/regulations-and-guidance/guidance/manuals/downloads/bp102c15.pdf", "bp102c15.pdf"),
];

#[allow(clippy::disallowed_methods, reason = "a folder of the person who runs the tests, not a setting of the program")]
fn copies() -> Option<PathBuf> {
    std::env::var_os("CASECONSULTANT_SHELF_SOURCE").map(PathBuf::from)
}

fn copy(under: &Path, name: &str) -> Option<Vec<u8>> {
    let mut folders = vec![under.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if entry.file_name() == name {
                return Some(std::fs::read(entry.path()).unwrap());
            }
        }
    }
    None
}

/// The copy, or a file of that kind made here.
fn content(name: &str) -> Vec<u8> {
    copies().and_then(|under| copy(&under, name)).unwrap_or_else(|| {
        if name.ends_with(".pdf") { b"%PDF-1.7\nmade here\n%%EOF\n".to_vec() } else { archive(700_000, 1) }
    })
}

#[tokio::test]
async fn the_files_of_cdc_and_cms_come_through_broken_connections_unchanged() {
    let site = Site::start([]).await;
    for (_, path, name) in FILES {
        let body = content(name);
        let half = body.len() / 2;
        site.put(path, Doc::new(body).cut_after(&[half, 10]));
    }
    // The listing as the server of CDC makes it, with its links in capitals.
    let listing: String = FILES
        .iter()
        .filter(|(_, path, _)| path.starts_with("/pub/"))
        .map(|(_, path, name)| format!("6/12/2025 12:21 PM 2198159 <A HREF=\"{path}\">{name}</A><br>"))
        .collect();
    let folder = "/pub/Health_Statistics/NCHS/Publications/ICD10CM/2026/";
    site.put(folder, Doc::page(format!("<html><body><pre>{listing}</pre></body></html>")));
    let desk = Desk::at(&site).on(date(2025, 11, 24));
    for (kind, path, name) in FILES {
        let outcome = desk.fetch(kind).await;
        let Ok(Outcome::Fetched(available, got)) = outcome else { panic!("{kind}: {outcome:?}") };
        assert!(available.period.from.is_none_or(|from| from == date(2025, 10, 1)), "{kind}: {:?}", available.period);
        let official = path.rsplit('/').next().unwrap().replace("%20", " ");
        assert_eq!(got.iter().map(|got| got.entry.name.as_str()).collect::<Vec<_>>(), [official.as_str()]);
        assert!(std::fs::read(desk.file(&official)).unwrap() == content(name), "{kind} came changed");
    }
}
