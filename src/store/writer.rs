//! Group commit: one connection, one task; everything that waits goes into one transaction and one fsync.
//!
//! Writes follow one another, whatever the engine: the chain of events, caps and quotas rest on it. SQLite has one writer by
//! itself. On PostgreSQL each group begins by taking one lock of the server, so that the groups of several processes
//! follow one another too, and each sees what the one before it committed.

use std::time::Duration;

use futures::future::BoxFuture;
use sqlx::{AnyConnection, Connection as _};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::engine::{Engine, Opening};
use super::{Store, StoreError};
use crate::point;

/// What a write works on.
pub type Connection = AnyConnection;

/// Writes that share one commit, at most. More would delay the first of them.
const GROUP: usize = 256;
/// Writes that may wait; a full queue holds its callers back.
const QUEUE: usize = 1024;
/// How long a group may take on a server before its connection is given up.
const PATIENCE: Duration = Duration::from_secs(60);
/// The pauses between attempts to reach a server: the first, doubled each time, and the longest.
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

const BEGIN_SQLITE: &str = "BEGIN IMMEDIATE";
/// The number is the lock's name, the same in every process of ours; it ends with the transaction.
const BEGIN_POSTGRES: &str = "BEGIN; SELECT pg_advisory_xact_lock(4990250901)";

/// Around each write of a group. What ends one begins the next, so that a server is asked once; an undone one stays open.
const FIRST: &str = "SAVEPOINT one";
const NEXT: &str = "RELEASE SAVEPOINT one; SAVEPOINT one";
const UNDO: &str = "ROLLBACK TO SAVEPOINT one";

/// The handle of the writing task.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Box<dyn Job>>,
    stop: CancellationToken,
    stopped: CancellationToken,
}

/// Why a group was not committed.
#[derive(Clone)]
struct Fault {
    reason: String,
    /// The server may be back for the next one.
    transient: bool,
}

/// A write in the queue: it runs inside a savepoint and learns of the commit.
trait Job: Send {
    fn run<'c>(&'c mut self, connection: &'c mut Connection) -> BoxFuture<'c, bool>;
    fn finish(self: Box<Self>, commit: Result<(), Fault>);
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

    fn finish(mut self: Box<Self>, commit: Result<(), Fault>) {
        let result = match (commit, self.result.take()) {
            (Ok(()), Some(result)) => result,
            (_, Some(Err(error))) => Err(error),
            (Err(fault), _) if fault.transient => Err(StoreError::Unreachable(fault.reason)),
            (Err(fault), _) => Err(StoreError::Stopped(fault.reason)),
            (Ok(()), None) => Err(StoreError::Stopped("the write was not run".to_owned())),
        };
        if let Some(reply) = self.reply.take() {
            let _ = reply.send(result); // The caller may have gone; its write stands.
        }
    }
}

impl Writer {
    /// Opens the connection and starts the task.
    pub async fn start(opening: Opening) -> Result<Self, sqlx::Error> {
        let connection = opening.connect().await?;
        let (queue, jobs) = mpsc::channel(QUEUE);
        let (stop, stopped) = (CancellationToken::new(), CancellationToken::new());
        let (told, done) = (stop.clone(), stopped.clone().drop_guard());
        tokio::spawn(async move {
            let _done = done; // Also when the task is dropped with its runtime: nobody waits for it in vain.
            run(opening, connection, jobs, told).await;
        });
        Ok(Self { queue, stop, stopped })
    }

    /// Waits until everything queued so far is on disk and the connection is closed, for every clone. A file is
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

async fn run(
    opening: Opening,
    connection: Connection,
    mut jobs: mpsc::Receiver<Box<dyn Job>>,
    stop: CancellationToken,
) {
    let (mut held, mut pause) = (Some(connection), PAUSE);
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
        let commit = attempt(&opening, &mut held, &mut group).await;
        if let Err(fault) = &commit {
            tracing::error!(reason = %fault.reason, writes = group.len(), "a group of writes was not committed");
        }
        for job in group.drain(..) {
            job.finish(commit.clone());
        }
        if held.is_some() {
            pause = PAUSE;
            continue;
        }
        // What arrives meanwhile waits, so that a server that comes back is not met by all at once.
        if tokio::time::timeout(pause, stop.cancelled()).await.is_ok() {
            break;
        }
        pause = LONGEST_PAUSE.min(pause * 2);
    }
    if let Some(connection) = held {
        let _ = connection.close().await;
    }
}

/// Commits a group over the connection that is held, or over a new one. A connection to a server that failed is dropped:
/// whatever state it is in, the next group begins anew.
async fn attempt(opening: &Opening, held: &mut Option<Connection>, group: &mut [Box<dyn Job>]) -> Result<(), Fault> {
    let fault = |error: sqlx::Error| Fault { reason: error.to_string(), transient: opening.engine == Engine::Postgres };
    let mut connection = match held.take() {
        Some(connection) => connection,
        None => opening.connect().await.map_err(fault)?,
    };
    let done = match opening.engine {
        Engine::Sqlite => commit(&mut connection, group, BEGIN_SQLITE).await,
        Engine::Postgres => tokio::time::timeout(PATIENCE, commit(&mut connection, group, BEGIN_POSTGRES))
            .await
            .unwrap_or_else(|_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()))),
    };
    if done.is_ok() || opening.engine == Engine::Sqlite {
        *held = Some(connection);
    }
    done.map_err(fault)
}

/// One transaction around the whole group; a write that fails is undone alone.
async fn commit(
    connection: &mut Connection,
    group: &mut [Box<dyn Job>],
    begin: &'static str,
) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin_with(begin).await?;
    let alone = group.len() == 1;
    let mut mark = Some(FIRST).filter(|_| !alone);
    for job in group {
        if let Some(mark) = mark.take() {
            sqlx::raw_sql(mark).execute(&mut *transaction).await?;
        }
        if job.run(&mut transaction).await {
            mark = Some(NEXT);
        } else if alone {
            return transaction.rollback().await;
        } else {
            sqlx::raw_sql(UNDO).execute(&mut *transaction).await?;
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
        let Some(fence) = self.fence.clone() else { return self.writer.write(work).await };
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    fence.check(connection).await?;
                    work(connection).await
                })
            })
            .await
    }
}
