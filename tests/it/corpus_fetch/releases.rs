//! Which release is found: pages with irregular names, pages that refuse, quarters that are not out.

use caseconsultant::corpus::fetch::{Fault, FetchError, Outcome, Verdict};
use jiff::civil::date;

use super::site::{Doc, Site};
use super::{Desk, archive, loaded};

const PFS: &str = "/medicare/payment/fee-schedules/physician/pfs-relative-value-files";
const PTP: &str = "/medicare/coding-billing/national-correct-coding-initiative-ncci-edits/medicare-ncci-procedure-procedure-ptp-edits";

fn zip() -> Doc {
    Doc::new(archive(2_000, 1))
}

#[tokio::test]
async fn the_newest_date_in_a_name_wins_on_the_page_of_the_release() {
    let page = r#"<a href="/files/zip/rvu26d.zip">old</a> <a href="/files/zip/rvu26d-updated-09-02-2026.zip">new</a>
        <a href="/license/ama?file=/files/zip/rvu26d-updated-08-26-2026.zip">older</a>"#;
    let rvu26d = format!("{PFS}/rvu26d");
    let site = Site::start([
        (rvu26d.as_str(), Doc::page(page)),
        ("/files/zip/rvu26d.zip", zip()),
        ("/files/zip/rvu26d-updated-08-26-2026.zip", zip()),
        ("/files/zip/rvu26d-updated-09-02-2026.zip", zip()),
    ])
    .await;
    assert_eq!(loaded(Desk::at(&site).fetch("mpfs").await), ["rvu26d-updated-09-02-2026.zip"]);
}

#[tokio::test]
async fn a_page_that_leads_to_a_page_is_followed_one_step() {
    let list = format!(r#"<a href="{PFS}/rvu26d-0">RVU26D</a> <a href="{PFS}/rvu26c">RVU26C</a>"#);
    let (page, further) = (PFS.to_owned(), format!("{PFS}/rvu26d-0"));
    let site = Site::start([
        (page.as_str(), Doc::page(list)),
        (further.as_str(), Doc::page(r#"<a href="/license/ama?file=/files/zip/rvu26d-updated-08-26-2026.zip">x</a>"#)),
        ("/files/zip/rvu26d-updated-08-26-2026.zip", zip()),
    ])
    .await;
    assert_eq!(loaded(Desk::at(&site).fetch("mpfs").await), ["rvu26d-updated-08-26-2026.zip"]);
}

#[tokio::test]
async fn a_page_that_refuses_programs_is_not_the_end() {
    let site = Site::start([(PTP, Doc::status(403))]).await;
    for part in 1..=4 {
        site.put(&format!("/files/zip/medicare-ncci-2026q4-practitioner-ptp-edits-ccipra-v323r0-f{part}.zip"), zip());
    }
    let desk = Desk::at(&site);
    let outcome = desk.fetch("ncci-ptp-practitioner").await;
    let Ok(Outcome::Fetched(available, got)) = outcome else { panic!("{outcome:?}") };
    assert_eq!((available.period.label.as_str(), got.len()), ("2026Q4", 4));
    assert!(available.notes[0].contains("refuses programs (403)"), "{:?}", available.notes);
    assert!(!available.unsure, "nothing newer is due");
    assert_eq!(site.bodies(PTP), 1, "a page is asked once, not once for each part");
}

#[tokio::test]
async fn a_release_with_a_missing_part_is_none() {
    let links = |quarter: &str, parts: &[u8]| {
        let link = |part: &u8| {
            format!(r#"<a href='/license/ama?file=/files/zip/medicare-ncci-{quarter}-f{part}.zip'>{part}</a>"#)
        };
        parts.iter().map(link).collect::<String>()
    };
    let (now, before) = ("2026-q4-practitioner-ptp-edits-ccipra-v323r0", "2026q3-practitioner-ptp-edits-ccipra-v322r1");
    let page = links(now, &[1, 2, 3]) + &links(before, &[1, 2, 3, 4, 5]);
    let site = Site::start([(PTP, Doc::page(page))]).await;
    for (quarter, parts) in [(now, 1..=3), (before, 1..=5)] {
        for part in parts {
            site.put(&format!("/files/zip/medicare-ncci-{quarter}-f{part}.zip"), zip());
        }
    }
    let outcome = Desk::at(&site).fetch("ncci-ptp-practitioner").await;
    let Ok(Outcome::Fetched(available, got)) = outcome else { panic!("{outcome:?}") };
    assert_eq!((available.period.label.as_str(), got.len()), ("2026Q3", 5), "and a fifth part is taken");
    assert!(available.unsure && available.notes.iter().any(|note| note.contains("no part 4")), "{:?}", available.notes);
}

#[tokio::test]
async fn a_link_that_is_dead_gives_way_to_the_pattern() {
    let page = "/medicare/coding-billing/healthcare-common-procedure-system/quarterly-update";
    let site = Site::start([
        (page, Doc::page("<a href=/files/zip/october-2026-alpha-numeric-hcpcs-file-0.zip>x</a>")),
        ("/files/zip/october-2026-alpha-numeric-hcpcs-files.zip", zip()),
    ])
    .await;
    assert_eq!(loaded(Desk::at(&site).fetch("hcpcs").await), ["october-2026-alpha-numeric-hcpcs-files.zip"]);
}

#[tokio::test]
async fn quarters_are_tried_backwards_until_one_is_there() {
    let site = Site::start([("/files/zip/april-2026-alpha-numeric-hcpcs-file.zip", zip())]).await;
    let outcome = Desk::at(&site).fetch("hcpcs").await;
    let Ok(Outcome::Fetched(available, _)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(available.period.label, "2026Q2");
    assert!(available.unsure, "the page that would tell is missing");
}

#[tokio::test]
async fn what_is_nowhere_is_reported_with_all_that_was_tried() {
    let site = Site::start([]).await;
    let error = Desk::at(&site).fetch("hcpcs").await.unwrap_err();
    assert!(matches!(error, FetchError::NotFound { .. }), "{error}");
    let text = error.to_string();
    for word in ["2026Q4, 2026Q3, 2026Q2, 2026Q1", "quarterly-update", "by hand", "corpus import"] {
        assert!(text.contains(word), "{word}: {text}");
    }
}

#[tokio::test]
async fn the_next_release_is_loaded_as_soon_as_it_is_out() {
    let (now, next) = (
        "/files/zip/october-2026-alpha-numeric-hcpcs-file.zip",
        "/files/zip/january-2027-alpha-numeric-hcpcs-file.zip",
    );
    let site = Site::start([(now, zip())]).await;
    let desk = Desk::at(&site).on(date(2026, 12, 10));
    let outcomes = desk.fetch_all("hcpcs").await;
    assert!(matches!(outcomes[0], Ok(Outcome::NotYet)), "{:?}", outcomes[0]);
    assert!(matches!(outcomes[1], Ok(Outcome::Fetched(..))));
    site.put(next, zip());
    let mut outcomes = desk.fetch_all("hcpcs").await;
    assert_eq!(loaded(outcomes.remove(0)), ["january-2027-alpha-numeric-hcpcs-file.zip"]);
}

#[tokio::test]
async fn what_the_shelf_has_is_not_loaded() {
    let path = "/files/zip/october-2026-alpha-numeric-hcpcs-file.zip";
    let site = Site::start([(path, zip())]).await;
    let desk = Desk::at(&site).shelf("hcpcs-2026q4", date(2026, 10, 1));
    assert!(matches!(desk.fetch("hcpcs").await, Ok(Outcome::OnShelf)));
    assert_eq!((site.bodies(path), desk.files()), (0, Vec::new()));
    site.put(path, Doc::status(404));
    assert!(matches!(desk.fetch("hcpcs").await, Ok(Outcome::OnShelf)), "gone from the site, still on the shelf");
}

#[tokio::test]
async fn the_check_says_what_is_newer_than_the_shelf() {
    let path = "/files/zip/july-2026-alpha-numeric-hcpcs-file.zip";
    let page = "/medicare/coding-billing/healthcare-common-procedure-system/quarterly-update";
    let site = Site::start([(path, zip()), (page, Doc::page("<a href=x>x</a>"))]).await;
    for (shelf, verdict) in [
        (Some(date(2026, 4, 1)), Verdict::Newer),
        (Some(date(2026, 7, 1)), Verdict::Current),
        (Some(date(2026, 10, 1)), Verdict::Unsure),
        (None, Verdict::Absent),
    ] {
        let mut desk = Desk::at(&site);
        desk.shelf = shelf.map(|from| ("hcpcs".to_owned(), from)).into_iter().collect();
        let standings = desk.check("hcpcs").await;
        assert_eq!(standings.len(), 1);
        assert_eq!(standings[0].verdict, verdict, "{shelf:?}: {:?}", standings[0]);
    }
    assert_eq!(site.bodies(path), 0, "nothing is loaded");
    site.put(page, Doc::status(403));
    let desk = Desk::at(&site).shelf("hcpcs", date(2026, 7, 1));
    assert_eq!(desk.check("hcpcs").await[0].verdict, Verdict::Unsure, "the October file may have an irregular name");
}

#[tokio::test]
async fn a_series_without_periods_is_compared_by_its_dates() {
    let page = r#"<a href="/files/zip/zip-code-carrier-locality-file-revised-08/14/2026.zip">x</a>"#;
    let site = Site::start([
        ("/medicare/payment/fee-schedules", Doc::page(page)),
        ("/files/zip/zip-code-carrier-locality-file-revised-08/14/2026.zip", zip()),
        (
            "/medicare-coverage-database/downloads/exports/current_lcd.zip",
            zip().header("Last-Modified", "Thu, 29 Oct 2026 04:00:00 GMT"),
        ),
    ])
    .await;
    let desk = Desk::at(&site).shelf("zip-2026q3", date(2026, 7, 1)).shelf("lcd", date(2026, 10, 29));
    assert_eq!(desk.check("zip-locality").await[0].verdict, Verdict::Newer);
    assert_eq!(loaded(desk.fetch("zip-locality").await), ["zip-code-carrier-locality-file-revised-08-14-2026.zip"]);
    assert_eq!(desk.check("mcd-lcd").await[0].verdict, Verdict::Current);
    assert!(matches!(desk.fetch("mcd-lcd").await, Ok(Outcome::OnShelf)));
}

#[tokio::test]
async fn one_chapter_that_fails_keeps_no_other_away() {
    let downloads = "/regulations-and-guidance/guidance/manuals/downloads";
    let pdf = || Doc::new("%PDF-1.7\n...\n%%EOF\n");
    let site = Site::start([]).await;
    site.put(&format!("{downloads}/ge101c01.pdf"), pdf());
    site.put(&format!("{downloads}/ge101c02.pdf"), Doc::new("<html>maintenance</html>"));
    site.put(&format!("{downloads}/ge101c03pdf.pdf"), pdf());
    let desk = Desk::at(&site);
    let outcome = desk.fetch("iom-100-01").await;
    let Ok(Outcome::Fetched(available, got)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(got.iter().map(|got| got.entry.part.as_str()).collect::<Vec<_>>(), ["01", "03"]);
    assert!(available.notes.iter().any(|note| note.contains("ge101c02.pdf")), "{:?}", available.notes);
    site.put(&format!("{downloads}/ge101c01.pdf"), Doc::status(404));
    site.put(&format!("{downloads}/ge101c03pdf.pdf"), Doc::status(404));
    let error = desk.fetch("iom-100-01").await.unwrap_err();
    assert_eq!(error.fault(), Some(&Fault::Page), "{error}");
}
