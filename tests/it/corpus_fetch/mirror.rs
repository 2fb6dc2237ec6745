//! A mirror in place of the official sites: a folder, or a site, by host and path or by name.

use caseconsultant::corpus::fetch::{Fault, Outcome};
use jiff::civil::date;

use super::site::{Doc, Site};
use super::{Desk, archive, loaded};

fn folder(files: &[(&str, Vec<u8>)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

#[tokio::test]
async fn a_folder_serves_by_path_and_by_name_and_irregular_names_too() {
    let mirror = folder(&[
        ("www.cms.gov/files/zip/26clabq4.zip", archive(5_000, 1)),
        ("rvu26d-updated-08-26-2026.zip", archive(5_000, 2)),
        ("rvu26d.zip", archive(5_000, 3)),
        ("old/OCTOBER-2026-alpha-numeric-HCPCS-file.zip", archive(5_000, 4)),
        ("icd/icd10cm-Code Descriptions-2026.zip", archive(5_000, 5)),
    ]);
    let desk = Desk::from(mirror.path().to_str().unwrap());
    assert_eq!(loaded(desk.fetch("clfs").await), ["26clabq4.zip"]);
    assert_eq!(loaded(desk.fetch("mpfs").await), ["rvu26d-updated-08-26-2026.zip"]);
    assert_eq!(loaded(desk.fetch("hcpcs").await), ["OCTOBER-2026-alpha-numeric-HCPCS-file.zip"]);
    assert_eq!(loaded(desk.fetch("icd10cm-codes").await), ["icd10cm-Code Descriptions-2026.zip"]);
    assert_eq!(std::fs::read(desk.file("rvu26d-updated-08-26-2026.zip")).unwrap(), archive(5_000, 2));
    // The same bytes are not copied again; others are.
    assert_eq!(loaded(desk.fetch("mpfs").await), Vec::<String>::new());
    std::fs::write(mirror.path().join("rvu26d-updated-08-26-2026.zip"), archive(5_000, 6)).unwrap();
    assert_eq!(loaded(desk.fetch("mpfs").await), ["rvu26d-updated-08-26-2026.zip"]);
}

#[tokio::test]
async fn a_bad_file_of_a_folder_is_refused_like_any_other() {
    let mirror = folder(&[("26clabq4.zip", b"<html>saved by mistake</html>".to_vec())]);
    let desk = Desk::from(mirror.path().to_str().unwrap());
    let error = desk.fetch("clfs").await.unwrap_err();
    assert_eq!(error.fault(), Some(&Fault::Page), "{error}");
    assert_eq!(desk.files(), Vec::<String>::new());
    assert!(mirror.path().join("26clabq4.zip").exists(), "the mirror is left as it is");
}

#[tokio::test]
async fn a_mirror_may_be_the_folder_that_is_loaded_into() {
    let mirror = folder(&[("26clabq4.zip", archive(5_000, 1))]);
    let mut desk = Desk::from(mirror.path().to_str().unwrap());
    desk.place = mirror;
    assert_eq!(loaded(desk.fetch("clfs").await), ["26clabq4.zip"]);
    assert_eq!(std::fs::read(desk.file("26clabq4.zip")).unwrap(), archive(5_000, 1));
    assert_eq!(loaded(desk.fetch("clfs").await), Vec::<String>::new());
}

#[tokio::test]
async fn a_site_serves_by_path_by_name_and_by_its_pages_and_no_official_host_is_asked() {
    let site = Site::start([
        ("/cms/", Doc::page("<a href='rvu26d-updated-08-26-2026.zip'>x</a>")),
        ("/cms/rvu26d-updated-08-26-2026.zip", Doc::new(archive(5_000, 1))),
        ("/cms/www.cms.gov/files/zip/26clabq4.zip", Doc::new(archive(5_000, 2))),
        ("/cms/october-2026-alpha-numeric-hcpcs-file.zip", Doc::new(archive(5_000, 3))),
        (
            "/cms/www.cms.gov/medicare/payment/fee-schedules",
            Doc::page(
                "<a href='https://www.cms.gov/files/zip/zip-code-carrier-locality-file-updated-05-13-2026.zip'>x</a>",
            ),
        ),
        (
            "/cms/www.cms.gov/files/zip/zip-code-carrier-locality-file-updated-05-13-2026.zip",
            Doc::new(archive(5_000, 4)),
        ),
    ])
    .await;
    let desk = Desk::from(&format!("{}/cms", site.base)).on(date(2026, 11, 1));
    assert_eq!(loaded(desk.fetch("mpfs").await), ["rvu26d-updated-08-26-2026.zip"]);
    assert_eq!(loaded(desk.fetch("clfs").await), ["26clabq4.zip"]);
    assert_eq!(loaded(desk.fetch("hcpcs").await), ["october-2026-alpha-numeric-hcpcs-file.zip"]);
    assert_eq!(loaded(desk.fetch("zip-locality").await), ["zip-code-carrier-locality-file-updated-05-13-2026.zip"]);
    let error = desk.fetch("icd10pcs").await.unwrap_err();
    assert!(error.to_string().contains("https://www.cms.gov/medicare/coding-billing/icd-10-codes"), "{error}");
    assert_eq!(desk.pauses(), Vec::<u64>::new(), "no host was tried in vain");
}

#[tokio::test]
async fn terms_hold_for_a_mirror_too() {
    let mirror = folder(&[("26clabq4.zip", archive(5_000, 1))]);
    let desk = Desk::from(mirror.path().to_str().unwrap()).accepting(&[]);
    assert!(desk.fetch("clfs").await.is_err());
    assert_eq!(desk.files(), Vec::<String>::new());
    let desk = desk.accepting(&[caseconsultant::corpus::fetch::Terms::Ama]);
    assert!(matches!(desk.fetch("clfs").await, Ok(Outcome::Fetched(..))));
}
