//! What the service tells those who watch over it: figures, traces, readiness, alarms. The program is run as an operator runs
//! it, between two folders, and what it tells is read as Prometheus and a collector read it.

mod collector;
mod documents;
mod figures;
mod packaged;

use std::path::Path;

use caseconsultant::domain::reviewer::Role;

use crate::support::app::mail;
use crate::support::ports;
use crate::support::service::Service;
use crate::support::until::until;
use crate::web::{Browser, Office, Page};

/// Whom nobody who watches may learn of.
const ANN: &str = "ann.weber@lakeside.test";
const SUBJECT: &str = "Two polyps of Mrs Weber";

/// A running service between two folders, with settings of a test.
struct Watched {
    service: Service,
    mails: tempfile::TempDir,
}

impl Watched {
    async fn start(settings: &str) -> Self {
        let mails = tempfile::tempdir().unwrap();
        let (inbox, sent) = (mails.path().join("in"), mails.path().join("out"));
        let configuration = format!(
            "[source]\nkind = \"maildir\"\nfrom_beginning = true\n[source.maildir]\npath = \"{}\"\n\
             [transport]\nkind = \"maildir\"\n[transport.maildir]\npath = \"{}\"\n\
             [trust]\nassume_proved = true\n{settings}",
            inbox.display(),
            sent.display()
        );
        let mut service = Service::install(env!("CARGO_BIN_EXE_caseconsultant"), &configuration);
        crate::support::starter::own(&service.data);
        service.start();
        service.until_logged("serving").await;
        Self { service, mails }
    }

    /// Puts a question into the mailbox, and waits for its reply.
    async fn ask(&self, id: &str, text: &str) {
        let before = self.replies();
        let inbox = self.mails.path().join("in");
        until("the mailbox is there", 20, || async { inbox.join("new").is_dir().then_some(()) }).await;
        std::fs::write(inbox.join("tmp").join(id), mail(ANN, SUBJECT, &format!("{id}@lakeside.test"), text)).unwrap();
        std::fs::rename(inbox.join("tmp").join(id), inbox.join("new").join(id)).unwrap();
        until("the reply is there", 60, || async { (self.replies() > before).then_some(()) }).await;
    }

    fn replies(&self) -> usize {
        let files = |path: &Path| std::fs::read_dir(path).map_or(0, Iterator::count);
        files(&self.mails.path().join("out/new"))
    }
}

async fn get(port: u16, path: &str, token: &str) -> Page {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut request = reqwest::Client::new().get(format!("http://127.0.0.1:{port}{path}"));
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    Browser::at(format!("http://127.0.0.1:{port}")).ask(request).await
}

#[tokio::test]
async fn a_service_is_ready_until_its_database_is_gone() {
    let office = Office::open().await;
    let page = office.browser().get("/ready").await;
    assert_eq!((page.status, page.text.starts_with("ready\nedition starter-")), (200, true), "{}", page.text);
    office.engine.heartbeats.begin(caseconsultant::domain::heartbeat::Loop::Watch, office.clock.now());
    assert_eq!(office.browser().get("/ready").await.status, 200);
    assert_eq!(office.browser().get("/live").await.status, 200);
    office.minutes(4);
    assert_eq!(office.browser().get("/live").await.status, 503);
    let page = office.browser().get("/ready").await;
    assert_eq!((page.status, page.text.as_str()), (503, "not ready\nthe loop watch stands still\n"));
    office.store.clone().close().await;
    let page = office.browser().get("/ready").await;
    assert!(page.status == 503 && page.text.contains("the database does not answer"), "{}", page.text);
}

#[tokio::test]
async fn on_the_port_of_the_pages_only_a_token_opens_the_figures() {
    let [web] = ports::free();
    let token = "0123456789abcdef";
    let settings = format!("[web]\nlisten = \"127.0.0.1:{web}\"\n[metrics]\ntoken = \"{token}\"\n");
    let _watched = Watched::start(&settings).await;
    assert_eq!(get(web, "/metrics", "").await.status, 401);
    assert_eq!(get(web, "/metrics", "0123456789abcdee").await.status, 401);
    let page = get(web, "/metrics", token).await;
    assert!(page.status == 200 && page.text.contains("caseconsultant_database_up 1"), "{}", page.text);
    // Without a token in the settings there are none.
    let office = Office::open().await;
    let admin = office.signed_in(crate::web::DANA, Role::Admin).await;
    assert_eq!(admin.get("/metrics").await.status, 404);
}

#[tokio::test]
async fn the_service_tells_its_supervisor_that_it_is_ready_that_it_lives_and_that_it_stops() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let heard = tokio::net::UnixDatagram::bind(&path).unwrap();
    let mails = tempfile::tempdir().unwrap();
    let place = mails.path().display();
    let configuration = format!(
        "[source]\nkind = \"maildir\"\n[source.maildir]\npath = \"{place}/in\"\n\
         [transport]\nkind = \"maildir\"\n[transport.maildir]\npath = \"{place}/out\"\n"
    );
    let mut service = Service::install(env!("CARGO_BIN_EXE_caseconsultant"), &configuration);
    service.environment("NOTIFY_SOCKET", &path.display().to_string());
    crate::support::starter::own(&service.data);
    service.start();
    let mut said = Vec::new();
    let next = async || {
        let mut words = [0; 64];
        let n =
            tokio::time::timeout(std::time::Duration::from_secs(60), heard.recv(&mut words)).await.unwrap().unwrap();
        String::from_utf8_lossy(&words[..n]).into_owned()
    };
    while !(said.contains(&"READY=1".to_owned()) && said.contains(&"WATCHDOG=1".to_owned())) {
        said.push(next().await);
    }
    let ended = service.terminate(std::time::Duration::from_secs(20)).await;
    assert_eq!(ended.unwrap().code(), Some(0));
    while next().await != "STOPPING=1" {}
}
