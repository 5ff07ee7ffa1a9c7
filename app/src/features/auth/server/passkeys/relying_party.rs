//! Who we are to an authenticator: the host of the public address.
use crate::kernel::{
    AppResult, ErrorCode,
    server::{Ctx, faults::internal},
};
use sha2::{Digest, Sha256};
use std::time::Duration;
use webauthn_rs::prelude::{Url, Uuid, Webauthn, WebauthnBuilder};

/// How long an authenticator may take; a challenge lives as long.
pub const SECONDS: u64 = 300;

/// The verifier for this installation. Passkeys need a host name: an address of numbers has none.
pub fn relying_party(ctx: &Ctx) -> AppResult<Webauthn> {
    let origin = Url::parse(&ctx.settings.public_url).map_err(|e| internal(&e))?;
    let host = origin.domain().ok_or(ErrorCode::PasskeyAddress)?;
    WebauthnBuilder::new(host, &origin)
        .map(|builder| builder.rp_name("Fanfare").timeout(Duration::from_secs(SECONDS)))
        .and_then(WebauthnBuilder::build)
        .map_err(|e| internal(&e))
}

/// What an authenticator keeps to know whose passkey it is. It follows from the administrator's public identifier and says
/// nothing about the person.
pub fn user_handle(administrator_uid: &str) -> Uuid {
    let hash = Sha256::digest(format!("fanfare user handle/{administrator_uid}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Uuid::from_bytes(bytes)
}
