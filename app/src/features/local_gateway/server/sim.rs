//! What phones and tests need beyond the real gateway's API (design/contract.md section 6).
use super::{
    LocalGateway,
    accept::Envelope,
    faults::{Dice, Faults},
    identity::{Kind, Record},
    params::{Answer, BAD, NOTHING, Params, Refusal, json, text},
    recipients::number_of,
    send::read_hex,
    state::State as Known,
    writer::Op,
};
use crate::{
    features::gateway::wire::{MessageId, PublicKey},
    kernel::ThreemaId,
};
use axum::{
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use std::fmt::Write;

/// Credits of a gateway account that was made without a number.
const CREDITS: i64 = 10_000;
/// How often another random ID is tried when one is taken.
const TRIES: usize = 16;

type Gateway = State<LocalGateway>;

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|_| BAD)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewIdentity {
    public_key: PublicKey,
    kind: Kind,
    id: Option<ThreemaId>,
    nickname: Option<String>,
    callback_url: Option<String>,
    credits: Option<i64>,
}

/// `POST /sim/identities`: 201, 400, or 409 when the ID is taken.
pub async fn new_identity(State(gateway): Gateway, body: Bytes) -> Answer {
    let input: NewIdentity = read(&body)?;
    let is_gateway = match input.kind {
        Kind::Gateway => true,
        Kind::User => false,
        Kind::Counted => return Err(BAD),
    };
    if input.id.is_some_and(|id| id.is_gateway() != is_gateway) {
        return Err(BAD);
    }
    let candidates = match input.id {
        Some(id) => vec![id],
        None => (0..TRIES).filter_map(|_| gateway.random_id(is_gateway)).collect(),
    };
    let record = Record {
        kind: input.kind,
        public_key: input.public_key,
        nickname: input.nickname.filter(|n| !n.is_empty()),
        secret: is_gateway
            .then(|| gateway.random_letters::<16>())
            .map(|letters| letters.map(char::from).iter().collect()),
        token: (!is_gateway).then(|| hex::encode(gateway.0.rng.array::<16>())),
        callback_url: input.callback_url.filter(|url| !url.is_empty()),
        revoked: false,
        phone: None,
        email: None,
    };
    let credits = if is_gateway {
        input.credits.unwrap_or(CREDITS)
    } else {
        0
    };
    let made = gateway
        .change(|state| make(state, &candidates, record, credits))
        .await?;
    let answer = made.ok_or(Refusal(StatusCode::CONFLICT))?;
    Ok((StatusCode::CREATED, json(answer)?).into_response())
}

fn make(
    state: &mut Known,
    candidates: &[ThreemaId],
    record: Record,
    credits: i64,
) -> (Option<String>, Vec<Op>) {
    let taken = |id: &ThreemaId| state.identities.get(id).is_some() || state.recipients.find(id).is_some();
    let Some(id) = candidates.iter().copied().find(|id| !taken(id)) else {
        return (None, Vec::new());
    };
    let mut answer = serde_json::json!({ "id": id });
    if let Some(secret) = &record.secret {
        answer["secret"] = secret.clone().into();
    }
    if let Some(token) = &record.token {
        answer["token"] = token.clone().into();
    }
    (
        Some(answer.to_string()),
        state.identities.change(id, record, credits),
    )
}

impl LocalGateway {
    /// Not one that a counting recipient has or may get.
    fn random_id(&self, is_gateway: bool) -> Option<ThreemaId> {
        let mut letters = self.random_letters::<8>();
        if is_gateway {
            letters[0] = b'*';
        }
        let id = ThreemaId::from_bytes(letters).ok()?;
        number_of(&id).is_none().then_some(id)
    }
}

/// What `PATCH` changes; `null` takes an address away.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Change {
    public_key: Option<PublicKey>,
    secret: Option<String>,
    credits: Option<i64>,
    nickname: Option<String>,
    revoked: Option<bool>,
    #[serde(deserialize_with = "given")]
    callback_url: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    phone: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    email: Option<Option<String>>,
}

/// Tells `null` from absent.
fn given<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(d).map(Some)
}

/// `PATCH /sim/identities/{id}`: 204, 400 or 404.
pub async fn change_identity(State(gateway): Gateway, Path(id): Path<String>, body: Bytes) -> Answer {
    let change: Change = read(&body)?;
    let id: ThreemaId = id.parse().map_err(|_| NOTHING)?;
    let found = gateway.change(|state| {
        let Some((record, credits)) = present(state, &id) else {
            return (false, Vec::new());
        };
        let credits = change.credits.unwrap_or(credits);
        (true, state.identities.change(id, merged(record, change), credits))
    });
    if found.await? {
        Ok(StatusCode::NO_CONTENT.into_response())
    } else {
        Err(NOTHING)
    }
}

/// The record of an identity as it is; a counting recipient gets one when something is changed about it.
fn present(state: &Known, id: &ThreemaId) -> Option<(Record, i64)> {
    if let Some(identity) = state.identities.get(id) {
        return Some((identity.record.clone(), identity.credits));
    }
    let public_key = state.key(id)?.resolve(id);
    let record = Record {
        kind: Kind::Counted,
        public_key,
        nickname: None,
        secret: None,
        token: None,
        callback_url: None,
        revoked: false,
        phone: None,
        email: None,
    };
    Some((record, 0))
}

fn merged(record: Record, change: Change) -> Record {
    Record {
        public_key: change.public_key.unwrap_or(record.public_key),
        secret: change.secret.or(record.secret),
        nickname: change.nickname.or(record.nickname),
        revoked: change.revoked.unwrap_or(record.revoked),
        callback_url: change.callback_url.unwrap_or(record.callback_url),
        phone: change.phone.unwrap_or(record.phone),
        email: change.email.unwrap_or(record.email),
        ..record
    }
}

/// `GET /sim/pubkeys/{id}` with a mailbox token.
pub async fn public_key(State(gateway): Gateway, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    gateway.app(&headers)?;
    text(gateway.key_of(&id)?.to_string())
}

#[derive(Deserialize)]
struct NewMessage {
    to: String,
    nonce: String,
    r#box: String,
    nickname: Option<String>,
    /// The app may name the message itself: in groups all members must get it under one ID.
    #[serde(rename = "messageId")]
    message_id: Option<MessageId>,
    group: Option<bool>,
}

/// `POST /sim/messages` with a mailbox token: from an app to a gateway account or another app.
pub async fn new_message(State(gateway): Gateway, headers: HeaderMap, body: Bytes) -> Answer {
    let from = gateway.app(&headers)?;
    let input: NewMessage = read(&body)?;
    let mut item = read_hex(&input.to, &input.nonce, &input.r#box)?;
    item.group = input.group.unwrap_or_default();
    let drawn = || MessageId::from_bytes(gateway.0.rng.array());
    let id = input.message_id.unwrap_or_else(drawn);
    let date = gateway.now_seconds();
    let sent = gateway.change(|state| {
        let Some(target) = state.target(&item.to) else {
            return (false, Vec::new());
        };
        let sender = state.identities.get(&from);
        let nickname = input
            .nickname
            .or_else(|| sender.and_then(|s| s.record.nickname.clone()));
        let envelope = || Envelope {
            from,
            nickname,
            id,
            date,
            item: &item,
        };
        (true, state.deliver(target, envelope).into_iter().collect())
    });
    if !sent.await? {
        return Err(NOTHING);
    }
    json(serde_json::json!({ "messageId": id }).to_string())
}

#[derive(Deserialize)]
struct NewRecipients {
    count: u64,
    seed: String,
}

/// `POST /sim/recipients`
pub async fn new_recipients(State(gateway): Gateway, body: Bytes) -> Answer {
    let NewRecipients { count, seed } = read(&body)?;
    if count == 0 {
        return Err(BAD);
    }
    let made = gateway.change(|state| {
        // people may have chosen IDs of this kind
        let chosen = state.identities.ids().filter_map(number_of).max();
        match state.recipients.make(count, &seed, chosen.map_or(0, |n| n + 1)) {
            Some(batch) => {
                let op = Op::Recipients {
                    seed: seed.clone(),
                    first: batch.first,
                    count,
                };
                (Some(batch), vec![op])
            }
            None => (None, Vec::new()),
        }
    });
    let batch = made.await?.ok_or(BAD)?;
    let (first, last) = (
        batch.ids().next(),
        super::recipients::id_of(batch.first + count - 1),
    );
    let answer = serde_json::json!({ "first": first, "last": last, "count": count });
    json(answer.to_string())
}

/// `GET /sim/recipients?seed=…`: one ID a line.
pub async fn recipients(State(gateway): Gateway, RawQuery(query): RawQuery) -> Answer {
    let params = Params::query(query.as_deref());
    let seed = params.get("seed").ok_or(BAD)?;
    let batches = gateway.state().recipients.of_seed(seed);
    let mut out = String::new();
    for id in batches.iter().flat_map(super::recipients::Batch::ids) {
        out.push_str(id.as_str());
        out.push('\n');
    }
    Ok(([(CONTENT_TYPE, "text/plain")], out).into_response())
}

/// `GET /sim/stats[?byRecipient=1]`
pub async fn stats(State(gateway): Gateway, RawQuery(query): RawQuery) -> Answer {
    let by_recipient = Params::query(query.as_deref()).flag("byRecipient");
    let state = gateway.state();
    let ledger = &state.ledger;
    let mut out = format!(
        "{{\"accepted\":{},\"repeatedNonces\":{}",
        ledger.accepted, ledger.repeated
    );
    if by_recipient {
        out.push_str(",\"byRecipient\":{");
        for (at, (id, nonces)) in ledger.by_recipient().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            // writing to a String does not fail
            let _ = write!(out, "{comma}\"{id}\":{nonces}");
        }
        out.push('}');
    }
    out.push('}');
    json(out)
}

/// `PUT /sim/faults`
pub async fn set_faults(State(gateway): Gateway, body: Bytes) -> Answer {
    let faults: Faults = read(&body)?;
    if !faults.is_valid() {
        return Err(BAD);
    }
    let value = serde_json::to_string(&faults).unwrap_or_default();
    let set = gateway.change(|state| {
        state.faults = Dice::new(faults);
        ((), vec![Op::Faults { value }])
    });
    set.await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
