//! The wire under `async-openai`: one request, never repeated, never followed elsewhere, its answer read to a limit.
//!
//! The crate's own transport repeats requests in silence, reads without a limit, forgets `Retry-After`, and logs the
//! bodies it cannot read. This one hands it only what it can read, so that it does none of that.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use async_openai::types::chat::CreateChatCompletionResponse;
use http::{HeaderMap, StatusCode};
use jiff::fmt::rfc2822;
use reqwest::Response;

use super::{ModelError, Refusal};

/// The longest answer that is read. A completion of 4,000 tokens is about 20 kB.
const MAX_BODY: usize = 256 * 1024;

/// Sends each request once.
#[derive(Clone)]
pub(super) struct OneCall {
    client: reqwest::Client,
}

impl OneCall {
    pub(super) fn new(client: reqwest::Client) -> Self {
        Self { client }
    }
}

impl tower_service::Service<HttpRequestFactory> for OneCall {
    type Response = Response;
    type Error = OpenAIError;
    type Future = Pin<Box<dyn Future<Output = Result<Response, OpenAIError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), OpenAIError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequestFactory) -> Self::Future {
        let client = self.client.clone();
        Box::pin(async move {
            let request = request.build().await?;
            let response = client.execute(request).await.map_err(|error| boxed(connection(&error)))?;
            answer(response).await.map_err(boxed)
        })
    }
}

/// The crate carries our error to the caller unread.
fn boxed(error: ModelError) -> OpenAIError {
    OpenAIError::Boxed(Box::new(error))
}

/// Our error out of the crate's; one of the crate's own can only mean that the request could not be made.
pub(super) fn unboxed(error: OpenAIError) -> ModelError {
    match error {
        OpenAIError::Boxed(inner) => {
            inner.downcast::<ModelError>().map_or(ModelError::Malformed("an error of the transport"), |ours| *ours)
        }
        OpenAIError::Reqwest(error) => connection(&error),
        OpenAIError::InvalidArgument(_) => ModelError::Refused(Refusal::Request(0)),
        _ => ModelError::Malformed("not the JSON of a chat completion"),
    }
}

fn connection(error: &reqwest::Error) -> ModelError {
    if error.is_timeout() {
        ModelError::Timeout
    } else if error.is_builder() {
        ModelError::Refused(Refusal::Request(0))
    } else {
        ModelError::Unavailable { status: None, retry_after: None }
    }
}

/// The answer, when it is a chat completion; a typed error for everything else.
async fn answer(mut response: Response) -> Result<Response, ModelError> {
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| connection(&error))? {
        if body.len() + chunk.len() > MAX_BODY {
            return Err(ModelError::Malformed("longer than any completion may be"));
        }
        body.extend_from_slice(&chunk);
    }
    if !status.is_success() {
        return Err(refused(status, &headers, &body));
    }
    if serde_json::from_slice::<CreateChatCompletionResponse>(&body).is_err() {
        return Err(ModelError::Malformed("not the JSON of a chat completion"));
    }
    Ok(Response::from(http::Response::new(body)))
}

fn refused(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> ModelError {
    let retry_after = retry_after(headers);
    match status.as_u16() {
        401 | 403 => ModelError::Refused(Refusal::Credentials),
        402 => ModelError::Refused(Refusal::Credit),
        429 if is_out_of_credit(body) => ModelError::Refused(Refusal::Credit),
        429 => ModelError::RateLimited { retry_after },
        408 | 425 | 500.. => ModelError::Unavailable { status: Some(status.as_u16()), retry_after },
        other => ModelError::Refused(Refusal::Request(other)),
    }
}

/// OpenAI answers 429 both to haste and to an empty account; only the error's code tells them apart.
fn is_out_of_credit(body: &[u8]) -> bool {
    let value: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    ["code", "type"].iter().filter_map(|key| value["error"][key].as_str()).any(|word| {
        ["insufficient_quota", "billing_hard_limit_reached", "credit_exhausted", "insufficient_credits"].contains(&word)
    })
}

/// `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3); a date is held against the server's own `Date`,
/// so that no clock here matters.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(millis) = text("retry-after-ms").and_then(|ms| ms.parse().ok()) {
        return Some(Duration::from_millis(millis));
    }
    let after = text("retry-after")?;
    if let Ok(seconds) = after.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let point = |text: &str| rfc2822::DateTimeParser::new().parse_timestamp(text).ok();
    let seconds = point(after)?.as_second().saturating_sub(point(text("date")?)?.as_second());
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_pause_is_read_in_seconds_in_milliseconds_and_as_a_date() {
        assert_eq!(retry_after(&headers(&[("retry-after", "7")])), Some(Duration::from_secs(7)));
        assert_eq!(retry_after(&headers(&[("retry-after-ms", "250")])), Some(Duration::from_millis(250)));
        let dated = [("retry-after", "Wed, 21 Oct 2026 07:28:30 GMT"), ("date", "Wed, 21 Oct 2026 07:28:00 GMT")];
        assert_eq!(retry_after(&headers(&dated)), Some(Duration::from_secs(30)));
        for odd in ["soon", "-4", "NaN", ""] {
            assert_eq!(retry_after(&headers(&[("retry-after", odd)])), None, "{odd}");
        }
    }

    #[test]
    fn a_refusal_for_good_is_told_from_one_for_now() {
        let is = |status: u16, body: &str| {
            refused(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.as_bytes())
        };
        assert_eq!(is(401, ""), ModelError::Refused(Refusal::Credentials));
        assert_eq!(is(402, ""), ModelError::Refused(Refusal::Credit));
        assert_eq!(is(429, r#"{"error":{"code":"insufficient_quota"}}"#), ModelError::Refused(Refusal::Credit));
        assert_eq!(is(400, r#"{"error":{}}"#), ModelError::Refused(Refusal::Request(400)));
        for status in [429, 500, 503, 529] {
            assert!(is(status, "<html>").is_transient(), "{status}");
        }
    }
}
