//! Work that keeps an order: rows of one lane (what goes to one person or group, what came from one sender) are dealt with
//! one after the other, those of different lanes side by side.
use super::{
    Ctx, Tx,
    rows::{among, numbers},
};
use crate::kernel::AppResult;
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

/// A table of such work. It has the columns `id`, which tells the order, and `lease_holder`. In conditions a row is `x`.
#[derive(Clone, Copy, Debug)]
pub struct Lanes {
    /// The table.
    pub table: &'static str,
    /// What tells the lanes apart: columns or expressions of `x`.
    pub lane: &'static str,
    /// Which rows wait. What is kept back here is kept back with its whole lane.
    pub waiting: &'static str,
    /// The column that says from when on a row is due.
    pub due: &'static str,
    /// The column that counts how often a row was taken, if there is one.
    pub counts: Option<&'static str>,
    /// How much of a lane is taken.
    pub step: Step,
    /// Rows that are taken at most.
    pub most: usize,
    /// Names the lock of this table among PostgreSQL's advisory locks of two numbers.
    pub lock: i32,
}

/// How much of a lane is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Its first row; the next one when that is gone.
    First,
    /// Its rows up to the first one that is not due or is in other hands.
    Row,
}

impl Lanes {
    /// Takes what is due in the name of this process, in the order of the rows; each has the columns, and `id`.
    ///
    /// A process has one round at a time: what stands in its own name is left over from a round that broke off. Results are
    /// written only while that name stands there.
    pub async fn take<T: FromQueryResult>(
        &self,
        ctx: &Ctx,
        holder: &str,
        columns: &str,
    ) -> AppResult<Vec<T>> {
        let values = || -> [Value; 2] { [ctx.now().0.into(), holder.into()] };
        // looking costs no lock: most of the time there is nothing
        let look = ctx.db.stmt(&self.any(), values());
        if ctx.db.conn().query_one_raw(look).await?.is_none() {
            return Ok(Vec::new());
        }
        let tx = ctx.db.begin().await?;
        if !tx.is_sqlite() {
            // until the commit: what another process takes meanwhile must be seen, or it would be passed
            tx.exec("SELECT pg_advisory_xact_lock($1, 0)", [self.lock.into()])
                .await?;
        }
        let found = tx.conn().query_all_raw(tx.stmt(&self.next(), values())).await?;
        let ids = found.iter().map(|row| row.try_get("", "id"));
        let ids = ids.collect::<Result<Vec<i64>, _>>()?;
        let taken = self.mark(&tx, holder, &ids, columns).await?;
        tx.commit().await?;
        Ok(taken)
    }

    /// Whether anything may be there.
    fn any(&self) -> String {
        let Self {
            table, waiting, due, ..
        } = self;
        format!(
            "SELECT x.id FROM {table} x WHERE {waiting} AND x.{due} <= $1
               AND (x.lease_holder IS NULL OR x.lease_holder = $2) LIMIT 1"
        )
    }

    /// The rows to take. Numbered and not joined: a planner that takes the table for empty, as it was before a burst, would
    /// compare each row with each other one.
    fn next(&self) -> String {
        let Self {
            table,
            lane,
            waiting,
            due,
            most,
            ..
        } = self;
        let (only, order) = match self.step {
            Step::First => (" AND w.place = 1", "w.due, w.id"),
            // by their numbers alone, or the limit could cut off what comes before
            Step::Row => ("", "w.id"),
        };
        format!(
            "SELECT w.id FROM (SELECT x.id, x.{due} AS due, ROW_NUMBER() OVER lane AS place,
                 MAX(CASE WHEN x.{due} > $1 OR x.lease_holder <> $2 THEN 1 ELSE 0 END) OVER lane AS held
               FROM {table} x WHERE {waiting} WINDOW lane AS (PARTITION BY {lane} ORDER BY x.id)) w
             WHERE w.held = 0{only} ORDER BY {order} LIMIT {most}"
        )
    }

    async fn mark<T: FromQueryResult>(
        &self,
        tx: &Tx,
        holder: &str,
        ids: &[i64],
        columns: &str,
    ) -> AppResult<Vec<T>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sqlite = tx.is_sqlite();
        let counts = self.counts.map(|c| format!(", {c} = {c} + 1"));
        let sql = format!(
            "UPDATE {} SET lease_holder = $1{} WHERE {} RETURNING id, {columns}",
            self.table,
            counts.unwrap_or_default(),
            among(sqlite, "id", "$2")
        );
        let statement = tx.stmt(&sql, [holder.into(), numbers(sqlite, ids)]);
        let rows = tx.conn().query_all_raw(statement).await?;
        let mut taken = Vec::with_capacity(rows.len());
        for row in rows {
            taken.push((row.try_get::<i64>("", "id")?, T::from_query_result(&row, "")?));
        }
        taken.sort_by_key(|(id, _)| *id);
        Ok(taken.into_iter().map(|(_, row)| row).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{On, TestCtx, on_both};
    use std::{collections::BTreeMap, time::Duration};

    const FIRST: Lanes = Lanes {
        table: "work",
        lane: "x.lane, CASE WHEN x.lane IS NULL THEN x.id END",
        waiting: "x.state = 0",
        due: "due",
        counts: Some("attempts"),
        step: Step::First,
        most: 500,
        lock: 7,
    };
    const ROW: Lanes = Lanes {
        step: Step::Row,
        ..FIRST
    };

    #[derive(FromQueryResult)]
    struct Work {
        id: i64,
        lane: Option<String>,
        attempts: i64,
    }

    async fn world(on: On) -> TestCtx {
        let test = TestCtx::new(on, "http://127.0.0.1:1").await;
        let schema = "CREATE TABLE work (id BIGINT PRIMARY KEY, lane VARCHAR(8), state BIGINT NOT NULL, due BIGINT NOT NULL,
                        attempts BIGINT NOT NULL, lease_holder VARCHAR(36));
                      CREATE INDEX work_lane ON work (lane, id) WHERE state = 0";
        run(&test, schema).await;
        test
    }

    async fn run(test: &TestCtx, sql: &str) {
        test.ctx.db.conn().execute_unprepared(sql).await.unwrap();
    }

    /// Rows with these numbers, all due.
    async fn add(test: &TestCtx, lane: &str, ids: &[i64]) {
        for id in ids {
            let sql = format!("INSERT INTO work VALUES ({id}, {lane}, 0, 0, 0, NULL)");
            run(test, &sql).await;
        }
    }

    async fn take(test: &TestCtx, lanes: &Lanes, holder: &str) -> Vec<i64> {
        let taken = lanes.take::<Work>(&test.ctx, holder, "lane, attempts").await;
        taken.unwrap().iter().map(|work| work.id).collect()
    }

    async fn the_order_of_a_lane_is_kept(on: On) {
        let test = world(on).await;
        add(&test, "'a'", &[1, 3, 6]).await;
        add(&test, "'b'", &[2]).await;
        add(&test, "NULL", &[4, 5]).await;
        assert_eq!(take(&test, &FIRST, "me").await, [1, 2, 4, 5], "the first of each");
        // what stands in the own name is left over
        assert_eq!(take(&test, &FIRST, "me").await, [1, 2, 4, 5]);
        assert_eq!(take(&test, &FIRST, "other").await, [] as [i64; 0]);
        assert_eq!(
            take(&test, &ROW, "other").await,
            [] as [i64; 0],
            "behind what is in other hands"
        );
        assert_eq!(take(&test, &ROW, "me").await, [1, 2, 3, 4, 5, 6]);
        run(&test, "UPDATE work SET lease_holder = NULL").await;
        let later = test.ctx.now().0 + 1_000;
        run(
            &test,
            &format!("UPDATE work SET due = {later} WHERE id IN (3, 4)"),
        )
        .await;
        assert_eq!(
            take(&test, &ROW, "other").await,
            [1, 2, 5],
            "nothing passes what waits"
        );
        run(&test, "DELETE FROM work WHERE id IN (1, 2, 5)").await;
        assert_eq!(take(&test, &FIRST, "me").await, [] as [i64; 0]);
        test.clock.turn(1_000);
        assert_eq!(take(&test, &ROW, "me").await, [3, 4, 6]);
        run(&test, "UPDATE work SET state = 1 WHERE id = 3").await;
        assert_eq!(
            take(&test, &FIRST, "me").await,
            [4, 6],
            "what is done holds nobody up"
        );
        let work = ROW.take::<Work>(&test.ctx, "me", "lane, attempts").await.unwrap();
        assert_eq!(work[1].attempts, 4, "each time counts");
    }

    /// The limit takes the oldest rows, never a later one of a lane before an earlier one.
    async fn a_limit_cuts_off_the_end(on: On) {
        let test = world(on).await;
        add(&test, "'a'", &[1, 2, 3]).await;
        run(&test, "UPDATE work SET due = 9 WHERE id = 1").await;
        let two = Lanes { most: 2, ..ROW };
        assert_eq!(take(&test, &two, "me").await, [1, 2]);
    }

    /// Several processes at once, on a table of thousands that the planner takes for empty.
    async fn thousands_go_once_each_in_order(on: On) {
        let test = world(on).await;
        let numbers = "WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 8000)
                       INSERT INTO work SELECT id, 'p' || (id % 900), 0, 0, 0, NULL FROM n";
        run(&test, numbers).await;
        run(&test, "UPDATE work SET id = -id; DELETE FROM work").await;
        run(&test, "ANALYZE work").await;
        run(&test, numbers).await;
        let all = ["one", "two", "three"].map(|holder| empty(&test, holder));
        let all = tokio::time::timeout(Duration::from_secs(120), futures::future::join_all(all)).await;
        let all = all.expect("as many looks as rows, not as many as pairs of them");
        assert_eq!(all.iter().sum::<usize>(), 8_000);
    }

    /// Takes rounds until there is nothing left, and removes what it took; answers how many that were.
    async fn empty(test: &TestCtx, holder: &str) -> usize {
        let (mut done, mut last) = (0, BTreeMap::new());
        loop {
            let work = ROW
                .take::<Work>(&test.ctx, holder, "lane, attempts")
                .await
                .unwrap();
            for one in &work {
                assert_eq!(one.attempts, 1, "nobody else has had it");
                let before = last.insert(one.lane.clone(), one.id);
                assert!(before < Some(one.id), "in order");
            }
            let ids: Vec<i64> = work.iter().map(|one| one.id).collect();
            let sqlite = test.ctx.db.is_sqlite();
            let sql = format!("DELETE FROM work WHERE {}", among(sqlite, "id", "$1"));
            let tx = test.ctx.db.begin().await.unwrap();
            let gone = tx.exec(&sql, [numbers(sqlite, &ids)]).await.unwrap();
            assert_eq!(gone, ids.len() as u64);
            tx.commit().await.unwrap();
            done += ids.len();
            let left = test
                .ctx
                .db
                .stmt("SELECT id, lane, attempts FROM work LIMIT 1", []);
            if ids.is_empty() && test.ctx.db.conn().query_one_raw(left).await.unwrap().is_none() {
                return done;
            }
        }
    }

    on_both!(
        the_order_of_a_lane_is_kept,
        a_limit_cuts_off_the_end,
        thousands_go_once_each_in_order,
    );
}
