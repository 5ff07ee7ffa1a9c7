//! The only writer of the file. Calls that come while it commits are committed together next time.
//!
//! WAL with `synchronous=NORMAL`: what was answered survives the end of the process; only a power cut may lose the
//! last moments, which a stand-in may.
use super::callbacks::{Job, Lanes};
use crate::kernel::{
    AppResult, ThreemaId,
    server::{Db, Tx},
};
use serde_json::Value;
use std::{collections::HashMap, sync::Arc};
use tokio::sync::{
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    oneshot, watch,
};

/// Calls in one commit.
const GROUP: usize = 256;

/// One change for the file.
#[derive(Debug)]
pub enum Op {
    /// An identity is new or changed.
    Identity {
        id: ThreemaId,
        record: String,
        credits: i64,
    },
    /// Credits were used.
    Credits { id: ThreemaId, credits: i64 },
    /// Boxes were accepted.
    Accepted { sender: ThreemaId, entries: Vec<u8> },
    /// Counting recipients were made.
    Recipients { seed: String, first: u64, count: u64 },
    /// A message for a mailbox; the bell rings when it can be read.
    Mail {
        owner: ThreemaId,
        seq: i64,
        message: String,
        bell: Arc<watch::Sender<i64>>,
    },
    /// A callback is due at once; it is made when it stands in the file.
    Callback(Job),
    /// A callback failed and is due again.
    CallbackAgain { id: i64, attempts: u32, next_at: i64 },
    /// A callback has arrived or was given up.
    CallbackDone { id: i64 },
    /// A blob was uploaded.
    Blob { id: String, data: Vec<u8> },
    /// The faults were set.
    Faults { value: String },
}

struct Write {
    ops: Vec<Op>,
    done: oneshot::Sender<()>,
}

/// Takes changes.
pub struct Writer(UnboundedSender<Write>);

impl Writer {
    /// Starts the writer; it ends when this is dropped.
    pub fn start(db: Db, lanes: Lanes) -> Self {
        let (sender, receiver) = unbounded_channel();
        tokio::spawn(run(db, lanes, receiver));
        Self(sender)
    }

    /// Queues changes; the answer comes when they are in the file, or is an error when they will not be.
    pub fn write(&self, ops: Vec<Op>) -> oneshot::Receiver<()> {
        let (done, answer) = oneshot::channel();
        if ops.is_empty() {
            let _ = done.send(());
        } else {
            // without a writer the answer is an error, because `done` is dropped
            let _ = self.0.send(Write { ops, done });
        }
        answer
    }
}

async fn run(db: Db, lanes: Lanes, mut receiver: UnboundedReceiver<Write>) {
    let mut group = Vec::with_capacity(GROUP);
    while receiver.recv_many(&mut group, GROUP).await > 0 {
        let mut done = Vec::with_capacity(group.len());
        let mut batch = Batch::default();
        for write in group.drain(..) {
            done.push(write.done);
            write.ops.into_iter().for_each(|op| batch.add(op));
        }
        let bells = std::mem::take(&mut batch.bells);
        let jobs = std::mem::take(&mut batch.jobs);
        match commit(&db, batch).await {
            Ok(()) => {
                for (bell, seq) in bells {
                    bell.send_if_modified(|last| std::mem::replace(last, seq.max(*last)) < seq);
                }
                jobs.into_iter().for_each(|job| lanes.push(job));
                for done in done {
                    // who asked may have gone
                    let _ = done.send(());
                }
            }
            Err(error) => tracing::error!(%error, "the local gateway cannot write its file"),
        }
    }
}

/// What one commit writes: a statement for each kind of thing that comes in numbers, not for each thing.
#[derive(Default)]
struct Batch {
    single: Vec<Op>,
    credits: HashMap<ThreemaId, i64>,
    mail: Vec<Value>,
    bells: Vec<(Arc<watch::Sender<i64>>, i64)>,
    callbacks: Vec<Value>,
    jobs: Vec<Job>,
    callbacks_again: Vec<Value>,
    callbacks_done: Vec<Value>,
}

impl Batch {
    fn add(&mut self, op: Op) {
        match op {
            Op::Credits { id, credits } => {
                self.credits.insert(id, credits);
            }
            Op::Identity { id, credits, .. } => {
                self.credits.insert(id, credits);
                self.single.push(op);
            }
            Op::Mail {
                owner,
                seq,
                message,
                bell,
            } => {
                self.mail.push(serde_json::json!([owner, seq, message]));
                self.bells.push((bell, seq));
            }
            Op::Callback(job) => {
                let fields = serde_json::to_string(&job.fields).unwrap_or_default();
                self.callbacks.push(serde_json::json!([job.id, fields]));
                self.jobs.push(job);
            }
            Op::CallbackAgain {
                id,
                attempts,
                next_at,
            } => {
                self.callbacks_again
                    .push(serde_json::json!([id, attempts, next_at]));
            }
            Op::CallbackDone { id } => self.callbacks_done.push(id.into()),
            single => self.single.push(single),
        }
    }
}

async fn commit(db: &Db, batch: Batch) -> AppResult<()> {
    let tx = db.begin().await?;
    for op in batch.single {
        one(&tx, op).await?;
    }
    for (id, credits) in batch.credits {
        tx.exec(
            "UPDATE identity SET credits = $1 WHERE id = $2",
            [credits.into(), id.to_string().into()],
        )
        .await?;
    }
    for (sql, rows) in [
        (
            "INSERT INTO mail (owner, seq, message)
             SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each($1)",
            batch.mail,
        ),
        (
            "INSERT INTO callback (id, fields, attempts, next_at)
             SELECT value ->> 0, value ->> 1, 0, 0 FROM json_each($1)",
            batch.callbacks,
        ),
        (
            "UPDATE callback SET attempts = again.value ->> 1, next_at = again.value ->> 2
             FROM json_each($1) AS again WHERE callback.id = again.value ->> 0",
            batch.callbacks_again,
        ),
        (
            "DELETE FROM callback WHERE id IN (SELECT value FROM json_each($1))",
            batch.callbacks_done,
        ),
    ] {
        if !rows.is_empty() {
            tx.exec(sql, [Value::Array(rows).to_string().into()]).await?;
        }
    }
    tx.commit().await
}

async fn one(tx: &Tx, op: Op) -> AppResult<()> {
    match op {
        Op::Identity { id, record, credits } => {
            let sql = "INSERT INTO identity (id, record, credits) VALUES ($1, $2, $3)
                       ON CONFLICT (id) DO UPDATE SET record = excluded.record";
            tx.exec(sql, [id.to_string().into(), record.into(), credits.into()])
                .await?;
        }
        Op::Accepted { sender, entries } => {
            let sql = "INSERT INTO accepted (sender, entries) VALUES ($1, $2)";
            tx.exec(sql, [sender.to_string().into(), entries.into()]).await?;
        }
        Op::Recipients { seed, first, count } => {
            let sql = "INSERT INTO recipients (seed, first, count) VALUES ($1, $2, $3)";
            let numbers = [first, count].map(|n| i64::try_from(n).unwrap_or(i64::MAX));
            tx.exec(sql, [seed.into(), numbers[0].into(), numbers[1].into()])
                .await?;
        }
        Op::Blob { id, data } => {
            let sql = "INSERT INTO stored_blob (id, data) VALUES ($1, $2)";
            tx.exec(sql, [id.into(), data.into()]).await?;
        }
        Op::Faults { value } => {
            let sql = "INSERT INTO setting (name, value) VALUES ('faults', $1)
                       ON CONFLICT (name) DO UPDATE SET value = excluded.value";
            tx.exec(sql, [value.into()]).await?;
        }
        // collected by `Batch::add`
        Op::Credits { .. }
        | Op::Mail { .. }
        | Op::Callback(_)
        | Op::CallbackAgain { .. }
        | Op::CallbackDone { .. } => {}
    }
    Ok(())
}
