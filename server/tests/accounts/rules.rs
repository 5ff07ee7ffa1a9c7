//! What an organisation sets for its administrators.
use super::world::{ADA, EVE, World};
use crate::on_both;
use app::{
    features::auth::{model::Rules, server::rules},
    kernel::Timestamp,
    testing::On,
};
use axum::http::StatusCode;
use serde_json::json;

async fn rules_are_changed_and_noted(on: On) {
    let world = World::new(on).await;
    let organisation = world.administrator(ADA).await.organisation_id;
    let ctx = &world.test.ctx;
    assert_eq!(rules(ctx, organisation).await.unwrap(), Rules::default());
    let mut ada = world.signed_in(ADA, "192.0.2.1").await;
    let new = Rules {
        password_min_length: 16,
        passkeys_allowed: true,
        step_up_above: 0,
        ..Rules::default()
    };
    let (status, body) = ada.json("change_rules", &json!({ "rules": new })).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(rules(ctx, organisation).await.unwrap(), new);
    let (_, shown) = ada.form("load_rules", &[]).await;
    assert_eq!(shown, json!(new));
    let change = json!({
        "before": { "password_min_length": 12, "passkeys_allowed": false, "step_up_above": 1000 },
        "after": { "password_min_length": 16, "passkeys_allowed": true, "step_up_above": 0 },
    });
    assert_eq!(world.audited("rules.change").await, [change]);
    // the same again is no change
    ada.json("change_rules", &json!({ "rules": new })).await;
    assert_eq!(world.audited("rules.change").await.len(), 1);
    // another organisation has its own
    let mut eve = world.signed_in(EVE, "192.0.2.2").await;
    let (_, shown) = eve.form("load_rules", &[]).await;
    assert_eq!(shown, json!(Rules::default()));
}

async fn laxer_rules_and_old_sign_ins_are_refused(on: On) {
    let world = World::new(on).await;
    let mut ada = world.signed_in(ADA, "192.0.2.1").await;
    let lax = Rules {
        idle_minutes: 31,
        text_days: 181,
        ..Rules::default()
    };
    let (status, body) = ada.json("change_rules", &json!({ "rules": lax })).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(body["fields"].as_array().unwrap().len(), 2, "{body}");
    let good = Rules {
        text_days: 90,
        ..Rules::default()
    };
    world.test.clock.turn(10 * Timestamp::MINUTE + 1);
    let (status, body) = ada.json("change_rules", &json!({ "rules": good })).await;
    assert_eq!(
        (status, &body["code"]["code"]),
        (StatusCode::FORBIDDEN, &json!("confirm_sign_in"))
    );
    world
        .execute("UPDATE administrator SET full_access = FALSE")
        .await;
    for name in ["load_rules", "change_rules"] {
        let (status, body) = ada.json(name, &json!({ "rules": good })).await;
        assert_eq!(
            (status, &body["code"]["code"]),
            (StatusCode::FORBIDDEN, &json!("forbidden")),
            "{name}"
        );
    }
    assert!(world.audited("rules.change").await.is_empty());
}

on_both!(
    rules_are_changed_and_noted,
    laxer_rules_and_old_sign_ins_are_refused
);
