//! What an organisation sets for its administrators: passwords, sign-in, sessions, how long things are kept. Sessions
//! that can be listed, one-time links for a password, and browsers that have signed in before.
use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for part in [RULES, SESSIONS, PASSWORDS] {
            run(manager, part).await?;
        }
        Ok(())
    }
}

const RULES: &str = "
-- one row for each organisation; the defaults are the safe ones
CREATE TABLE organisation_rules (
    organisation_id BIGINT PRIMARY KEY REFERENCES organisation (id),
    password_min_length BIGINT NOT NULL DEFAULT 12,
    -- refuse passwords that are known from breaches
    breached_check BOOLEAN NOT NULL DEFAULT TRUE,
    passkeys_allowed BOOLEAN NOT NULL DEFAULT FALSE,
    second_factor_required BOOLEAN NOT NULL DEFAULT FALSE,
    -- a session ends after this time without use
    idle_minutes BIGINT NOT NULL DEFAULT 30,
    -- and after this time in any case
    absolute_minutes BIGINT NOT NULL DEFAULT 720,
    -- sending to more recipients needs a fresh confirmation
    step_up_above BIGINT NOT NULL DEFAULT 1000,
    text_days BIGINT NOT NULL DEFAULT 180,
    -- network addresses in the audit log
    address_days BIGINT NOT NULL DEFAULT 10
);
INSERT INTO organisation_rules (organisation_id) SELECT id FROM organisation
";

const SESSIONS: &str = "
-- earlier sessions have no times to go by: everybody signs in again
DELETE FROM session;
ALTER TABLE session ADD COLUMN last_used_at BIGINT NOT NULL DEFAULT 0;
-- from where it was used last
ALTER TABLE session ADD COLUMN address VARCHAR(64);
-- browser and system in a few words
ALTER TABLE session ADD COLUMN device VARCHAR(100) NOT NULL DEFAULT ''
";

const PASSWORDS: &str = "
ALTER TABLE administrator ADD COLUMN password_changed_at BIGINT;
CREATE TABLE reset_link (
    -- SHA-256 of the token in the link, hex
    token_hash VARCHAR(64) PRIMARY KEY,
    administrator_id BIGINT NOT NULL REFERENCES administrator (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX reset_link_administrator ON reset_link (administrator_id);
-- browsers in which an administrator has signed in: guessing elsewhere does not slow these down
CREATE TABLE known_device (
    -- SHA-256 of the token in the cookie, hex
    token_hash VARCHAR(64) PRIMARY KEY,
    administrator_id BIGINT NOT NULL REFERENCES administrator (id),
    last_used_at BIGINT NOT NULL
);
CREATE INDEX known_device_administrator ON known_device (administrator_id)
";
