//! Making an ID on a local gateway: `POST /sim/identities` (design/contract.md section 6). Only a local gateway has it.
use crate::features::gateway::wire::PublicKey;
use crate::kernel::{AppError, AppResult, ErrorCode, ThreemaId, server::Ctx, server::faults::internal};
use serde::Deserialize;
use zeroize::Zeroizing;

/// Credits of an identity on a local gateway: more than anybody uses up (design/contract.md section 2).
const CREDITS: i64 = 1_000_000_000;

#[derive(Deserialize)]
struct Registered {
    id: String,
    secret: Option<String>,
}

/// Registers a public key under an ID; answers the secret of the new account, or none when the ID is taken.
pub async fn register(
    ctx: &Ctx,
    id: ThreemaId,
    public_key: &PublicKey,
    nickname: &str,
) -> AppResult<Option<Zeroizing<String>>> {
    let settings = &ctx.settings;
    let body = serde_json::json!({
        "publicKey": public_key,
        "kind": "gateway",
        "id": id,
        "nickname": nickname,
        "callbackUrl": format!("{}/callback/{id}", settings.public_url),
        "credits": CREDITS,
    });
    let answer = ctx
        .http
        .post(format!("{}/sim/identities", settings.gateway_url))
        .json(&body)
        .send()
        .await
        .map_err(|error| away(&error))?;
    let status = answer.status();
    if status == http::StatusCode::CONFLICT {
        return Ok(None);
    }
    if !status.is_success() {
        return Err(away(&format!("status {status} on making an identity")));
    }
    let made: Registered = answer.json().await.map_err(|error| away(&error))?;
    if made.id != id.as_str() {
        return Err(internal(
            &"the local gateway made another ID than it was asked for",
        ));
    }
    let secret = made
        .secret
        .ok_or_else(|| internal(&"the local gateway gave no secret"))?;
    Ok(Some(Zeroizing::new(secret)))
}

fn away(why: &dyn std::fmt::Display) -> AppError {
    tracing::warn!(%why, "the gateway did not make an identity");
    ErrorCode::GatewayAway.into()
}
