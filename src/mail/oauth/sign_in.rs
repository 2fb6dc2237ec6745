//! The first refresh token. By a device code (RFC 8628): the person types a code into a page of the provider. Or with a
//! browser (RFC 8252, RFC 7636): the provider sends the browser to an address of this host that nobody listens on, and
//! the person copies that address here. Both work for a server without a screen.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::request::{Answer, host, refused};
use super::{Client, Endpoint, Granted, OauthError, seconds};

/// Where the provider sends the browser. Google takes any port of the loopback address (RFC 8252 section 7.3).
const REDIRECT: &str = "http://127.0.0.1:47615/";
/// The kind of grant of RFC 8628 section 3.4.
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Seconds between two questions where the provider names none (section 3.2), and what `slow_down` adds (section 3.5).
const POLL_SECONDS: u64 = 5;

/// A code for a person to type.
pub struct Device {
    /// The page.
    pub page: String,
    /// What is typed there.
    pub code: String,
    secret: String,
    interval: u64,
    expires_in: u64,
}

/// Asks for a device code.
///
/// # Errors
/// As [`OauthError`] lists them.
pub async fn invite(client: &Client, endpoint: &Endpoint) -> Result<Device, OauthError> {
    let scope = [("scope", endpoint.scope.as_str())];
    let value = match client.ask(endpoint, &endpoint.device, &scope, false).await? {
        Answer::Given(value) => value,
        Answer::Error(code) => return Err(refused(code)),
    };
    let text = |name: &str| value.get(name).and_then(Value::as_str).filter(|text| is_plain(text)).map(str::to_owned);
    let number = |name: &str, usual: u64| value.get(name).and_then(Value::as_u64).unwrap_or(usual);
    let found = (text("verification_uri").or_else(|| text("verification_url")), text("user_code"), text("device_code"));
    let (Some(page), Some(code), Some(secret)) = found else {
        return Err(OauthError::Malformed { host: host(&endpoint.device), reason: "it holds no device code" });
    };
    let interval = number("interval", POLL_SECONDS).clamp(1, 60);
    Ok(Device { page, code, secret, interval, expires_in: number("expires_in", 900).min(3_600) })
}

/// Waits until the person has typed the code.
///
/// # Errors
/// [`OauthError::SignIn`] where they refused or the code ended, and as [`OauthError`] lists them.
pub async fn by_device(client: &Client, endpoint: &Endpoint, device: &Device) -> Result<Granted, OauthError> {
    let form = [("grant_type", DEVICE_GRANT), ("device_code", device.secret.as_str())];
    let (mut interval, mut waited) = (device.interval, 0);
    while waited < device.expires_in {
        (client.pause)(seconds(interval)).await;
        waited += interval;
        match client.grant(endpoint, &form).await {
            Err(OauthError::Refused { code }) if code.starts_with("authorization_pending") => {}
            Err(OauthError::Refused { code }) if code.starts_with("slow_down") => interval += POLL_SECONDS,
            Err(error) if error.is_transient() => interval = (interval * 2).min(60),
            outcome => return outcome,
        }
    }
    Err(OauthError::SignIn { reason: "the code was not typed in time".to_owned() })
}

/// An address to sign in at, and what the answer is held against.
pub struct Invitation {
    /// For the browser.
    pub address: String,
    state: String,
    verifier: String,
}

/// The address at which a person signs in. `random` must be 32 fresh bytes each.
pub fn by_address(endpoint: &Endpoint, user: &str, random: [[u8; 32]; 2]) -> Invitation {
    let [state, verifier] = random.map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("response_type", "code")
        .append_pair("client_id", &endpoint.client_id)
        .append_pair("redirect_uri", REDIRECT)
        .append_pair("scope", &endpoint.scope)
        .append_pair("state", &state)
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256")
        // Without both, Google gives no refresh token, or none the second time.
        .append_pair("access_type", "offline")
        .append_pair("prompt", "consent")
        .append_pair("login_hint", user)
        .finish();
    Invitation { address: format!("{}?{query}", endpoint.authorize), state, verifier }
}

/// The code in the address that the browser was sent to.
///
/// # Errors
/// The person refused, or the address belongs to another sign-in.
pub fn code_of(invitation: &Invitation, address: &str) -> Result<String, OauthError> {
    let query = address.trim().split_once('?').map(|(_, query)| query).unwrap_or_default();
    let query = query.split('#').next().unwrap_or_default();
    let value = |name: &str| {
        form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let again = |reason: &str| OauthError::SignIn { reason: reason.to_owned() };
    if value("state").as_deref() != Some(invitation.state.as_str()) {
        return Err(again("this is not the address of this sign-in: copy all of it, from http:// to its end"));
    }
    value("code").ok_or_else(|| again("the sign-in was refused in the browser"))
}

impl Client {
    /// Buys the first tokens with the code of an address (RFC 6749 section 4.1.3).
    ///
    /// # Errors
    /// As [`OauthError`] lists them.
    pub async fn redeem(
        &self,
        endpoint: &Endpoint,
        invitation: &Invitation,
        code: &str,
    ) -> Result<Granted, OauthError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", invitation.verifier.as_str()),
        ];
        self.grant(endpoint, &form).await
    }
}

/// Fit to be shown on a terminal.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.len() <= 4_096 && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, OauthProvider};

    #[test]
    fn only_the_address_of_this_very_sign_in_gives_a_code() {
        let mut settings = Config::defaults().oauth;
        settings.provider = OauthProvider::Google;
        settings.client_id = "id".to_owned();
        let invitation = by_address(&Endpoint::new(&settings), "consult@example.test", [[1; 32], [2; 32]]);
        let asked = &invitation.address;
        assert!(asked.starts_with("https://accounts.google.com/o/oauth2/v2/auth?response_type=code&client_id=id&"));
        assert!(asked.contains("code_challenge_method=S256") && !asked.contains(&invitation.verifier));
        let state = URL_SAFE_NO_PAD.encode([1; 32]);
        let good = format!("  http://127.0.0.1:47615/?state={state}&code=4%2F0Ab&scope=x\n");
        assert_eq!(code_of(&invitation, &good).unwrap(), "4/0Ab");
        for bad in [
            "http://127.0.0.1:47615/?state=other&code=c",
            "",
            &format!("http://127.0.0.1:47615/?error=access_denied&state={state}"),
        ] {
            assert!(matches!(code_of(&invitation, bad), Err(OauthError::SignIn { .. })), "{bad}");
        }
    }
}
