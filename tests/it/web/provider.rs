//! Signing in with a provider: one of our own, which can lie.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::State;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use caseconsultant::domain::reviewer::{Role, Standing};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Browser, DANA, Office, Page};

const CLIENT: &str = "the-queue";

/// What the provider says, and what it was asked.
struct Said {
    origin: String,
    key: EcdsaKeyPair,
    shown: EcdsaKeyPair,
    claims: Value,
    header: Value,
    challenge: String,
}

#[derive(Clone)]
struct Provider(Arc<Mutex<Said>>);

fn key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap()
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Provider {
    async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let own = key();
        let shown = key();
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": "1" });
        let said = Said { origin, key: own, shown, claims: json!({}), header, challenge: String::new() };
        let provider = Self(Arc::new(Mutex::new(said)));
        let router = axum::Router::new()
            .route("/.well-known/openid-configuration", get(async |State(own): State<Self>| own.description()))
            .route("/keys", get(async |State(own): State<Self>| own.keys()))
            .route("/token", post(async |State(own): State<Self>, body: String| own.token(&body)))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        provider
    }

    fn origin(&self) -> String {
        self.0.lock().unwrap().origin.clone()
    }

    fn description(&self) -> (axum::http::HeaderMap, String) {
        let at = self.origin();
        let text = json!({
            "issuer": at, "authorization_endpoint": format!("{at}/authorize"), "token_endpoint": format!("{at}/token"),
            "jwks_uri": format!("{at}/keys"), "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["ES256"],
        });
        (json_header(), text.to_string())
    }

    fn keys(&self) -> (axum::http::HeaderMap, String) {
        let said = self.0.lock().unwrap();
        let point = said.key.public_key().as_ref();
        let (x, y) = (base64(&point[1..33]), base64(&point[33..]));
        let key = json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "1", "x": x, "y": y });
        (json_header(), json!({ "keys": [key] }).to_string())
    }

    /// The code works only with the verifier of the challenge.
    fn token(&self, body: &str) -> (axum::http::HeaderMap, String) {
        let said = self.0.lock().unwrap();
        let form: BTreeMap<String, String> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        assert_eq!(form["grant_type"], "authorization_code");
        if base64(Sha256::digest(&form["code_verifier"])) != said.challenge {
            return (json_header(), json!({ "error": "invalid_grant" }).to_string());
        }
        let signed = format!("{}.{}", base64(said.header.to_string()), base64(said.claims.to_string()));
        let key = if said.header["kid"] == "forged" { &said.shown } else { &said.key };
        let signature = key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        let token = format!("{signed}.{}", base64(signature));
        let answer = json!({ "access_token": "a", "token_type": "Bearer", "id_token": token });
        (json_header(), answer.to_string())
    }

    /// A browser goes out, and comes back with what the provider says of it.
    async fn trip(&self, browser: &Browser, change: impl FnOnce(&mut Said)) -> Page {
        let out = browser.get("/oidc/start?next=/cases/CC-1").await;
        assert_eq!(out.status, 303, "{}", out.text);
        let asked = reqwest::Url::parse(out.to()).unwrap();
        assert!(out.to().starts_with(&format!("{}/authorize?", self.origin())), "{}", out.to());
        let asked: BTreeMap<String, String> = asked.query_pairs().into_owned().collect();
        assert_eq!((asked["client_id"].as_str(), asked["code_challenge_method"].as_str()), (CLIENT, "S256"));
        {
            let mut said = self.0.lock().unwrap();
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
            said.challenge = asked["code_challenge"].clone();
            said.claims = json!({
                "iss": said.origin, "aud": CLIENT, "sub": "4711", "iat": now, "exp": now + 300,
                "nonce": asked["nonce"], "email": "Dana@Example.test", "email_verified": true,
            });
            change(&mut said);
        }
        browser.get(&format!("/oidc/callback?code=c&state={}", asked["state"])).await
    }
}

fn json_header() -> axum::http::HeaderMap {
    axum::http::HeaderMap::from_iter([(
        axum::http::header::CONTENT_TYPE,
        axum::http::HeaderValue::from_static("application/json"),
    )])
}

async fn office(role: Role, trusted: bool) -> (Provider, Office) {
    let provider = Provider::open().await;
    let issuer = provider.origin();
    let office = Office::with(|config| {
        config.web.oidc.issuer = issuer;
        config.web.oidc.client_id = CLIENT.to_owned();
        config.web.oidc.trust_second_factor = trusted;
    })
    .await;
    office.add(DANA, role, Standing::Active).await;
    (provider, office)
}

#[tokio::test]
async fn who_the_provider_vouches_for_is_signed_in_and_goes_on_to_where_they_were() {
    let (provider, office) = office(Role::Reviewer, false).await;
    let browser = office.browser();
    let page = provider.trip(&browser, |_| {}).await;
    assert_eq!((page.status, page.to()), (303, "/cases/CC-1"), "{}", page.text);
    assert!(browser.is_in().await);
    assert_eq!(browser.cookie("__Host-oidc"), None);
}

#[tokio::test]
async fn an_admin_needs_the_providers_word_for_a_second_factor_or_its_trust() {
    let weak = async |trusted, claims: Option<(&str, Value)>| {
        let (provider, office) = office(Role::Admin, trusted).await;
        let browser = office.browser();
        let change = |said: &mut Said| {
            if let Some((name, value)) = claims {
                said.claims[name] = value;
            }
        };
        assert_eq!(provider.trip(&browser, change).await.to(), "/cases/CC-1");
        browser.get("/me").await.text.contains("you act as a reviewer")
    };
    assert!(weak(false, None).await);
    assert!(weak(false, Some(("amr", json!(["pwd"])))).await);
    assert!(!weak(false, Some(("amr", json!(["pwd", "mfa"])))).await);
    assert!(!weak(true, None).await);
}

#[tokio::test]
async fn a_word_that_is_not_enough_signs_nobody_in() {
    type Change = fn(&mut Said);
    let cases: [(&str, u16, Change); 9] = [
        ("an address that was not checked", 303, |said| said.claims["email_verified"] = json!(false)),
        ("no word on whether it was checked", 303, |said| {
            said.claims.as_object_mut().unwrap().remove("email_verified");
        }),
        ("somebody whom nobody knows", 303, |said| said.claims["email"] = json!("kim@example.test")),
        ("the nonce of another browser", 500, |said| said.claims["nonce"] = json!("other")),
        ("a token for another service", 500, |said| said.claims["aud"] = json!("other")),
        ("a token of another issuer", 500, |said| said.claims["iss"] = json!("https://evil.test")),
        ("a token that is over", 500, |said| said.claims["exp"] = json!(1_000)),
        ("a signature of another key", 500, |said| said.header["kid"] = json!("forged")),
        ("no signature", 500, |said| said.header["alg"] = json!("none")),
    ];
    for (what, status, change) in cases {
        let (provider, office) = office(Role::Reviewer, false).await;
        let browser = office.browser();
        let page = provider.trip(&browser, change).await;
        assert_eq!(page.status, status, "{what}: {}", page.text);
        if status == 303 {
            assert_eq!(page.to(), "/sign-in?problem=provider", "{what}");
        }
        assert!(!browser.is_in().await, "{what}");
    }
}

#[tokio::test]
async fn an_address_that_changed_hands_at_the_provider_opens_nothing() {
    let (provider, office) = office(Role::Reviewer, false).await;
    assert_eq!(provider.trip(&office.browser(), |_| {}).await.to(), "/cases/CC-1");
    let other = office.browser();
    let page = provider.trip(&other, |said| said.claims["sub"] = json!("4712")).await;
    assert_eq!(page.to(), "/sign-in?problem=provider");
    assert_eq!(provider.trip(&other, |_| {}).await.to(), "/cases/CC-1");
    office.store.close_reviewer("rv_dana", "operator", office.clock.now()).await.unwrap();
    assert_eq!(provider.trip(&office.browser(), |_| {}).await.to(), "/sign-in?problem=provider");
}

#[tokio::test]
async fn an_answer_counts_only_in_the_browser_that_asked() {
    let (provider, office) = office(Role::Reviewer, false).await;
    let (asked, other) = (office.browser(), office.browser());
    let out = asked.get("/oidc/start").await;
    let state = reqwest::Url::parse(out.to()).unwrap();
    let state = state.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    for browser in [&other, &asked] {
        let wrong = if std::ptr::eq(browser, &other) { state.clone() } else { "0".repeat(64) };
        assert_eq!(browser.get(&format!("/oidc/callback?code=c&state={wrong}")).await.status, 403);
    }
    let no = asked.get(&format!("/oidc/callback?error=access_denied&state={state}")).await;
    assert_eq!(no.to(), "/sign-in?problem=provider");
    // A code that somebody else began: its challenge is not this browser's.
    let page = provider.trip(&asked, |said| said.challenge = "other".to_owned()).await;
    assert_eq!(page.status, 500);
}
