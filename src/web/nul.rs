//! U+0000 is text to one engine of the database and none to the other, and nobody writes it. What is sent with it is read with
//! U+FFFD in its place, which stands in no name.

use axum::extract::Request;
use axum::http::Uri;
use axum::middleware::Next;
use axum::response::Response;
use serde_json::Value;

/// Reads an address without it. Runs before an address is taken apart.
pub async fn read(mut request: Request, next: Next) -> Response {
    let address = request.uri().to_string();
    if address.contains("%00")
        && let Ok(address) = address.replace("%00", "%EF%BF%BD").parse::<Uri>()
    {
        *request.uri_mut() = address;
    }
    next.run(request).await
}

/// A text without it.
pub fn without(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

/// JSON of which no text holds it.
pub fn without_in(json: Value) -> Value {
    match json {
        Value::String(text) => Value::String(without(text)),
        Value::Array(all) => all.into_iter().map(without_in).collect(),
        Value::Object(all) => all.into_iter().map(|(name, value)| (without(name), without_in(value))).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_what_is_sent_holds_it() {
        let sent = serde_json::json!({ "a\0": ["x\0y", 1, null, { "b": "\0" }] });
        let read = serde_json::json!({ "a\u{fffd}": ["x\u{fffd}y", 1, null, { "b": "\u{fffd}" }] });
        assert_eq!(without_in(sent), read);
        assert_eq!(without("plain".to_owned()), "plain");
    }
}
