//! What the gateway's callback brings (section 2). The order of the checks is the order of the calls: read the form,
//! check the MAC, then the addressee, then the formats.
use super::hmac_sha256;
use crate::{
    features::gateway::wire::{MAX_BOX, MessageId, NONCE_LEN, Nonce},
    kernel::{ThreemaId, Timestamp},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The longest body of a callback, in bytes: fits a box of 7812 bytes in hexadecimal (section 2 "size").
pub const MAX_CALLBACK: usize = 16_384;
/// The longest nickname on the wire, in bytes (section 7).
const MAX_NICKNAME: usize = 32;
/// The fields under the MAC, in its order.
const SIGNED: [&str; 6] = ["from", "to", "messageId", "date", "nonce", "box"];

/// A callback as it came, not yet trusted.
#[derive(Clone, Debug)]
pub struct Callback {
    signed: [String; 6],
    mac: String,
    nickname: Option<String>,
}

/// A message that the gateway has delivered, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Who sent it.
    pub from: ThreemaId,
    /// To which identity.
    pub to: ThreemaId,
    /// The ID that the sender's app gave it.
    pub message_id: MessageId,
    /// When, by the sender's clock.
    pub sent_at: Timestamp,
    /// Nonce of the box.
    pub nonce: Nonce,
    /// The box.
    pub sealed: Vec<u8>,
    /// What the sender calls themself; not covered by the MAC, so nothing may rest on it.
    pub nickname: Option<String>,
}

/// Why a callback is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// A field is missing, doubled, or the body is too long.
    #[error("the callback has not the expected fields")]
    Fields,
    /// The MAC is wrong: not from our gateway, or changed on the way.
    #[error("the callback's MAC is wrong")]
    WrongMac,
    /// Authentic, and meant for somebody else.
    #[error("the callback is for another identity")]
    NotOurs,
    /// Authentic, and a field has a wrong format: sending it again will not help, so answer 200.
    #[error("a field of the callback has a wrong format")]
    Format,
}

impl Callback {
    /// Reads the form-encoded body. Unknown fields are ignored.
    pub fn parse(body: &[u8]) -> Result<Self, CallbackError> {
        if body.len() > MAX_CALLBACK {
            return Err(CallbackError::Fields);
        }
        let mut signed: [Option<String>; 6] = Default::default();
        let (mut mac, mut nickname) = (None, None);
        for (name, value) in form_urlencoded::parse(body) {
            let place = match &*name {
                "mac" => &mut mac,
                "nickname" => &mut nickname,
                other => match SIGNED.iter().position(|field| *field == other) {
                    Some(at) => &mut signed[at],
                    None => continue,
                },
            };
            if place.replace(value.into_owned()).is_some() {
                return Err(CallbackError::Fields);
            }
        }
        if signed.iter().any(Option::is_none) {
            return Err(CallbackError::Fields);
        }
        Ok(Self {
            signed: signed.map(Option::unwrap_or_default),
            mac: mac.ok_or(CallbackError::Fields)?,
            nickname,
        })
    }

    /// Checks the MAC with the API secret in constant time, that it is for `to`, then the formats.
    pub fn verify(self, secret: &str, to: &ThreemaId) -> Result<Incoming, CallbackError> {
        let mut claimed = [0; 32];
        hex::decode_to_slice(&self.mac, &mut claimed).map_err(|_| CallbackError::WrongMac)?;
        let signed = self.signed.each_ref().map(String::as_str);
        mac_of(secret, signed)
            .verify_slice(&claimed)
            .map_err(|_| CallbackError::WrongMac)?;
        if self.signed[1] != to.as_str() {
            return Err(CallbackError::NotOurs);
        }
        self.read(*to).ok_or(CallbackError::Format)
    }

    fn read(self, to: ThreemaId) -> Option<Incoming> {
        let [from, _, message_id, date, nonce, sealed] = &self.signed;
        let mut nonce_bytes = [0; NONCE_LEN];
        hex::decode_to_slice(nonce, &mut nonce_bytes).ok()?;
        if sealed.len() > MAX_BOX * 2 {
            return None;
        }
        Some(Incoming {
            from: from.parse().ok()?,
            to,
            message_id: message_id.parse().ok()?,
            sent_at: seconds(date)?,
            nonce: nonce_bytes,
            sealed: hex::decode(sealed).ok()?,
            nickname: self.nickname.as_deref().and_then(presentable),
        })
    }
}

/// The MAC of a callback, for who makes one: `from`, `to`, `messageId`, `date`, `nonce` and `box` as they are sent.
pub fn callback_mac(secret: &str, signed: [&str; 6]) -> [u8; 32] {
    mac_of(secret, signed).finalize().into_bytes().into()
}

fn mac_of(secret: &str, signed: [&str; 6]) -> Hmac<Sha256> {
    let mut mac = hmac_sha256(secret.as_bytes());
    signed.iter().for_each(|value| mac.update(value.as_bytes()));
    mac
}

/// Unix seconds, digits only.
fn seconds(text: &str) -> Option<Timestamp> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let seconds: i64 = digits.then(|| text.parse().ok())??;
    seconds.checked_mul(1000).map(Timestamp)
}

/// The nickname without control characters and not longer than apps allow.
fn presentable(nickname: &str) -> Option<String> {
    let mut out = String::new();
    for c in nickname.chars().filter(|c| !c.is_control()) {
        if out.len() + c.len_utf8() > MAX_NICKNAME {
            break;
        }
        out.push(c);
    }
    let out = out.trim();
    (!out.is_empty()).then(|| out.to_owned())
}
