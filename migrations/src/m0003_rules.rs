//! What an organisation sets for its administrators: passwords, sign-in, sessions, how long things are kept.
use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, RULES).await
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
