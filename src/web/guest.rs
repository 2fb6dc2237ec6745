//! Who asks without a session, on the way to one. Their forms carry a token too: it follows from a cookie that only pages
//! of ours can set (`__Host-`), so that nobody is signed in as somebody else by a page of a stranger.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use askama::Template;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::desk::Desk;
use super::fault::Fault;
use super::session::{Fields, SESSION, cookie, form};
use crate::review::authenticator::token;
use crate::review::reviewer::digest;

/// The cookie of a browser before it has a session.
const VISIT: &str = "__Host-visit";
/// What every cookie of ours says beside its value. `Lax`, since links in mails lead here.
pub(super) const GUARDED: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";

/// A browser that may have no session.
#[derive(Debug, Clone)]
pub struct Guest {
    visit: String,
    /// Its address in the network, by which attempts are counted.
    pub network: String,
    /// The digest of the session it has, whether that counts or not.
    pub session: Option<String>,
}

/// A form that such a browser sent from a page of ours.
#[derive(Debug, Clone)]
pub struct GuestPosted {
    /// Who.
    pub guest: Guest,
    /// What they wrote.
    pub fields: Fields,
}

impl Guest {
    /// The token of their forms.
    pub fn form(&self) -> String {
        digest(&format!("form\n{}", self.visit))
    }

    /// What only their browser has.
    pub fn visit(&self) -> &str {
        &self.visit
    }

    /// A page for them.
    ///
    /// # Errors
    /// The template failed.
    pub fn page(&self, status: StatusCode, page: &impl Template) -> Result<Response, Fault> {
        let mut response = (status, Html(page.render()?)).into_response();
        set_cookie(&mut response, &format!("{VISIT}={}; {GUARDED}", self.visit));
        Ok(response)
    }
}

impl FromRequestParts<Arc<Desk>> for Guest {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Fault> {
        let visit = cookie(&parts.headers, VISIT).filter(|value| is_token(value));
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        Ok(Self {
            visit: visit.map_or_else(token, str::to_owned),
            network: network(&parts.headers, peer, &desk.config.web.proxy_header),
            session: cookie(&parts.headers, SESSION).filter(|value| is_token(value)).map(digest),
        })
    }
}

impl FromRequest<Arc<Desk>> for GuestPosted {
    type Rejection = Fault;

    async fn from_request(request: Request, desk: &Arc<Desk>) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        let guest = Guest::from_request_parts(&mut parts, desk).await?;
        // Without the cookie the token is a fresh one, which no form carries.
        let fields = form(&parts.headers, body, &desk.config.web.origin(), &guest.form()).await?;
        Ok(Self { guest, fields })
    }
}

fn is_token(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The address that attempts are counted for: of IPv6 the network of 64 bits that one subscriber has.
fn network(headers: &HeaderMap, peer: Option<IpAddr>, proxy_header: &str) -> String {
    let last = headers.get_all(proxy_header_name(proxy_header)).into_iter().next_back();
    let told = last.filter(|_| !proxy_header.is_empty()).and_then(|value| value.to_str().ok());
    let told = told.and_then(|list| list.rsplit(',').next()).and_then(|ip| ip.trim().parse::<IpAddr>().ok());
    match told.or(peer).map(|ip| ip.to_canonical()) {
        Some(IpAddr::V4(ip)) => ip.to_string(),
        Some(IpAddr::V6(ip)) => format!("{:x?}", &ip.segments()[..4]),
        None => "unknown".to_owned(),
    }
}

/// Any name where none is set: the value is not looked at.
fn proxy_header_name(name: &str) -> &str {
    if name.is_empty() { "x-forwarded-for" } else { name }
}

/// Adds a cookie. What is no header value is none of ours: each is made of digits and fixed words.
pub(super) fn set_cookie(response: &mut Response, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Lets a browser in with the token of its session, and sends it on.
pub(super) fn let_in(token: &str, to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    give_session(&mut response, token);
    response
}

/// Gives a browser its session, and takes what it had before.
pub(super) fn give_session(response: &mut Response, token: &str) {
    response.headers_mut().remove(header::SET_COOKIE);
    set_cookie(response, &format!("{SESSION}={token}; {GUARDED}"));
    set_cookie(response, &format!("{VISIT}=; Max-Age=0; {GUARDED}"));
}

/// Takes a browser's session.
pub(super) fn let_out() -> Response {
    let mut response = Redirect::to("/sign-in").into_response();
    set_cookie(&mut response, &format!("{SESSION}=; Max-Age=0; {GUARDED}"));
    response
}

/// A path of ours to go on to; the queue for anything else.
pub(super) fn onward(path: &str) -> &str {
    let ours = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() < 2_000
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if ours { path } else { "/queue" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_ours_is_gone_on_to() {
        assert_eq!(onward("/cases/CC-1?x=%20"), "/cases/CC-1?x=%20");
        for elsewhere in ["", "https://evil.test", "//evil.test", "/\\evil.test", "/a\nb", "queue"] {
            assert_eq!(onward(elsewhere), "/queue", "{elsewhere}");
        }
    }

    #[test]
    fn a_proxy_is_believed_only_where_the_settings_name_its_header() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", HeaderValue::from_static("198.51.100.1, 203.0.113.9"));
        let peer = Some(IpAddr::from([192, 0, 2, 1]));
        assert_eq!(network(&headers, peer, ""), "192.0.2.1");
        assert_eq!(network(&headers, peer, "x-forwarded-for"), "203.0.113.9");
        assert_eq!(network(&HeaderMap::new(), peer, "x-forwarded-for"), "192.0.2.1");
        let one: IpAddr = "2001:db8:1:2:3::4".parse().unwrap();
        let two: IpAddr = "2001:db8:1:2:9::9".parse().unwrap();
        assert_eq!(network(&HeaderMap::new(), Some(one), ""), network(&HeaderMap::new(), Some(two), ""));
    }
}
