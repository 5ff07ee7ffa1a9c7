//! Who listens or downloads for long: what counts is what holds now, of the rights and of the session.
use crate::features::auth::server::{Caller, Lasting, Looks, Standing, Stands};
use crate::kernel::{
    ErrorCode, Timestamp,
    permission::{Right, cap},
    rights::Rights,
};
use crate::testing::{On, TestCtx, identity};
use sea_orm::ConnectionTrait;
use sha2::{Digest, Sha256};
use tower_sessions::session::Id;

const SESSION: Id = Id(7);

struct World {
    test: TestCtx,
    here: i64,
    vic: Caller,
}

impl World {
    /// Somebody who sees one identity and has a session for an hour.
    async fn new(on: On) -> Self {
        let test = TestCtx::new(on, "http://127.0.0.1:9").await;
        let ada = test.administrator("Aarental", "ada@example.org").await;
        let (here, _) = identity(&test.ctx, &ada, "*SEEN001", "o50").await;
        let sees = Rights::default().with(Right::See, Some(here.id));
        let vic = test.limited("Aarental", "vic@example.org", sees).await;
        let world = Self {
            test,
            here: here.id,
            vic,
        };
        let hash = hex::encode(Sha256::digest(SESSION.to_string()));
        let id = world.vic.who.administrator_id.unwrap();
        let end = world.test.ctx.now().plus(Timestamp::HOUR).0;
        world
            .exec(&format!(
                "INSERT INTO session (token_hash, administrator_id, data, created_at, expires_at)
                 VALUES ('{hash}', {id}, '{{}}', 0, {end})"
            ))
            .await;
        world
    }

    async fn exec(&self, sql: &str) {
        self.test.ctx.db.conn().execute_unprepared(sql).await.unwrap();
    }

    async fn stands(&self, session: Option<Id>) -> Stands {
        let ctx = &self.test.ctx;
        let mut standing = Standing::new(ctx, self.vic.clone(), session);
        standing.holds_now(ctx, &Looks::default()).await.unwrap()
    }

    /// What a download is told for its next part.
    async fn download(&self) -> Result<(), ErrorCode> {
        let lasting = Lasting::<cap::SeeMessages>::new(self.vic.granted().unwrap(), Some(SESSION));
        let granted = lasting.renewed(&self.test.ctx).await.map_err(|e| e.code)?;
        granted.enter(self.here).map_err(|e| e.code)
    }
}

async fn what_holds_now_counts(on: On) {
    let world = World::new(on).await;
    assert_eq!(world.stands(Some(SESSION)).await, Stands::Yes);
    assert_eq!(world.stands(None).await, Stands::Yes);
    assert_eq!(world.stands(Some(Id(8))).await, Stands::NotInThisSession);
    assert_eq!(world.download().await, Ok(()));

    // more rights change the page, and end no download
    let more = Rights::default().with(Right::Send, Some(world.here));
    world.test.give(&world.vic, &more).await;
    assert_eq!(world.stands(Some(SESSION)).await, Stands::No);
    assert_eq!(world.download().await, Ok(()));
    world.test.give(&world.vic, &Rights::full()).await;
    assert_eq!(world.stands(Some(SESSION)).await, Stands::No);
    assert_eq!(world.download().await, Ok(()));
    world.test.give(&world.vic, &Rights::default()).await;
    assert_eq!(world.stands(Some(SESSION)).await, Stands::No);
    assert_eq!(world.download().await, Err(ErrorCode::Forbidden));
    world.test.give(&world.vic, &world.vic.rights).await;
    assert_eq!(world.stands(Some(SESSION)).await, Stands::Yes);

    world.exec("UPDATE administrator SET disabled_at = 1").await;
    assert_eq!(world.stands(Some(SESSION)).await, Stands::No);
    assert_eq!(world.download().await, Err(ErrorCode::SignInRequired));
    world.exec("UPDATE administrator SET disabled_at = NULL").await;
    assert_eq!(world.download().await, Ok(()));
    world.test.clock.turn(Timestamp::HOUR);
    assert_eq!(world.stands(Some(SESSION)).await, Stands::NotInThisSession);
    assert_eq!(world.download().await, Err(ErrorCode::SignInRequired));
}

#[tokio::test]
async fn what_holds_now_counts_on_sqlite() {
    what_holds_now_counts(On::Sqlite).await;
}

#[tokio::test]
async fn what_holds_now_counts_on_postgres() {
    what_holds_now_counts(On::Postgres).await;
}

/// A call that took long goes on with the rights of now, and with none when the session is gone.
#[tokio::test]
async fn a_slow_call_has_the_rights_of_its_end() {
    let world = World::new(On::Sqlite).await;
    let ctx = &world.test.ctx;
    let more = Rights::default().with(Right::Send, Some(world.here));
    let begun = Caller {
        rights: more,
        ..world.vic.clone()
    };
    let begin = || Standing::new(ctx, begun.clone(), Some(SESSION));
    let (quick, slow, ended) = (begin(), begin(), begin());
    assert_eq!(quick.caller_now(ctx).await.unwrap(), Some(begun.clone()));
    world.test.clock.turn(Timestamp::SECOND);
    assert_eq!(slow.caller_now(ctx).await.unwrap(), Some(world.vic.clone()));
    world.exec("DELETE FROM session").await;
    assert_eq!(ended.caller_now(ctx).await.unwrap(), None);
}
