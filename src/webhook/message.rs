//! The body of a message and its signature, as Standard Webhooks 1.0 has them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde::Serialize;

use crate::domain::time::Timestamp;
use crate::store::webhook::WebhookMessage;

/// What a secret begins with.
const SECRET_PREFIX: &str = "whsec_";

/// What a webhook is told.
#[derive(Debug, Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Debug, Serialize)]
struct Data<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    case: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    turn: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    account: &'a str,
    what: &'a str,
}

/// The JSON of a message, the same for every attempt.
pub fn body(message: &WebhookMessage) -> String {
    written(message.kind.key(), message.at, [&message.case, &message.turn, &message.account, &message.what])
}

/// The JSON of a message that tells of nothing.
pub fn test_body(now: Timestamp) -> String {
    written("test", now, ["", "", "", "test"])
}

fn written(kind: &str, at: Timestamp, [case, turn, account, what]: [&str; 4]) -> String {
    let data = Data { case, turn, account, what };
    let body = Body { kind, timestamp: at.instant().to_string(), data };
    serde_json::to_string(&body).expect("a value of texts alone is always written")
}

/// The key in a secret: `whsec_` and its base64, as the specification has it.
pub fn key(secret: &str) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(secret.strip_prefix(SECRET_PREFIX)?.trim()).ok()?;
    (24..=64).contains(&bytes.len()).then_some(bytes)
}

/// The value of `webhook-signature`: `v1,` and the base64 of HMAC-SHA256 over id, time and body.
pub fn signature(key: &[u8], id: &str, seconds: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let tag = hmac::sign(&key, format!("{id}.{seconds}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(tag.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn a_signature_is_that_of_the_standard() {
        let key = key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_base64_of_a_sensible_length_behind_its_prefix() {
        for wrong in ["", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_%%%%"] {
            assert_eq!(key(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_body_says_what_happened_and_leaves_out_what_is_not_known() {
        assert_eq!(
            test_body(Timestamp(1_000_000)),
            r#"{"type":"test","timestamp":"1970-01-01T00:00:01Z","data":{"what":"test"}}"#
        );
    }
}
