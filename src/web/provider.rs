//! The conversation with a provider, and the wire under it: rustls, no redirects, a limit on time and length.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use http::Request;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreUserInfoClaims,
};
use openidconnect::{
    AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};

use crate::config::Oidc;
use crate::domain::address::Address;
use crate::mail::tls;

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer that is read.
const LONGEST: usize = 512 * 1024;

/// What did not work with the provider. It holds nothing of what came over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The settings cannot be used.
    #[error("issuer, public_url or ca_file cannot be used")]
    Settings,
    /// It cannot be reached, or its answer is too long.
    #[error("the provider cannot be reached, or its answer is too long")]
    Unreachable,
    /// Its description is none.
    #[error("the provider's description (.well-known/openid-configuration) or its keys cannot be read")]
    Description,
    /// It does not take the code.
    #[error("the provider does not take the code: is the client's secret right?")]
    Code,
    /// Its token is not one for us.
    #[error("the provider's token is missing, or is not one for this service and this browser")]
    Token,
}

/// What binds an answer to the browser that asked.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// Comes back beside the code.
    pub state: String,
    /// Comes back in the token.
    pub nonce: String,
    /// Is shown with the code (RFC 7636).
    pub verifier: String,
}

/// Whom the provider vouches for.
#[derive(Debug, Clone)]
pub struct Vouched {
    /// Their address in its key form, which the provider has checked.
    pub email: String,
    /// Issuer and subject.
    pub subject: String,
    /// True where a second factor was shown.
    pub strong: bool,
}

/// The provider's own description, fetched anew: signing in is rare, and its keys change.
async fn described(oidc: &Oidc, http: &Http) -> Result<CoreProviderMetadata, ProviderError> {
    let issuer = IssuerUrl::new(oidc.issuer.clone()).map_err(|_| ProviderError::Settings)?;
    CoreProviderMetadata::discover_async(issuer, http).await.map_err(|_| ProviderError::Description)
}

/// The client of a description; a macro, since its type has seventeen parameters.
macro_rules! client {
    ($metadata:expr, $oidc:expr, $origin:expr) => {{
        let secret = $oidc.client_secret.expose();
        let secret = (!secret.is_empty()).then(|| ClientSecret::new(secret.to_owned()));
        let back = RedirectUrl::new(format!("{}/oidc/callback", $origin)).map_err(|_| ProviderError::Settings)?;
        CoreClient::from_provider_metadata($metadata, ClientId::new($oidc.client_id.clone()), secret)
            .set_redirect_uri(back)
    }};
}

/// Where to send a browser that wants to be signed in.
///
/// # Errors
/// The settings cannot be used, or the provider cannot be reached.
pub fn way_out(oidc: Oidc, origin: String, secrets: Secrets) -> BoxFuture<'static, Result<String, ProviderError>> {
    async move {
        let http = Http::new(&oidc)?;
        let client = client!(described(&oidc, &http).await?, oidc, origin);
        let Secrets { state, nonce, verifier } = secrets;
        let (url, _, _) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier)))
            .url();
        Ok(url.to_string())
    }
    .boxed()
}

/// Asks the provider whom the code is for. `None` where its word is not enough: no address, or one that it did not check.
///
/// # Errors
/// The provider cannot be reached, does not take the code, or its token is not one for us.
pub fn vouched(
    oidc: Oidc,
    origin: String,
    secrets: Secrets,
    code: String,
) -> BoxFuture<'static, Result<Option<Vouched>, ProviderError>> {
    async move {
        let http = Http::new(&oidc)?;
        let client = client!(described(&oidc, &http).await?, oidc, origin);
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|_| ProviderError::Description)?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(secrets.verifier));
        let tokens = request.request_async(&http).await.map_err(|_| ProviderError::Code)?;
        let id_token = tokens.id_token().ok_or(ProviderError::Token)?;
        // Signatures alone: an algorithm with a shared secret would let whoever knows it vouch for everybody.
        let verifier = client.id_token_verifier().set_allowed_algs([
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            CoreJwsSigningAlgorithm::RsaSsaPssSha256,
            CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            CoreJwsSigningAlgorithm::EcdsaP384Sha384,
            CoreJwsSigningAlgorithm::EdDsa,
        ]);
        let claims = id_token.claims(&verifier, &Nonce::new(secrets.nonce)).map_err(|_| ProviderError::Token)?;
        let mut email = claims.email().map(|email| email.to_string());
        let mut verified = claims.email_verified();
        if email.is_none()
            && let Ok(request) = client.user_info(tokens.access_token().to_owned(), Some(claims.subject().clone()))
        {
            let more: CoreUserInfoClaims = request.request_async(&http).await.map_err(|_| ProviderError::Token)?;
            (email, verified) = (more.email().map(|email| email.to_string()), more.email_verified());
        }
        let email = email.filter(|_| verified == Some(true)).and_then(|text| Address::parse(&text).ok());
        Ok(email.map(|email| Vouched {
            email: email.key(),
            subject: format!("{} {}", claims.issuer().as_str(), claims.subject().as_str()),
            strong: oidc.trust_second_factor || says_second_factor(claims),
        }))
    }
    .boxed()
}

/// `amr` (RFC 8176 section 2) or `acr` says that more than one factor was shown.
fn says_second_factor(claims: &CoreIdTokenClaims) -> bool {
    let named = ["mfa", "http://schemas.openid.net/pape/policies/2007/06/multi-factor"];
    let methods = claims.auth_method_refs().into_iter().flatten().any(|method| method.as_str() == "mfa");
    methods || claims.auth_context_ref().is_some_and(|class| named.contains(&class.as_str()))
}

/// The client.
struct Http {
    client: reqwest::Client,
}

impl Http {
    /// One that trusts the system's authorities and those of the settings.
    ///
    /// # Errors
    /// They cannot be read.
    fn new(oidc: &Oidc) -> Result<Self, ProviderError> {
        let config = tls::client_config("web.oidc", &oidc.ca_file).map_err(|_| ProviderError::Settings)?;
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(Arc::unwrap_or_clone(config))
            // Whoever it leads to is nobody that the operator named.
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(|_| ProviderError::Settings)?;
        Ok(Self { client })
    }

    /// Sends a request once and reads the answer to its limit.
    ///
    /// # Errors
    /// It did not arrive, or the answer did not.
    async fn send(&self, request: Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, ProviderError> {
        let request = reqwest::Request::try_from(request).map_err(|_| ProviderError::Settings)?;
        let mut answer = self.client.execute(request).await.map_err(|_| ProviderError::Unreachable)?;
        let mut response = http::Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            response = response.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(|_| ProviderError::Unreachable)? {
            body.extend_from_slice(&part);
            if body.len() > LONGEST {
                return Err(ProviderError::Unreachable);
            }
        }
        response.body(body).map_err(|_| ProviderError::Unreachable)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = ProviderError;
    type Future = BoxFuture<'c, Result<HttpResponse, ProviderError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        self.send(request).boxed()
    }
}
