//! Mail that could not be read as one, or was refused at the door: what an admin sees of it.

use super::{Store, StoreError, case};
use crate::domain::case::CaseId;
use crate::domain::time::Timestamp;

/// A message in quarantine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Its case.
    pub id: CaseId,
    /// Why it is there.
    pub reason: String,
    /// Its masked subject; mostly empty.
    pub subject: String,
    /// The sender that it names: proved by nothing. Mask it.
    pub sender: String,
    /// The mailbox that it came by.
    pub mailbox: String,
    /// Its bytes, as the server announced them.
    pub size: u64,
    /// When it came.
    pub received_at: Timestamp,
    /// By when somebody should have looked; the order of the list.
    pub due_at: Timestamp,
    /// True where its original is not kept any more.
    pub purged: bool,
}

type Row = (String, String, String, String, String, i64, i64, i64, Option<i64>);

const LIST: &str = "SELECT c.id, c.reason, c.subject, c.sender, m.mailbox, m.size, m.received_at, c.due_at, m.purged_at
    FROM consultation c JOIN message m ON m.id = c.message_id
    WHERE c.waits = 'quarantine' AND c.waits <> '' AND (c.due_at, c.id) > ($1, $2) ORDER BY c.due_at, c.id LIMIT $3";

impl Store {
    /// What lies there, the one that waits longest first, behind the place `after`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_quarantine(
        &self,
        after: Option<(Timestamp, CaseId)>,
        limit: i64,
    ) -> Result<Vec<Quarantined>, StoreError> {
        let (due, id) = after.map_or((i64::MIN, String::new()), |(due, id)| (due.0, id.to_string()));
        let rows: Vec<Row> = sqlx::query_as(LIST).bind(due).bind(id).bind(limit).fetch_all(&self.readers).await?;
        rows.into_iter()
            .map(|(id, reason, subject, sender, mailbox, size, received_at, due_at, purged_at)| {
                Ok(Quarantined {
                    id: case::case_id(&id)?,
                    reason,
                    subject,
                    sender,
                    mailbox,
                    size: u64::try_from(size).unwrap_or(0),
                    received_at: Timestamp(received_at),
                    due_at: Timestamp(due_at),
                    purged: purged_at.is_some(),
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_list_of_the_quarantine_walks_the_index_of_its_pile() {
        let (_folder, store) = crate::store::explained::scratch().await;
        let plan = store.plan(LIST).await;
        assert!(plan.contains("INDEX consultation_waits_pile") && !plan.contains("TEMP B-TREE"), "{plan}");
    }
}
