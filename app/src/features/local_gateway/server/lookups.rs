//! Looking up IDs, keys, capabilities and credits (sections 1.2, 1.5 and 1.6).
use super::{
    LocalGateway,
    params::{Answer, BAD, NOTHING, Params, Refusal, TOO_BIG, json, text},
};
use crate::{
    features::gateway::{
        server::{email_hash, phone_hash},
        wire::PublicKey,
    },
    kernel::ThreemaId,
};
use axum::{
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What apps can receive; clients look for `file` before they send one (section 1.5).
const CAPABILITIES: &str = "text,image,video,audio,file,group,ballot";
/// Hashes in one bulk call (section 1.7).
const MAX_HASHES: usize = 1000;
/// IDs in one bulk call; the real limit is not known.
const MAX_IDS: usize = 10_000;

type Gateway = State<LocalGateway>;

/// `GET /credits`
pub async fn credits(State(gateway): Gateway, RawQuery(query): RawQuery) -> Answer {
    let from = gateway.account(&Params::query(query.as_deref()))?;
    let credits = gateway.state().identities.get(&from).map(|i| i.credits);
    text(credits.unwrap_or_default().to_string())
}

/// `GET /capabilities/{id}`
pub async fn capabilities(
    State(gateway): Gateway,
    RawQuery(query): RawQuery,
    Path(id): Path<String>,
) -> Answer {
    gateway.account(&Params::query(query.as_deref()))?;
    let id = id.parse().map_err(|_| NOTHING)?;
    gateway.state().target(&id).ok_or(NOTHING)?;
    text(CAPABILITIES.to_owned())
}

/// `GET /pubkeys/{id}`
pub async fn public_key(
    State(gateway): Gateway,
    RawQuery(query): RawQuery,
    Path(id): Path<String>,
) -> Answer {
    gateway.account(&Params::query(query.as_deref()))?;
    text(gateway.key_of(&id)?.to_string())
}

impl LocalGateway {
    /// The key of an ID; 404 when there is none.
    pub fn key_of(&self, id: &str) -> Result<PublicKey, Refusal> {
        let id: ThreemaId = id.parse().map_err(|_| NOTHING)?;
        let key = self.state().key(&id).ok_or(NOTHING)?;
        Ok(key.resolve(&id))
    }
}

#[derive(Deserialize)]
struct PublicKeysInput {
    identities: Vec<AnyId>,
}

/// One SDK writes IDs as arrays of bytes (section 1.2).
#[derive(Deserialize)]
#[serde(untagged)]
enum AnyId {
    Text(String),
    Bytes([u8; 8]),
}

impl AnyId {
    fn read(&self) -> Option<ThreemaId> {
        match self {
            Self::Text(text) => text.parse().ok(),
            Self::Bytes(bytes) => ThreemaId::from_bytes(*bytes).ok(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    identity: ThreemaId,
    public_key: PublicKey,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_hash: Option<String>,
}

/// `POST /pubkeys/bulk`: unknown IDs are simply missing in the answer.
pub async fn public_keys(State(gateway): Gateway, RawQuery(query): RawQuery, body: Bytes) -> Answer {
    gateway.account(&Params::query(query.as_deref()))?;
    let input: PublicKeysInput = serde_json::from_slice(&body).map_err(|_| BAD)?;
    if input.identities.len() > MAX_IDS {
        return Err(TOO_BIG);
    }
    let known: Vec<_> = {
        let state = gateway.state();
        let ids = input.identities.iter().filter_map(AnyId::read);
        ids.filter_map(|id| Some((id, state.key(&id)?))).collect()
    };
    // keys of counting recipients are derived now: too slow for the threads that serve everybody
    let found = tokio::task::spawn_blocking(move || {
        let found: Vec<_> = known
            .iter()
            .map(|(id, key)| Found {
                identity: *id,
                public_key: key.resolve(id),
                phone_hash: None,
                email_hash: None,
            })
            .collect();
        serde_json::to_string(&found).unwrap_or_default()
    });
    match found.await {
        Ok(found) => json(found),
        Err(_) => Err(Refusal(StatusCode::INTERNAL_SERVER_ERROR)),
    }
}

/// `GET /lookup/{kind}/{value}`: `phone`, `phone_hash`, `email`, `email_hash`.
pub async fn lookup(
    State(gateway): Gateway,
    RawQuery(query): RawQuery,
    Path((kind, value)): Path<(String, String)>,
) -> Answer {
    gateway.account(&Params::query(query.as_deref()))?;
    let state = gateway.state();
    let id = match &*kind {
        "phone" => state.identities.by_phone(&phone_hash(&value)),
        "phone_hash" => state.identities.by_phone(&hash(&value)?),
        "email" => state.identities.by_email(&email_hash(&value)),
        "email_hash" => state.identities.by_email(&hash(&value)?),
        _ => None,
    };
    text(id.ok_or(NOTHING)?.to_string())
}

fn hash(hex: &str) -> Result<[u8; 32], Refusal> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(hex, &mut bytes).map_err(|_| BAD)?;
    Ok(bytes)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct LookupInput {
    phone_hashes: Vec<String>,
    email_hashes: Vec<String>,
}

/// `POST /lookup/bulk`: only the hits.
pub async fn lookup_bulk(State(gateway): Gateway, RawQuery(query): RawQuery, body: Bytes) -> Answer {
    gateway.account(&Params::query(query.as_deref()))?;
    let input: LookupInput = serde_json::from_slice(&body).map_err(|_| BAD)?;
    if input.phone_hashes.len() + input.email_hashes.len() > MAX_HASHES {
        return Err(TOO_BIG);
    }
    let state = gateway.state();
    let mut found = BTreeMap::new();
    let hit = |id: Option<ThreemaId>| -> Option<(ThreemaId, Found)> {
        let identity = id?;
        let public_key = state.identities.get(&identity)?.record.public_key;
        let found = Found {
            identity,
            public_key,
            phone_hash: None,
            email_hash: None,
        };
        Some((identity, found))
    };
    for text in &input.phone_hashes {
        if let Some((id, new)) = hit(state.identities.by_phone(&hash(text)?)) {
            found.entry(id).or_insert(new).phone_hash = Some(text.clone());
        }
    }
    for text in &input.email_hashes {
        if let Some((id, new)) = hit(state.identities.by_email(&hash(text)?)) {
            found.entry(id).or_insert(new).email_hash = Some(text.clone());
        }
    }
    let found: Vec<_> = found.into_values().collect();
    json(serde_json::to_string(&found).unwrap_or_default())
}
