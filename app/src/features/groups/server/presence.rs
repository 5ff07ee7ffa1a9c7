//! Who looks at a group, and who is writing: pages tell each other through the server, which keeps nothing of it.
use super::store;
use crate::features::{
    auth::server::{Granted, administrator_name},
    groups::model::Presence,
    identities::server::find as find_identity,
};
use crate::kernel::{
    AppResult, Uid,
    live::Change,
    permission::cap,
    server::{Ctx, live::LiveEvent},
};

/// Tells the other pages of the group that the caller has come, is here, writes, or has gone. `page` is a random name of the
/// page that tells, so that it knows itself again.
pub async fn tell_presence(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
    (page, what): (Uid, Presence),
) -> AppResult<()> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    // only what exists is told of
    store::find(ctx.db.conn(), identity.id, &group).await?;
    let Some(me) = granted.administrator_id() else {
        return Ok(());
    };
    let Some(name) = administrator_name(&ctx, me).await? else {
        return Ok(());
    };
    ctx.live.tell(LiveEvent {
        organisation_id: identity.organisation_id,
        identity_id: Some(identity.id),
        change: Change::Presence {
            group,
            page,
            name,
            what: what.code().to_owned(),
        },
    });
    Ok(())
}
