//! Many open pages look together: few statements, and each is told what concerns it.
use crate::features::auth::server::{Caller, Looks, Standing, Stands};
use crate::kernel::{ErrorCode, Timestamp, permission::Right, rights::Rights};
use crate::testing::{On, TestCtx, identity, on_both};
use futures::{FutureExt, future::join_all};
use sea_orm::{ConnectionTrait, TransactionTrait};
use sha2::{Digest, Sha256};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tower_sessions::session::Id;

/// Sessions of each administrator.
const EACH: i128 = 130;

struct World {
    test: TestCtx,
    here: i64,
    /// Full access, one right in an identity and one in the organisation, the same, the same.
    callers: [Caller; 4],
    looks: Looks,
    statements: Arc<AtomicUsize>,
}

impl World {
    async fn new(on: On) -> Self {
        let mut test = TestCtx::new(on, "http://127.0.0.1:9").await;
        let ada = test.administrator("Aarental", "ada@example.org").await;
        let (here, _) = identity(&test.ctx, &ada, "*SEEN001", "o50").await;
        let some = Rights::default()
            .with(Right::Send, Some(here.id))
            .with(Right::AuditLog, None);
        let limited = async |email: &'static str| test.limited("Aarental", email, some.clone()).await;
        let callers = [
            ada,
            limited("bea@example.org").await,
            limited("cem@example.org").await,
            limited("dan@example.org").await,
        ];
        let end = test.ctx.now().plus(Timestamp::HOUR).0;
        for (n, caller) in callers.iter().enumerate() {
            let id = caller.who.administrator_id.unwrap();
            let row = |of: Id| {
                let hash = hex::encode(Sha256::digest(of.to_string()));
                format!("('{hash}', {id}, '{{}}', 0, {end})")
            };
            let rows: Vec<String> = sessions(n).map(row).collect();
            let sql = format!(
                "INSERT INTO session (token_hash, administrator_id, data, created_at, expires_at) VALUES {}",
                rows.join(",")
            );
            test.ctx.db.conn().execute_unprepared(&sql).await.unwrap();
        }
        let statements = test.ctx.db.count_statements();
        Self {
            test,
            here: here.id,
            callers,
            looks: Looks::default(),
            statements,
        }
    }

    async fn exec(&self, sql: &str) {
        self.test.ctx.db.conn().execute_unprepared(sql).await.unwrap();
    }

    /// Every page of everybody.
    fn pages(&self) -> Vec<Standing> {
        let callers = self.callers.iter().enumerate();
        let pages = callers.flat_map(|(n, caller)| sessions(n).map(move |id| (caller.clone(), id)));
        pages
            .map(|(caller, id)| Standing::new(&self.test.ctx, caller, Some(id)))
            .collect()
    }

    /// How all of them stand, asked at the same time; and how many statements that took.
    async fn stand(&self) -> (Vec<Stands>, usize) {
        let mut pages = self.pages();
        self.statements.store(0, Ordering::SeqCst);
        let ctx = &self.test.ctx;
        let all = join_all(pages.iter_mut().map(|page| page.holds_now(ctx, &self.looks))).await;
        let all = all.into_iter().map(Result::unwrap).collect();
        (all, self.statements.load(Ordering::SeqCst))
    }

    /// Until somebody is at work on a look, and so many wait for the next one; none: until nobody is.
    async fn until(&self, waiting: Option<usize>) {
        let reached = async {
            while self.looks.waiting() != waiting {
                tokio::task::yield_now().await;
            }
        };
        let reached = tokio::time::timeout(Duration::from_secs(5), reached).await;
        reached.expect("nobody is left behind");
    }
}

fn sessions(n: usize) -> impl Iterator<Item = Id> {
    let first = EACH * n as i128;
    (first..first + EACH).map(Id)
}

async fn each_is_told_what_concerns_it(on: On) {
    let world = World::new(on).await;
    let each = EACH as usize;
    // 520 pages: two lists, each with one statement for administrators and one for sessions
    let (stand, statements) = world.stand().await;
    assert_eq!(stand, vec![Stands::Yes; 4 * each]);
    assert_eq!(statements, 4);

    let [_, bea, cem, _] = &world.callers;
    let id = bea.who.administrator_id.unwrap();
    world
        .exec(&format!(
            "UPDATE administrator SET disabled_at = 1 WHERE id = {id}"
        ))
        .await;
    let less = Rights::default().with(Right::Send, Some(world.here));
    world.test.give(cem, &less).await;
    let ended = hex::encode(Sha256::digest(Id(3 * EACH).to_string()));
    world
        .exec(&format!("DELETE FROM session WHERE token_hash = '{ended}'"))
        .await;
    let (stand, statements) = world.stand().await;
    let expected = [
        vec![Stands::Yes; each],
        vec![Stands::No; 2 * each],
        vec![Stands::NotInThisSession],
        vec![Stands::Yes; each - 1],
    ];
    assert_eq!(stand, expected.concat());
    assert_eq!(statements, 4);
    world.until(None).await;

    // a session of somebody else is none of theirs
    let ctx = &world.test.ctx;
    let mut page = Standing::new(ctx, world.callers[3].clone(), Some(Id(0)));
    assert_eq!(
        page.holds_now(ctx, &world.looks).await,
        Ok(Stands::NotInThisSession)
    );
}

on_both!(each_is_told_what_concerns_it);

#[tokio::test]
async fn what_was_found_counts_for_a_second() {
    let world = World::new(On::Sqlite).await;
    let (ctx, looks) = (&world.test.ctx, &world.looks);
    let mut page = world.pages().remove(0);
    world.exec("DELETE FROM session").await;
    world.test.clock.turn(Timestamp::SECOND - 1);
    assert_eq!(page.holds(ctx, looks).await, Ok(Stands::Yes));
    world.test.clock.turn(1);
    assert_eq!(page.holds(ctx, looks).await, Ok(Stands::NotInThisSession));
}

#[tokio::test]
async fn who_goes_away_leaves_nobody_behind() {
    let world = World::new(On::Sqlite).await;
    let ctx = &world.test.ctx;
    let mut pages = world.pages();
    let mut all: Vec<_> = pages
        .iter_mut()
        .map(|page| page.holds_now(ctx, &world.looks).boxed())
        .collect();
    for page in &mut all {
        assert!(page.now_or_never().is_none(), "it asks, and waits");
    }
    // the one who asked first is among them
    all.drain(..100);
    let rest = join_all(all).await;
    assert!(rest.into_iter().all(|stands| stands == Ok(Stands::Yes)));
    world.until(None).await;
    // nor does a look for people who are all gone
    let mut page = world.pages().remove(0);
    assert!(page.holds_now(ctx, &world.looks).now_or_never().is_none());
    world.until(None).await;
    assert_eq!(world.stand().await.0, vec![Stands::Yes; 4 * EACH as usize]);
}

#[tokio::test]
async fn nobody_is_told_by_a_look_that_began_before() {
    let world = World::new(On::Sqlite).await;
    let ctx = &world.test.ctx;
    let mut pages = world.pages();
    let [early, late] = pages.get_disjoint_mut([0, 1]).unwrap();
    // all connections are taken: the first look has begun, and cannot go on
    let conn = ctx.db.conn();
    let taken = join_all((0..6).map(|_| conn.begin())).await;
    world.statements.store(0, Ordering::SeqCst);
    let mut early = early.holds_now(ctx, &world.looks).boxed();
    assert!((&mut early).now_or_never().is_none());
    world.until(Some(0)).await;
    let mut late = late.holds_now(ctx, &world.looks).boxed();
    assert!((&mut late).now_or_never().is_none());
    assert_eq!(world.looks.waiting(), Some(1));
    drop(taken);
    assert_eq!((early.await, late.await), (Ok(Stands::Yes), Ok(Stands::Yes)));
    assert_eq!(
        world.statements.load(Ordering::SeqCst),
        4,
        "each had a look of its own"
    );
}

#[tokio::test]
async fn a_fault_of_the_database_is_told_to_all() {
    let world = World::new(On::Sqlite).await;
    let ctx = &world.test.ctx;
    world.exec("ALTER TABLE session RENAME TO elsewhere").await;
    let mut pages = world.pages();
    let all = join_all(pages.iter_mut().map(|page| page.holds_now(ctx, &world.looks))).await;
    assert!(
        all.into_iter()
            .all(|told| told.unwrap_err().code == ErrorCode::Internal)
    );
    world.exec("ALTER TABLE elsewhere RENAME TO session").await;
    // it says nothing about the caller: the next look counts, also within the second
    let again = pages.iter_mut().map(|page| page.holds_now(ctx, &world.looks));
    assert!(
        join_all(again)
            .await
            .into_iter()
            .all(|told| told == Ok(Stands::Yes))
    );
}
