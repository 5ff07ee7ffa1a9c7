//! Messages for whoever is new.
use super::{broadcast::to, world::World};
use crate::features::messages::{
    model::{Scope, Settings},
    server::{self as messages, greet_newcomers},
};
use crate::kernel::Uid;
use crate::testing::{On, on_both};
use sea_orm::ConnectionTrait;

impl World {
    /// A broadcast that has gone to so many; whoever comes gets it too.
    async fn broadcast_to_newcomers(&self, goes_to: u64) -> Uid {
        let settings = Settings {
            newcomers: true,
            ..to(Scope::Identity)
        };
        let draft = self.draft_of(&self.caller, vec![], settings).await.unwrap();
        self.send_to(&draft, goes_to).await.unwrap();
        self.through(&draft).await;
        draft
    }
}

async fn who_is_new_gets_it_once(on: On) {
    let world = World::new(on, 10).await;
    let ctx = world.ctx();
    let (late, here) = world.ids.split_at(4);
    world.leave(&world.list, late).await;
    let other = world.list(&world.uid).await;
    let settings = Settings {
        newcomers: true,
        ..to(Scope::Identity)
    };
    let draft = world.draft_of(&world.caller, vec![], settings).await.unwrap();
    world.send_to(&draft, 6).await.unwrap();
    // it may still be taken back: they wait
    world.come(&world.uid, &other, &late[..1]).await;
    assert_eq!(greet_newcomers(ctx).await, Ok(0));
    let view = world.through(&draft).await;
    assert_eq!(view.row.counts.accepted, 6);
    assert_eq!(greet_newcomers(ctx).await, Ok(1));
    assert_eq!(greet_newcomers(ctx).await, Ok(0));
    let view = world.through(&draft).await;
    assert_eq!((view.row.counts.total, view.row.counts.accepted), (7, 7));
    // whoever has had it does not get it again, wherever they come
    world.come(&world.uid, &other, here).await;
    world.leave(&other, &late[..1]).await;
    world.come(&world.uid, &world.list, &late[..2]).await;
    while greet_newcomers(ctx).await.unwrap() > 0 {}
    let view = world.through(&draft).await;
    assert_eq!((view.row.counts.total, view.row.counts.accepted), (8, 8));
    assert_eq!(world.copies(&world.ids).await, [1, 1, 0, 0, 1, 1, 1, 1, 1, 1]);
    assert!(world.may_reply(&late[1]).await);
    // a list with such a message: only who comes to that list
    let settings = Settings {
        newcomers: true,
        ..Settings::default()
    };
    let welcome = world
        .draft_of(&world.caller, vec![other.clone()], settings)
        .await
        .unwrap();
    world.send_to(&welcome, 6).await.unwrap();
    world.through(&welcome).await;
    world.come(&world.uid, &other, &late[2..3]).await;
    while greet_newcomers(ctx).await.unwrap() > 0 {}
    let (first, second) = (world.through(&draft).await, world.through(&welcome).await);
    assert_eq!((first.row.counts.accepted, second.row.counts.accepted), (9, 7));
    assert_eq!(world.copies(&late[..3]).await, [1, 1, 2]);
    // no more
    for message in [&draft, &welcome] {
        let granted = world.caller.granted().unwrap();
        messages::stop_newcomers(ctx.clone(), granted, world.uid.clone(), message.clone())
            .await
            .unwrap();
    }
    world.come(&world.uid, &other, &late[3..]).await;
    assert_eq!(greet_newcomers(ctx).await, Ok(0));
    assert_eq!(world.copies(&late[3..]).await, [0]);
    assert!(!world.view(&draft).await.settings.newcomers);
}

async fn a_message_that_fails_keeps_up_no_other(on: On) {
    let world = World::new(on, 3).await;
    let ctx = world.ctx();
    let (late, _) = world.ids.split_at(1);
    world.leave(&world.list, late).await;
    let mut sent = Vec::new();
    for _ in 0..2 {
        sent.push(world.broadcast_to_newcomers(2).await);
    }
    world.come(&world.uid, &world.list, late).await;
    let db = &ctx.db;
    let broken = "UPDATE message SET body_sealed = key_sealed WHERE uid = $1";
    let values = [sent[0].as_str().into()];
    db.conn().execute_raw(db.stmt(broken, values)).await.unwrap();
    assert!(greet_newcomers(ctx).await.is_err(), "it is told");
    assert_eq!(world.view(&sent[1]).await.row.counts.total, 3);
}

/// The default language changes after the sending: nobody who comes has a text in the new one.
async fn another_default_language_keeps_nobody_out(on: On) {
    let world = World::new(on, 3).await;
    let ctx = world.ctx();
    let (late, _) = world.ids.split_at(1);
    world.leave(&world.list, late).await;
    let draft = world.broadcast_to_newcomers(2).await;
    let sql = "UPDATE identity SET default_language = 'de'";
    ctx.db.conn().execute_unprepared(sql).await.unwrap();
    world.come(&world.uid, &world.list, late).await;
    assert_eq!(greet_newcomers(ctx).await, Ok(1));
    assert_eq!(world.through(&draft).await.row.counts.accepted, 3);
    assert_eq!(world.copies(&world.ids).await, [1, 1, 1]);
    let sql = "SELECT COUNT(*) AS n FROM delivery WHERE language <> 'en'";
    let row = ctx.db.conn().query_one_raw(ctx.db.stmt(sql, [])).await.unwrap();
    assert_eq!(row.unwrap().try_get::<i64>("", "n").unwrap(), 0);
}

on_both! {
    who_is_new_gets_it_once: who_is_new_gets_it_once_on_sqlite, who_is_new_gets_it_once_on_postgres;
    a_message_that_fails_keeps_up_no_other: a_failing_message_keeps_up_none_on_sqlite, a_failing_message_keeps_up_none_on_postgres;
    another_default_language_keeps_nobody_out: another_default_language_on_sqlite, another_default_language_on_postgres;
}
