//! Sending (sections 1.2 to 1.4).
use super::{
    LocalGateway,
    accept::{Item, Outcome, Sealed},
    params::{Answer, BAD, NOTHING, Params, Refusal, TOO_BIG, json, text},
};
use crate::{
    features::gateway::{
        server::{BULK_MESSAGES, email_hash, phone_hash},
        wire::{MAX_BOX, MessageId, NONCE_LEN},
    },
    kernel::ThreemaId,
};
use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::StatusCode,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use std::borrow::Cow;

/// The longest text of a basic message, in bytes (section 1.7).
const MAX_SIMPLE_TEXT: usize = 3500;
/// 402.
const NO_CREDITS: Refusal = Refusal(StatusCode::PAYMENT_REQUIRED);

/// An item of a bulk call as it comes; what is missing is refused for that item alone.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawItem<'a> {
    #[serde(borrow, default)]
    to: Cow<'a, str>,
    #[serde(borrow, default)]
    nonce: Cow<'a, str>,
    #[serde(borrow, default)]
    r#box: Cow<'a, str>,
    // clients write null, too
    group: Option<bool>,
    no_push: Option<bool>,
    #[serde(rename = "noDeliveryReceipts")]
    _no_delivery_receipts: Option<bool>,
}

/// `POST /send_e2e_bulk`
pub async fn send_e2e_bulk(
    State(gateway): State<LocalGateway>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Answer {
    let params = Params::query(query.as_deref());
    let from = gateway.account(&params)?;
    let raw: Vec<RawItem<'_>> = serde_json::from_slice(&body).map_err(|_| BAD)?;
    if raw.len() > BULK_MESSAGES {
        return Err(TOO_BIG);
    }
    let mut scratch = Vec::with_capacity(MAX_BOX + 2);
    let items: Vec<_> = raw.into_iter().map(|raw| bulk_item(raw, &mut scratch)).collect();
    let outcomes = gateway
        .take(from, &items, params.flag("sameMessageId"), true)
        .await?;
    json(bulk_answer(&outcomes))
}

fn bulk_item<'a>(raw: RawItem<'a>, scratch: &mut Vec<u8>) -> Result<Item<'a>, u16> {
    let to: ThreemaId = raw.to.parse().map_err(|_| 400u16)?;
    let mut nonce = [0; NONCE_LEN + 2];
    let length = BASE64_STANDARD
        .decode_slice(&*raw.nonce, &mut nonce)
        .map_err(|_| 400u16)?;
    if raw.r#box.len() > MAX_BOX.div_ceil(3) * 4 {
        return Err(413);
    }
    scratch.clear();
    BASE64_STANDARD
        .decode_vec(&*raw.r#box, scratch)
        .map_err(|_| 400u16)?;
    if scratch.len() > MAX_BOX {
        return Err(413);
    }
    let nonce = nonce
        .first_chunk()
        .filter(|_| length == NONCE_LEN)
        .ok_or(400u16)?;
    if scratch.is_empty() {
        return Err(400);
    }
    Ok(Item {
        to,
        nonce: *nonce,
        sealed: Sealed::Base64(raw.r#box),
        group: raw.group.unwrap_or_default(),
        no_push: raw.no_push.unwrap_or_default(),
    })
}

fn bulk_answer(outcomes: &[Outcome]) -> String {
    let mut out = String::with_capacity(2 + outcomes.len() * 34);
    out.push('[');
    for (at, outcome) in outcomes.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        match outcome {
            Ok(id) => {
                let mut digits = [0; 16];
                // 8 bytes fit 16 digits
                let _ = hex::encode_to_slice(id.as_bytes(), &mut digits);
                out.push_str("{\"messageId\":\"");
                out.extend(digits.map(char::from));
                out.push_str("\"}");
            }
            Err(code) => out.push_str(&format!("{{\"errorCode\":{code}}}")),
        }
    }
    out.push(']');
    out
}

/// `POST /send_e2e`
pub async fn send_e2e(State(gateway): State<LocalGateway>, RawQuery(query): RawQuery, body: Bytes) -> Answer {
    let params = Params::form(query.as_deref(), &body);
    let from = gateway.account(&params)?;
    let item = hex_item(&params)?;
    let outcomes = gateway.take(from, &[Ok(item)], false, false).await?;
    match outcomes.first() {
        Some(Ok(id)) => text(id.to_string()),
        Some(Err(code)) => Err(Refusal::code(*code)),
        None => Err(BAD),
    }
}

/// The box of a single call, in hexadecimal.
fn hex_item(params: &Params) -> Result<Item<'_>, Refusal> {
    let (nonce, sealed) = params.get("nonce").zip(params.get("box")).ok_or(BAD)?;
    let to = params.get("to").ok_or(BAD)?;
    let mut item = read_hex(to, nonce, sealed)?;
    item.group = params.flag("group");
    item.no_push = params.flag("noPush");
    Ok(item)
}

/// A box in hexadecimal, checked.
pub fn read_hex<'a>(to: &str, nonce: &str, sealed: &'a str) -> Result<Item<'a>, Refusal> {
    let to: ThreemaId = to.parse().map_err(|_| BAD)?;
    let mut bytes = [0; NONCE_LEN];
    hex::decode_to_slice(nonce, &mut bytes).map_err(|_| BAD)?;
    if sealed.len() > MAX_BOX * 2 {
        return Err(TOO_BIG);
    }
    let digits = sealed.bytes().all(|b| b.is_ascii_hexdigit());
    if sealed.is_empty() || !sealed.len().is_multiple_of(2) || !digits {
        return Err(BAD);
    }
    Ok(Item {
        to,
        nonce: bytes,
        sealed: Sealed::Hex(sealed.into()),
        group: false,
        no_push: false,
    })
}

/// `POST /send_simple`. The text cannot reach a mailbox, because only who has the account's private key could seal it:
/// it is checked, charged, given an ID, and dropped.
pub async fn send_simple(
    State(gateway): State<LocalGateway>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Answer {
    let params = Params::form(query.as_deref(), &body);
    let from = gateway.account(&params)?;
    let message = params.get("text").filter(|text| !text.is_empty()).ok_or(BAD)?;
    if message.len() > MAX_SIMPLE_TEXT {
        return Err(TOO_BIG);
    }
    gateway.simple_recipient(&params)?;
    let charged = gateway.change(|state| {
        let op = state.charge(from);
        (op.is_some(), op.into_iter().collect())
    });
    if !charged.await? {
        return Err(NO_CREDITS);
    }
    text(MessageId::from_bytes(gateway.0.rng.array()).to_string())
}

impl LocalGateway {
    fn simple_recipient(&self, params: &Params) -> Result<(), Refusal> {
        let state = self.state();
        match ["to", "phone", "email"].map(|name| params.get(name)) {
            [Some(to), None, None] => {
                let id: ThreemaId = to.parse().map_err(|_| BAD)?;
                state.target(&id).map(|_| ()).ok_or(BAD)
            }
            [None, Some(phone), None] => found(state.identities.by_phone(&phone_hash(phone))),
            [None, None, Some(email)] => found(state.identities.by_email(&email_hash(email))),
            _ => Err(BAD),
        }
    }

    /// Takes the boxes of one call.
    async fn take(
        &self,
        from: ThreemaId,
        items: &[Result<Item<'_>, u16>],
        same_id: bool,
        bulk: bool,
    ) -> Result<Vec<Outcome>, Refusal> {
        let mut random = vec![0; items.len() * 8];
        self.0.rng.fill(&mut random);
        let mut ids: Vec<_> = random
            .as_chunks()
            .0
            .iter()
            .map(|id| MessageId::from_bytes(*id))
            .collect();
        if same_id && let Some(first) = ids.first().copied() {
            ids.fill(first);
        }
        let date = self.now_seconds();
        let taken = self.change(|state| {
            let broke = state.identities.get(&from).is_none_or(|i| i.credits <= 0);
            if broke && !items.is_empty() {
                return (Err(NO_CREDITS), Vec::new());
            }
            let (outcomes, ops) = state.accept(from, items, &ids, date, bulk);
            (Ok(outcomes), ops)
        });
        taken.await?
    }
}

fn found(id: Option<ThreemaId>) -> Result<(), Refusal> {
    id.map(|_| ()).ok_or(NOTHING)
}
