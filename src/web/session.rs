//! Who asks: a [`Visitor`] has a valid session, and a [`Posted`] form is theirs and came from a page of ours.
//!
//! The cookie is `SameSite=Lax`: `Strict` would ask whoever follows a link in a mail to sign in again. What changes
//! anything is a POST, which a page of another site cannot send with this cookie, and which needs a token and the right
//! origin besides.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use subtle::ConstantTimeEq as _;

use super::desk::Desk;
use super::fault::Fault;
use super::nul;
use super::shell::Who;
use crate::domain::reviewer::Role;
use crate::review::reviewer::{Reviewer, Session, authenticate};

/// The cookie of a session. The prefix has browsers take it only with `Secure`, for this host alone, for every path.
pub const SESSION: &str = "__Host-session";
/// The bytes of a form, at most.
const LONGEST_FORM: usize = 256 * 1024;

/// A signed-in person who asks for a page.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Who, and what they may do.
    pub reviewer: Reviewer,
    /// The same as the bar shows them.
    pub who: Who,
    /// The session's key in the store.
    pub session: String,
    /// True for an admin who has yet to show a second factor.
    pub needs_second_factor: bool,
}

/// A form that a signed-in person sent from a page of ours.
#[derive(Debug, Clone)]
pub struct Posted {
    /// Who.
    pub visitor: Visitor,
    /// What they wrote.
    pub fields: Fields,
}

/// The fields of a form, in their order.
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Visitor {
    /// The same person where an admin is needed.
    ///
    /// # Errors
    /// They are none, or have yet to show a second factor.
    pub fn admin(&self) -> Result<&Reviewer, Fault> {
        if self.reviewer.role() == Role::Admin { Ok(&self.reviewer) } else { Err(Fault::Role) }
    }
}

impl Fields {
    /// Reads `application/x-www-form-urlencoded`.
    pub fn parse(body: &[u8]) -> Self {
        let fields = form_urlencoded::parse(body).into_owned();
        Self(fields.map(|(name, value)| (nul::without(name), nul::without(value))).collect())
    }

    /// The first field of that name; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// Every field of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// All of them.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

impl FromRequestParts<Arc<Desk>> for Visitor {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Fault> {
        let token = cookie(&parts.headers, SESSION).ok_or(Fault::SignIn)?;
        let found = authenticate(&desk.store, token, desk.clock.now(), &desk.config.web).await?;
        found.map(Self::of).ok_or(Fault::SignIn)
    }
}

impl Visitor {
    fn of(session: Session) -> Self {
        let Session { reviewer, form, digest, needs_second_factor } = session;
        let who = Who { name: reviewer.name().to_owned(), form, admin: reviewer.role() == Role::Admin };
        Self { reviewer, who, session: digest, needs_second_factor }
    }
}

impl FromRequest<Arc<Desk>> for Posted {
    type Rejection = Fault;

    async fn from_request(request: Request, desk: &Arc<Desk>) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, desk).await?;
        let fields = form(&parts.headers, body, &desk.config.web.origin(), &visitor.who.form).await?;
        Ok(Self { visitor, fields })
    }
}

/// Reads a form that carries `token` and came from `origin`.
///
/// # Errors
/// It came from elsewhere, its token is another, it is too long, or it is no form.
pub(super) async fn form(
    headers: &HeaderMap,
    body: axum::body::Body,
    origin: &str,
    token: &str,
) -> Result<Fields, Fault> {
    if !from_us(headers, origin) {
        return Err(Fault::Form);
    }
    let body = to_bytes(body, LONGEST_FORM).await;
    let body = body.map_err(|_| Fault::Invalid("The form is longer than 256 KB, or was cut off.".to_owned()))?;
    let kind = text(headers, header::CONTENT_TYPE.as_str()).and_then(|kind| kind.split(';').next()).unwrap_or("");
    let fields = match kind.trim() {
        "application/x-www-form-urlencoded" => Fields::parse(&body),
        _ if body.is_empty() => Fields::default(),
        _ => return Err(Fault::Invalid("Only application/x-www-form-urlencoded is read here.".to_owned())),
    };
    let given = text(headers, "x-form").unwrap_or_else(|| fields.get("form"));
    // Equal bytes, and never how many of them: the time that it takes says nothing.
    if token.is_empty() || !bool::from(given.as_bytes().ct_eq(token.as_bytes())) {
        return Err(Fault::Form);
    }
    Ok(fields)
}

/// True where the browser says that a page of ours sent it. It names the origin, or leaves it out (or says `null`, where
/// the page asks for no referrer) and says in `Sec-Fetch-Site` how far from here the page is (W3C Fetch Metadata).
fn from_us(headers: &HeaderMap, ours: &str) -> bool {
    match text(headers, header::ORIGIN.as_str()) {
        None | Some("null") => text(headers, "sec-fetch-site") == Some("same-origin"),
        Some(origin) => origin.eq_ignore_ascii_case(ours),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The value of a cookie (RFC 6265 section 4.2).
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(own, _)| *own == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_a_page_of_ours_may_send_a_form() {
        let ours = "https://review.example.test";
        let from = |pairs: &[(&'static str, &'static str)]| from_us(&headers(pairs), ours);
        assert!(from(&[("origin", ours)]));
        assert!(from(&[("origin", "null"), ("sec-fetch-site", "same-origin")]));
        assert!(from(&[("sec-fetch-site", "same-origin")]));
        assert!(!from(&[]));
        assert!(!from(&[("origin", "null")]));
        assert!(!from(&[("sec-fetch-site", "same-site")]));
        assert!(!from(&[("origin", "https://review.example.test.evil.test"), ("sec-fetch-site", "same-origin")]));
        assert!(!from(&[("origin", "http://review.example.test")]));
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let jar = headers(&[("cookie", "a=1; x__Host-session=2; __Host-session=3; __Host-session2=4")]);
        assert_eq!(cookie(&jar, SESSION), Some("3"));
        assert_eq!(cookie(&headers(&[("cookie", "session")]), SESSION), None);
    }

    #[test]
    fn fields_keep_their_order_and_an_absent_one_is_empty() {
        let fields = Fields::parse(b"a=1&b=%E2%82%AC+2&a=3");
        assert_eq!((fields.get("a"), fields.get("b"), fields.get("c")), ("1", "\u{20ac} 2", ""));
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1", "3"]);
        assert_eq!(fields.pairs().len(), 3);
    }
}
