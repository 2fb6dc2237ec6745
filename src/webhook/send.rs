//! One attempt over HTTP: a request that is signed, an answer that is waited for so long and read no further than its head.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::fmt::rfc2822;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Client, Url};

use super::address::{Private, PublicOnly, is_public};
use super::message::{key, signature};
use crate::config::{Config, Mode, Webhook};
use crate::domain::cause::innermost;
use crate::domain::time::Timestamp;
use crate::mail::tls;

/// What an endpoint did with an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It took the message: any 2xx.
    Taken(u16),
    /// It did not, and may later: after so many seconds, where it says so.
    Refused {
        /// What happened, in a few words.
        said: String,
        /// The seconds that it asks for.
        after: Option<u64>,
    },
    /// It never will: 410 Gone.
    Gone,
}

/// Sends messages to the webhooks of the settings.
#[derive(Clone)]
pub struct Sender {
    hooks: Arc<[Webhook]>,
    /// Speaks to public addresses alone.
    guarded: Client,
    open: Client,
    production: bool,
}

/// The certificates of the system cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("webhook: {0}")]
pub struct SenderError(String);

impl Sender {
    /// A sender for the webhooks of the settings.
    ///
    /// # Errors
    /// The certificates of the system cannot be used.
    pub fn new(config: &Config) -> Result<Self, SenderError> {
        let tls = tls::client_config("webhook", "").map_err(|error| SenderError(error.to_string()))?;
        let client = || {
            Client::builder()
                .user_agent(concat!("caseconsultant/", env!("CARGO_PKG_VERSION"), " (webhook)"))
                .tls_backend_preconfigured((*tls).clone())
                // Whoever it leads to is nobody that the operator named.
                .redirect(reqwest::redirect::Policy::none())
                // A proxy would look names up where nobody looks at the addresses.
                .no_proxy()
        };
        let built = |builder: reqwest::ClientBuilder| builder.build().map_err(|error| SenderError(error.to_string()));
        Ok(Self {
            hooks: config.webhook.clone().into(),
            guarded: built(client().dns_resolver(PublicOnly))?,
            open: built(client())?,
            production: config.service.mode == Mode::Production,
        })
    }

    /// The webhook of that name.
    pub fn find(&self, name: &str) -> Option<&Webhook> {
        self.hooks.iter().find(|hook| hook.name == name)
    }

    /// Makes one attempt. `id` is the same for every attempt at a message, the time is this attempt's.
    pub async fn send(&self, hook: &Webhook, id: &str, body: String, now: Timestamp) -> Answer {
        let refused = |said: &str| Answer::Refused { said: said.to_owned(), after: None };
        let Some(key) = key(hook.secret.expose()) else { return refused("the secret cannot be used") };
        let Ok(url) = Url::parse(&hook.url) else { return refused("the url cannot be used") };
        let guarded = self.production && !hook.allow_private;
        if guarded && literal(&url).is_some_and(|ip| !is_public(ip)) {
            return refused(&Private.to_string());
        }
        let seconds = now.0.div_euclid(1_000_000);
        let client = if guarded { &self.guarded } else { &self.open };
        let request = client
            .post(url)
            .timeout(Duration::from_secs(hook.seconds))
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature(&key, id, seconds, &body))
            .body(body);
        match request.send().await {
            Ok(answer) => judged(answer.status().as_u16(), answer.headers(), now),
            Err(error) if error.is_timeout() => refused(&format!("no answer within {} s", hook.seconds)),
            Err(error) => refused(&innermost(&error).unwrap_or_else(|| "no connection".to_owned())),
        }
    }
}

/// The address that a URL names by its number: no name is looked up for it.
fn literal(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

fn judged(status: u16, headers: &HeaderMap, now: Timestamp) -> Answer {
    match status {
        200..=299 => Answer::Taken(status),
        410 => Answer::Gone,
        300..=399 => {
            Answer::Refused { said: format!("HTTP {status}: redirects are not followed"), after: after(headers, now) }
        }
        _ => Answer::Refused { said: format!("HTTP {status}"), after: after(headers, now) },
    }
}

/// `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3).
fn after(headers: &HeaderMap, now: Timestamp) -> Option<u64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let at = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    u64::try_from(at.as_second().saturating_sub(now.0.div_euclid(1_000_000))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_read_in_seconds_and_as_a_date() {
        let now = Timestamp(1_792_567_680_000_000); // Wed, 21 Oct 2026 07:28:00 GMT
        let of = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, value.parse().unwrap());
            after(&headers, now)
        };
        assert_eq!((of("7"), of(" 120 ")), (Some(7), Some(120)));
        assert_eq!(of("Wed, 21 Oct 2026 07:28:30 GMT"), Some(30));
        for odd in ["soon", "-4", "1.5", "Wed, 21 Oct 2026 07:27:00 GMT"] {
            assert_eq!(of(odd), None, "{odd}");
        }
    }

    #[test]
    fn an_address_in_a_url_is_seen_however_it_is_written() {
        let is = |url: &str| literal(&Url::parse(url).unwrap()).map(is_public);
        assert_eq!(is("https://127.0.0.1/x"), Some(false));
        assert_eq!(is("https://2130706433/x"), Some(false));
        assert_eq!(is("https://0x7f.1/"), Some(false));
        assert_eq!(is("https://[::1]:8443/"), Some(false));
        assert_eq!(is("https://hooks.example.test/"), None);
    }
}
