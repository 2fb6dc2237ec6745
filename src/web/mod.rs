//! Pages. For now one: the health of the service, for supervisors and load balancers.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use tokio_util::sync::CancellationToken;

use crate::corpus::Shelf;
use crate::store::Store;

#[derive(Clone)]
struct Shared {
    store: Store,
    shelf: Arc<Shelf>,
}

/// Serves `/health` until `stop`.
pub async fn serve(listener: tokio::net::TcpListener, store: Store, shelf: Arc<Shelf>, stop: CancellationToken) {
    let pages = axum::Router::new().route("/health", get(health)).with_state(Shared { store, shelf });
    let served = axum::serve(listener, pages).with_graceful_shutdown(async move { stop.cancelled().await }).await;
    if let Err(error) = served {
        tracing::error!(%error, "the health page stopped");
    }
}

/// 200 with counts while the database answers, 503 otherwise. Holds no identity.
async fn health(State(shared): State<Shared>) -> (StatusCode, String) {
    match (shared.store.count_cases().await, shared.store.count_outbox().await) {
        (Ok(cases), Ok(outbox)) => {
            let mut text = format!("ok\nedition {}\n", shared.shelf.current().edition());
            for (status, n) in cases {
                text.push_str(&format!("cases {} {n}\n", status.key()));
            }
            for (state, n) in outbox {
                text.push_str(&format!("outbox {} {n}\n", state.key()));
            }
            (StatusCode::OK, text)
        }
        (Err(error), _) | (_, Err(error)) => {
            tracing::error!(%error, "health: the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n".to_owned())
        }
    }
}
