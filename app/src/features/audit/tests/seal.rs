//! What the seal on the end is good for, and what leaves it unharmed.
use super::chain::{broken, log, sql, try_to_write, write};
use crate::features::audit::{
    model::Broken,
    server::{test_hash, verify},
};
use crate::kernel::server::{
    Ctx,
    rng::SystemRng,
    secret::{Key, KeyRing},
};
use crate::testing::On;

/// Somebody who has the database and knows how everything is computed, but has no key.
#[tokio::test]
async fn a_chain_that_is_written_anew_lacks_the_seal() {
    use crate::features::audit::server::entity::{Column, Entity};
    use sea_orm::{ActiveValue::Set, IntoActiveModel, QueryOrder, prelude::*};
    let (test, who) = log(On::Sqlite, 5).await;
    let ctx = &test.ctx;
    let mut hash = String::new();
    let of_it = Entity::find().filter(Column::OrganisationId.eq(who.organisation_id));
    for mut row in of_it.order_by_asc(Column::Seq).all(ctx.db.conn()).await.unwrap() {
        if row.seq == Some(3) {
            row.actor_name = "Eve".to_owned();
        }
        hash = test_hash(&hash, &row);
        let (name, own) = (row.actor_name.clone(), hash.clone());
        let mut row = row.into_active_model();
        row.actor_name = Set(name);
        row.hash = Set(Some(own));
        row.update(ctx.db.conn()).await.unwrap();
    }
    assert_eq!(broken(ctx, &who).await, Some(Broken::End { entry: 5 }));
    let end = format!(
        "UPDATE audit_head SET hash = '{hash}' WHERE organisation_id = {}",
        who.organisation_id
    );
    sql(ctx, &end).await;
    assert_eq!(broken(ctx, &who).await, Some(Broken::Seal { entry: 5 }));
}

/// A process without the right key, for example because the file was not copied yet after a change.
async fn without_the_key_nothing_is_written(on: On) {
    let (test, who) = log(on, 5).await;
    let ctx = &test.ctx;
    let keys = KeyRing::new(Key::generate(&SystemRng), None);
    let other = Ctx { keys, ..ctx.clone() };
    assert!(try_to_write(&other, &who, "other").await.is_err());
    assert!(
        verify(&other, who.organisation_id).await.is_err(),
        "nothing is said"
    );
    write(ctx, &who, "after").await;
    let chain = verify(ctx, who.organisation_id).await.unwrap();
    assert_eq!((chain.entries, chain.broken), (6, None), "the seal is unharmed");
    // with the right keys, what does not open was changed
    let other = "UPDATE audit_head SET key_sealed = (SELECT data_key_sealed FROM organisation WHERE id = organisation_id)";
    sql(ctx, other).await;
    assert_eq!(broken(ctx, &who).await, Some(Broken::Seal { entry: 6 }));
}

#[tokio::test]
async fn without_the_key_nothing_is_written_on_sqlite() {
    without_the_key_nothing_is_written(On::Sqlite).await;
}

#[tokio::test]
async fn without_the_key_nothing_is_written_on_postgres() {
    without_the_key_nothing_is_written(On::Postgres).await;
}
