//! Replies that are kept: one conversation for each person of an identity, and what belongs to it.
use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for part in [LISTS, CONVERSATIONS, BESIDE] {
            run(manager, part).await?;
        }
        Ok(())
    }
}

const LISTS: &str = "
-- replies of those who are on the list are kept
ALTER TABLE distribution_list ADD COLUMN takes_replies BOOLEAN NOT NULL DEFAULT FALSE
";

const CONVERSATIONS: &str = "
CREATE TABLE conversation (
    id {pk},
    uid VARCHAR(10) NOT NULL UNIQUE,
    identity_id BIGINT NOT NULL REFERENCES identity (id),
    recipient_id BIGINT NOT NULL REFERENCES recipient (id),
    -- the conversation's own key, sealed by the organisation's data key; it goes with the last text
    key_sealed {blob} NOT NULL,
    -- 'open' or 'done'
    state VARCHAR(8) NOT NULL,
    assigned_to BIGINT REFERENCES administrator (id),
    done_at BIGINT,
    done_by BIGINT,
    last_at BIGINT NOT NULL,
    last_message_id BIGINT NOT NULL,
    -- the last incoming message; who has read up to it has nothing unread
    last_in_id BIGINT NOT NULL,
    -- the last text is erased at this time, and with it all the rest
    erase_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX conversation_person ON conversation (identity_id, recipient_id);
CREATE INDEX conversation_newest ON conversation (identity_id, last_at, id);
CREATE INDEX conversation_state ON conversation (identity_id, state, last_at, id);
CREATE INDEX conversation_assigned ON conversation (identity_id, state, assigned_to, last_at, id);
CREATE INDEX conversation_done ON conversation (identity_id, done_at) WHERE done_at IS NOT NULL;
CREATE INDEX conversation_erase ON conversation (erase_at);
CREATE TABLE conversation_message (
    id {pk},
    uid VARCHAR(10) NOT NULL,
    conversation_id BIGINT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    outgoing BOOLEAN NOT NULL,
    -- sealed by the conversation's own key
    text_sealed {blob} NOT NULL,
    -- the administrator who wrote it; null: the person
    author_id BIGINT,
    -- where it stands on its way, see the slice answers
    answer_id BIGINT,
    at BIGINT NOT NULL,
    erase_at BIGINT NOT NULL
);
CREATE INDEX conversation_message_order ON conversation_message (conversation_id, id);
CREATE INDEX conversation_message_erase ON conversation_message (erase_at);
-- how far each administrator has read
CREATE TABLE conversation_read (
    administrator_id BIGINT NOT NULL REFERENCES administrator (id) ON DELETE CASCADE,
    conversation_id BIGINT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    read_up_to BIGINT NOT NULL,
    PRIMARY KEY (administrator_id, conversation_id)
) {norowid};
CREATE INDEX conversation_read_conversation ON conversation_read (conversation_id)
";

const BESIDE: &str = "
CREATE TABLE saved_reply (
    id {pk},
    uid VARCHAR(10) NOT NULL UNIQUE,
    identity_id BIGINT NOT NULL REFERENCES identity (id),
    name VARCHAR(100) NOT NULL,
    name_key VARCHAR(420) {bytewise} NOT NULL,
    text_sealed {blob} NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX saved_reply_identity ON saved_reply (identity_id, name_key, id);
-- who has been told that replies are kept: nobody is told twice
CREATE TABLE conversation_notice (
    recipient_id BIGINT PRIMARY KEY REFERENCES recipient (id),
    told_at BIGINT NOT NULL
)
";
