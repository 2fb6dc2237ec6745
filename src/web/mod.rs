//! Pages. For now one: the health of the service, for supervisors and load balancers.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::corpus::Shelf;
use crate::domain::alarm::Trouble;
use crate::store::Store;

#[derive(Clone)]
struct Shared {
    store: Store,
    shelf: Arc<Shelf>,
    troubles: watch::Receiver<Vec<Trouble>>,
}

/// Serves `/health` until `stop`. `troubles` is what the watch found last.
pub async fn serve(
    listener: tokio::net::TcpListener,
    store: Store,
    shelf: Arc<Shelf>,
    troubles: watch::Receiver<Vec<Trouble>>,
    stop: CancellationToken,
) {
    let pages = axum::Router::new().route("/health", get(health)).with_state(Shared { store, shelf, troubles });
    let served = axum::serve(listener, pages).with_graceful_shutdown(async move { stop.cancelled().await }).await;
    if let Err(error) = served {
        tracing::error!(%error, "the health page stopped");
    }
}

/// 200 with counts while all is well; 503 with what is wrong, and its page of the runbook, otherwise. Holds no identity.
async fn health(State(shared): State<Shared>) -> (StatusCode, String) {
    match (shared.store.count_cases().await, shared.store.count_outbox().await) {
        (Ok(cases), Ok(outbox)) => {
            let troubles = shared.troubles.borrow().clone();
            let (status, word) = match troubles.is_empty() {
                true => (StatusCode::OK, "ok"),
                false => (StatusCode::SERVICE_UNAVAILABLE, "not well"),
            };
            let mut text = format!("{word}\n");
            for trouble in &troubles {
                text.push_str(&format!("alarm {} {trouble}\n", trouble.key()));
            }
            text.push_str(&format!("edition {}\n", shared.shelf.current().edition()));
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
