//! A complaint that a person decided: its sender is told, in the thread of the complaint.

use super::{Pipeline, StageError};
use crate::admit;
use crate::domain::case::CaseStatus;
use crate::domain::release::Release;
use crate::reply::ReplyError;
use crate::reply::command::CommandReply;
use crate::store::StoreError;
use crate::store::case::{Lease, Progress};
use crate::store::feedback::Decided;

impl Pipeline {
    /// Tells how it was decided. The complaint was proved and accepted when it came; it is not judged again.
    pub(super) async fn tell_decision(&self, lease: &Lease, decided: &Decided) -> Result<(), StageError> {
        let now = self.consultant.clock.now();
        let release = Release::decision(decided.upheld);
        let progress = |more: &str| Progress { reason: format!("{}{more}", release.reason()), ..Progress::default() };
        let raw = match self.original(lease).await {
            Ok((raw, _)) => raw,
            Err(StoreError::Purged(_)) => {
                let progress = progress("; its original is purged, and nobody was told");
                self.store.close_quietly(lease, CaseStatus::Served, progress, now).await?;
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        let arrival = admit::read(&raw, &self.consultant.config);
        let Some(to) = arrival.message.from.clone() else { return Err(StageError::Missing("sender")) };
        if self.store.is_silent(&to.key()).await? {
            let progress = progress("; its sender asked for silence (STOP)");
            self.store.close_quietly(lease, CaseStatus::Served, progress, now).await?;
            return Ok(());
        }
        let mut foot = self.footing(lease, &[]);
        foot.case = decided.root.to_string();
        let reply = CommandReply::decided(decided.root.as_str(), decided.upheld, &decided.explained);
        let body = reply.render(&foot).map_err(ReplyError::from)?;
        let progress = Progress { thread: Some(decided.root.clone()), ..progress("") };
        self.send(lease, &release, &arrival, &to, &body, CaseStatus::Served, progress).await
    }
}
