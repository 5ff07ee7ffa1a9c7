//! What is written in a group as open pages are told: read once for all of them.
use super::{Reader, place};
use crate::features::{
    auth::server::Granted,
    groups::model::{ChatEntry, Sender},
};
use crate::kernel::{
    AppResult,
    live::{Change, GroupPart},
    permission::cap,
    server::{Ctx, faults::internal, live::Whole},
};

/// An entry of a chat as open pages get it, which a [`Change::Group`] names; none for other changes, and when it is gone.
pub async fn whole_entry(
    ctx: &Ctx,
    granted: &Granted<cap::Groups>,
    change: &Change,
) -> AppResult<Option<Whole>> {
    let Change::Group {
        identity,
        uid,
        part: GroupPart::Entry(entry),
    } = change
    else {
        return Ok(None);
    };
    let (found_identity, group) = place(ctx, granted, identity, uid).await?;
    let reader = Reader::new(ctx, &found_identity, &group, None).await?;
    let Some(row) = reader.row(entry).await? else {
        return Ok(None);
    };
    let by = row.author_id;
    let Some(mut shown) = reader.shown(vec![row]).await?.pop() else {
        return Ok(None);
    };
    let told = |entry: &ChatEntry| {
        let written = serde_json::to_string(entry).map_err(|e| internal(&e))?;
        serde_json::to_string(&Change::Group {
            identity: identity.clone(),
            uid: uid.clone(),
            part: GroupPart::Written(written),
        })
        .map_err(|e| internal(&e))
    };
    let others = told(&shown)?;
    if let Sender::Us { is_me, .. } = &mut shown.sender {
        *is_me = by.is_some();
    }
    let own = told(&shown)?;
    Ok(Some(Whole { by, own, others }))
}
