//! Who is signed in is found by one statement, and what a session holds is not lost for that.
use crate::features::auth::server::{
    Caller, HashedStore, Visit, confirm_by_password, session_administrator, session_caller, session_used,
};
use crate::kernel::{
    Lang, Timestamp,
    permission::{Right, cap::SignedIn},
    rights::Rights,
};
use crate::testing::{On, TestCtx, identity, on_both};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tower_sessions::{Session, session::Id};

const PASSWORD: &str = "der Brunnen läuft nur nachts";

struct World {
    test: TestCtx,
    /// Of the administrator in the session.
    caller: Caller,
    session: Id,
    statements: Arc<AtomicUsize>,
}

impl World {
    /// Somebody with rights in an identity and in the organisation, signed in.
    async fn new(on: On) -> Self {
        let mut test = TestCtx::new(on, "http://127.0.0.1:9").await;
        let caller = test.with_password("Aarental", "ada@example.org", PASSWORD).await;
        let (here, _) = identity(&test.ctx, &caller, "*SEEN001", "o50").await;
        let rights = Rights::default()
            .with(Right::Send, Some(here.id))
            .with(Right::Lists, Some(here.id))
            .with(Right::AuditLog, None);
        test.give(&caller, &rights).await;
        let session = Session::new(None, Arc::new(HashedStore(test.ctx.clone())), None);
        for (key, value) in [
            ("administrator", json!(caller.who.administrator_id)),
            ("password_at", json!(test.ctx.now())),
            ("started_at", json!(test.ctx.now())),
            ("confirmed_at", json!(test.ctx.now())),
        ] {
            session.insert(key, value).await.unwrap();
        }
        session.save().await.unwrap();
        let statements = test.ctx.db.count_statements();
        Self {
            caller: Caller { rights, ..caller },
            session: session.id().unwrap(),
            statements,
            test,
        }
    }

    /// As a request brings it: nothing of it is loaded yet.
    fn session(&self, id: Id) -> Session {
        Session::new(Some(id), Arc::new(HashedStore(self.test.ctx.clone())), None)
    }

    async fn caller_of(&self, id: Id) -> Option<Caller> {
        let address = Some("192.0.2.1".to_owned());
        let found = session_caller(&self.test.ctx, &self.session(id), address)
            .await
            .unwrap();
        found.map(|found| found.caller)
    }

    async fn exec(&self, sql: &str) {
        self.test.ctx.db.conn().execute_unprepared(sql).await.unwrap();
    }
}

async fn one_statement_finds_who_is_signed_in(on: On) {
    let world = World::new(on).await;
    let mut expected = world.caller.clone();
    expected.who.address = Some("192.0.2.1".to_owned());
    assert_eq!(world.caller_of(world.session).await, Some(expected.clone()));
    assert_eq!(world.statements.swap(0, Ordering::SeqCst), 1);
    // in an identity every right brings seeing it, and what is given counts at once
    let [(here, set)] = expected.rights.identities.iter().collect::<Vec<_>>()[..] else {
        panic!("one identity");
    };
    assert!(set.has(Right::See) && !set.has(Right::Bots));
    for rights in [
        Rights::default(),
        Rights::full(),
        Rights::default().with(Right::Bots, Some(*here)),
    ] {
        world.test.give(&world.caller, &rights).await;
        let found = world.caller_of(world.session).await.unwrap();
        assert_eq!(found.rights, rights);
    }

    world.exec("UPDATE administrator SET disabled_at = 1").await;
    assert_eq!(world.caller_of(world.session).await, None);
    world.exec("UPDATE administrator SET disabled_at = NULL").await;
    assert!(world.caller_of(world.session).await.is_some());
    assert_eq!(world.caller_of(Id(7)).await, None);
    world.test.clock.turn(12 * Timestamp::HOUR);
    assert_eq!(world.caller_of(world.session).await, None);
}

async fn a_session_that_is_over_gives_its_cookie_back(on: On) {
    let world = World::new(on).await;
    let ctx = &world.test.ctx;
    let session = world.session(world.session);
    session_caller(ctx, &session, None).await.unwrap().unwrap();
    assert!(!session.is_empty().await && !session.is_modified());
    world.exec("DELETE FROM session").await;
    let session = world.session(world.session);
    assert!(session_caller(ctx, &session, None).await.unwrap().is_none());
    assert!(
        session.is_empty().await,
        "the layer removes the cookie of such a one"
    );
    // without a cookie nobody is asked
    world.statements.store(0, Ordering::SeqCst);
    let nobody = Session::new(None, Arc::new(HashedStore(ctx.clone())), None);
    assert!(session_caller(ctx, &nobody, None).await.unwrap().is_none());
    assert_eq!(world.statements.load(Ordering::SeqCst), 0);
}

async fn what_a_session_holds_goes_on_under_a_new_token(on: On) {
    let world = World::new(on).await;
    let ctx = &world.test.ctx;
    world
        .exec("UPDATE session SET data = REPLACE(data, '\"confirmed_at\"', '\"x\"')")
        .await;
    let session = world.session(world.session);
    let found = session_caller(ctx, &session, None).await.unwrap().unwrap();
    assert_eq!(found.caller.confirmed_at, None);
    let granted = found.caller.granted::<SignedIn>().unwrap();
    let visit = Visit {
        session: session.clone(),
        caller: Some(found.caller),
        address: None,
        language: Lang::En,
        user_agent: None,
        device: None,
    };
    confirm_by_password(ctx.clone(), granted, Ok(visit), PASSWORD.to_owned())
        .await
        .unwrap();
    session.save().await.unwrap();
    let new = session.id().unwrap();
    assert_ne!(new, world.session);
    let now = world.caller_of(new).await.unwrap();
    assert_eq!(now.confirmed_at, Some(ctx.now()));
    assert_eq!(now.who.administrator_id, world.caller.who.administrator_id);
    assert_eq!(world.caller_of(world.session).await, None);
    assert_eq!(
        session_administrator(&session).await,
        Ok(now.who.administrator_id)
    );
}

async fn a_second_factor_that_is_owed_is_seen(on: On) {
    let world = World::new(on).await;
    let ctx = &world.test.ctx;
    let owes = async || {
        let found = session_caller(ctx, &world.session(world.session), None).await;
        found.unwrap().unwrap().must_set_up
    };
    assert!(!owes().await);
    for (flag, owed) in [("false", false), ("true", true), ("\"what?\"", true)] {
        world
            .exec(&format!("UPDATE session SET data = '{{\"must_set_up\":{flag}}}'"))
            .await;
        assert_eq!(owes().await, owed, "{flag}");
    }
}

async fn the_use_is_noted_once_a_minute(on: On) {
    #[derive(FromQueryResult)]
    struct Row {
        last_used_at: i64,
        address: Option<String>,
    }
    let world = World::new(on).await;
    let ctx = &world.test.ctx;
    let begin = ctx.now();
    let used = async |address: &str| {
        let session = world.session(world.session);
        let found = session_caller(ctx, &session, Some(address.to_owned())).await;
        session_used(ctx, &session, &found.unwrap().unwrap())
            .await
            .unwrap();
        let sql = "SELECT last_used_at, address FROM session";
        let row = Row::find_by_statement(ctx.db.stmt(sql, []));
        row.one(ctx.db.conn()).await.unwrap().unwrap()
    };
    world.test.clock.turn(Timestamp::MINUTE - 1);
    assert_eq!(used("192.0.2.1").await.last_used_at, begin.0);
    world.test.clock.turn(1);
    let row = used("192.0.2.2").await;
    assert_eq!(row.last_used_at, begin.plus(Timestamp::MINUTE).0);
    assert_eq!(row.address.as_deref(), Some("192.0.2.2"));
}

on_both!(
    one_statement_finds_who_is_signed_in,
    a_session_that_is_over_gives_its_cookie_back,
    what_a_session_holds_goes_on_under_a_new_token,
    a_second_factor_that_is_owed_is_seen,
    the_use_is_noted_once_a_minute,
);
