//! The calls of a phone (contract.md sections 4 and 6).
use super::super::model::{Incoming, Outgoing};
use crate::features::gateway::wire::{MessageId, PublicKey};
use crate::kernel::ThreemaId;
use gloo_net::http::{Request, RequestBuilder, Response};
use serde::Deserialize;

/// Seconds that the mailbox is asked to wait for something.
const WAIT: u32 = 25;

/// Why a call brought nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No answer, or one that asks to try again.
    Away,
    /// The token opens nothing.
    Forgotten,
    /// The gateway refuses the call for good.
    Refused,
}

/// What the gateway gives a new phone.
#[derive(Deserialize)]
pub struct Registered {
    pub id: ThreemaId,
    pub token: String,
}

#[derive(Deserialize)]
struct Mailbox {
    messages: Vec<Incoming>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    message_id: Option<MessageId>,
}

/// Makes an identity for a key.
pub async fn register(key: &PublicKey, name: &str) -> Result<Registered, Trouble> {
    let mut body = serde_json::json!({ "publicKey": key.to_string(), "kind": "user" });
    if !name.is_empty() {
        body["nickname"] = name.into();
    }
    let request = Request::post("/phone/sim/identities").json(&body);
    answer(request.map_err(|_| Trouble::Refused)?.send().await)?
        .json()
        .await
        .map_err(|_| Trouble::Away)
}

/// What came in behind `after`; waits for it.
pub async fn mailbox(token: &str, after: u64) -> Result<Vec<Incoming>, Trouble> {
    let url = format!("/phone/sim/mailbox?after={after}&wait={WAIT}");
    let response = answer(authorized(Request::get(&url), token).send().await)?;
    let mailbox: Mailbox = response.json().await.map_err(|_| Trouble::Away)?;
    Ok(mailbox.messages)
}

/// The public key of an ID; none when the gateway knows none that can be used.
pub async fn public_key(token: &str, id: &ThreemaId) -> Result<Option<PublicKey>, Trouble> {
    let request = authorized(Request::get(&format!("/phone/sim/pubkeys/{id}")), token);
    match answer(request.send().await) {
        Ok(response) => {
            let hex = response.text().await.map_err(|_| Trouble::Away)?;
            Ok(hex.trim().parse().ok())
        }
        Err(Trouble::Refused) => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

/// Hands a box over; answers the message's ID.
pub async fn send(token: &str, outgoing: &Outgoing, nickname: &str) -> Result<Option<MessageId>, Trouble> {
    let mut body = serde_json::json!({ "to": outgoing.to, "nonce": outgoing.nonce, "box": outgoing.sealed });
    // apps tell their nickname with texts, not with receipts (reference/threema-gateway.md section 2)
    if outgoing.entry.is_some() && !nickname.is_empty() {
        body["nickname"] = nickname.into();
    }
    if let Some(id) = outgoing.message_id {
        body["messageId"] = id.to_string().into();
        body["group"] = true.into();
    }
    let request = authorized(Request::post("/phone/sim/messages"), token).json(&body);
    let response = answer(request.map_err(|_| Trouble::Refused)?.send().await)?;
    let sent: Option<Sent> = response.json().await.ok();
    Ok(sent.and_then(|s| s.message_id))
}

/// An encrypted file; none when there is none of that ID.
pub async fn blob(token: &str, id: &str) -> Result<Option<Vec<u8>>, Trouble> {
    let request = authorized(Request::get(&format!("/phone/sim/blobs/{id}")), token);
    match answer(request.send().await) {
        Ok(response) => response.binary().await.map(Some).map_err(|_| Trouble::Away),
        Err(Trouble::Refused) => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

fn authorized(request: RequestBuilder, token: &str) -> RequestBuilder {
    request.header("Authorization", &format!("Bearer {token}"))
}

fn answer(response: Result<Response, gloo_net::Error>) -> Result<Response, Trouble> {
    let response = response.map_err(|_| Trouble::Away)?;
    match response.status() {
        200..=299 => Ok(response),
        401 | 403 => Err(Trouble::Forgotten),
        408 | 429 => Err(Trouble::Away),
        400..=499 => Err(Trouble::Refused),
        _ => Err(Trouble::Away),
    }
}
