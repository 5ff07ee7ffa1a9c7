//! Sync requests of people who are in no list of a group any more: when each was answered last.
use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, ASKED).await
    }
}

const ASKED: &str = "
-- who has a row in group_member has the time there; a row of this table goes after an hour
CREATE TABLE group_asked (
    group_id BIGINT NOT NULL REFERENCES chat_group (id) ON DELETE CASCADE,
    recipient_id BIGINT NOT NULL REFERENCES recipient (id) ON DELETE CASCADE,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (group_id, recipient_id)
) {norowid};
CREATE INDEX group_asked_time ON group_asked (answered_at);
CREATE INDEX group_asked_recipient ON group_asked (recipient_id)
";
