//! What a round over stored callbacks needs, got for all of them at once: identities with their keys, the senders' keys,
//! and what is in the boxes. Nothing of it is written anywhere.
use super::store::Taken;
use crate::features::{
    answers::server::Sender,
    gateway::{
        server::GatewayClient,
        wire::{Content, PublicKey},
    },
    identities::server::{self as identities, Identity},
    recipients::server::{keys_among, unify},
};
use crate::kernel::{AppResult, ErrorCode, ThreemaId, server::Ctx};
use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

/// How long a round waits for the keys of strangers: everybody else waits with it.
const PATIENCE: Duration = Duration::from_secs(5);

/// An identity at work.
#[derive(Debug)]
pub struct Desk {
    /// The identity.
    pub identity: Identity,
    /// Its key, to open and to answer.
    pub sender: Sender,
    keys: HashMap<ThreemaId, PublicKey>,
    /// Of whom the gateway could not be asked.
    unasked: Vec<ThreemaId>,
}

/// What became of opening a box.
#[derive(Clone, Debug)]
pub enum Opened {
    /// This is in it; the key is the sender's.
    Content(Content, PublicKey),
    /// It does not open, is of no known form, or its sender does not exist: nothing more can become of it.
    Nothing,
    /// The sender's key could not be asked for.
    Later,
}

/// The identities of these callbacks, by number; one that cannot be prepared is missing, and its callbacks wait.
pub async fn desks(ctx: &Ctx, taken: &[Taken]) -> HashMap<i64, Desk> {
    let mut senders: BTreeMap<i64, Vec<ThreemaId>> = BTreeMap::new();
    for one in taken {
        senders
            .entry(one.stored.identity_id)
            .or_default()
            .push(one.stored.from);
    }
    let mut desks = HashMap::new();
    for (identity_id, from) in senders {
        match desk(ctx, identity_id, unify(from)).await {
            Ok(desk) => drop(desks.insert(identity_id, desk)),
            Err(error) => tracing::warn!(%error, identity_id, "what came for an identity waits"),
        }
    }
    desks
}

async fn desk(ctx: &Ctx, identity_id: i64, from: Vec<ThreemaId>) -> AppResult<Desk> {
    let identity = identities::find_by_id(ctx, identity_id).await?;
    let sender = Sender::of(ctx, &identity).await?;
    let mut keys = keys_among(ctx, identity_id, &from).await?;
    // another gateway's ID is never answered, and its receipts are of nobody whom we wrote to unless we know it
    let strangers: Vec<ThreemaId> = from
        .into_iter()
        .filter(|id| !keys.contains_key(id) && !id.is_gateway())
        .collect();
    let mut unasked = Vec::new();
    if !strangers.is_empty() {
        match fetch(ctx, &identity, &strangers).await {
            Ok(found) => keys.extend(found),
            Err(error) => {
                tracing::warn!(%error, "keys of people who wrote could not be fetched");
                unasked = strangers;
            }
        }
    }
    Ok(Desk {
        identity,
        sender,
        keys,
        unasked,
    })
}

/// Asks the gateway; the keys are used for this round and kept nowhere.
async fn fetch(ctx: &Ctx, identity: &Identity, ids: &[ThreemaId]) -> AppResult<Vec<(ThreemaId, PublicKey)>> {
    let account = identities::account(ctx, identity).await?;
    let client = GatewayClient::of(ctx).with_timeout(PATIENCE);
    let found = client.pubkeys_bulk(&account, ids).await;
    found.map_err(|error| {
        tracing::warn!(%error, "the gateway gives no keys");
        ErrorCode::GatewayAway.into()
    })
}

impl Desk {
    /// Opens the box of a callback.
    pub fn open(&self, one: &Taken) -> Opened {
        let Some(key) = self.keys.get(&one.stored.from) else {
            return match self.unasked.contains(&one.stored.from) {
                true => Opened::Later,
                false => Opened::Nothing,
            };
        };
        let nonce = hex::decode(&one.stored.nonce)
            .ok()
            .and_then(|n| n.try_into().ok());
        let (Some(nonce), Ok(sealed)) = (nonce, hex::decode(&one.stored.sealed)) else {
            return Opened::Nothing;
        };
        let shared = self.sender.private().shared_with(key);
        let plain = shared.open_padded(&nonce, &sealed).ok();
        match plain.and_then(|plain| Content::decode(&plain).ok()) {
            Some(content) => Opened::Content(content, *key),
            None => Opened::Nothing,
        }
    }
}
