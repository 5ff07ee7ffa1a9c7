//! Identities against a real local gateway over HTTP, on both databases.

use crate::support::World;
use app::{
    features::{
        gateway::{server::GatewayClient, wire::PrivateKey},
        identities::{
            model::{IdentityConfiguration, NewIdentity, PlanChange},
            server::{account, change_plan, configure, create, find, list, load, open_private_key},
        },
    },
    kernel::{
        ErrorCode, Problem, Uid,
        permission::cap::SeeIdentities,
        server::{Ctx, Settings},
    },
    testing::On,
};
use sea_orm::ConnectionTrait;
use std::sync::Arc;

async fn made_on_the_local_gateway(on: On) {
    let world = World::new(on).await;
    let ctx = &world.test.ctx;
    let ada = world.test.administrator("Town", "ada@example.org").await;
    let eve = world.test.administrator("Village", "eve@example.org").await;

    let made = world.identity(&ada, "o500").await;
    let id = made.threema_id.to_string();
    assert!(id.starts_with("*BC") && id.len() == 8, "{id}");
    let plan = made.plan.unwrap();
    assert_eq!((plan.recipient_limit, plan.days_left), (Some(500), 365));
    assert_eq!(
        (made.recipient_count, made.undo_seconds, made.internal_only),
        (0, 5, true)
    );

    let granted = ada.granted::<SeeIdentities>().unwrap();
    let row = find(ctx, &granted, &made.uid).await.unwrap();
    let private = PrivateKey::from_bytes(*open_private_key(ctx, &row).await.unwrap().expose());
    assert_eq!(private.public_key().to_string(), made.public_key);
    let account = account(ctx, &row).await.unwrap();
    let gateway = GatewayClient::of(ctx);
    assert_eq!(gateway.credits(&account).await, Ok(1_000_000_000));
    assert_eq!(
        gateway.pubkey(&account, &made.threema_id).await,
        Ok(private.public_key())
    );

    let sealed: Vec<u8> = ctx
        .db
        .conn()
        .query_one_raw(ctx.db.stmt("SELECT private_key_sealed FROM identity", []))
        .await
        .unwrap()
        .unwrap()
        .try_get("", "private_key_sealed")
        .unwrap();
    assert!(
        !sealed.windows(32).any(|w| w == private.expose()),
        "sealed at rest"
    );

    // another organisation sees nothing of it
    let nobody = find(ctx, &eve.granted::<SeeIdentities>().unwrap(), &made.uid)
        .await
        .unwrap_err();
    assert_eq!(nobody.code, ErrorCode::NotFound);
    assert_eq!(list(ctx.clone(), eve.granted().unwrap()).await, Ok(Vec::new()));
    let foreign = configure(
        ctx.clone(),
        eve.granted().unwrap(),
        made.uid.clone(),
        configuration("x", "0"),
    )
    .await;
    assert_eq!(foreign.unwrap_err().code, ErrorCode::NotFound);

    // an ID is given once
    let again = NewIdentity {
        threema_id: id.to_lowercase(),
        plan: "o15".to_owned(),
        ..NewIdentity::default()
    };
    let taken = create(ctx.clone(), ada.granted().unwrap(), again)
        .await
        .unwrap_err();
    assert_eq!(taken.of("threema_id"), Some(&Problem::Taken));
    let asked = NewIdentity {
        threema_id: "*AARENTL".to_owned(),
        plan: "custom:750".to_owned(),
        ..NewIdentity::default()
    };
    let asked = create(ctx.clone(), ada.granted().unwrap(), asked).await.unwrap();
    assert_eq!(asked.threema_id.as_str(), "*AARENTL");
    assert_eq!(asked.shown_name(), "*AARENTL");
    assert_eq!(asked.plan.unwrap().recipient_limit, Some(750));

    let all = list(ctx.clone(), ada.granted().unwrap()).await.unwrap();
    assert_eq!(all, [made.clone(), asked]);
    configuring(ctx, &ada, &made.uid).await;
}

fn configuration(nickname: &str, undo: &str) -> IdentityConfiguration {
    IdentityConfiguration {
        nickname: nickname.to_owned(),
        description: "Note".to_owned(),
        default_language: "fr".to_owned(),
        undo_seconds: undo.to_owned(),
        approval_above: String::new(),
        approval_was: None,
    }
}

async fn configuring(ctx: &Ctx, ada: &app::features::auth::server::Caller, uid: &Uid) {
    let mut live = ctx.live.listen();
    let done = configure(
        ctx.clone(),
        ada.granted().unwrap(),
        uid.clone(),
        configuration(" Aarental ", "60"),
    )
    .await;
    let done = done.unwrap();
    assert_eq!(
        (
            done.nickname.as_str(),
            done.undo_seconds,
            done.default_language.as_str()
        ),
        ("Aarental", 60, "fr")
    );
    assert_eq!(
        live.recv().await.unwrap().organisation_id,
        ada.who.organisation_id
    );
    assert_eq!(
        load(ctx.clone(), ada.granted().unwrap(), uid.clone()).await,
        Ok(done)
    );

    let bad = IdentityConfiguration {
        nickname: "ä".repeat(17),
        default_language: "german".to_owned(),
        undo_seconds: "61".to_owned(),
        ..configuration("", "")
    };
    let error = configure(ctx.clone(), ada.granted().unwrap(), uid.clone(), bad)
        .await
        .unwrap_err();
    assert_eq!(
        error.of("nickname"),
        Some(&Problem::TooManyBytes { max: 32, is: 34 })
    );
    assert_eq!(error.of("default_language"), Some(&Problem::NotALanguage));
    assert_eq!(
        error.of("undo_seconds"),
        Some(&Problem::OutOfRange { min: 0, max: 60 })
    );

    let change = |plan: &str, months: &str| PlanChange {
        plan: plan.to_owned(),
        months: months.to_owned(),
    };
    let plan = change_plan(
        ctx.clone(),
        ada.granted().unwrap(),
        uid.clone(),
        change("unlimited", "1"),
    )
    .await
    .unwrap();
    assert_eq!(plan.plan.unwrap().recipient_limit, None);
    let error = change_plan(
        ctx.clone(),
        ada.granted().unwrap(),
        uid.clone(),
        change("o7", "0"),
    )
    .await
    .unwrap_err();
    assert_eq!(error.of("plan"), Some(&Problem::NotAChoice));
    assert_eq!(error.of("months"), Some(&Problem::OutOfRange { min: 1, max: 60 }));
}

#[tokio::test]
async fn made_on_the_local_gateway_on_sqlite() {
    made_on_the_local_gateway(On::Sqlite).await;
}

#[tokio::test]
async fn made_on_the_local_gateway_on_postgres() {
    made_on_the_local_gateway(On::Postgres).await;
}

/// The local gateway plays a real one: an account is there already, and its parts are entered.
#[tokio::test]
async fn an_account_of_a_real_gateway_is_checked_before_it_is_taken() {
    let world = World::new(On::Sqlite).await;
    let ada = world.test.administrator("Town", "ada@example.org").await;
    let ctx = as_real(&world.test.ctx, &world.gateway_url);
    let key = PrivateKey::from_bytes([7; 32]);
    let register = serde_json::json!({ "publicKey": key.public_key(), "kind": "gateway", "id": "*REALONE" });
    let answer = ctx
        .http
        .post(format!("{}/sim/identities", world.gateway_url))
        .json(&register)
        .send()
        .await
        .unwrap();
    let answer: serde_json::Value = answer.json().await.unwrap();
    let secret = answer["secret"].as_str().unwrap();

    let entered = |id: &str, secret: &str, private_key: String| NewIdentity {
        threema_id: id.to_owned(),
        gateway_secret: secret.to_owned(),
        private_key,
        plan: "unlimited".to_owned(),
        ..NewIdentity::default()
    };
    let attempt = |ctx: Ctx, input: NewIdentity| create(ctx, ada.granted().unwrap(), input);
    let good = hex::encode([7; 32]);

    let error = attempt(ctx.clone(), entered("", " ", "xyz".to_owned()))
        .await
        .unwrap_err();
    assert_eq!(error.of("threema_id"), Some(&Problem::Required));
    assert_eq!(error.of("gateway_secret"), Some(&Problem::Required));
    assert_eq!(error.of("private_key"), Some(&Problem::NotAKey));
    let error = attempt(ctx.clone(), entered("ECHOECHO", secret, good.clone()))
        .await
        .unwrap_err();
    assert_eq!(error.of("threema_id"), Some(&Problem::NotAGatewayId));
    let error = attempt(ctx.clone(), entered("*REALONE", "wrong", good.clone()))
        .await
        .unwrap_err();
    assert_eq!(error.of("gateway_secret"), Some(&Problem::GatewayRefuses));
    let error = attempt(ctx.clone(), entered("*NOTHERE", secret, good.clone()))
        .await
        .unwrap_err();
    assert_eq!(error.of("gateway_secret"), Some(&Problem::GatewayRefuses));
    let error = attempt(ctx.clone(), entered("*REALONE", secret, hex::encode([8; 32])))
        .await
        .unwrap_err();
    assert_eq!(error.of("private_key"), Some(&Problem::WrongPrivateKey));
    let away = as_real(&ctx, "http://127.0.0.1:1");
    let error = attempt(away, entered("*REALONE", secret, good.clone()))
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::GatewayAway);
    assert_eq!(
        list(ctx.clone(), ada.granted().unwrap()).await,
        Ok(Vec::new()),
        "nothing half written"
    );

    let prefixed = format!("private:{}", good.to_uppercase());
    let made = attempt(ctx.clone(), entered(" *realone ", secret, prefixed))
        .await
        .unwrap();
    assert_eq!(made.public_key, key.public_key().to_string());
    let error = attempt(ctx.clone(), entered("*REALONE", secret, good))
        .await
        .unwrap_err();
    assert_eq!(error.of("threema_id"), Some(&Problem::Taken));
}

fn as_real(ctx: &Ctx, gateway_url: &str) -> Ctx {
    let settings = Settings {
        local_gateway: false,
        gateway_url: gateway_url.to_owned(),
        ..(*ctx.settings).clone()
    };
    Ctx {
        settings: Arc::new(settings),
        ..ctx.clone()
    }
}

#[tokio::test]
async fn without_a_gateway_nothing_is_made() {
    let world = World::new(On::Sqlite).await;
    let ada = world.test.administrator("Town", "ada@example.org").await;
    let settings = Settings {
        gateway_url: "http://127.0.0.1:1".to_owned(),
        ..(*world.test.ctx.settings).clone()
    };
    let ctx = Ctx {
        settings: Arc::new(settings),
        ..world.test.ctx.clone()
    };
    let input = NewIdentity {
        plan: "o15".to_owned(),
        ..NewIdentity::default()
    };
    let error = create(ctx.clone(), ada.granted().unwrap(), input)
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::GatewayAway);
    assert_eq!(list(ctx, ada.granted().unwrap()).await, Ok(Vec::new()));
}
