//! The same call of REST once more (`Idempotency-Key`).
use super::world::World;
use crate::features::messages::{
    model::{Scope, Settings, Texts},
    server::{self as messages, SendNow},
};
use crate::kernel::{AppResult, LanguageCode, Problem, ThreemaId, Uid};
use crate::testing::{On, on_both};
use sea_orm::ConnectionTrait;

impl World {
    fn call(&self, text: &str) -> SendNow {
        SendNow {
            lists: vec![self.list.clone()],
            texts: Texts::from([(LanguageCode::EN, text.to_owned())]),
            idempotency_key: Some("once".to_owned()),
            ..Default::default()
        }
    }

    async fn calls(&self, input: SendNow) -> AppResult<Uid> {
        let granted = self.caller.granted().unwrap();
        messages::send_now(self.ctx(), &granted, &self.identity, input).await
    }

    async fn has_no_text(&self, message: &Uid) {
        let sql = format!("UPDATE message SET erased_at = 1, body_sealed = NULL WHERE uid = '{message}'");
        self.ctx().db.conn().execute_unprepared(&sql).await.unwrap();
    }
}

async fn a_key_stands_for_one_message(on: On) {
    let w = World::new(on, 3).await;
    let first = w.calls(w.call("Hello")).await.unwrap();
    assert_eq!(w.calls(w.call("Hello")).await, Ok(first.clone()));
    let another_list = w.list(&w.uid).await;
    w.come(&w.uid, &another_list, &w.ids[..1]).await;
    let everybody = Settings {
        scope: Scope::Identity,
        name: "Storm".into(),
        ..Settings::default()
    };
    let others = [
        w.call("Other words"),
        SendNow {
            lists: vec![another_list],
            ..w.call("Hello")
        },
        SendNow {
            lists: vec![],
            settings: everybody,
            ..w.call("Hello")
        },
    ];
    for other in others {
        let refused = w.calls(other).await.unwrap_err();
        assert_eq!(
            refused.of("Idempotency-Key"),
            Some(&Problem::Taken),
            "{refused:?}"
        );
    }
    // the people, and the way they were chosen
    let chosen = |people: &[ThreemaId]| SendNow {
        lists: vec![],
        settings: Settings {
            scope: Scope::People,
            name: "Storm".into(),
            ..Settings::default()
        },
        people: people.to_vec(),
        idempotency_key: Some("people".to_owned()),
        ..w.call("Hello")
    };
    let two = w.calls(chosen(&w.ids[..2])).await.unwrap();
    assert_eq!(w.calls(chosen(&w.ids[..2])).await, Ok(two));
    for people in [&w.ids[..1], &w.ids[1..], &w.ids[..]] {
        let refused = w.calls(chosen(people)).await.unwrap_err();
        assert_eq!(
            refused.of("Idempotency-Key"),
            Some(&Problem::Taken),
            "{refused:?}"
        );
    }
    // the text is gone, and cannot be compared any more
    w.has_no_text(&first).await;
    assert_eq!(w.calls(w.call("Hello")).await, Ok(first));
}

async fn two_calls_at_once_make_one_message(on: On) {
    let w = World::new(on, 3).await;
    let (one, other) = tokio::join!(w.calls(w.call("Hello")), w.calls(w.call("Hello")));
    assert_eq!(one.unwrap(), other.unwrap());
}

on_both!(a_key_stands_for_one_message, two_calls_at_once_make_one_message);
