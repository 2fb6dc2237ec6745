//! Where tokens are had, by provider.

use crate::config::{Oauth, OauthProvider, Secret};

/// The endpoints of one provider, and who asks.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Gives and renews tokens (RFC 6749 section 3.2).
    pub token: String,
    /// Gives device codes (RFC 8628 section 3.1); empty where mailboxes are not opened that way.
    pub device: String,
    /// Where a person signs in with a browser (RFC 6749 section 3.1); empty where a device code does it.
    pub authorize: String,
    /// What is asked for.
    pub scope: String,
    /// The program, as registered with the provider.
    pub client_id: String,
    /// Its secret; empty where the provider wants none.
    pub client_secret: Secret,
}

/// What IMAP and SMTP need at Google. Device codes do not give it, so that one signs in with a browser there.
const GOOGLE_SCOPE: &str = "https://mail.google.com/";
/// The same at Microsoft; `offline_access` asks for the refresh token.
const MICROSOFT_SCOPE: &str =
    "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access";

impl Endpoint {
    /// The endpoint of the settings; what is set there stands before what is known of the provider.
    pub fn new(settings: &Oauth) -> Self {
        let microsoft =
            |last: &str| format!("https://login.microsoftonline.com/{}/oauth2/v2.0/{last}", settings.tenant);
        let (token, device, authorize, scope) = match settings.provider {
            OauthProvider::Google => (
                "https://oauth2.googleapis.com/token".to_owned(),
                String::new(),
                "https://accounts.google.com/o/oauth2/v2/auth".to_owned(),
                GOOGLE_SCOPE,
            ),
            OauthProvider::Microsoft => (microsoft("token"), microsoft("devicecode"), String::new(), MICROSOFT_SCOPE),
            OauthProvider::None | OauthProvider::Other => (String::new(), String::new(), String::new(), ""),
        };
        let or = |set: &str, known: String| if set.is_empty() { known } else { set.to_owned() };
        Self {
            token: or(&settings.token_url, token),
            device: or(&settings.device_url, device),
            authorize: or(&settings.authorize_url, authorize),
            scope: or(&settings.scope, scope.to_owned()),
            client_id: settings.client_id.clone(),
            client_secret: settings.client_secret.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_provider_brings_its_addresses_and_the_settings_stand_before_them() {
        let mut settings = Config::defaults().oauth;
        settings.provider = OauthProvider::Microsoft;
        settings.tenant = "11111111-2222-3333-4444-555555555555".to_owned();
        let endpoint = Endpoint::new(&settings);
        assert_eq!(
            endpoint.token,
            "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token"
        );
        assert!(endpoint.device.ends_with("/devicecode") && endpoint.scope.contains("offline_access"));
        settings.token_url = "https://login.example.test/token".to_owned();
        assert_eq!(Endpoint::new(&settings).token, "https://login.example.test/token");
        settings.provider = OauthProvider::Google;
        let google = Endpoint::new(&settings);
        assert!(google.device.is_empty() && google.authorize.starts_with("https://accounts.google.com/"));
    }
}
