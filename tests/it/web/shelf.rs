//! The page of the shelf: what it tells of editions, an import from the folder of the server, and the way back.

use std::path::Path;

use caseconsultant::domain::reviewer::Role;
use caseconsultant::store::audit::Sought;

use super::{Browser, DANA, Office, Page};
use crate::support::until::until;

/// An office with a shelf of its own and a folder with official files.
async fn office(files: &[&str]) -> (tempfile::TempDir, Office, Browser) {
    let folder = tempfile::tempdir().unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for file in files {
        let name = file.rsplit('/').next().unwrap();
        std::fs::copy(fixtures.join(file), folder.path().join(name)).unwrap();
    }
    let incoming = folder.path().to_str().unwrap().to_owned();
    let office = Office::with(|config| config.corpus.incoming = incoming).await;
    let dana = office.signed_in(DANA, Role::Admin).await;
    (folder, office, dana)
}

/// The page when no import runs any more.
async fn ended(office: &Office, browser: &Browser) -> Page {
    until("the import ends", 300, || async { (!office.engine.importing.standing().runs).then_some(()) }).await;
    browser.get("/shelf").await
}

async fn written(office: &Office, what: &str) -> Vec<String> {
    let sought = Sought { what: what.to_owned(), ..Sought::default() };
    office.store.list_audit(&sought, 9).await.unwrap().into_iter().map(|listed| listed.detail).collect()
}

const ORDER: &str = "icd10cm-order-2027.txt";

#[tokio::test]
async fn official_files_are_imported_from_the_folder_and_an_edition_is_put_back_into_service() {
    let (_folder, office, dana) = office(&["readme/icd10cm-order-2027.txt"]).await;
    let page = dana.get("/shelf").await;
    assert!(page.text.contains(ORDER) && page.text.contains("No import since the service began"), "{}", page.text);
    assert!(page.text.contains("starter-") && page.text.contains("Gaps today") && page.text.len() < 60_000);
    for wrong in ["../caseconsultant.sqlite", "/etc/passwd", "none.zip", ""] {
        let refused = dana.send("/me", "/shelf/import", &[("file", wrong)]).await;
        assert_eq!(refused.status, 422, "{wrong}");
    }
    let mut live = dana.listen("/shelf/live").await;
    let first = String::from_utf8(live.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(first.contains("event: import") && first.contains("\"runs\":false"), "{first}");
    let begun = dana.send("/me", "/shelf/import", &[("file", ORDER)]).await;
    assert_eq!((begun.status, begun.to()), (303, "/shelf?said=began"), "{}", begun.text);
    let told = String::from_utf8(live.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(told.contains("event: import"), "{told}");
    let page = ended(&office, &dana).await;
    assert!(page.text.contains("is built, checked and current") && page.text.contains("icd10cm"), "{}", page.text);
    assert!(written(&office, "import").await[0].starts_with(&format!("{ORDER}: edition shelf-")));
    let edition = regex::Regex::new("<td class=\"mono\">((?:shelf|starter)-[0-9a-f]+)</td>").unwrap();
    let editions: Vec<String> = edition.captures_iter(&page.text).map(|found| found[1].to_owned()).collect();
    let (new, old) = (
        editions.iter().find(|id| id.starts_with("shelf")).unwrap(),
        editions.iter().find(|id| id.starts_with("starter")).unwrap(),
    );
    assert_eq!(editions.len(), 2);
    let changes = dana.get(&format!("/shelf/changes?old={old}&new={new}")).await;
    assert!(changes.text.contains(">added<") && changes.text.len() < 60_000, "{}", changes.text);
    assert_eq!(dana.get(&format!("/shelf/changes?old={old}&new=..")).await.status, 404);

    let back = [("edition", old.as_str()), ("reason", "the new one is wrong")];
    assert_eq!(dana.send("/me", "/shelf/switch", &[("edition", "../x"), back[1]]).await.status, 404);
    assert_eq!(dana.send("/me", "/shelf/switch", &[back[0], ("reason", "")]).await.status, 422);
    let switched = dana.send("/me", "/shelf/switch", &back).await;
    assert_eq!((switched.status, switched.to()), (303, "/shelf?said=switched"), "{}", switched.text);
    assert!(dana.get("/system").await.text.contains(old.as_str()));
    let current = std::fs::read_to_string(office.config.data_dir.join("editions/CURRENT")).unwrap();
    assert_eq!(current.trim(), old);
    assert_eq!(
        written(&office, "edition switched").await,
        [format!("{old} in the place of {new}, by Dana Lee: the new one is wrong")]
    );
    assert!(office.ends().await, "an open page keeps nothing from stopping");
}

#[tokio::test]
async fn files_that_need_terms_are_imported_only_when_they_are_accepted() {
    let mue = "corpus/MCR_MUE_PractitionerServices_Eff_07-01-2026.csv";
    let (_folder, office, dana) = office(&[mue]).await;
    assert!(dana.get("/shelf").await.text.contains("American Medical Association"));
    let name = mue.rsplit('/').next().unwrap();
    dana.send("/me", "/shelf/import", &[("file", name)]).await;
    let page = ended(&office, &dana).await;
    assert!(page.text.contains("the terms of AMA are not accepted"), "{}", page.text);
    dana.send("/me", "/shelf/import", &[("file", name), ("accept", "1")]).await;
    let page = ended(&office, &dana).await;
    assert!(page.text.contains("is built, checked and current"), "{}", page.text);
    let record = std::fs::read_to_string(office.config.data_dir.join("licenses.json")).unwrap();
    assert!(record.contains("\"ama\"") && record.contains("\"page\""), "{record}");
    assert_eq!(written(&office, "import").await.len(), 2, "also the one that came to nothing");
}

#[tokio::test]
async fn without_a_folder_nothing_is_imported_and_the_shelf_is_read_all_the_same() {
    let office = Office::open().await;
    let dana = office.signed_in(DANA, Role::Admin).await;
    assert!(dana.get("/shelf").await.text.contains("corpus.incoming"));
    assert_eq!(dana.send("/me", "/shelf/import", &[("file", "a.zip")]).await.status, 409);
    let family = dana.get("/shelf/releases?family=ptp%2Bpractitioner%2Bmedicare").await;
    assert!(family.status == 200 && family.text.contains("<td class=\"mono\">"), "{}", family.text);
    assert_eq!(dana.get("/shelf/releases?family=none").await.status, 404);
    for path in ["/shelf/conflicts?about=45385", "/shelf/changes"] {
        assert_eq!(dana.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn an_import_ends_with_the_service_and_nothing_of_it_is_current() {
    let (_folder, office, dana) = office(&["readme/icd10cm-order-2027.txt"]).await;
    let importing = office.engine.importing.clone();
    assert_eq!(dana.send("/me", "/shelf/import", &[("file", ORDER)]).await.status, 303);
    let again = dana.send("/me", "/shelf/import", &[("file", ORDER)]).await;
    assert!(again.status == 409 && again.text.contains("An import runs already"), "{}", again.text);
    assert!(office.ends().await);
    until("the import is over", 60, || async { (!importing.standing().runs).then_some(()) }).await;
    assert!(importing.standing().ended.contains("stopped before its end"), "{:?}", importing.standing());
}
