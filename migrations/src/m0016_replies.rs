//! Answers that go out once, approvals that name whom a broadcast names, newcomers for whom there was no room, and unread
//! conversations counted from an index.
use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for part in [CONVERSATIONS, MESSAGES] {
            run(manager, part).await?;
        }
        Ok(())
    }
}

const CONVERSATIONS: &str = "
-- client-made: the same key again answers the same message
ALTER TABLE conversation_message ADD COLUMN idempotency_key VARCHAR(64);
CREATE UNIQUE INDEX conversation_message_idempotency ON conversation_message (conversation_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL;
-- what an administrator has not read is counted from here, without the rows
CREATE INDEX conversation_unread ON conversation (identity_id, state, last_in_id, id)
";

const MESSAGES: &str = "
-- goes up with every change of those whom a broadcast names
ALTER TABLE message ADD COLUMN people_version BIGINT NOT NULL DEFAULT 0;
-- newcomers of other identities for whom the plan had no room
ALTER TABLE message ADD COLUMN left_out BIGINT NOT NULL DEFAULT 0
";
