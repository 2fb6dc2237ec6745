//! Pages instead of files, wrong lengths, foreign hosts: nothing of it gets a name.

use caseconsultant::corpus::fetch::{Catalog, Fault, FetchError, Terms};

use super::site::{Doc, Site};
use super::{Desk, archive, loaded};

const HCPCS: &str = "/files/zip/october-2026-alpha-numeric-hcpcs-file.zip";
const NAME: &str = "october-2026-alpha-numeric-hcpcs-file.zip";
const CLFS: &str = "/files/zip/26clabq4.zip";

/// The fault of `corpus fetch hcpcs` when the site serves that, and the message.
async fn fault(doc: Doc) -> (Option<Fault>, String) {
    let site = Site::start([(HCPCS, doc)]).await;
    let desk = Desk::at(&site);
    let error = desk.fetch("hcpcs").await.unwrap_err();
    assert_eq!(desk.files(), Vec::<String>::new(), "nothing is left: {error}");
    (error.fault().cloned(), error.to_string())
}

#[tokio::test]
async fn a_page_is_never_taken_for_an_archive() {
    let page = Doc::page("<!DOCTYPE html><title>Licence</title>").head(200);
    // Found out at the first look, by its type.
    let (found, message) = fault(page).await;
    assert_eq!(found, None, "{message}");
    assert!(message.contains("no release found for 2026Q4"), "{message}");
    // Found out at the first bytes, where the type says nothing.
    let (found, message) = fault(Doc::new("<!DOCTYPE html><title>Licence</title>")).await;
    assert_eq!(found, Some(Fault::Page), "{message}");
    assert!(message.contains("by hand from") && message.contains("corpus import"), "{message}");
}

#[tokio::test]
async fn other_bytes_than_those_of_the_kind_are_refused() {
    let (found, _) = fault(Doc::new("%PDF-1.7 and so on")).await;
    assert_eq!(found, Some(Fault::Content("ZIP archive")));
    let (found, _) = fault(Doc::new("")).await;
    assert_eq!(found, Some(Fault::Content("ZIP archive")));
    let mut half = archive(50_000, 1);
    half.truncate(30_000);
    let (found, _) = fault(Doc::new(half)).await;
    assert_eq!(found, Some(Fault::NoEnd("ZIP archive")));
}

#[tokio::test]
async fn a_length_that_is_too_long_ends_the_tries() {
    let site = Site::start([(HCPCS, Doc::new(archive(50_000, 1)).announcing(60_000).without_ranges())]).await;
    let desk = Desk::at(&site);
    let error = desk.fetch("hcpcs").await.unwrap_err();
    assert!(matches!(error.fault(), Some(Fault::Cut { .. })), "{error}");
    assert!(!desk.file(NAME).exists());
    assert_eq!(site.bodies(HCPCS), 6);
}

#[tokio::test]
async fn a_length_that_is_too_short_leaves_an_archive_without_its_end() {
    let (found, _) = fault(Doc::new(archive(50_000, 1)).announcing(40_000)).await;
    assert_eq!(found, Some(Fault::NoEnd("ZIP archive")));
}

#[tokio::test]
async fn a_file_beyond_the_limit_is_not_loaded() {
    for doc in [Doc::new(archive(200_000, 1)), Doc::new(archive(200_000, 1)).chunked()] {
        let site = Site::start([(HCPCS, doc)]).await;
        let mut desk = Desk::at(&site);
        desk.settings.limit = 100_000;
        let error = desk.fetch("hcpcs").await.unwrap_err();
        assert_eq!(error.fault(), Some(&Fault::TooBig { limit: 100_000 }), "{error}");
        assert_eq!(desk.files(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_redirect_leads_to_hosts_of_the_catalog_only() {
    let foreign = Site::start([("/x.zip", Doc::new(archive(50_000, 1)))]).await;
    let site = Site::start([(HCPCS, Doc::to(&format!("{}/x.zip", foreign.base)))]).await;
    let desk = Desk::at(&site);
    let error = desk.fetch("hcpcs").await.unwrap_err();
    assert_eq!(error.fault(), Some(&Fault::Foreign { to: foreign.base.clone() }), "{error}");
    assert!(foreign.log().is_empty(), "it was not even asked");
    let (found, _) = fault(Doc::to(HCPCS)).await;
    assert_eq!(found, Some(Fault::Circle));
}

#[tokio::test]
async fn a_redirect_within_the_site_is_followed() {
    let moved = "/files/zip/october-2026-alpha-numeric-hcpcs-file-updated-10-05-2026.zip";
    let site = Site::start([(HCPCS, Doc::to(moved)), (moved, Doc::new(archive(50_000, 1)))]).await;
    let desk = Desk::at(&site);
    assert_eq!(loaded(desk.fetch("hcpcs").await), ["october-2026-alpha-numeric-hcpcs-file-updated-10-05-2026.zip"]);
}

#[tokio::test]
async fn an_address_that_leads_to_another_release_is_not_that_release() {
    // The list of an earlier year leads to the present one's.
    let (old, new) = (
        "/files/zip/list-telehealth-services-calendar-year-2026.zip",
        "/files/zip/list-telehealth-services-calendar-year-2027.zip",
    );
    let site = Site::start([(old, Doc::to(new)), (new, Doc::new(archive(50_000, 1)))]).await;
    let error = Desk::at(&site).fetch("telehealth").await.unwrap_err();
    assert!(matches!(error, FetchError::NotFound { .. }), "{error}");
    assert!(error.to_string().contains("leads to"), "{error}");
}

#[tokio::test]
async fn a_site_that_refuses_programs_is_named_with_its_page() {
    let (found, message) = fault(Doc::status(403)).await;
    assert_eq!(found, Some(Fault::Refused(403)));
    assert!(message.contains("refuses programs (403)") && message.contains("/quarterly-update"), "{message}");
}

#[tokio::test]
async fn a_fault_of_the_site_is_named_after_the_last_try() {
    let (found, message) = fault(Doc::status(500)).await;
    assert_eq!(found, Some(Fault::Status(500)));
    assert!(message.contains("answers 500; try again later"), "{message}");
}

#[tokio::test]
async fn a_site_without_tls_is_out_of_reach_and_nothing_is_sent_in_clear() {
    let site = Site::start([(HCPCS, Doc::new(archive(50_000, 1)))]).await;
    let mut desk = Desk::at(&site);
    let text = Catalog::built_in_text().replace("www.cms.gov", site.base.trim_start_matches("http://"));
    desk.catalog = Catalog::parse(&text).unwrap();
    desk.settings.silence = std::time::Duration::from_millis(200);
    let error = desk.fetch("hcpcs").await.unwrap_err();
    assert!(matches!(error.fault(), Some(Fault::Unreachable(_))), "{error}");
    assert!(site.log().is_empty());
}

#[tokio::test]
async fn a_site_that_is_down_is_waited_for_once() {
    let gone = {
        let site = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        site.local_addr().unwrap()
    };
    let site = Site::start([]).await;
    let mut desk = Desk::at(&site);
    let text = desk.catalog.kinds.iter().find(|kind| kind.name == "hcpcs").unwrap().home.clone();
    let base = format!("http://{gone}");
    let catalog = format!(
        "origins = [\"{base}\"]\n[[kind]]\nname = \"hcpcs\"\ntitle = \"x\"\ncadence = \"quarter\"\nback = 3\n\
         content = \"zip\"\nhome = \"{text}\"\nfiles = [\"{base}/{{yyyy}}q{{q}}.zip\"]\n"
    );
    desk.catalog = Catalog::parse(&catalog).unwrap();
    let error = desk.fetch("hcpcs").await.unwrap_err();
    assert!(matches!(error.fault(), Some(Fault::Unreachable(_))), "{error}");
    assert_eq!(desk.pauses(), [1, 2, 4], "four tries, not four for each quarter");
}

#[tokio::test]
async fn a_site_that_knows_no_head_is_asked_for_one_byte() {
    for status in [403, 405, 501] {
        let site = Site::start([(HCPCS, Doc::new(archive(50_000, 1)).head(status))]).await;
        let desk = Desk::at(&site);
        let outcome = desk.fetch("hcpcs").await;
        if status == 501 {
            assert!(outcome.is_err(), "a server's own fault is not asked around");
        } else {
            assert_eq!(loaded(outcome), [NAME], "{status}");
            assert!(site.log().contains(&format!("GET {HCPCS} bytes=0-0")));
        }
    }
}

#[tokio::test]
async fn nothing_that_needs_terms_is_loaded_before_they_are_accepted() {
    let site = Site::start([(CLFS, Doc::new(archive(50_000, 1)))]).await;
    let desk = Desk::at(&site).accepting(&[Terms::Ada]);
    let error = desk.fetch("clfs").await.unwrap_err();
    assert!(matches!(&error, FetchError::Terms { terms, .. } if *terms == [Terms::Ama]), "{error}");
    assert!(error.to_string().contains("--accept-ama-license"), "{error}");
    assert!(site.log().is_empty(), "not one request was made");
    // What is published can be seen without.
    let standing = desk.check("clfs").await.remove(0);
    assert_eq!(standing.published.unwrap().0, "2026Q4");
    assert_eq!(site.bodies(CLFS), 0);
    assert_eq!(loaded(desk.accepting(&[Terms::Ama]).fetch("clfs").await), ["26clabq4.zip"]);
}

#[tokio::test]
async fn the_yes_to_a_licence_is_said_only_when_the_operator_said_it() {
    let agreed = "/files/zip/26clabq4.zip?agree=yes";
    let licence = "/license/ama?file=/files/zip/26clabq4.zip";
    for gate in [Doc::to(licence), Doc::page("<html>licence</html>"), Doc::new("<html>licence</html>")] {
        let site = Site::start([(CLFS, gate), (agreed, Doc::new(archive(50_000, 1)))]).await;
        let open = Desk::at(&site).accepting(&[]);
        assert!(matches!(open.fetch("clfs").await, Err(FetchError::Terms { .. })));
        let _ = open.check("clfs").await;
        assert!(!site.log().iter().any(|line| line.contains("agree")), "{:?}", site.log());
        let desk = Desk::at(&site);
        assert_eq!(loaded(desk.fetch("clfs").await), ["26clabq4.zip"]);
    }
    // A kind without terms never says yes, whatever the site asks.
    let site = Site::start([(HCPCS, Doc::to("/license/ama?file=/files/zip/x.zip"))]).await;
    assert!(Desk::at(&site).fetch("hcpcs").await.is_err());
    assert!(!site.log().iter().any(|line| line.contains("agree")));
}
