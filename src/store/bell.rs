//! What happens in the database is heard by the processes that wait for it: PostgreSQL tells them, and they need not look.

use sqlx::postgres::PgListener;

use super::engine::Place;
use super::{Store, StoreError};

/// Something that a process may wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ring {
    /// A case arrived, or is to be worked on again.
    Case,
    /// A message is ready to leave.
    Outbox,
}

/// The connection that is told.
pub struct Bell(PgListener);

/// The channel of the server; `migrations/postgres` names it too.
const CHANNEL: &str = "caseconsultant";

impl Store {
    /// Listens to a server; none where the database is a file, whose one process rings its own bells.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub async fn listen(&self) -> Result<Option<Bell>, StoreError> {
        let Place::Server { url, .. } = self.place() else { return Ok(None) };
        let mut listener = PgListener::connect(url.expose()).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(Bell(listener)))
    }
}

impl Bell {
    /// Waits for the next ring. Where the connection was lost it is opened again, and both are rung: nobody knows what was
    /// missed.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub async fn next(&mut self) -> Result<Vec<Ring>, StoreError> {
        match self.0.try_recv().await? {
            Some(told) if told.payload() == "case" => Ok(vec![Ring::Case]),
            Some(told) if told.payload() == "outbox" => Ok(vec![Ring::Outbox]),
            Some(_) => Ok(Vec::new()),
            None => Ok(vec![Ring::Case, Ring::Outbox]),
        }
    }
}
