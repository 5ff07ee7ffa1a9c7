//! The audit log becomes a chain: each entry gets its number in the organisation and a hash over its predecessor's. Rows
//! that are there already are numbered by the program, which has the keys (`audit/server/old.rs`). API keys get an
//! end and rights of their own.
use super::dialect;
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

const ENTRY: &str = "
-- 1, 2, 3 … in the organisation; null until an old row is numbered
ALTER TABLE audit_entry ADD COLUMN seq BIGINT;
-- SHA-256 over the entry before and this one, hex
ALTER TABLE audit_entry ADD COLUMN hash VARCHAR(64);
-- who it was, as they were called then: administrators and keys come and go
ALTER TABLE audit_entry ADD COLUMN actor_uid VARCHAR(10) NOT NULL DEFAULT '';
ALTER TABLE audit_entry ADD COLUMN actor_name VARCHAR(200) NOT NULL DEFAULT '';
-- name and prefix of the API key
ALTER TABLE audit_entry ADD COLUMN api_key VARCHAR(220) NOT NULL DEFAULT '';
-- the chain holds SHA-256(salt, address); address and salt are erased together
ALTER TABLE audit_entry ADD COLUMN address_salt VARCHAR(32);
ALTER TABLE audit_entry ADD COLUMN address_hash VARCHAR(64);
CREATE UNIQUE INDEX audit_entry_seq ON audit_entry (organisation_id, seq);
CREATE INDEX audit_entry_at ON audit_entry (organisation_id, at, seq);
CREATE INDEX audit_entry_actor ON audit_entry (organisation_id, actor_uid, seq);
CREATE INDEX audit_entry_kind ON audit_entry (organisation_id, actor_kind, seq);
CREATE INDEX audit_entry_action ON audit_entry (organisation_id, action, seq);
CREATE INDEX audit_entry_subject ON audit_entry (organisation_id, subject, seq);
CREATE INDEX audit_entry_address ON audit_entry (at) WHERE address IS NOT NULL;
DROP INDEX audit_entry_time;
-- where the chain of an organisation ends; a table of its own, locked last and for as short as can be
CREATE TABLE audit_head (
    organisation_id BIGINT PRIMARY KEY,
    -- how many entries there are
    seq BIGINT NOT NULL,
    -- that of the last entry
    hash VARCHAR(64) NOT NULL,
    -- HMAC-SHA-256 over the two, hex: nobody without the key can move the end
    mac VARCHAR(64) NOT NULL,
    -- its key, sealed by the organisation's data key
    key_sealed {blob} NOT NULL
);
UPDATE audit_entry SET
    actor_uid = COALESCE((SELECT a.uid FROM administrator a WHERE a.id = audit_entry.administrator_id), ''),
    actor_name = COALESCE((SELECT a.name FROM administrator a WHERE a.id = audit_entry.administrator_id), '')
";

const API_KEY: &str = "
ALTER TABLE api_key ADD COLUMN expires_at BIGINT;
-- JSON array of rights: only these of its administrator's; null: all of them
ALTER TABLE api_key ADD COLUMN rights TEXT;
CREATE INDEX api_key_administrator ON api_key (administrator_id);
CREATE INDEX api_key_organisation ON api_key (organisation_id)
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, ENTRY).await?;
        dialect::run(manager, API_KEY).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            // checking the reference takes a lock on the organisation's row after that on the head: whoever holds the row
            // and waits for the head would stand in a circle with us. Organisations are never deleted.
            let free = "ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_organisation_id_fkey";
            manager.get_connection().execute_unprepared(free).await?;
        }
        Ok(())
    }
}
