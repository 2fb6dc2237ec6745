//! `caseconsultant token`, as a mailbox's `token_command` runs it, against an endpoint that rotates, stalls and refuses.

use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use caseconsultant::config::{Config, OauthProvider, Secret};
use caseconsultant::mail::oauth::{Client, Endpoint, OauthError};

use crate::support::endpoint::{Act, TokenEndpoint, grant, refusal};
use crate::support::until::until;

/// A mailbox that signed in before, with the refresh token `refresh-1`.
struct Mailbox {
    folder: tempfile::TempDir,
    port: u16,
}

impl Mailbox {
    fn new(endpoint: &TokenEndpoint) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mailbox = Self { folder, port: endpoint.port };
        mailbox.keep("{\"renewal\": 1, \"refresh_token\": \"refresh-1\"}");
        mailbox
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("oauth.json")
    }

    fn keep(&self, text: &str) {
        std::fs::write(self.path(), text).unwrap();
        std::fs::set_permissions(self.path(), std::fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn kept(&self) -> String {
        std::fs::read_to_string(self.path()).unwrap()
    }

    fn command(&self, options: &[&str]) -> Command {
        let url = format!("http://127.0.0.1:{}/", self.port);
        let mut command = Command::new(env!("CARGO_BIN_EXE_caseconsultant"));
        command
            .env_remove("CASECONSULTANT_SHELF_SOURCE")
            .env("CASECONSULTANT_OAUTH__PROVIDER", "other")
            .env("CASECONSULTANT_OAUTH__CLIENT_ID", "client-1")
            .env("CASECONSULTANT_OAUTH__CLIENT_SECRET", "client-secret")
            .env("CASECONSULTANT_OAUTH__TOKEN_URL", &url)
            .env("CASECONSULTANT_OAUTH__DEVICE_URL", &url)
            .env("CASECONSULTANT_OAUTH__SCOPE", "mail")
            .env("CASECONSULTANT_OAUTH__TIMEOUT_SECONDS", "1")
            .arg("--data-dir")
            .arg(self.folder.path())
            .arg("token")
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    async fn run(&self, options: &[&str]) -> Output {
        let mut command = self.command(options);
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
    }
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What was said of a failure: nothing secret, whatever it was.
fn refused(output: &Output, code: i32) -> String {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!((output.status.code(), out(output).as_str()), (Some(code), ""), "{said}");
    for secret in ["refresh-1", "client-secret", "hidden", "ann@"] {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_printed_alone_kept_until_shortly_before_its_end_and_its_successor_saved() {
    let endpoint = TokenEndpoint::start([]).await;
    let mailbox = Mailbox::new(&endpoint);
    let first = mailbox.run(&[]).await;
    assert_eq!((out(&first).as_str(), first.stderr.is_empty()), ("access-2\n", true));
    assert!(mailbox.kept().contains("refresh-2") && !mailbox.kept().contains("refresh-1"));
    assert_eq!(std::fs::metadata(mailbox.path()).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(out(&mailbox.run(&[]).await), "access-2\n");
    assert_eq!(endpoint.forms().len(), 1, "a poll does not renew");
    let form = &endpoint.forms()[0];
    assert_eq!((form["grant_type"].as_str(), form["client_id"].as_str()), ("refresh_token", "client-1"));
    assert_eq!(form["client_secret"], "client-secret");
    assert_eq!(out(&mailbox.run(&["--renew"]).await), "access-3\n");

    // Four minutes are left: too few for a login that begins now.
    endpoint.then(grant("access-short", "refresh-4", 240));
    assert_eq!(out(&mailbox.run(&["--renew"]).await), "access-short\n");
    assert_eq!(out(&mailbox.run(&[]).await), "access-5\n");
    // No successor came: the old one is kept.
    endpoint.then(Act::Say(200, "{\"access_token\":\"a\",\"token_type\":\"bearer\",\"expires_in\":3600}".to_owned()));
    assert_eq!(out(&mailbox.run(&["--renew"]).await), "a\n");
    assert!(mailbox.kept().contains("refresh-5"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_renewals_at_once_one_asks_and_none_loses_the_new_token() {
    let endpoint = TokenEndpoint::start([]).await;
    let mailbox = Mailbox::new(&endpoint);
    let running: Vec<_> = (0..6).map(|_| mailbox.command(&[]).spawn().unwrap()).collect();
    for child in running {
        let done = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
        assert_eq!(out(&done), "access-2\n", "{}", String::from_utf8_lossy(&done.stderr));
    }
    assert_eq!(endpoint.forms().len(), 1);
    assert!(mailbox.kept().contains("refresh-2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_is_killed_leaves_a_file_that_works() {
    let endpoint = TokenEndpoint::start([Act::Hang]).await;
    let mailbox = Mailbox::new(&endpoint);
    let mut killed = mailbox.command(&[]).env("CASECONSULTANT_OAUTH__TIMEOUT_SECONDS", "60").spawn().unwrap();
    until("the renewal is under way", 20, || async { (endpoint.forms().len() == 1).then_some(()) }).await;
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(mailbox.kept().contains("refresh-1"));
    endpoint.then(grant("access-2", "refresh-2", 3_600));
    assert_eq!(out(&mailbox.run(&[]).await), "access-2\n", "the lock went with its holder");

    // Killed after the new tokens were on disk, before they were in their place: they are beside.
    let kept = mailbox.kept();
    let aside = mailbox.folder.path().join(".oauth.json.new");
    std::fs::write(&aside, kept.replace("\"renewal\": 2", "\"renewal\": 3").replace("access-2", "access-3")).unwrap();
    std::fs::set_permissions(&aside, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(out(&mailbox.run(&[]).await), "access-3\n");
    assert!(mailbox.kept().contains("access-3") && !aside.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_is_void_says_how_to_sign_in_again_and_spoils_nothing() {
    let endpoint = TokenEndpoint::start([refusal("invalid_grant"), refusal("invalid_client")]).await;
    let mailbox = Mailbox::new(&endpoint);
    let said = refused(&mailbox.run(&[]).await, 77);
    assert!(said.contains("caseconsultant token --sign-in") && said.contains("AADSTS70000"), "{said}");
    assert!(mailbox.kept().contains("refresh-1"));
    assert!(refused(&mailbox.run(&[]).await, 78).contains("oauth.client_id"));
    std::fs::remove_file(mailbox.path()).unwrap();
    assert!(refused(&mailbox.run(&[]).await, 77).contains("nobody has signed in yet"));
    mailbox.keep("{\"refresh_tok");
    assert!(refused(&mailbox.run(&[]).await, 78).contains("damaged"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_does_not_answer_is_asked_once_and_the_old_token_stays() {
    let endpoint = TokenEndpoint::start([Act::Hang, Act::Say(200, "<html>".to_owned())]).await;
    let mailbox = Mailbox::new(&endpoint);
    assert!(refused(&mailbox.run(&[]).await, 75).contains("no answer in time"));
    assert_eq!(endpoint.forms().len(), 1, "it may have renewed: nobody knows");
    refused(&mailbox.run(&[]).await, 78);
    assert!(mailbox.kept().contains("refresh-1"));
}

/// A client whose pauses are counted and not made, and its endpoint.
fn client(endpoint: &TokenEndpoint) -> (Client, Endpoint, Arc<AtomicUsize>) {
    let mut settings = Config::defaults().oauth;
    settings.provider = OauthProvider::Other;
    settings.client_id = "client-1".to_owned();
    settings.client_secret = Secret::new("client-secret");
    settings.token_url = format!("http://127.0.0.1:{}/", endpoint.port);
    let pauses = Arc::new(AtomicUsize::new(0));
    let counted = pauses.clone();
    let client = Client::new(&settings).unwrap().with_pause(Arc::new(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::ready(()))
    }));
    (client, Endpoint::new(&settings), pauses)
}

#[tokio::test]
async fn a_fault_of_the_server_is_tried_again_twice() {
    let down = || Act::Say(503, "busy".to_owned());
    let server = TokenEndpoint::start([down(), Act::Say(429, String::new())]).await;
    let (client, endpoint, pauses) = client(&server);
    server.then(grant("access-2", "refresh-2", 60));
    let granted = client.refresh(&endpoint, "refresh-1").await;
    assert!(granted.is_ok_and(|granted| granted.access_token == "access-2"));
    assert_eq!((server.forms().len(), pauses.load(Ordering::SeqCst)), (3, 2));
    (0..3).for_each(|_| server.then(down()));
    let error = client.refresh(&endpoint, "refresh-9").await.err().unwrap();
    assert!(matches!(error, OauthError::Unreachable { .. }) && error.to_string().contains("503"), "{error}");
    assert_eq!(server.forms().len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sign_in_shows_a_page_and_a_code_and_waits_for_the_person() {
    let device = "{\"device_code\":\"device-secret\",\"user_code\":\"WDJB-MJHT\",\
                  \"verification_uri\":\"https://example.test/device\",\"expires_in\":900,\"interval\":1}";
    let endpoint = TokenEndpoint::start([
        Act::Say(200, device.to_owned()),
        refusal("authorization_pending"),
        grant("access-1", "refresh-1", 3_600),
    ])
    .await;
    let mailbox = Mailbox::new(&endpoint);
    std::fs::remove_file(mailbox.path()).unwrap();
    let done = mailbox.run(&["--sign-in"]).await;
    let said = String::from_utf8(done.stderr.clone()).unwrap();
    assert!(done.status.success() && done.stdout.is_empty(), "{said}");
    assert!(said.contains("https://example.test/device") && said.contains("WDJB-MJHT"), "{said}");
    assert!(!said.contains("device-secret") && !said.contains("access-1"), "{said}");
    let forms = endpoint.forms();
    assert_eq!((forms[0]["scope"].as_str(), forms.len()), ("mail", 3));
    assert_eq!(forms[2]["grant_type"], "urn:ietf:params:oauth:grant-type:device_code");
    assert_eq!(out(&mailbox.run(&[]).await), "access-1\n");
    endpoint.then(Act::Say(200, device.to_owned()));
    endpoint.then(refusal("access_denied"));
    assert!(refused(&mailbox.run(&["--sign-in"]).await, 77).contains("was not completed"));
    assert!(mailbox.kept().contains("refresh-1"), "what was good before still is");
}
