//! The API over real HTTP, as a program uses it, and as somebody worse would.

mod cases;
mod document;
mod lookups;
mod tokens;

use caseconsultant::domain::api_token::ApiScope;
use caseconsultant::review::api_token::{Wish, make};
use serde_json::Value;

use super::Office;

/// A program with a token.
pub struct Program {
    origin: String,
    client: reqwest::Client,
    pub token: String,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub json: Value,
}

impl Reply {
    /// Why it failed, as a word.
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    /// Its value, where it went well.
    pub fn good(self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.json
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Program {
    /// One with a token that was made elsewhere.
    pub fn with(office: &Office, token: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { origin: office.config.web.origin(), client, token: token.to_owned() }
    }

    /// One with a fresh token of these scopes, in the name of a reviewer.
    pub async fn of(office: &Office, scopes: &[ApiScope], reviewer: Option<&str>) -> Self {
        let name = format!("program {}", office.store.list_api_tokens().await.unwrap().len());
        let reviewer = reviewer.map(str::to_owned);
        let wish = Wish { name, scopes: scopes.to_vec(), reviewer, expires_at: None };
        let (_, secret) = make(&office.store, wish, "operator", office.clock.now()).await.unwrap();
        Self::with(office, &secret)
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.client.get(format!("{}{path}", self.origin))).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(self.posting(path, body)).await
    }

    /// The same call under a name.
    pub async fn post_once(&self, path: &str, body: &Value, key: &str) -> Reply {
        self.send(self.posting(path, body).header("idempotency-key", key)).await
    }

    pub fn posting(&self, path: &str, body: &Value) -> reqwest::RequestBuilder {
        let request = self.client.post(format!("{}{path}", self.origin)).header("content-type", "application/json");
        request.body(body.to_string())
    }

    /// Sends a request with the token, where there is one.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        let request = if self.token.is_empty() {
            request
        } else {
            request.header("authorization", format!("Bearer {}", self.token))
        };
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.unwrap();
        let json = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Reply { status, headers, json }
    }
}
