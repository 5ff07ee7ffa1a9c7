//! Changing what somebody may, disabling, removing, handing over. Nobody does it to themselves, nobody gives or takes
//! what they do not have, and one administrator with full access always stays.
use super::{
    entity,
    invitations::end_invitations_of,
    people::{Found, Places, find, invitation, load_person, rights_of},
};
use crate::features::{
    administrators::model::{PersonView, tidy},
    api_keys::server::revoke_keys_of,
    audit::server::record,
    auth::server::{
        Administrator, Granted, access_changed, administrator_of, administrators_of, check_full_access_left,
        give_rights, lock_administrators, remove_administrator, set_disabled,
    },
};
use crate::kernel::{
    AppResult, ErrorCode, Uid,
    permission::{Capability, Right, Scope, cap},
    rights::{RightSet, Rights},
    server::{Ctx, Tx, faults::internal},
};
use sea_orm::{ActiveValue::Set, IntoActiveModel, prelude::*};
use serde_json::json;

/// Begins a transaction in which nobody else changes administrators or invitations, with the caller's rights of this
/// moment: somebody may have been quicker.
pub(super) async fn begin<C: Capability>(ctx: &Ctx, granted: &Granted<C>) -> AppResult<(Tx, Granted<C>)> {
    let tx = ctx.db.begin().await?;
    lock_administrators(&tx, granted.organisation_id()).await?;
    let granted = granted.renewed_in(tx.conn()).await?;
    Ok((tx, granted))
}

/// Whether the caller may turn these rights into those: everything that changes must be the caller's own.
pub(super) fn check_change<C: Capability>(
    granted: &Granted<C>,
    before: &Rights,
    after: &Rights,
) -> AppResult<()> {
    let own = granted.rights();
    if own.full_access {
        return Ok(());
    }
    let mut differing = Rights {
        full_access: before.full_access || after.full_access,
        organisation: before.organisation.differing(after.organisation),
        ..Rights::default()
    };
    for id in before.identities.keys().chain(after.identities.keys()) {
        let set = |rights: &Rights| rights.identities.get(id).copied().unwrap_or_default();
        differing
            .identities
            .insert(*id, set(before).differing(set(after)));
    }
    match own.covers(&differing) {
        true => Ok(()),
        false => Err(ErrorCode::BeyondOwnRights.into()),
    }
}

/// Somebody else, whom the caller may act on: never oneself, and nobody who may more.
pub(super) fn check_person<C: Capability>(
    granted: &Granted<C>,
    row: &Administrator,
    rights: &Rights,
) -> AppResult<()> {
    if granted.administrator_id() == Some(row.id) {
        return Err(ErrorCode::OwnRights.into());
    }
    match granted.rights().covers(rights) {
        true => Ok(()),
        false => Err(ErrorCode::BeyondOwnRights.into()),
    }
}

/// Gives somebody these rights instead of those until now. They count with the next call; open pages load anew.
pub async fn change_rights(
    ctx: Ctx,
    granted: Granted<cap::ManageAdministrators>,
    person: Uid,
    wanted: Rights<Uid>,
) -> AppResult<PersonView> {
    granted.fresh(ctx.now())?;
    let places = Places::of(&ctx, &granted).await?;
    let wanted = tidy(wanted);
    match find(&ctx, &granted, &person).await? {
        Found::Administrator(..) => change_administrator(&ctx, &granted, &person, &places, wanted).await?,
        Found::Invitation(_) => change_invitation(&ctx, &granted, &person, &places, wanted).await?,
    }
    load_person(ctx, granted, person).await
}

async fn change_administrator(
    ctx: &Ctx,
    granted: &Granted<cap::ManageAdministrators>,
    person: &Uid,
    places: &Places,
    wanted: Rights<Uid>,
) -> AppResult<()> {
    let organisation_id = granted.organisation_id();
    let (tx, granted) = begin(ctx, granted).await?;
    let (row, before) = administrator_of(tx.conn(), organisation_id, person).await?;
    if granted.administrator_id() == Some(row.id) {
        return Err(ErrorCode::OwnRights.into());
    }
    let after = places.stored(&wanted, &before);
    check_change(&granted, &before, &after)?;
    give_rights(&tx, row.id, &after).await?;
    check_full_access_left(&tx, organisation_id).await?;
    let ended = end_invitations_of(&tx, row.id, Some(&after)).await?;
    let detail = json!({
        "name": row.name, "email": row.email, "invitationsEnded": ended,
        "before": places.logged(&places.shown(&before)), "after": places.logged(&places.shown(&after)),
    });
    record(ctx, &tx, granted.who(), "administrator.rights", &row.uid, detail).await?;
    tx.commit().await?;
    access_changed(ctx, organisation_id, row.id);
    Ok(())
}

async fn change_invitation(
    ctx: &Ctx,
    granted: &Granted<cap::ManageAdministrators>,
    person: &Uid,
    places: &Places,
    wanted: Rights<Uid>,
) -> AppResult<()> {
    let (tx, granted) = begin(ctx, granted).await?;
    let row = invitation(tx.conn(), granted.organisation_id(), person).await?;
    let before = rights_of(&row)?;
    check_given(&granted, places, &before)?;
    check_given(&granted, places, &wanted)?;
    let detail = json!({
        "email": row.email, "before": places.logged(&before), "after": places.logged(&wanted),
    });
    let uid = row.uid.clone();
    let mut row: entity::ActiveModel = row.into_active_model();
    row.rights = Set(serde_json::to_string(&wanted).map_err(|e| internal(&e))?);
    // whoever decides on the rights stands for them
    row.invited_by = Set(granted.administrator_id());
    row.update(tx.conn()).await?;
    record(
        ctx,
        &tx,
        granted.who(),
        "administrator.invitation-rights",
        &uid,
        detail,
    )
    .await?;
    tx.commit().await
}

/// Whether all of it is the caller's to give.
pub(super) fn check_given(
    granted: &Granted<cap::ManageAdministrators>,
    places: &Places,
    rights: &Rights<Uid>,
) -> AppResult<()> {
    let own = places.shown(granted.rights());
    match granted.rights().full_access || own.covers(rights) {
        true => Ok(()),
        false => Err(ErrorCode::BeyondOwnRights.into()),
    }
}

/// Ends all sessions of an administrator and lets nobody sign in as them; open pages end at once.
pub async fn disable(ctx: Ctx, granted: Granted<cap::ManageAdministrators>, person: Uid) -> AppResult<()> {
    let now = ctx.now();
    step(
        &ctx,
        &granted,
        &person,
        "administrator.disable",
        "disabled",
        async |tx, row| {
            Ok(Ended {
                sessions: set_disabled(tx, row.id, Some(now)).await?,
                keys: Vec::new(),
            })
        },
    )
    .await
}

/// Lets an administrator sign in again.
pub async fn enable(ctx: Ctx, granted: Granted<cap::ManageAdministrators>, person: Uid) -> AppResult<()> {
    step(
        &ctx,
        &granted,
        &person,
        "administrator.enable",
        "active",
        async |tx, row| set_disabled(tx, row.id, None).await.map(|_| Ended::default()),
    )
    .await
}

/// Removes an administrator for good: nothing of the sign-in is left, only the name beside what they did.
pub async fn remove(ctx: Ctx, granted: Granted<cap::ManageAdministrators>, person: Uid) -> AppResult<()> {
    let now = ctx.now();
    step(
        &ctx,
        &granted,
        &person,
        "administrator.remove",
        "removed",
        async |tx, row| {
            Ok(Ended {
                keys: revoke_keys_of(tx, row.id, now).await?,
                sessions: remove_administrator(tx, row, now).await?,
            })
        },
    )
    .await
}

/// What has ended with somebody's access, for the log.
#[derive(Default)]
struct Ended {
    sessions: u64,
    keys: Vec<String>,
}

async fn step(
    ctx: &Ctx,
    granted: &Granted<cap::ManageAdministrators>,
    person: &Uid,
    action: &str,
    then: &str,
    change: impl AsyncFnOnce(&Tx, &Administrator) -> AppResult<Ended>,
) -> AppResult<()> {
    granted.fresh(ctx.now())?;
    let organisation_id = granted.organisation_id();
    let places = Places::everywhere(ctx, organisation_id).await?;
    let (tx, granted) = begin(ctx, granted).await?;
    let (row, rights) = administrator_of(tx.conn(), organisation_id, person).await?;
    check_person(&granted, &row, &rights)?;
    let Ended { sessions, keys } = change(&tx, &row).await?;
    check_full_access_left(&tx, organisation_id).await?;
    let invitations = match then {
        "active" => Vec::new(),
        _ => end_invitations_of(&tx, row.id, None).await?,
    };
    let state = |disabled: bool| if disabled { "disabled" } else { "active" };
    let detail = json!({
        "name": row.name, "email": row.email,
        "invitationsEnded": invitations, "sessionsEnded": sessions, "keysEnded": keys,
        "before": { "state": state(row.disabled_at.is_some()), "rights": places.logged(&places.shown(&rights)) },
        "after": { "state": then },
    });
    record(ctx, &tx, granted.who(), action, &row.uid, detail).await?;
    tx.commit().await?;
    access_changed(ctx, organisation_id, row.id);
    Ok(())
}

/// Hands the own full access over. What stays are all single rights, which the other one may then take away.
pub async fn transfer(ctx: Ctx, granted: Granted<cap::TransferFullAccess>, person: Uid) -> AppResult<()> {
    granted.fresh(ctx.now())?;
    let organisation_id = granted.organisation_id();
    let me = granted.administrator_id().ok_or(ErrorCode::Forbidden)?;
    let places = Places::of(&ctx, &granted).await?;
    // who has no full access any more is refused here
    let (tx, granted) = begin(&ctx, &granted).await?;
    let (row, before) = administrator_of(tx.conn(), organisation_id, &person).await?;
    if row.id == me {
        return Err(ErrorCode::OwnRights.into());
    }
    if row.disabled_at.is_some() {
        return Err(ErrorCode::WrongState.into());
    }
    let own = administrators_of(&ctx, organisation_id).await?;
    let own = own.into_iter().find(|(own, _)| own.id == me);
    let (own, _) = own.ok_or(ErrorCode::Forbidden)?;
    let all: RightSet = Right::of(Scope::Identity).collect();
    let left = Rights {
        full_access: false,
        organisation: RightSet::all(Scope::Organisation),
        identities: places.numbers().map(|id| (id, all)).collect(),
    };
    give_rights(&tx, row.id, &Rights::full()).await?;
    give_rights(&tx, me, &left).await?;
    check_full_access_left(&tx, organisation_id).await?;
    let detail = json!({
        "name": row.name, "email": row.email,
        "before": places.logged(&places.shown(&before)), "after": places.logged(&Rights::full()),
    });
    record(
        &ctx,
        &tx,
        granted.who(),
        "administrator.transfer",
        &row.uid,
        detail,
    )
    .await?;
    let ended = end_invitations_of(&tx, me, Some(&left)).await?;
    let detail = json!({
        "name": own.name, "email": own.email, "invitationsEnded": ended,
        "before": places.logged(&Rights::full()), "after": places.logged(&places.shown(&left)),
    });
    record(&ctx, &tx, granted.who(), "administrator.rights", &own.uid, detail).await?;
    tx.commit().await?;
    access_changed(&ctx, organisation_id, row.id);
    access_changed(&ctx, organisation_id, me);
    Ok(())
}
