//! Messages on their way: sealed at once, in order, with the same bytes at every try.
use super::server::{ANSWERS_A_MINUTE, AnswerState, Answers, Sender, run_answers, send, states_about};
use crate::features::{gateway::wire::PublicKey, messages::tests::world::World};
use crate::kernel::{AppResult, ErrorCode};
use crate::testing::{On, on_both};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::json;

#[derive(FromQueryResult)]
struct Count {
    n: i64,
}

async fn count(world: &World, sql: &str) -> i64 {
    let db = &world.ctx().db;
    let statement = db.stmt(sql, []);
    Count::find_by_statement(statement)
        .one(db.conn())
        .await
        .unwrap()
        .unwrap()
        .n
}

async fn put(world: &World, text: &str, about: Option<i64>) -> AppResult<i64> {
    let ctx = world.ctx();
    let tx = ctx.db.begin().await?;
    let id = send(ctx, &tx, world.identity.id, world.ids[0], text, about).await?;
    tx.commit().await?;
    Ok(id)
}

async fn goes_out_and_goes(on: On) {
    let world = World::new(on, 2).await;
    put(&world, "one", None).await.unwrap();
    let second = put(&world, "two", Some(7)).await.unwrap();
    // the oldest one of a person only: the order stays
    assert_eq!(run_answers(world.ctx(), "a").await.unwrap(), 1);
    assert_eq!(count(&world, "SELECT COUNT(*) AS n FROM answer").await, 1);
    assert_eq!(
        states_about(world.ctx(), 7).await.unwrap(),
        [(second, AnswerState::Waiting)]
    );
    assert_eq!(run_answers(world.ctx(), "a").await.unwrap(), 1);
    assert_eq!(
        states_about(world.ctx(), 7).await.unwrap(),
        [(second, AnswerState::Accepted)]
    );
    assert_eq!(run_answers(world.ctx(), "a").await.unwrap(), 0);
    assert_eq!(world.stats().await.0, 2);
}

async fn the_same_box_again(on: On) {
    let world = World::new(on, 1).await;
    world.faults(json!({ "dropResponseRate": 1.0, "seed": 1 })).await;
    put(&world, "once", Some(1)).await.unwrap();
    run_answers(world.ctx(), "a").await.unwrap();
    world.faults(json!({})).await;
    world.test.clock.turn(1_000);
    run_answers(world.ctx(), "a").await.unwrap();
    let (accepted, repeated, nonces) = world.stats().await;
    assert_eq!(
        (accepted, repeated, nonces),
        (2, 1, vec![1]),
        "the phone sees one"
    );
    assert_eq!(
        states_about(world.ctx(), 1).await.unwrap()[0].1,
        AnswerState::Accepted
    );
}

async fn twenty_a_minute(on: On) {
    let world = World::new(on, 1).await;
    let (ctx, identity) = (world.ctx(), &world.identity);
    let key = PublicKey::from_bytes(&[9; 32]).unwrap();
    let texts: Vec<String> = (0..30).map(|n| n.to_string()).collect();
    let put = |id: &str| {
        let (id, texts) = (id.parse().unwrap(), texts.clone());
        async move {
            let sender = Sender::of(ctx, identity).await.unwrap();
            let shared = sender.keys().shared(&key, None);
            let tx = ctx.db.begin().await.unwrap();
            let mut answers = Answers::to(ctx, &tx, [(identity.id, id)].into()).await.unwrap();
            // in two parts: what is not written yet counts too
            let (some, more) = texts.split_at(7);
            let put = answers.add(ctx, &sender, (id, &shared), some);
            let put = put + answers.add(ctx, &sender, (id, &shared), more);
            answers.write(ctx, &tx).await.unwrap();
            tx.commit().await.unwrap();
            i64::try_from(put).unwrap()
        }
    };
    assert_eq!(put("*BCAST01").await, 0, "never to another gateway ID");
    assert_eq!(put("STRANGER").await, ANSWERS_A_MINUTE);
    assert_eq!(put("STRANGER").await, 0);
    assert_eq!(put("ANOTHER1").await, ANSWERS_A_MINUTE);
    world.test.clock.turn(60_000);
    assert_eq!(put("STRANGER").await, ANSWERS_A_MINUTE);
    world.test.clock.turn(60_000);
    super::server::forget_old_counts(ctx).await.unwrap();
    assert_eq!(count(&world, "SELECT COUNT(*) AS n FROM answer_count").await, 0);
}

async fn nobody_without_a_key(on: On) {
    let world = World::new(on, 1).await;
    let ctx = world.ctx();
    let forget = "UPDATE recipient SET public_key = NULL";
    ctx.db.conn().execute_unprepared(forget).await.unwrap();
    let refused = put(&world, "hello", None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WrongState);
}

on_both!(
    goes_out_and_goes,
    the_same_box_again,
    twenty_a_minute,
    nobody_without_a_key
);
