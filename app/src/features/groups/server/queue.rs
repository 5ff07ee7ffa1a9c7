//! Putting something on its way to members: a row with its deliveries, in the caller's transaction. The rows of a group go
//! out in the order of their numbers, each when the one before is answered.
use super::{
    seal::{said_place, seal_bytes},
    sending::About,
    store::{self, Group},
};
use crate::features::{
    gateway::wire::{Content, GroupMessage},
    groups::model::plan::{Kind, Round, Step, name, setup},
    identities::server::Identity,
};
use crate::kernel::{
    AppResult, ErrorCode, ThreemaId,
    server::{Ctx, Tx, faults::internal},
};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What a row says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Said {
    /// `type ‖ data` in hexadecimal, by variant.
    Ready(Vec<String>),
    /// The group's picture of that number; where it lies is found out when it goes out.
    Picture(i64),
    /// Something about a message; under which ID members have it is found out when it goes out.
    About {
        /// Its number.
        message_id: i64,
        /// What
        what: About,
    },
}

impl Said {
    /// What is written out already.
    pub fn ready(variants: &[GroupMessage]) -> Self {
        let hex = |m: &GroupMessage| hex::encode(Content::Group(m.clone()).encode());
        Self::Ready(variants.iter().map(hex).collect())
    }
}

/// A row to be added.
#[derive(Clone, Debug)]
pub struct NewSend {
    /// What it says.
    pub said: Said,
    /// Recipients, and which variant they get.
    pub to: Vec<(i64, i64)>,
    /// Wakes no phone.
    pub no_push: bool,
    /// The round that it belongs to; 0: none.
    pub round: i64,
    /// It is the last of its round.
    pub ends_round: bool,
    /// The message of the chat that it is.
    pub message_id: Option<i64>,
}

/// Adds a row; answers its number. Ring `ctx.work` after the commit.
pub async fn add(ctx: &Ctx, tx: &Tx, identity: &Identity, group_id: i64, new: NewSend) -> AppResult<i64> {
    let uid = ctx.rng.uid();
    let said = serde_json::to_vec(&new.said).map_err(|e| internal(&e))?;
    let place = said_place(uid.as_str());
    let said = seal_bytes(ctx, tx, identity.organisation_id, &place, &said).await?;
    let seed: [u8; 16] = ctx.rng.array();
    let sql = "INSERT INTO group_send (uid, group_id, round, ends_round, no_push, message_id, said_sealed, nonce_seed, state,
                   created_at, not_before, failures, open_attempts)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $9, 0, 0) RETURNING id";
    let values = [
        uid.as_str().into(),
        group_id.into(),
        new.round.into(),
        new.ends_round.into(),
        new.no_push.into(),
        new.message_id.into(),
        said.into(),
        seed.to_vec().into(),
        ctx.now().0.into(),
    ];
    let row = tx.conn().query_one_raw(tx.stmt(sql, values)).await?;
    let id: i64 = row.ok_or(ErrorCode::NotFound)?.try_get("", "id")?;
    // numbers of our own, at most 256: one statement
    let rows: Vec<String> = new
        .to
        .iter()
        .zip(0..)
        .map(|((recipient, variant), seq): (_, i64)| format!("({id}, {seq}, {recipient}, {variant}, 0, 0)"))
        .collect();
    if !rows.is_empty() {
        let sql = format!(
            "INSERT INTO group_delivery (send_id, seq, recipient_id, variant, state, reason) VALUES {}",
            rows.join(", ")
        );
        tx.exec(&sql, []).await?;
    }
    Ok(id)
}

/// Adds the rows of a round: set-up, name, picture. The group says what name and picture were sent.
pub async fn add_round(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    group: &Group,
    (round, number): (&Round, i64),
) -> AppResult<()> {
    let steps = round.steps();
    let people = people(tx, group.id).await?;
    for (at, step) in steps.iter().enumerate() {
        let new = NewSend {
            said: said(group, round, step.kind),
            to: receivers(&people, step),
            no_push: true,
            round: number,
            ends_round: at + 1 == steps.len(),
            message_id: None,
        };
        add(ctx, tx, identity, group.id, new).await?;
    }
    Ok(())
}

fn said(group: &Group, round: &Round, kind: Kind) -> Said {
    match kind {
        Kind::Setup => Said::ready(&[
            setup(group.wire(), round.list.clone()),
            setup(group.wire(), Vec::new()),
        ]),
        Kind::Name => Said::ready(&[name(group.wire(), &group.sent_name, group.saves_history)]),
        Kind::Picture => match group.sent_picture_id {
            Some(id) => Said::Picture(id),
            None => Said::ready(&[crate::features::groups::model::plan::picture(group.wire(), None)]),
        },
    }
}

/// The members' numbers by their IDs.
async fn people(tx: &Tx, group_id: i64) -> AppResult<HashMap<ThreemaId, i64>> {
    let members = store::members(tx.conn(), group_id).await?;
    members.iter().map(|m| Ok((m.id()?, m.recipient_id))).collect()
}

fn receivers(people: &HashMap<ThreemaId, i64>, step: &Step) -> Vec<(i64, i64)> {
    let numbered = |ids: &[ThreemaId], variant: i64| -> Vec<(i64, i64)> {
        let known = ids.iter().filter_map(|id| people.get(id));
        known.map(|id| (*id, variant)).collect()
    };
    let mut to = numbered(&step.full, 0);
    to.extend(numbered(&step.out, 1));
    to
}

/// Sends an empty set-up to somebody who is not a member (any more).
pub async fn tell_out(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    group: &Group,
    recipient_id: i64,
) -> AppResult<()> {
    let new = NewSend {
        said: Said::ready(&[setup(group.wire(), Vec::new())]),
        to: vec![(recipient_id, 0)],
        no_push: true,
        round: 0,
        ends_round: false,
        message_id: None,
    };
    add(ctx, tx, identity, group.id, new).await.map(|_| ())
}

/// Everybody whose phone counts as a member's, as receivers of the only variant. Whom nothing reaches is found out when it
/// goes out, and stands in the deliveries then.
pub async fn members_on_phones(tx: &Tx, group_id: i64) -> AppResult<Vec<(i64, i64)>> {
    let members = store::members(tx.conn(), group_id).await?;
    let there = members.iter().filter(|m| m.told && m.left_at.is_none());
    Ok(there.map(|m| (m.recipient_id, 0)).collect())
}
