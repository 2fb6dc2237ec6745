//! One call of an endpoint: a form out, JSON in. No text of the server is passed on but codes of known shape.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use reqwest::header::CONTENT_TYPE;
use reqwest::{StatusCode, Url};
use serde_json::Value;

use super::{Endpoint, OauthError, seconds};
use crate::config::Oauth;
use crate::domain::cause::innermost;

/// How a pause is made: the program sleeps, a test counts.
pub type Pause = Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;

/// The pauses before a second and a third try, in seconds.
const PAUSES: [u64; 2] = [1, 3];
/// The longest answer that is read. Real ones have a few kB.
const LONGEST_ANSWER: usize = 64 << 10;

/// What a token endpoint gave (RFC 6749 section 5.1). It has no `Debug`: it is all secret.
pub struct Granted {
    /// For the next hour or so.
    pub access_token: String,
    /// For the next renewal, where it was replaced.
    pub refresh_token: Option<String>,
    /// How long the access token holds, in seconds; 0 where that was not said.
    pub expires_in: u64,
}

/// What calls endpoints.
pub struct Client {
    client: reqwest::Client,
    pub(super) pause: Pause,
}

/// The answer of an endpoint that speaks RFC 6749: what was asked for, or an error code.
pub(super) enum Answer {
    Given(Value),
    Error(String),
}

impl Client {
    /// A client within the limits of the settings. It follows no redirect: that would carry the secret elsewhere.
    ///
    /// # Errors
    /// The certificates of the system or of `oauth.ca_file` cannot be used.
    pub fn new(settings: &Oauth) -> Result<Self, OauthError> {
        let unusable = |reason: String| OauthError::Unreachable { host: "oauth.token_url".to_owned(), reason };
        let tls = super::super::tls::client_config("oauth.token_url", &settings.ca_file)
            .map_err(|error| OauthError::File { path: "oauth.ca_file".to_owned(), reason: error.to_string() })?;
        let limit = seconds(settings.timeout_seconds.max(1));
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured((*tls).clone())
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(limit)
            .timeout(limit)
            .build()
            .map_err(|error| unusable(error.to_string()))?;
        Ok(Self { client, pause: Arc::new(|time| Box::pin(tokio::time::sleep(time))) })
    }

    /// The same with pauses of another kind.
    pub fn with_pause(mut self, pause: Pause) -> Self {
        self.pause = pause;
        self
    }

    /// Buys an access token with a refresh token (RFC 6749 section 6).
    ///
    /// # Errors
    /// [`OauthError::SignIn`] where the refresh token is void, and as [`OauthError`] lists them.
    pub async fn refresh(&self, endpoint: &Endpoint, refresh_token: &str) -> Result<Granted, OauthError> {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
        self.grant(endpoint, &form).await
    }

    /// A token for whatever `form` proves.
    pub(super) async fn grant(&self, endpoint: &Endpoint, form: &[(&str, &str)]) -> Result<Granted, OauthError> {
        match self.ask(endpoint, &endpoint.token, form, true).await? {
            Answer::Given(value) => granted(&value, &host(&endpoint.token)),
            Answer::Error(code) => Err(refused(code)),
        }
    }

    /// Posts a form. A connection that fails and a fault of the server are tried again; an answer that does not come is
    /// not, since the endpoint may have replaced the refresh token already.
    pub(super) async fn ask(
        &self,
        endpoint: &Endpoint,
        address: &str,
        form: &[(&str, &str)],
        with_secret: bool,
    ) -> Result<Answer, OauthError> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form).append_pair("client_id", &endpoint.client_id);
        if with_secret && !endpoint.client_secret.is_empty() {
            body.append_pair("client_secret", endpoint.client_secret.expose());
        }
        let body = body.finish();
        let mut pauses = PAUSES.iter();
        loop {
            let fault = match self.once(address, &body).await {
                Err(fault) if fault.again => fault,
                Err(fault) => return Err(fault.error),
                Ok(answer) => return Ok(answer),
            };
            let Some(pause) = pauses.next() else { return Err(fault.error) };
            (self.pause)(seconds(*pause)).await;
        }
    }

    async fn once(&self, address: &str, body: &str) -> Result<Answer, Fault> {
        let host = host(address);
        let lost = |error: &reqwest::Error| Fault {
            again: error.is_connect(),
            error: OauthError::Unreachable { host: host.clone(), reason: reason(error) },
        };
        let malformed = |reason| Fault { again: false, error: OauthError::Malformed { host: host.clone(), reason } };
        let sent = self
            .client
            .post(address)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("Accept", "application/json")
            .body(body.to_owned())
            .send()
            .await;
        let mut response = sent.map_err(|error| lost(&error))?;
        let status = response.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            let reason = format!("it answers {}", status.as_u16());
            return Err(Fault { again: true, error: OauthError::Unreachable { host, reason } });
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error))? {
            if bytes.len() + chunk.len() > LONGEST_ANSWER {
                return Err(malformed("it is longer than 64 kB"));
            }
            bytes.extend_from_slice(&chunk);
        }
        let value: Value = serde_json::from_slice(&bytes).map_err(|_| malformed("it is not JSON"))?;
        if status.is_success() {
            return Ok(Answer::Given(value));
        }
        let code = value.get("error").and_then(Value::as_str).map(shown);
        code.map(|code| Answer::Error(with_number(code, &value))).ok_or_else(|| malformed("it names no error code"))
    }
}

struct Fault {
    again: bool,
    error: OauthError,
}

/// What an answer of success holds.
fn granted(value: &Value, host: &str) -> Result<Granted, OauthError> {
    let malformed = |reason| OauthError::Malformed { host: host.to_owned(), reason };
    let token = |name: &str| value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let bearer = token("token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
    let access = token("access_token").ok_or_else(|| malformed("it holds no access token"))?;
    if !bearer {
        return Err(malformed("its token is of another type than Bearer"));
    }
    if !access.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(malformed("its access token holds what no token may (RFC 6750 section 2.1)"));
    }
    let expires = value.get("expires_in");
    let expires = expires.and_then(|n| n.as_u64().or_else(|| n.as_str()?.parse().ok())).unwrap_or(0);
    Ok(Granted {
        access_token: access.to_owned(),
        refresh_token: token("refresh_token").map(str::to_owned),
        expires_in: expires,
    })
}

/// What an error code means for whoever runs the service (RFC 6749 section 5.2; OpenID Connect Core section 3.1.2.6).
pub(super) fn refused(code: String) -> OauthError {
    let head = code.split(' ').next().unwrap_or_default();
    match head {
        "invalid_grant"
        | "interaction_required"
        | "login_required"
        | "consent_required"
        | "expired_token"
        | "access_denied" => {
            OauthError::SignIn { reason: format!("the sign-in is no longer good, or was not completed ({code})") }
        }
        "invalid_client" | "unauthorized_client" => OauthError::Client { code },
        _ => OauthError::Refused { code },
    }
}

/// A code as section 5.2 writes them; whatever else a server says could be anything.
fn shown(code: &str) -> String {
    let plain = !code.is_empty() && code.len() <= 48 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if plain { code.to_owned() } else { "a code of its own".to_owned() }
}

/// Microsoft tells by a number in the description what is really wrong.
fn with_number(code: String, value: &Value) -> String {
    let text = value.get("error_description").and_then(Value::as_str).unwrap_or_default();
    let number: String = match text.split_once("AADSTS") {
        Some((_, rest)) => rest.chars().take_while(char::is_ascii_digit).take(12).collect(),
        None => String::new(),
    };
    if number.is_empty() { code } else { format!("{code} AADSTS{number}") }
}

pub(super) fn host(address: &str) -> String {
    Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| "(no host)".to_owned())
}

/// The innermost reason, without the address.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    innermost(error).unwrap_or_else(|| "the request could not be made".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_is_taken_as_servers_write_it() {
        let value = json!({"access_token": "a.b", "token_type": "bearer", "expires_in": "3599", "refresh_token": ""});
        let found = granted(&value, "h").ok().unwrap();
        assert_eq!((found.access_token.as_str(), found.refresh_token, found.expires_in), ("a.b", None, 3_599));
        for bad in [
            json!({"token_type": "Bearer"}),
            json!({"access_token": "a b", "token_type": "Bearer"}),
            json!({"access_token": "a", "token_type": "mac"}),
            json!([]),
        ] {
            assert!(granted(&bad, "h").is_err(), "{bad}");
        }
    }

    #[test]
    fn a_refusal_says_what_to_do_and_quotes_nothing() {
        let said = |code: &str| refused(shown(code)).to_string();
        assert!(said("invalid_grant").contains("caseconsultant token --sign-in"));
        assert!(said("invalid_client").contains("oauth.client_id"));
        assert!(said("invalid_scope").contains("deploy/RUNBOOK.md"));
        assert!(!said("token 1//secret is void").contains("secret"));
        let value = json!({"error_description": "AADSTS700082: The refresh token of ann@example.test has expired"});
        assert_eq!(with_number("invalid_grant".to_owned(), &value), "invalid_grant AADSTS700082");
    }
}
