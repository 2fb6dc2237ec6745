//! What every answer says to a browser: nothing from elsewhere, no script inline, no frame, nothing kept.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;

/// Content Security Policy (W3C CSP 3): own files only, forms to ourselves only. A script of ours may parse one kind of
/// text, under the name `checked`: what the server says of a draft as it is being edited (W3C Trusted Types).
pub const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types checked";

/// Sets them. Who is sent to sign in comes back to the page they asked for.
pub async fn guard(request: Request, next: Next) -> Response {
    let kept = request.uri().path().starts_with("/assets/");
    let asked = (request.method() == Method::GET).then(|| request.uri().to_string());
    let mut response = next.run(request).await;
    if let Some(asked) = asked
        && response.headers().get(header::LOCATION).is_some_and(|to| to.as_bytes() == b"/sign-in")
    {
        let next = form_urlencoded::byte_serialize(asked.as_bytes()).collect::<String>();
        if let Ok(to) = HeaderValue::from_str(&format!("/sign-in?next={next}")) {
            response.headers_mut().insert(header::LOCATION, to);
        }
    }
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &'static str); 6] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Nothing of an address goes elsewhere. `no-referrer` would have browsers send forms with `Origin: null`.
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !kept {
        // A page names what a practice asked: no cache keeps it.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
