//! Opening what is sealed of an identity.
use super::entity::Model;
use crate::features::gateway::server::Account;
use crate::kernel::{
    AppResult,
    server::{
        Ctx,
        data_key::{open_key, open_sealed},
        faults::internal,
        secret::{Key, Place},
    },
};
use zeroize::Zeroizing;

/// Where the private key is sealed.
pub(super) fn private_key_place(uid: &str) -> Place {
    Place::new("identity", "private_key_sealed", uid)
}

/// Where the gateway secret is sealed.
pub(super) fn gateway_secret_place(uid: &str) -> Place {
    Place::new("identity", "gateway_secret_sealed", uid)
}

/// The identity's private key; wiped when it is dropped.
pub async fn open_private_key(ctx: &Ctx, identity: &Model) -> AppResult<Key> {
    let place = private_key_place(&identity.uid);
    open_key(
        ctx,
        ctx.db.conn(),
        identity.organisation_id,
        &place,
        &identity.private_key_sealed,
    )
    .await
}

/// The secret of the identity's gateway account; wiped when it is dropped.
pub async fn open_gateway_secret(ctx: &Ctx, identity: &Model) -> AppResult<Zeroizing<String>> {
    let place = gateway_secret_place(&identity.uid);
    let sealed = &identity.gateway_secret_sealed;
    let bytes = open_sealed(ctx, ctx.db.conn(), identity.organisation_id, &place, sealed).await?;
    let text = std::str::from_utf8(&bytes).map_err(|e| internal(&e))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// The identity's account at the gateway: who calls.
pub async fn account(ctx: &Ctx, identity: &Model) -> AppResult<Account> {
    Ok(Account {
        threema_id: identity
            .threema_id
            .parse()
            .map_err(|_| internal(&"a stored Threema ID is malformed"))?,
        secret: open_gateway_secret(ctx, identity).await?,
    })
}
