//! Making identities: on a local gateway, or with the account of a real one.
use super::{
    entity, keys,
    registration::register,
    service::{tell, view_of},
    store::find_by_threema_id,
};
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    gateway::{
        server::{Account, CallError, GatewayClient},
        wire::PrivateKey,
    },
    identities::model::{DEFAULT_UNDO_SECONDS, FIRST_TERM_MONTHS, IdentityView, NewIdentity, Wanted},
    plans::server::start_plan,
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Problem, ThreemaId,
    permission::cap,
    server::{
        Ctx,
        data_key::sealing_key,
        faults::{internal, is_duplicate},
        secret::Key,
    },
};
use sea_orm::{ActiveValue::Set, prelude::*};
use zeroize::Zeroizing;

/// How often another ID is tried when one is taken: with 60 million IDs the first one is nearly always free.
const TRIES: usize = 16;

/// What the gateway has for an identity, ready to be sealed.
struct Proven {
    threema_id: ThreemaId,
    private_key: Key,
    public_key: [u8; 32],
    secret: Zeroizing<String>,
}

/// Makes an identity; its plan is active at once for 12 months.
///
/// # Errors
/// Field errors of the input; `threema_id` taken; `GatewayAway`.
pub async fn create(
    ctx: Ctx,
    granted: Granted<cap::CreateIdentities>,
    input: NewIdentity,
) -> AppResult<IdentityView> {
    let local = ctx.settings.local_gateway;
    let wanted = input.validate(!local)?;
    let proven = if local {
        on_local_gateway(&ctx, &wanted).await?
    } else {
        at_real_gateway(&ctx, &wanted, &input).await?
    };
    save(&ctx, &granted, wanted, proven).await
}

/// Checks the entered account: the gateway takes ID and secret, and the public key that it has for the ID is the one of
/// the entered private key.
async fn at_real_gateway(ctx: &Ctx, wanted: &Wanted, input: &NewIdentity) -> AppResult<Proven> {
    // `validate` has seen both
    let (Some(threema_id), Some(bytes)) = (wanted.threema_id, input.private_key_bytes()) else {
        return Err(AppError::new(ErrorCode::Invalid));
    };
    if find_by_threema_id(ctx, &threema_id).await?.is_some() {
        return Err(AppError::field("threema_id", Problem::Taken));
    }
    let private_key = PrivateKey::from_bytes(bytes);
    let account = Account {
        threema_id,
        secret: Zeroizing::new(input.gateway_secret.trim().to_owned()),
    };
    let gateway = GatewayClient::of(ctx);
    gateway
        .credits(&account)
        .await
        .map_err(|e| refusal(&e, "gateway_secret", Problem::GatewayRefuses))?;
    let known = gateway
        .pubkey(&account, &threema_id)
        .await
        .map_err(|e| refusal(&e, "threema_id", Problem::GatewayRefuses))?;
    if known != private_key.public_key() {
        return Err(AppError::field("private_key", Problem::WrongPrivateKey));
    }
    Ok(Proven {
        threema_id,
        private_key: Key::from_bytes(&bytes).ok_or_else(|| internal(&"a key of 32 bytes is none"))?,
        public_key: *known.as_bytes(),
        secret: account.secret,
    })
}

/// A refusal is an error at the field; a gateway that does not answer is an error of the whole.
fn refusal(error: &CallError, field: &str, problem: Problem) -> AppError {
    tracing::warn!(%error, "the gateway did not confirm an account");
    match error {
        CallError::Unauthorized | CallError::NotFound | CallError::Refused(_) => {
            AppError::field(field, problem)
        }
        _ => ErrorCode::GatewayAway.into(),
    }
}

/// Makes a key pair and registers it. The ID is the asked-for one or `*BC` and five random characters.
async fn on_local_gateway(ctx: &Ctx, wanted: &Wanted) -> AppResult<Proven> {
    let private_key = Key::generate(&*ctx.rng);
    let public_key = PrivateKey::from_bytes(*private_key.expose()).public_key();
    for _ in 0..TRIES {
        let threema_id = wanted.threema_id.map_or_else(|| random_id(ctx), Ok)?;
        let free = find_by_threema_id(ctx, &threema_id).await?.is_none();
        if free && let Some(secret) = register(ctx, threema_id, &public_key, &wanted.nickname).await? {
            return Ok(Proven {
                threema_id,
                private_key,
                public_key: *public_key.as_bytes(),
                secret,
            });
        }
        if wanted.threema_id.is_some() {
            return Err(AppError::field("threema_id", Problem::Taken));
        }
    }
    Err(internal(&"no free ID found"))
}

/// `*BC` and five characters of A-Z0-9.
fn random_id(ctx: &Ctx) -> AppResult<ThreemaId> {
    const ALPHABET: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut id = *b"*BC00000";
    for (place, random) in id.iter_mut().skip(3).zip(ctx.rng.array::<5>()) {
        *place = ALPHABET[usize::from(random) % ALPHABET.len()];
    }
    ThreemaId::from_bytes(id).map_err(|_| internal(&"a made ID is malformed"))
}

/// Seals keys and secret, and starts the plan, in one transaction.
async fn save(
    ctx: &Ctx,
    granted: &Granted<cap::CreateIdentities>,
    wanted: Wanted,
    proven: Proven,
) -> AppResult<IdentityView> {
    let tx = ctx.db.begin().await?;
    let seal = sealing_key(ctx, &tx, granted.organisation_id()).await?;
    let (rng, uid) = (&*ctx.rng, ctx.rng.uid());
    let row = entity::ActiveModel {
        uid: Set(uid.to_string()),
        organisation_id: Set(granted.organisation_id()),
        threema_id: Set(proven.threema_id.to_string()),
        public_key: Set(proven.public_key.to_vec()),
        private_key_sealed: Set(seal.wrap(rng, &keys::private_key_place(uid.as_str()), &proven.private_key)),
        gateway_secret_sealed: Set(seal.seal(
            rng,
            &keys::gateway_secret_place(uid.as_str()),
            proven.secret.as_bytes(),
        )),
        nickname: Set(wanted.nickname),
        description: Set(String::new()),
        default_language: Set(wanted.default_language.to_string()),
        undo_seconds: Set(DEFAULT_UNDO_SECONDS.into()),
        internal_only: Set(true),
        recipient_count: Set(0),
        created_at: Set(ctx.now().0),
        ..Default::default()
    };
    let made = row.insert(tx.conn()).await.map_err(|e| match is_duplicate(&e) {
        true => AppError::field("threema_id", Problem::Taken),
        false => e.into(),
    })?;
    let plan = start_plan(ctx, &tx, made.id, &wanted.plan, FIRST_TERM_MONTHS).await?;
    let detail = serde_json::json!({
        "threemaId": made.threema_id, "nickname": made.nickname, "plan": wanted.plan.to_string(),
    });
    record(ctx, &tx, granted.who(), "identity.create", uid.as_str(), detail).await?;
    tx.commit().await?;
    tell(ctx, &made, &uid);
    view_of(made, Some(plan))
}
