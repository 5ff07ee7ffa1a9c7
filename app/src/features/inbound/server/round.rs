//! What a round over stored callbacks needs, got for all of them at once: identities with their keys, the senders' keys,
//! and what is in the boxes. Nothing of it is written anywhere.
use super::store::Taken;
use crate::features::{
    answers::server::Sender,
    gateway::{
        server::GatewayClient,
        wire::{Content, PublicKey, SharedKey},
    },
    identities::server::{self as identities, Identity},
    recipients::server::{KnownKey, keys_among, unify},
};
use crate::kernel::{
    AppResult, ErrorCode, ThreemaId,
    server::{Ctx, faults::internal},
};
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
    keys: HashMap<ThreemaId, KnownKey>,
    /// Those that are shared with whoever wrote, as far as boxes were opened
    shared: HashMap<ThreemaId, SharedKey>,
    /// Of whom the gateway could not be asked.
    unasked: Vec<ThreemaId>,
}

/// What became of opening a box.
#[derive(Debug)]
pub enum Opened {
    /// This is in it.
    Content(Content),
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
            Ok(found) => keys.extend(found.into_iter().map(|(id, key)| (id, (key, None)))),
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
        shared: HashMap::new(),
        unasked,
    })
}

/// What a round deals with: identities by number, and callbacks with what is in them, oldest first.
pub type Round = (HashMap<i64, Desk>, Vec<(Taken, Opened)>);

/// Opens the boxes. Deriving the key that is shared with a stranger takes a while, so this is not for the threads that serve.
pub async fn open(mut desks: HashMap<i64, Desk>, taken: Vec<Taken>) -> AppResult<Round> {
    let opening = move || {
        let open = |one: Taken| {
            let opened = match desks.get_mut(&one.stored.identity_id) {
                Some(desk) => desk.open(&one),
                None => Opened::Later,
            };
            (one, opened)
        };
        let opened = taken.into_iter().map(open).collect();
        (desks, opened)
    };
    let round = tokio::task::spawn_blocking(opening).await;
    round.map_err(|e| internal(&e))
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
    /// The key that is shared with somebody whose box was opened.
    pub fn shared(&self, from: ThreemaId) -> AppResult<&SharedKey> {
        let shared = self.shared.get(&from);
        shared.ok_or_else(|| internal(&"nothing of them was opened"))
    }

    /// Opens the box of a callback.
    fn open(&mut self, one: &Taken) -> Opened {
        let from = one.stored.from;
        let Some((key, stored)) = self.keys.get(&from) else {
            return match self.unasked.contains(&from) {
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
        let derive = || self.sender.keys().shared(key, stored.as_deref());
        let shared = self.shared.entry(from).or_insert_with(derive);
        let plain = shared.open_padded(&nonce, &sealed).ok();
        match plain.and_then(|plain| Content::decode(&plain).ok()) {
            Some(content) => Opened::Content(content),
            None => Opened::Nothing,
        }
    }
}
