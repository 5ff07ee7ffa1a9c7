//! Codes of an authenticator app (RFC 6238: SHA-1, 6 digits, 30 seconds, one step of tolerance).
use super::{Model, open, place};
use crate::features::auth::server::entity::administrator;
use crate::kernel::{
    AppResult,
    server::{Ctx, faults::internal},
};
use totp_rs::{Builder, Secret, Totp};

/// The length that RFC 4226 recommends for the secret.
pub const SECRET_LEN: usize = 20;

fn totp(secret: &[u8]) -> AppResult<Totp> {
    Builder::new()
        .with_secret(Secret::new(secret.into()))
        .build()
        .map_err(|e| internal(&e))
}

/// The secret as people type it.
pub fn base32(secret: &[u8]) -> String {
    Secret::new(secret.into()).to_base32()
}

/// What authenticator apps read from the code that is scanned.
pub fn address(email: &str, secret: &[u8]) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~@".contains(&b);
    let account: String = email
        .bytes()
        .map(|b| match plain(b) {
            true => char::from(b).to_string(),
            false => format!("%{b:02X}"),
        })
        .collect();
    let secret = base32(secret);
    format!("otpauth://totp/Fanfare:{account}?secret={secret}&issuer=Fanfare")
}

/// Whether the code fits now. A code works once: neither it nor an older one is taken again.
pub async fn accepts(
    ctx: &Ctx,
    administrator: &administrator::Model,
    row: &Model,
    code: &str,
) -> AppResult<bool> {
    let Some(sealed) = &row.secret_sealed else {
        return Ok(false);
    };
    let secret = open(ctx, administrator, &place("secret_sealed", row), sealed).await?;
    let seconds = u64::try_from(ctx.now().0 / 1000).unwrap_or_default();
    let Some(step) = totp(&secret)?.check(code, seconds) else {
        return Ok(false);
    };
    let step = i64::try_from(step).map_err(|e| internal(&e))?;
    let tx = ctx.db.begin().await?;
    let sql = "UPDATE second_factor SET last_step = $1 WHERE id = $2 AND last_step < $1";
    let used = tx.exec(sql, [step.into(), row.id.into()]).await?;
    tx.commit().await?;
    Ok(used == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238 appendix B, SHA-1, the last six digits
        let totp = totp(b"12345678901234567890").unwrap();
        assert_eq!(totp.check("287082", 59), Some(1));
        assert_eq!(totp.check("081804", 1_111_111_109), Some(37_037_036));
        assert_eq!(totp.check("287082", 59 + 30), Some(1));
        assert_eq!(totp.check("287082", 59 + 61), None);
    }

    #[test]
    fn the_address_is_what_apps_read() {
        assert_eq!(
            address("ada+x@example.org", b"12345678901234567890"),
            "otpauth://totp/Fanfare:ada%2Bx@example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Fanfare"
        );
    }
}
