//! A real Chromium, driven through its driver (W3C WebDriver; the commands that begin with `goog` and `se` are its own).

use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::{ParseError, Url};

use super::ports;
use super::until::until;

const MISSING: &str = "the tests need a real Chromium: apt-get install chromium chromium-driver (Debian packages)";

/// How a browser is set.
#[derive(Clone, Copy)]
pub struct Setting {
    /// Scripts run.
    pub scripts: bool,
    /// Width and height of the window, in CSS pixels.
    pub window: (u32, u32),
}

/// A window for a desk.
pub const DESKTOP: Setting = Setting { scripts: true, window: (1280, 900) };

/// A browser with a window and a profile of its own.
pub struct Chromium {
    /// The session.
    pub client: Client,
    driver: Child,
    _profile: TempDir,
}

/// A command that the standard does not name.
#[derive(Debug)]
struct Own {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

impl Chromium {
    /// A window for a desk.
    pub async fn open() -> Self {
        Self::with(DESKTOP).await
    }

    /// One that is set otherwise.
    pub async fn with(setting: Setting) -> Self {
        let [port] = ports::free();
        let driver = Command::new("chromedriver")
            .args([format!("--port={port}"), "--log-level=SEVERE".to_owned()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A group of its own: the browser ends with its driver, also when a test fails.
            .process_group(0)
            .spawn()
            .expect(MISSING);
        let profile = tempfile::Builder::new().prefix("chromium-").tempdir().expect("a temporary directory");
        let scripts = if setting.scripts { 1 } else { 2 };
        let (width, height) = setting.window;
        let options = json!({
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                // A page that asks for anything else finds nobody.
                "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
                format!("--user-data-dir={}", profile.path().display()),
                format!("--window-size={width},{height}"),
            ],
            "prefs": { "profile.managed_default_content_settings.javascript": scripts },
            "perfLoggingPrefs": { "enableNetwork": true },
        });
        let wanted = json!({
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "unhandledPromptBehavior": "ignore",
        });
        let Value::Object(wanted) = wanted else { unreachable!("an object") };
        let address = format!("http://127.0.0.1:{port}");
        let client = until("the browser opens", 60, || async {
            ClientBuilder::new(HttpConnector::new()).capabilities(wanted.clone()).connect(&address).await.ok()
        })
        .await;
        let browser = Self { client, driver, _profile: profile };
        if width < 500 {
            // A window is no narrower than 500; a phone is.
            let phone = json!({ "width": width, "height": height, "deviceScaleFactor": 2, "mobile": true });
            browser.devtools("Emulation.setDeviceMetricsOverride", phone).await;
        }
        browser
    }

    /// Shows pages as a system does that is set to dark, or to light.
    pub async fn prefer(&self, scheme: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// A command of the DevTools protocol.
    pub async fn devtools(&self, command: &str, params: Value) -> Value {
        let body = json!({ "cmd": command, "params": params });
        self.client.issue_cmd(Own { path: "goog/cdp/execute", body }).await.expect("a known command")
    }

    /// What was logged since the last look: `browser` for the console, `performance` for the network.
    pub async fn log(&self, kind: &str) -> Vec<Value> {
        let said = self.client.issue_cmd(Own { path: "se/log", body: json!({ "type": kind }) }).await;
        said.expect("a known log").as_array().cloned().unwrap_or_default()
    }

    /// Opens a page.
    pub async fn goto(&self, address: &str) {
        self.client.goto(address).await.unwrap();
    }

    /// The path that is open, with what follows it.
    pub async fn path(&self) -> String {
        let open = self.client.current_url().await.unwrap();
        open.query().map_or_else(|| open.path().to_owned(), |query| format!("{}?{query}", open.path()))
    }

    /// Waits until the path begins like this.
    pub async fn until_at(&self, path: &str) {
        until(&format!("the browser is at {path}"), 30, || async {
            self.client.current_url().await.ok().filter(|url| url.path().starts_with(path))
        })
        .await;
    }

    /// What a person sees of the page, as text.
    pub async fn text(&self) -> String {
        match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Waits until the page says so.
    pub async fn until_says(&self, words: &str) -> String {
        until(&format!("the page says {words:?}"), 30, || async {
            let text = self.text().await;
            text.contains(words).then_some(text)
        })
        .await
    }

    /// Replaces what stands in a field.
    pub async fn fill(&self, field: &str, text: &str) {
        let field = self.client.find(Locator::Css(field)).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Presses the button, link or heading with these words.
    pub async fn press(&self, words: &str) {
        let kinds = ["button", "a", "summary"].map(|kind| format!("//{kind}[normalize-space()='{words}']"));
        let found = self.client.find(Locator::XPath(&kinds.join(" | "))).await;
        let found = found.unwrap_or_else(|error| panic!("{words:?}: {error}"));
        // Out from under the bar at the bottom, as a person scrolls. Where scripts are off, it is not needed.
        let element = serde_json::to_value(&found).expect("an element is a value");
        let _ = self.client.execute("arguments[0].scrollIntoView({ block: 'center' })", vec![element]).await;
        found.click().await.unwrap_or_else(|error| panic!("{words:?}: {error}"));
    }

    /// Types wherever the focus is, as at a keyboard.
    pub async fn type_keys(&self, keys: &str) {
        self.client.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    /// Runs a script in the page and returns what it returns.
    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Every address that was asked for since the last look, but for what pages carry themselves (`data:`) and the browser's
    /// own first page (`chrome:`).
    pub async fn asked_for(&self) -> Vec<String> {
        let said = self.log("performance").await;
        let messages = said.iter().filter_map(|line| serde_json::from_str::<Value>(line["message"].as_str()?).ok());
        let sent = messages.filter(|line| line["message"]["method"] == "Network.requestWillBeSent");
        let addresses = sent.filter_map(|line| line["message"]["params"]["request"]["url"].as_str().map(str::to_owned));
        addresses.filter(|address| !["data:", "chrome:"].iter().any(|own| address.starts_with(own))).collect()
    }

    /// Ends it, politely.
    pub async fn close(self) {
        let _ = tokio::time::timeout(Duration::from_secs(10), self.client.clone().close()).await;
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.driver.id())]).status();
        let _ = self.driver.wait();
    }
}
