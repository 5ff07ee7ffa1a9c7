//! The gateway's HTTP API (section 1), as far as Fanfare calls it.
use super::SealedBox;
use crate::{
    features::gateway::wire::{MessageId, PublicKey},
    kernel::{ThreemaId, server::Ctx},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::{Body, RequestBuilder, Response, StatusCode, header};
use serde::Deserialize;
use std::{fmt, time::Duration};
use zeroize::Zeroizing;

/// The most messages in one bulk call (section 1.4).
pub const BULK_MESSAGES: usize = 1000;
/// The most IDs that we ask keys for in one call; the gateway's own limit is not known (section 1.2).
pub const BULK_PUBLIC_KEYS: usize = 1000;
/// How long a call may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// The longest answer that is read: 1000 items need a tenth of it.
const MAX_ANSWER: usize = 1 << 20;
/// The longest pause that a gateway can impose on us.
const MAX_RETRY_AFTER: u64 = 3600;

/// Who calls: a gateway ID and its secret. Never printed.
#[derive(Clone)]
pub struct Account {
    /// The ID.
    pub threema_id: ThreemaId,
    /// The API secret.
    pub secret: Zeroizing<String>,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({})", self.threema_id)
    }
}

/// Why a call gave no result. No text of it holds credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// No connection: surely nothing was accepted.
    #[error("the gateway cannot be reached: {0}")]
    NotSent(String),
    /// Sent, and no usable answer: messages may have been accepted or not. Send the very same bytes again.
    #[error("the gateway gave no usable answer: {0}")]
    Unclear(String),
    /// 429: nothing was accepted; try again after the pause, or one of your choice.
    #[error("the gateway asks for a pause")]
    RateLimited {
        /// What the gateway asks for.
        retry_after: Option<Duration>,
    },
    /// 401: ID or secret is wrong.
    #[error("the gateway refuses ID or secret")]
    Unauthorized,
    /// 402: no credits left.
    #[error("the account at the gateway has no credits left")]
    NoCredits,
    /// 404: there is no such thing.
    #[error("the gateway does not know it")]
    NotFound,
    /// Another status: nothing was accepted, and trying again will not help.
    #[error("the gateway refuses the call: status {0}")]
    Refused(u16),
}

/// One message of a bulk call.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// To whom.
    pub to: ThreemaId,
    /// The box.
    pub sealed: SealedBox,
    /// Wakes no phone (control messages).
    pub no_push: bool,
    /// Asks the app for no automatic receipts.
    pub no_delivery_receipts: bool,
    /// Belongs to a group.
    pub group: bool,
}

/// What became of one message of a bulk call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemResult {
    /// Accepted under this ID.
    Accepted(MessageId),
    /// Not accepted; the code has the meaning of an HTTP status (section 1.3).
    Error(u16),
}

/// Calls one gateway. Cheap to clone.
#[derive(Clone, Debug)]
pub struct GatewayClient {
    http: reqwest::Client,
    base: String,
    timeout: Duration,
}

impl GatewayClient {
    /// For the gateway of the settings.
    pub fn of(ctx: &Ctx) -> Self {
        Self::new(ctx.http.clone(), &ctx.settings.gateway_url)
    }

    /// For the gateway at a base address.
    pub fn new(http: reqwest::Client, base: &str) -> Self {
        Self {
            http,
            base: base.trim_end_matches('/').to_owned(),
            timeout: TIMEOUT,
        }
    }

    /// With another limit for the time of a call.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// How many credits the account has left.
    pub async fn credits(&self, account: &Account) -> Result<i64, CallError> {
        let answer = self.call(account, self.http.get(self.url("/credits"))).await?;
        text(&answer)?.parse().map_err(|_| invalid("not a number"))
    }

    /// The public key of an ID; [`CallError::NotFound`] when there is no such ID (any more).
    pub async fn pubkey(&self, account: &Account, id: &ThreemaId) -> Result<PublicKey, CallError> {
        let url = self.url(&format!("/pubkeys/{id}"));
        let answer = self.call(account, self.http.get(url)).await?;
        text(&answer)?.parse().map_err(|_| invalid("not a public key"))
    }

    /// The public keys of many IDs; who is unknown or has an unusable key is missing in the answer.
    pub async fn pubkeys_bulk(
        &self,
        account: &Account,
        ids: &[ThreemaId],
    ) -> Result<Vec<(ThreemaId, PublicKey)>, CallError> {
        let mut found = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(BULK_PUBLIC_KEYS) {
            let request = self
                .http
                .post(self.url("/pubkeys/bulk"))
                .json(&serde_json::json!({ "identities": chunk }));
            let answer = self.call(account, request).await?;
            found.extend(read_public_keys(&answer)?);
        }
        Ok(found)
    }

    /// Hands over up to [`BULK_MESSAGES`] messages; the results are in the order of the items.
    /// `same_message_id`: all get one ID (groups).
    ///
    /// While the gateway takes its time, nothing of the messages is kept: neither the items, if they are given away, nor the
    /// body of the call, which is not needed for a second try.
    pub async fn send_e2e_bulk(
        &self,
        account: &Account,
        items: impl AsRef<[Outgoing]>,
        same_message_id: bool,
    ) -> Result<Vec<ItemResult>, CallError> {
        let count = items.as_ref().len();
        let body = Body::wrap(bulk_body(items.as_ref()));
        drop(items);
        let mut request = self
            .http
            .post(self.url("/send_e2e_bulk"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(body);
        if same_message_id {
            request = request.query(&[("sameMessageId", "1")]);
        }
        let answer = self.call(account, request).await?;
        read_bulk_answer(&answer, count)
    }

    /// Puts an encrypted file at the gateway, where it stays for all who are told of it; answers its ID.
    pub async fn upload_blob(&self, account: &Account, data: &[u8]) -> Result<[u8; 16], CallError> {
        let (kind, body) = multipart(data);
        let request = self
            .http
            .post(self.url("/upload_blob"))
            .header(header::CONTENT_TYPE, kind)
            .query(&[("persist", "1")])
            .body(body);
        let answer = self.call(account, request).await?;
        let mut id = [0; 16];
        hex::decode_to_slice(text(&answer)?, &mut id).map_err(|_| invalid("not a blob's ID"))?;
        Ok(id)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Sends with the credentials; the body of the answer when the status is 200.
    async fn call(&self, account: &Account, request: RequestBuilder) -> Result<Vec<u8>, CallError> {
        let answer = request
            .query(&[
                ("from", account.threema_id.as_str()),
                ("secret", account.secret.as_str()),
            ])
            .timeout(self.timeout)
            .send()
            .await
            .map_err(failure)?;
        match refusal(&answer) {
            None => read(answer).await,
            Some(error) => Err(error),
        }
    }
}

/// The URL of an error holds the secret: it never gets into the text.
fn failure(error: reqwest::Error) -> CallError {
    let before_sending = error.is_connect() || error.is_builder();
    let error = error.without_url();
    let why = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
    if before_sending {
        CallError::NotSent(why)
    } else {
        CallError::Unclear(why)
    }
}

fn invalid(what: &str) -> CallError {
    CallError::Unclear(format!("the answer is {what}"))
}

fn refusal(answer: &Response) -> Option<CallError> {
    let status = answer.status();
    Some(match status {
        StatusCode::OK => return None,
        StatusCode::UNAUTHORIZED => CallError::Unauthorized,
        StatusCode::PAYMENT_REQUIRED => CallError::NoCredits,
        StatusCode::NOT_FOUND => CallError::NotFound,
        StatusCode::TOO_MANY_REQUESTS => CallError::RateLimited {
            retry_after: retry_after(answer),
        },
        // a proxy's time-out says nothing about what the gateway did
        s if s.is_server_error() || s.is_success() || s == StatusCode::REQUEST_TIMEOUT => {
            CallError::Unclear(format!("status {}", s.as_u16()))
        }
        s => CallError::Refused(s.as_u16()),
    })
}

fn retry_after(answer: &Response) -> Option<Duration> {
    let value = answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    let seconds: u64 = value.trim().parse().ok()?;
    Some(Duration::from_secs(seconds.min(MAX_RETRY_AFTER)))
}

async fn read(mut answer: Response) -> Result<Vec<u8>, CallError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(failure)? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(invalid("too long"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn text(answer: &[u8]) -> Result<&str, CallError> {
    std::str::from_utf8(answer)
        .map(str::trim)
        .map_err(|_| invalid("not text"))
}

/// Content type and body with the one part `blob` (section 1.2). An encrypted file never holds the boundary but by chance.
fn multipart(data: &[u8]) -> (String, Vec<u8>) {
    const BOUNDARY: &str = "fanfare-f3b1c98d2e7a4650b8d1";
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"blob\"; filename=\"blob\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let end = format!("\r\n--{BOUNDARY}--\r\n");
    let body = [head.as_bytes(), data, end.as_bytes()].concat();
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}

/// The JSON array of section 1.4, written in one go.
fn bulk_body(items: &[Outgoing]) -> String {
    let size = |item: &Outgoing| 100 + item.sealed.sealed.len().div_ceil(3) * 4;
    let mut body = String::with_capacity(2 + items.iter().map(size).sum::<usize>());
    body.push('[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            body.push(',');
        }
        body.push_str("{\"to\":\"");
        body.push_str(item.to.as_str());
        body.push_str("\",\"nonce\":\"");
        BASE64_STANDARD.encode_string(item.sealed.nonce, &mut body);
        body.push_str("\",\"box\":\"");
        BASE64_STANDARD.encode_string(&item.sealed.sealed, &mut body);
        body.push('"');
        if item.no_push {
            body.push_str(",\"noPush\":true");
        }
        if item.no_delivery_receipts {
            body.push_str(",\"noDeliveryReceipts\":true");
        }
        if item.group {
            body.push_str(",\"group\":true");
        }
        body.push('}');
    }
    body.push(']');
    body
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BulkItem {
    message_id: Option<MessageId>,
    error_code: Option<u16>,
}

/// Position is the only link between item and result, so every item must have one.
fn read_bulk_answer(answer: &[u8], expected: usize) -> Result<Vec<ItemResult>, CallError> {
    let items: Vec<BulkItem> =
        serde_json::from_slice(answer).map_err(|_| invalid("not a list of results"))?;
    if items.len() != expected {
        return Err(invalid("not as long as the request"));
    }
    items
        .into_iter()
        .map(|item| match item {
            BulkItem {
                message_id: Some(id), ..
            } => Ok(ItemResult::Accepted(id)),
            BulkItem {
                error_code: Some(code),
                ..
            } => Ok(ItemResult::Error(code)),
            BulkItem { .. } => Err(invalid("without a result for an item")),
        })
        .collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyItem {
    identity: String,
    public_key: String,
}

fn read_public_keys(answer: &[u8]) -> Result<Vec<(ThreemaId, PublicKey)>, CallError> {
    let items: Vec<KeyItem> = serde_json::from_slice(answer).map_err(|_| invalid("not a list of keys"))?;
    Ok(items
        .iter()
        .filter_map(|item| Some((item.identity.parse().ok()?, item.public_key.parse().ok()?)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bulk_answer_needs_one_result_an_item() {
        let answer = br#"[{"messageId":"0123456789abcdef","extra":1},{"errorCode":400}]"#;
        let id = "0123456789abcdef".parse().unwrap();
        assert_eq!(
            read_bulk_answer(answer, 2),
            Ok(vec![ItemResult::Accepted(id), ItemResult::Error(400)])
        );
        for (bad, items) in [
            (&answer[..], 3),
            (b"[]", 1),
            (b"", 0),
            (br#"[{"messageId":"0123"}]"#, 1),
            (br#"[{}]"#, 1),
            (br#"[{"messageId":"0123456789abcdef"}"#, 1),
        ] {
            assert!(matches!(read_bulk_answer(bad, items), Err(CallError::Unclear(_))));
        }
    }

    #[test]
    fn a_body_with_no_item_is_an_empty_list_and_flags_are_left_out_when_off() {
        assert_eq!(bulk_body(&[]), "[]");
        let item = Outgoing {
            to: "MEMBER01".parse().unwrap(),
            sealed: SealedBox {
                nonce: [0xff; 24],
                sealed: vec![1, 2],
            },
            no_push: false,
            no_delivery_receipts: false,
            group: false,
        };
        let quiet = Outgoing {
            no_push: true,
            no_delivery_receipts: true,
            group: true,
            ..item.clone()
        };
        assert_eq!(
            bulk_body(&[item, quiet]),
            r#"[{"to":"MEMBER01","nonce":"////////////////////////////////","box":"AQI="},"#.to_owned()
                + r#"{"to":"MEMBER01","nonce":"////////////////////////////////","box":"AQI=","noPush":true,"noDeliveryReceipts":true,"group":true}]"#
        );
    }
}
