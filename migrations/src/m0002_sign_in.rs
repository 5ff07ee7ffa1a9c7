//! Passkeys, and the second factor of a sign-in.
use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for part in [PASSKEYS, SECOND_FACTOR] {
            run(manager, part).await?;
        }
        Ok(())
    }
}

const PASSKEYS: &str = "
CREATE TABLE passkey (
    id {pk},
    uid VARCHAR(10) NOT NULL UNIQUE,
    administrator_id BIGINT NOT NULL REFERENCES administrator (id) ON DELETE CASCADE,
    credential_id {blob} NOT NULL,
    -- JSON: public key, signature counter, backup flags
    credential TEXT NOT NULL,
    name VARCHAR(100) NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE UNIQUE INDEX passkey_credential ON passkey (credential_id);
CREATE INDEX passkey_administrator ON passkey (administrator_id, id);
-- challenges that a browser has been given: a row is taken once, and not after its time
CREATE TABLE passkey_ceremony (
    id VARCHAR(32) PRIMARY KEY,
    purpose VARCHAR(10) NOT NULL,
    -- for whom; none at the sign-in
    administrator_id BIGINT,
    state TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX passkey_ceremony_expires ON passkey_ceremony (expires_at)
";

const SECOND_FACTOR: &str = "
-- at most one that counts and one that is being set up for each administrator
CREATE TABLE second_factor (
    id {pk},
    uid VARCHAR(10) NOT NULL UNIQUE,
    administrator_id BIGINT NOT NULL REFERENCES administrator (id) ON DELETE CASCADE,
    -- false: being set up, does not count
    active BOOLEAN NOT NULL,
    -- 'totp' or 'message'
    kind VARCHAR(10) NOT NULL,
    -- TOTP: the secret, sealed by the organisation's data key
    secret_sealed {blob},
    -- TOTP: the newest time step whose code was used
    last_step BIGINT NOT NULL,
    -- message: to whom
    threema_id VARCHAR(8),
    -- message: the code that was sent last, sealed likewise; gone when it is used
    code_sealed {blob},
    code_expires_at BIGINT NOT NULL,
    code_tries BIGINT NOT NULL,
    -- codes sent since then, to limit them
    codes_sent BIGINT NOT NULL,
    codes_since BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX second_factor_administrator ON second_factor (administrator_id, active);
CREATE TABLE backup_code (
    administrator_id BIGINT NOT NULL REFERENCES administrator (id) ON DELETE CASCADE,
    -- SHA-256 of administrator and code (80 random bits), hex
    code_hash VARCHAR(64) NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (administrator_id, code_hash)
) {norowid}
";
