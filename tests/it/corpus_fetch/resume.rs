//! Broken connections, replaced files, and what is here already.

use caseconsultant::corpus::fetch::{Event, Fault, Folder, Outcome};

use super::site::{Doc, Site};
use super::{Desk, archive, loaded};

const HCPCS: &str = "/files/zip/october-2026-alpha-numeric-hcpcs-file.zip";
const NAME: &str = "october-2026-alpha-numeric-hcpcs-file.zip";

#[tokio::test]
async fn a_file_is_loaded_whole_and_is_on_record() {
    let body = archive(300_000, 1);
    let site = Site::start([(HCPCS, Doc::new(body.clone()))]).await;
    let desk = Desk::at(&site);
    assert_eq!(loaded(desk.fetch("hcpcs").await), [NAME]);
    assert_eq!(std::fs::read(desk.file(NAME)).unwrap(), body);
    assert_eq!(desk.files(), [NAME], "neither part nor state is left");
    let folder = Folder::open(desk.place.path()).unwrap();
    let entry = &folder.entries()[0];
    assert_eq!((entry.kind.as_str(), entry.period.as_str(), entry.size), ("hcpcs", "2026Q4", 300_000));
    assert_eq!((entry.etag.as_str(), entry.at.as_str()), ("\"one\"", "2026-11-24T10:00:00Z"));
    assert_eq!(entry.address, format!("{}{HCPCS}", site.base));
    assert_eq!(entry.sha256.len(), 64);
    let events = desk.events.lock().unwrap();
    let begins = format!("{:?}", Event::Begins { name: NAME, done: 0, total: Some(300_000) });
    assert_eq!(events.first(), Some(&begins));
    assert_eq!(events.last(), Some(&format!("{:?}", Event::Ends { name: NAME, size: 300_000 })));
    assert!(events.contains(&format!("{:?}", Event::Moves { done: 300_000, total: Some(300_000) })));
}

#[tokio::test]
async fn a_broken_connection_is_gone_on_with_where_it_broke() {
    let body = archive(400_000, 2);
    let site = Site::start([(HCPCS, Doc::new(body.clone()).cut_after(&[100_000, 150_000]))]).await;
    let desk = Desk::at(&site);
    assert_eq!(loaded(desk.fetch("hcpcs").await), [NAME]);
    assert_eq!(std::fs::read(desk.file(NAME)).unwrap(), body);
    let asked: Vec<String> = site.log().into_iter().filter(|line| line.starts_with(&format!("GET {HCPCS}"))).collect();
    assert_eq!(
        asked,
        [format!("GET {HCPCS}"), format!("GET {HCPCS} bytes=100000-"), format!("GET {HCPCS} bytes=250000-")]
    );
    assert_eq!(desk.pauses(), [1, 2], "each pause is longer");
}

#[tokio::test]
async fn a_run_that_gave_up_is_gone_on_with_by_the_next() {
    let body = archive(400_000, 3);
    let site = Site::start([(HCPCS, Doc::new(body.clone()).cut_after(&[50_000, 1, 1, 1, 1, 1]))]).await;
    let desk = Desk::at(&site);
    let error = desk.fetch("hcpcs").await.unwrap_err();
    assert!(matches!(error.fault(), Some(Fault::Cut { got: 50_005, .. })), "{error}");
    assert!(error.to_string().contains("the rest is loaded at the next run"), "{error}");
    assert_eq!(desk.files(), [format!("{NAME}.part"), format!("{NAME}.part.json")]);
    assert_eq!(desk.pauses(), [1, 2, 4, 8, 16]);
    assert_eq!(loaded(desk.fetch("hcpcs").await), [NAME]);
    assert_eq!(std::fs::read(desk.file(NAME)).unwrap(), body);
    assert!(site.log().contains(&format!("GET {HCPCS} bytes=50005-")));
}

#[tokio::test]
async fn a_file_that_is_replaced_mid_way_is_loaded_anew() {
    let new = archive(200_000, 5);
    let old = Doc::new(archive(400_000, 4)).cut_after(&[100_000]).then(Doc::new(new.clone()).etag(Some("\"two\"")));
    let site = Site::start([(HCPCS, old)]).await;
    let desk = Desk::at(&site);
    assert_eq!(loaded(desk.fetch("hcpcs").await), [NAME]);
    assert_eq!(std::fs::read(desk.file(NAME)).unwrap(), new);
    assert_eq!(Folder::open(desk.place.path()).unwrap().entries()[0].etag, "\"two\"");
}

#[tokio::test]
async fn a_site_that_knows_no_ranges_or_no_tags_is_asked_for_all_of_it() {
    for doc in [Doc::new(archive(400_000, 6)).without_ranges(), Doc::new(archive(400_000, 6)).etag(None)] {
        let site = Site::start([(HCPCS, doc.cut_after(&[100_000]))]).await;
        let desk = Desk::at(&site);
        assert_eq!(loaded(desk.fetch("hcpcs").await), [NAME]);
        assert_eq!(std::fs::read(desk.file(NAME)).unwrap(), archive(400_000, 6));
    }
}

#[tokio::test]
async fn a_date_serves_where_the_tag_is_weak() {
    let body = archive(400_000, 7);
    let doc = Doc::new(body.clone()).etag(None).header("Last-Modified", "Wed, 26 Aug 2026 10:00:00 GMT");
    // The site of this test knows tags only, so it sends the whole file at the second request.
    let site = Site::start([(HCPCS, doc.cut_after(&[100_000]))]).await;
    let desk = Desk::at(&site);
    assert_eq!(loaded(desk.fetch("hcpcs").await), [NAME]);
    assert_eq!(std::fs::read(desk.file(NAME)).unwrap(), body);
    assert!(site.log().contains(&format!("GET {HCPCS} bytes=100000-")), "{:?}", site.log());
}

#[tokio::test]
async fn a_site_with_a_bad_minute_is_waited_for() {
    let site = Site::start([(HCPCS, Doc::new(archive(50_000, 8)).failing(2))]).await;
    let desk = Desk::at(&site);
    assert_eq!(loaded(desk.fetch("hcpcs").await), [NAME]);
    assert_eq!(desk.pauses(), [3, 3], "as long as it asks for");
}

#[tokio::test]
async fn a_site_that_falls_silent_is_left_and_asked_for_the_rest() {
    let body = archive(400_000, 8);
    let site = Site::start([(HCPCS, Doc::new(body.clone()).cut_after(&[100_000]).silent())]).await;
    let mut desk = Desk::at(&site);
    desk.settings.silence = std::time::Duration::from_millis(300);
    assert_eq!(loaded(desk.fetch("hcpcs").await), [NAME]);
    assert_eq!(std::fs::read(desk.file(NAME)).unwrap(), body);
    assert!(site.log().contains(&format!("GET {HCPCS} bytes=100000-")), "{:?}", site.log());
}

#[tokio::test]
async fn what_is_here_is_not_loaded_again_until_the_site_has_another() {
    let site = Site::start([(HCPCS, Doc::new(archive(50_000, 9)))]).await;
    let desk = Desk::at(&site);
    assert_eq!(loaded(desk.fetch("hcpcs").await), [NAME]);
    assert_eq!(loaded(desk.fetch("hcpcs").await), Vec::<String>::new());
    assert_eq!(site.bodies(HCPCS), 1);
    // CMS posts a corrected file under the same name.
    site.put(HCPCS, Doc::new(archive(60_000, 9)).etag(Some("\"two\"")));
    assert_eq!(loaded(desk.fetch("hcpcs").await), [NAME]);
    assert_eq!(std::fs::read(desk.file(NAME)).unwrap().len(), 60_000);
    // And a file that was damaged here is loaded again.
    std::fs::write(desk.file(NAME), "damaged").unwrap();
    assert_eq!(loaded(desk.fetch("hcpcs").await), [NAME]);
    assert_eq!(std::fs::read(desk.file(NAME)).unwrap().len(), 60_000);
}

#[tokio::test]
async fn a_file_without_an_announced_length_is_loaded_and_checked() {
    let site = Site::start([(HCPCS, Doc::new(archive(80_000, 1)).chunked())]).await;
    let desk = Desk::at(&site);
    let Ok(Outcome::Fetched(_, got)) = desk.fetch("hcpcs").await else { panic!("it was not fetched") };
    assert_eq!(got[0].entry.size, 80_000);
}

#[tokio::test]
async fn a_whole_part_that_only_lacks_its_name_is_not_loaded_again() {
    let body = archive(90_000, 2);
    let site = Site::start([(HCPCS, Doc::new(body.clone()))]).await;
    let desk = Desk::at(&site);
    std::fs::write(desk.file(&format!("{NAME}.part")), &body).unwrap();
    let state = format!(r#"{{"address":"{}{HCPCS}","total":90000,"etag":"\"one\"","modified":""}}"#, site.base);
    std::fs::write(desk.file(&format!("{NAME}.part.json")), state).unwrap();
    assert_eq!(loaded(desk.fetch("hcpcs").await), [NAME]);
    assert_eq!(std::fs::read(desk.file(NAME)).unwrap(), body);
    assert!(site.log().contains(&format!("GET {HCPCS} bytes=90000-")), "the site said that nothing is missing");
}
