//! Sending to many, and exporting, asks for a sign-in of the last ten minutes.
use super::world::World;
use crate::features::{
    audit::server::ActorKind,
    auth::server::Caller,
    messages::{
        model::{MessageState as S, SendInput},
        server::{self as messages, SendNow},
    },
};
use crate::kernel::{AppResult, ErrorCode, LanguageCode, Timestamp, Uid};
use crate::testing::On;
use sea_orm::ConnectionTrait;

const ON: [On; 2] = [On::Sqlite, On::Postgres];

async fn set_step_up_above(world: &World, number: u64) {
    let sql = format!("UPDATE organisation_rules SET step_up_above = {number}");
    world.ctx().db.conn().execute_unprepared(&sql).await.unwrap();
}

fn signed_in_long_ago(world: &World) -> Caller {
    Caller {
        confirmed_at: Some(world.ctx().now().plus(-11 * Timestamp::MINUTE)),
        ..world.caller.clone()
    }
}

async fn send(world: &World, caller: &Caller, draft: &Uid) -> AppResult<()> {
    let input = SendInput {
        draft: draft.clone(),
        goes_to: 6,
    };
    messages::send_draft(world.ctx().clone(), caller.granted()?, world.uid.clone(), input).await
}

#[tokio::test]
async fn sending_to_more_than_the_number_needs_a_fresh_sign_in() {
    for on in ON {
        let world = World::new(on, 6).await;
        let late = signed_in_long_ago(&world);
        set_step_up_above(&world, 6).await;
        let few = world.draft("To a few").await;
        send(&world, &late, &few).await.unwrap();

        set_step_up_above(&world, 5).await;
        let many = world.draft("To many").await;
        let refused = send(&world, &late, &many).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::ConfirmSignIn);
        assert_eq!(world.view(&many).await.row.state, S::Draft);
        send(&world, &world.caller, &many).await.unwrap();
        assert_eq!(world.view(&many).await.row.state, S::Queued);
    }
}

#[tokio::test]
async fn a_key_has_no_session_that_somebody_could_have_left_open() {
    let world = World::new(On::Sqlite, 6).await;
    set_step_up_above(&world, 0).await;
    let mut key = signed_in_long_ago(&world);
    let now = || SendNow {
        lists: vec![world.list.clone()],
        texts: [(LanguageCode::EN, "By a machine".to_owned())].into(),
        idempotency_key: None,
        ..Default::default()
    };
    let refused = messages::send_now(world.ctx(), &key.granted().unwrap(), &world.identity, now()).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::ConfirmSignIn);
    key.who.kind = ActorKind::ApiKey(1);
    messages::send_now(world.ctx(), &key.granted().unwrap(), &world.identity, now())
        .await
        .unwrap();
}

#[tokio::test]
async fn exporting_needs_a_fresh_sign_in() {
    let world = World::new(On::Sqlite, 6).await;
    let message = world.queue("Hello").await.unwrap();
    let export = async |caller: &Caller| {
        let granted = caller.granted().unwrap();
        messages::prepare_export(world.ctx().clone(), granted, world.uid.clone(), message.clone()).await
    };
    let refused = export(&signed_in_long_ago(&world)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::ConfirmSignIn);
    export(&world.caller).await.unwrap();
}
