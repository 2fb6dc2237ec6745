//! Group commit: one connection, one task; everything that waits goes into one transaction and one fsync.

use futures::future::BoxFuture;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::{Store, StoreError};
use crate::point;

/// What a write works on.
pub type Connection = SqliteConnection;

/// Writes that share one commit, at most. More would delay the first of them.
const GROUP: usize = 256;
/// Writes that may wait; a full queue holds its callers back.
const QUEUE: usize = 1024;

/// The handle of the writing task.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Box<dyn Job>>,
    stop: CancellationToken,
    stopped: CancellationToken,
}

/// A write in the queue: it runs inside a savepoint and learns of the commit.
trait Job: Send {
    fn run<'c>(&'c mut self, connection: &'c mut Connection) -> BoxFuture<'c, bool>;
    fn finish(self: Box<Self>, commit: Result<(), String>);
}

struct Write<F, T> {
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    reply: Option<oneshot::Sender<Result<T, StoreError>>>,
}

impl<F, T> Job for Write<F, T>
where
    F: for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, Result<T, StoreError>> + Send,
    T: Send,
{
    fn run<'c>(&'c mut self, connection: &'c mut Connection) -> BoxFuture<'c, bool> {
        Box::pin(async move {
            let Some(work) = self.work.take() else { return false };
            let result = work(connection).await;
            let done = result.is_ok();
            self.result = Some(result);
            done
        })
    }

    fn finish(mut self: Box<Self>, commit: Result<(), String>) {
        let result = match (commit, self.result.take()) {
            (Ok(()), Some(result)) => result,
            (_, Some(Err(error))) => Err(error),
            (Err(reason), _) => Err(StoreError::Stopped(reason)),
            (Ok(()), None) => Err(StoreError::Stopped("the write was not run".to_owned())),
        };
        if let Some(reply) = self.reply.take() {
            let _ = reply.send(result); // The caller may have gone; its write stands.
        }
    }
}

impl Writer {
    /// Opens the connection and starts the task.
    pub async fn start(options: SqliteConnectOptions) -> Result<Self, sqlx::Error> {
        let connection = options.connect().await?;
        let (queue, jobs) = mpsc::channel(QUEUE);
        let (stop, stopped) = (CancellationToken::new(), CancellationToken::new());
        let (told, done) = (stop.clone(), stopped.clone().drop_guard());
        tokio::spawn(async move {
            let _done = done; // Also when the task is dropped with its runtime: nobody waits for it in vain.
            run(connection, jobs, told).await;
        });
        Ok(Self { queue, stop, stopped })
    }

    /// Waits until everything queued so far is on disk and the connection is closed, for every clone. The file is
    /// whole by itself then: the last connection to close takes the write-ahead log into it.
    pub async fn close(self) {
        let _ = self.write(|_| Box::pin(async { Ok(()) })).await;
        self.stop.cancel();
        self.stopped.cancelled().await;
    }

    /// Runs a write; returns after the commit that holds it.
    pub async fn write<F, T>(&self, work: F) -> Result<T, StoreError>
    where
        F: for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, Result<T, StoreError>> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Write { work: Some(work), result: None, reply: Some(reply) });
        let stopped = || StoreError::Stopped("its queue is closed".to_owned());
        self.queue.send(job).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

async fn run(mut connection: Connection, mut jobs: mpsc::Receiver<Box<dyn Job>>, stop: CancellationToken) {
    let mut group = Vec::new();
    loop {
        let taken = tokio::select! {
            biased;
            taken = jobs.recv_many(&mut group, GROUP) => taken,
            () = stop.cancelled() => 0,
        };
        if taken == 0 {
            break;
        }
        let commit = commit(&mut connection, &mut group).await.map_err(|error| error.to_string());
        if let Err(reason) = &commit {
            tracing::error!(%reason, writes = group.len(), "a group of writes was not committed");
        }
        for job in group.drain(..) {
            job.finish(commit.clone());
        }
    }
    let _ = connection.close().await;
}

/// One transaction around the whole group; a write that fails is undone alone.
async fn commit(connection: &mut Connection, group: &mut [Box<dyn Job>]) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    for job in group {
        let mut savepoint = transaction.begin().await?;
        if job.run(&mut savepoint).await {
            savepoint.commit().await?;
        } else {
            savepoint.rollback().await?;
        }
    }
    point!("before-commit");
    let committed = transaction.commit().await;
    point!("after-commit");
    committed
}

impl Store {
    /// Runs a write in the next group; returns after its commit.
    pub(super) async fn write<F, T>(&self, work: F) -> Result<T, StoreError>
    where
        F: for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, Result<T, StoreError>> + Send + 'static,
        T: Send + 'static,
    {
        self.writer.write(work).await
    }
}
