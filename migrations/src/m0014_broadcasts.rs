//! Messages that are not for lists: broadcasts; messages whose replies are kept, and messages for whoever is new.
use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for part in [MESSAGES, NEWCOMERS] {
            run(manager, part).await?;
        }
        Ok(())
    }
}

const MESSAGES: &str = "
-- 'lists', or of a broadcast: 'identity', 'organisation', 'people'
ALTER TABLE message ADD COLUMN scope VARCHAR(16) NOT NULL DEFAULT 'lists';
ALTER TABLE message ADD COLUMN broadcast_name VARCHAR(256) NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN takes_replies BOOLEAN NOT NULL DEFAULT FALSE;
-- whoever comes to whom it went to gets it later
ALTER TABLE message ADD COLUMN for_newcomers BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX message_takes_replies ON message (identity_id) WHERE takes_replies;
-- whom a broadcast to single people names
CREATE TABLE message_person (
    message_id BIGINT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    recipient_id BIGINT NOT NULL REFERENCES recipient (id),
    PRIMARY KEY (message_id, recipient_id)
) {norowid};
CREATE INDEX message_person_recipient ON message_person (recipient_id);
-- the deliveries, by recipient, of messages that take replies or are for newcomers; they go with the text
CREATE TABLE message_recipient (
    recipient_id BIGINT NOT NULL REFERENCES recipient (id),
    message_id BIGINT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    PRIMARY KEY (recipient_id, message_id)
) {norowid};
CREATE INDEX message_recipient_message ON message_recipient (message_id)
";

const NEWCOMERS: &str = "
-- which messages newcomers get: of a list, of an identity, or (both null) of the organisation
CREATE TABLE greeting (
    id {pk},
    message_id BIGINT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    organisation_id BIGINT NOT NULL REFERENCES organisation (id),
    identity_id BIGINT REFERENCES identity (id),
    list_id BIGINT REFERENCES distribution_list (id)
);
CREATE INDEX greeting_organisation ON greeting (organisation_id);
CREATE INDEX greeting_message ON greeting (message_id);
-- who has come and gets the message as soon as a worker gets to it
CREATE TABLE newcomer (
    message_id BIGINT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    recipient_id BIGINT NOT NULL REFERENCES recipient (id),
    PRIMARY KEY (message_id, recipient_id)
) {norowid}
";
