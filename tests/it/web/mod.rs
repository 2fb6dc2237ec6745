//! The reviewers' pages over real HTTP: the router on a free port, a clock that stands still, browsers with a jar of
//! cookies. No page is trusted to have asked: each test sends what a browser, or somebody worse, would send.

mod account;
mod accounts;
mod api;
mod audit;
mod axe;
mod demo;
mod finding;
mod guarded;
mod outbox;
mod pages;
mod proposals;
mod provider;
mod quality;
mod review;
mod reviewers;
mod rules;
mod seen;
mod shelf;
mod sign_in;
mod system;
mod whole;
mod xss;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use caseconsultant::clock::Clock;
use caseconsultant::config::Config;
use caseconsultant::corpus::Shelf;
use caseconsultant::domain::alarm::Trouble;
use caseconsultant::domain::reviewer::{Profile, Role, Standing};
use caseconsultant::domain::time::Timestamp;
use caseconsultant::review::link;
use caseconsultant::store::Store;
use caseconsultant::web::{self, desk::Desk, desk::Engine};
use jiff::civil::date;
use regex::Regex;
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::support::{keys, starter};

pub const PASSWORD: &str = "copper lantern orbit 7";
pub const DANA: &str = "dana@example.test";

/// Hashes are counted for the whole process: the test that counts them is alone.
static QUIET: RwLock<()> = RwLock::const_new(());

#[expect(dead_code, reason = "held, not read")]
enum Quiet {
    Shared(RwLockReadGuard<'static, ()>),
    Alone(RwLockWriteGuard<'static, ()>),
}

/// The pages, served.
pub struct Office {
    pub store: Store,
    pub clock: Clock,
    pub config: Arc<Config>,
    /// What the loops and the model would tell.
    pub engine: Engine,
    /// What the watch would find.
    pub alarms: watch::Sender<Vec<Trouble>>,
    stop: DropGuard,
    serving: tokio::task::JoinHandle<()>,
    _folder: tempfile::TempDir,
    _quiet: Quiet,
}

impl Office {
    pub async fn open() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::on(starter::edition(), change).await
    }

    /// Over another shelf.
    pub async fn on(shelf: Arc<Shelf>, change: impl FnOnce(&mut Config)) -> Self {
        Self::serve(shelf, change, Quiet::Shared(QUIET.read().await)).await
    }

    /// While no other test hashes.
    pub async fn alone() -> Self {
        Self::serve(starter::edition(), |_| {}, Quiet::Alone(QUIET.write().await)).await
    }

    async fn serve(shelf: Arc<Shelf>, change: impl FnOnce(&mut Config), quiet: Quiet) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut config = Config::defaults();
        config.data_dir = folder.path().to_path_buf();
        config.alarm.disk_percent = 0;
        crate::support::engine::settle(&mut config);
        config.web.public_url = format!("http://{}", listener.local_addr().unwrap());
        change(&mut config);
        let config = Arc::new(config);
        let nine = jiff::tz::Offset::UTC.to_timestamp(date(2026, 11, 24).at(9, 0, 0, 0)).unwrap();
        let clock = Clock::fixed(Timestamp(nine.as_microsecond()));
        let store = Store::open(crate::support::engine::place(folder.path())).await.unwrap().with_keys(keys());
        let (config_, clock_) = (config.clone(), clock.clone());
        let stop = CancellationToken::new();
        let (alarms, troubles) = watch::channel(Vec::new());
        let engine = Engine::default();
        // Who imports has a shelf of their own.
        let shelf = if config.corpus.incoming.is_empty() { shelf } else { starter::own(folder.path()) };
        let desk = Desk {
            store: store.clone(),
            shelf,
            config: config_,
            clock: clock_,
            troubles,
            stop: stop.clone(),
            engine: engine.clone(),
        };
        let serving = tokio::spawn(web::serve(listener, desk));
        Self { store, clock, config, engine, alarms, stop: stop.drop_guard(), serving, _folder: folder, _quiet: quiet }
    }

    /// Stops the service; true where it ends within some seconds, whatever is open.
    pub async fn ends(self) -> bool {
        drop(self.stop);
        tokio::time::timeout(Duration::from_secs(10), self.serving).await.is_ok()
    }

    pub fn browser(&self) -> Browser {
        Browser::at(self.config.web.origin())
    }

    pub fn minutes(&self, n: u64) {
        self.clock.advance(Duration::from_secs(60 * n));
    }

    /// Adds somebody; returns their key.
    pub async fn add(&self, email: &str, role: Role, standing: Standing) -> String {
        let profile = Profile {
            id: format!("rv_{}", email.split('@').next().unwrap()),
            email: email.to_owned(),
            name: "Dana Lee".to_owned(),
            role,
            credential: None,
            specialties: vec!["gastroenterology".to_owned()],
            standing,
            second_factor: false,
        };
        assert!(self.store.insert_reviewer(profile.clone(), "operator", self.clock.now()).await.unwrap());
        profile.id
    }

    /// The path of a fresh invitation.
    pub async fn invitation(&self, id: &str) -> String {
        let url = link::invitation(&self.store, &self.config.web, id, "operator", self.clock.now()).await.unwrap();
        url.strip_prefix(&self.config.web.origin()).unwrap().to_owned()
    }

    /// A browser that somebody is signed in with, by a link.
    pub async fn signed_in(&self, email: &str, role: Role) -> Browser {
        let id = self.add(email, role, Standing::Active).await;
        let url = link::sign_in(&self.store, &self.config.web, &id, "operator", self.clock.now()).await.unwrap();
        let path = url.strip_prefix(&self.config.web.origin()).unwrap();
        let browser = self.browser();
        let done = browser.send(path, path, &[]).await;
        assert_eq!((done.status, done.to()), (303, "/queue"), "{}", done.text);
        browser
    }

    /// A browser of somebody who accepted an invitation with an authenticator; with the secret, and the recovery codes.
    pub async fn enrolled(&self, email: &str, role: Role) -> (Browser, Phone, Vec<String>) {
        let id = self.add(email, role, Standing::Invited).await;
        let path = self.invitation(&id).await;
        let browser = self.browser();
        let phone = Phone::scan(&browser.get(&path).await);
        let code = phone.code(&self.clock);
        let fields = [("password", PASSWORD), ("again", PASSWORD), ("code", &code)];
        let done = browser.send(&path, &path, &fields).await;
        assert_eq!(done.status, 200, "{}", done.text);
        let codes = Regex::new("<li><code>([0-9a-z-]+)</code>").unwrap();
        let codes = codes.captures_iter(&done.text).map(|found| found[1].to_owned()).collect();
        (browser, phone, codes)
    }

    /// What the story of the accounts says, oldest first.
    pub async fn story(&self) -> Vec<String> {
        let mut events = self.store.list_reviewer_events(100).await.unwrap();
        events.reverse();
        events.into_iter().map(|event| format!("{} {}", event.what, event.detail).trim().to_owned()).collect()
    }
}

/// An authenticator app.
pub struct Phone(totp_rs::Totp);

impl Phone {
    /// Reads the key of a page.
    pub fn scan(page: &Page) -> Self {
        let key = Regex::new("Key: <code>([A-Z2-7 ]+)</code>").unwrap();
        Self::of(&key.captures(&page.text).expect("the page shows a key")[1])
    }

    /// Reads a key as it is typed.
    pub fn of(key: &str) -> Self {
        let secret = totp_rs::Secret::try_from_base32(key.replace(' ', "")).unwrap();
        Self(totp_rs::Builder::new().with_secret(secret).build().unwrap())
    }

    pub fn code(&self, clock: &Clock) -> String {
        self.code_at(clock.now().0 / 1_000_000)
    }

    /// The code of that second since 1970.
    pub fn code_at(&self, second: i64) -> String {
        self.0.generate(u64::try_from(second).unwrap()).to_string()
    }
}

/// What a browser keeps between requests.
pub struct Browser {
    origin: String,
    client: reqwest::Client,
    pub jar: Mutex<BTreeMap<String, String>>,
}

/// What came back.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Page {
    /// Where it sends the browser.
    pub fn to(&self) -> &str {
        self.headers.get("location").map_or("", |to| to.to_str().unwrap())
    }

    /// The token of its forms.
    pub fn form(&self) -> String {
        let token = Regex::new("name=\"form\" value=\"([0-9a-f]{64})\"").unwrap();
        token.captures(&self.text).map_or_else(String::new, |found| found[1].to_owned())
    }

    pub fn cookies(&self) -> Vec<&str> {
        self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect()
    }
}

impl Browser {
    /// One that knows nobody yet.
    pub fn at(origin: String) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { origin, client, jar: Mutex::default() }
    }

    pub async fn get(&self, path: &str) -> Page {
        self.ask(self.client.get(format!("{}{path}", self.origin))).await
    }

    /// Opens a page, fills in its form, and sends it.
    pub async fn send(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Page {
        let form = self.get(page).await.form();
        let fields: Vec<_> = [("form", form.as_str())].into_iter().chain(fields.iter().copied()).collect();
        let origin = self.origin.clone();
        self.post(path, Some(&origin), &fields).await
    }

    /// Sends a form from a page of that origin.
    pub async fn post(&self, path: &str, origin: Option<&str>, fields: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = self.client.post(format!("{}{path}", self.origin)).body(body);
        request = request.header("content-type", "application/x-www-form-urlencoded");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        self.ask(request).await
    }

    /// Signs in.
    pub async fn sign_in(&self, email: &str, password: &str, code: &str) -> Page {
        self.send("/sign-in", "/sign-in", &[("email", email), ("password", password), ("code", code)]).await
    }

    /// Opens what is told as it happens, and leaves it open.
    pub async fn listen(&self, path: &str) -> reqwest::Response {
        let jar: Vec<String> = self.jar.lock().unwrap().iter().map(|(k, v)| format!("{k}={v}")).collect();
        self.client.get(format!("{}{path}", self.origin)).header("cookie", jar.join("; ")).send().await.unwrap()
    }

    /// Sends a request with the jar, and keeps what comes back.
    pub async fn ask(&self, request: reqwest::RequestBuilder) -> Page {
        let jar: Vec<String> = self.jar.lock().unwrap().iter().map(|(k, v)| format!("{k}={v}")).collect();
        let answer = request.header("cookie", jar.join("; ")).send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        // What is told as it happens has no end.
        let endless = headers.get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        let text = if endless { String::new() } else { answer.text().await.unwrap() };
        let page = Page { status, headers, text };
        for cookie in page.cookies() {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            let mut jar = self.jar.lock().unwrap();
            if cookie.contains("Max-Age=0") {
                jar.remove(name)
            } else {
                jar.insert(name.to_owned(), value.to_owned())
            };
        }
        page
    }

    /// True where a page of one's own is shown.
    pub async fn is_in(&self) -> bool {
        match self.get("/me").await {
            page if page.status == 200 => true,
            page => {
                assert_eq!((page.status, page.to()), (303, "/sign-in?next=%2Fme"));
                false
            }
        }
    }

    /// The cookie of that name.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.lock().unwrap().get(name).cloned()
    }
}
