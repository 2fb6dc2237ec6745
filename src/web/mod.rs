//! The pages of the reviewers, and the health of the service for supervisors and load balancers.
//!
//! ```text
//! desk      what a page may use          headers   what a browser may do with it
//! shell     the frame of a page          fault     what is said when something cannot be done
//! assets    style and script, compiled in    routes    the table that the router is built from
//! session   who asks, and whether a form is theirs      guest     who asks before they have a session
//! sign_in   in and out                                  invitation, me, oidc
//! queue     what waits      case      one of them       search    any case      paragraphs    texts to insert
//! accounts  customers, for admins                       reviewers   colleagues, for admins
//! chart     numbers as a picture, with their table
//! outbox, quarantine   what an admin settles            audit     every event, and its chain
//! shelf, importing     editions and official files      system    how the service itself runs
//! ready     can it do its work                          figures   what Prometheus reads
//! proposals what reviewers' changes teach                rules     recalled rule cards       quality   how it all goes
//! api       the same by program                         api_tokens   what programs show
//! ```

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Redirect, Response};
use tokio_util::sync::CancellationToken;

pub mod accounts;
mod api;
mod api_tokens;
pub mod assets;
mod audit;
pub mod case;
pub mod chart;
pub mod desk;
pub mod fault;
pub mod figures;
pub mod guest;
pub mod headers;
pub mod importing;
mod invitation;
mod me;
mod nul;
mod oidc;
mod outbox;
mod paragraphs;
mod proposals;
mod provider;
mod quality;
mod quarantine;
pub mod queue;
pub mod ready;
pub mod reviewers;
pub mod routes;
mod rules;
mod search;
pub mod session;
mod shelf;
pub mod shell;
mod sign_in;
mod system;
mod word;

use desk::Desk;
use fault::Fault;
use routes::{Access, Route, get};

/// Every route there is. A module of pages adds a line of its own.
pub fn routes() -> Vec<Route> {
    let own = vec![
        get("/", Access::Anyone, async || Redirect::to("/queue")),
        get("/health", Access::Anyone, health),
        get("/live", Access::Anyone, ready::live),
        get("/ready", Access::Anyone, ready::ready),
        get("/metrics", Access::Anyone, figures::shared),
        get("/assets/{name}", Access::Anyone, assets::asset),
    ];
    let all = [
        own,
        queue::routes(),
        case::routes(),
        search::routes(),
        paragraphs::routes(),
        proposals::routes(),
        rules::routes(),
        quality::routes(),
        sign_in::routes(),
        invitation::routes(),
        me::routes(),
        oidc::routes(),
        accounts::routes(),
        reviewers::routes(),
        outbox::routes(),
        quarantine::routes(),
        shelf::routes(),
        system::routes(),
        audit::routes(),
        api_tokens::routes(),
        api::routes(),
    ];
    all.into_iter().flatten().collect()
}

/// Every page.
pub fn router(desk: Desk) -> Router {
    let router = routes().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.served));
    let router = api::guarded(router.fallback(nowhere), &desk.config.api);
    let router = router.layer(from_fn(headers::guard)).with_state(Arc::new(desk));
    // Around the whole: inside, an address is taken apart already.
    Router::new().fallback_service(router).layer(from_fn(nul::read))
}

/// What is said of a path that leads nowhere: to a program in its own way.
async fn nowhere(uri: Uri) -> Response {
    if uri.path().starts_with(api::ROOT) {
        return api::nowhere().into_response();
    }
    Fault::NotFound("It may have been moved, or mistyped.".to_owned()).into_response()
}

/// Serves the pages until the desk's `stop`.
pub async fn serve(listener: tokio::net::TcpListener, desk: Desk) {
    let stop = desk.stop.clone();
    serve_router(listener, router(desk), stop).await;
}

/// Serves health, readiness and figures alone, until the desk's `stop`.
pub async fn serve_watchers(listener: tokio::net::TcpListener, desk: Desk) {
    let stop = desk.stop.clone();
    serve_router(listener, figures::router(desk), stop).await;
}

async fn serve_router(listener: tokio::net::TcpListener, router: Router, stop: CancellationToken) {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(async move { stop.cancelled().await }).await;
    if let Err(error) = served {
        tracing::error!(%error, "the pages stopped");
    }
}

/// 200 with counts while all is well; 503 with what is wrong, and its page of the runbook, otherwise. Holds no identity.
async fn health(State(desk): State<Arc<Desk>>) -> (StatusCode, String) {
    match (desk.store.count_cases().await, desk.store.count_outbox().await) {
        (Ok(cases), Ok(outbox)) => {
            let troubles = desk.troubles.borrow().clone();
            let (status, word) = match troubles.is_empty() {
                true => (StatusCode::OK, "ok"),
                false => (StatusCode::SERVICE_UNAVAILABLE, "not well"),
            };
            let mut text = format!("{word}\n");
            for trouble in &troubles {
                text.push_str(&format!("alarm {} {trouble}\n", trouble.key()));
            }
            text.push_str(&format!("edition {}\n", desk.shelf.current().edition()));
            for (status, n) in cases {
                text.push_str(&format!("cases {} {n}\n", status.key()));
            }
            for (state, n) in outbox {
                text.push_str(&format!("outbox {} {n}\n", state.key()));
            }
            (status, text)
        }
        (Err(error), _) | (_, Err(error)) => {
            tracing::error!(%error, "health: the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n".to_owned())
        }
    }
}
