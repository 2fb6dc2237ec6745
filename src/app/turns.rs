//! Several processes over one database: each says that it is alive, hears what happens, and does in its turn what one at a
//! time may do. Over a file there is one process, and every turn is its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::loops::{AFTER_FAULT, Loops, SharedSource, pause};
use crate::domain::worker::Worker;
use crate::store::bell::Ring;
use crate::store::worker::Held;
use crate::store::{Engine, StoreError};

/// The task of keeping house.
const HOUSE: &str = "house";
/// The task of looking for copies of what left.
const COPIES: &str = "copies";

/// True while this process keeps house: it looks after what belongs to all.
#[derive(Debug, Clone)]
pub struct House(Arc<AtomicBool>);

impl House {
    /// Of a process that has nobody beside it.
    pub fn kept() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }

    /// Of a process that is alone it is kept from the start.
    pub fn new(engine: Engine) -> Self {
        Self(Arc::new(AtomicBool::new(engine == Engine::Sqlite)))
    }

    /// Is it kept here now?
    pub fn is_kept_here(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The task of reading a mailbox.
pub async fn reading(source: &SharedSource) -> String {
    format!("mailbox {}", source.lock().await.name())
}

impl Loops {
    fn alive(&self) -> Duration {
        self.pipeline.consultant.config.database.alive()
    }

    fn beat_every(&self) -> Duration {
        self.pipeline.consultant.config.database.beat()
    }

    /// Says again and again that this process is alive, and in the end that it is not.
    pub async fn say_alive(self, mut worker: Worker) {
        let store = &self.pipeline.store;
        loop {
            worker.edition = self.pipeline.consultant.shelf.current().edition().to_owned();
            let said = store.record_worker(worker.clone(), self.alive(), self.pipeline.consultant.clock.now()).await;
            if let Err(error) = said {
                tracing::warn!(%error, "this process could not say that it is alive");
            }
            if pause(&self.stop, self.beat_every()).await {
                break;
            }
        }
    }

    /// Passes on what the database tells, so that nobody waits for the next look.
    pub async fn hear(self) {
        while !self.stop.is_cancelled() {
            let heard = tokio::select! {
                () = self.stop.cancelled() => return,
                heard = self.hear_on() => heard,
            };
            match heard {
                Ok(()) => return,
                Err(error) => {
                    tracing::warn!(%error, "the database's bells cannot be heard; workers look by themselves")
                }
            }
            pause(&self.stop, AFTER_FAULT).await;
        }
    }

    async fn hear_on(&self) -> Result<(), StoreError> {
        let Some(mut bell) = self.pipeline.store.listen().await? else { return Ok(()) };
        loop {
            for ring in bell.next().await? {
                match ring {
                    Ring::Case => self.arrived.notify_one(),
                    Ring::Outbox => self.outgoing.notify_one(),
                }
            }
        }
    }

    /// Reads the mailbox while it is this process's turn.
    pub async fn poll_in_turn(self, source: SharedSource) {
        let task = reading(&source).await;
        self.in_turn(&task, |loops| {
            let source = source.clone();
            async move {
                loops.mailbox.begins(loops.pipeline.consultant.clock.now());
                loops.clone().poll(source).await;
                if loops.pipeline.store.engine() == Engine::Postgres {
                    loops.mailbox.rests();
                }
            }
        })
        .await;
    }

    /// Looks for copies while it is this process's turn.
    pub async fn look_for_copies_in_turn(self, source: SharedSource) {
        self.in_turn(COPIES, |loops| loops.look_for_copies(source.clone())).await;
    }

    /// Keeps house while it is this process's turn: purges what is over, and finds what a process that ended left half-sent.
    pub async fn keep_house(self, house: House) {
        self.in_turn(HOUSE, |loops| {
            let house = house.clone();
            async move {
                house.0.store(true, Ordering::Relaxed);
                tokio::join!(loops.clone().purge(), loops.clone().recover());
                house.0.store(loops.pipeline.store.engine() == Engine::Sqlite, Ordering::Relaxed);
            }
        })
        .await;
    }

    async fn recover(self) {
        while !pause(&self.stop, self.beat_every()).await {
            let now = self.pipeline.consultant.clock.now();
            match self.pipeline.store.recover_sending(false, now).await {
                Ok(0) => {}
                Ok(messages) => tracing::warn!(messages, "a process ended while it sent: uncertain"),
                Err(error) => tracing::warn!(%error, "what is half-sent could not be looked for"),
            }
        }
    }

    /// Does something whenever this process holds a task, until the service stops. It runs with a stop of its own, which comes
    /// when the task is lost, and with a store that refuses what is written after that.
    async fn in_turn<F>(&self, task: &str, mut work: impl FnMut(Self) -> F)
    where
        F: Future<Output = ()>,
    {
        let store = &self.pipeline.store;
        if store.engine() == Engine::Sqlite {
            return work(self.clone()).await;
        }
        while !self.stop.is_cancelled() {
            match store.hold_task(task, self.alive(), self.pipeline.consultant.clock.now()).await {
                Ok(Some(held)) => {
                    tracing::info!(task, "it is this process's turn");
                    let turn = self.stop.child_token();
                    let mut loops = self.clone();
                    loops.stop = turn.clone();
                    loops.pipeline.store = store.fenced(&held);
                    let work = async {
                        work(loops).await;
                        turn.cancel();
                    };
                    tokio::join!(work, self.hold(&held, &turn));
                    if let Err(error) = store.release_task(&held, self.pipeline.consultant.clock.now()).await {
                        tracing::debug!(%error, task, "not given back; its time will be over");
                    }
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, task, "it could not be asked whose turn it is"),
            }
            pause(&self.stop, self.beat_every() / 2).await;
        }
    }

    /// Holds a task longer and longer; ends the turn when another process has it, or when nobody can say.
    async fn hold(&self, held: &Held, turn: &CancellationToken) {
        let mut last = Instant::now();
        while !pause(turn, self.beat_every()).await {
            match self.pipeline.store.hold_task(&held.name, self.alive(), self.pipeline.consultant.clock.now()).await {
                Ok(Some(again)) if again == *held => last = Instant::now(),
                Ok(_) => {
                    tracing::warn!(task = held.name, "another process took it");
                    turn.cancel();
                }
                Err(error) if last.elapsed() >= self.alive() => {
                    tracing::warn!(%error, task = held.name, "it could not be held any longer");
                    turn.cancel();
                }
                Err(error) => tracing::warn!(%error, task = held.name, "it could not be held; tried again"),
            }
        }
    }
}
