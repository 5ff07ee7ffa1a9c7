//! Central group chats: the groups and their members, what was last told to their phones, what is on its way, the chat.
use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for part in [GROUPS, SENDING, CHAT] {
            run(manager, part).await?;
        }
        Ok(())
    }
}

const GROUPS: &str = "
-- the word group belongs to SQL
CREATE TABLE chat_group (
    id {pk},
    uid VARCHAR(10) NOT NULL UNIQUE,
    identity_id BIGINT NOT NULL REFERENCES identity (id),
    -- what the identity calls it on the wire: 8 random bytes in wire order, read as a big-endian number
    wire_id BIGINT NOT NULL,
    -- without the cloud
    name VARCHAR(256) NOT NULL,
    name_key VARCHAR(420) {bytewise} NOT NULL,
    -- 'active' or 'deleted'
    state VARCHAR(10) NOT NULL,
    saves_history BOOLEAN NOT NULL,
    history_since BIGINT,
    picture_id BIGINT,
    -- what the last round has said; the rest above is staged
    sent_name VARCHAR(256) NOT NULL,
    sent_picture_id BIGINT,
    -- how many rounds there were
    version BIGINT NOT NULL,
    -- when the last one began, and which was the last that ended
    round_at BIGINT NOT NULL,
    done_version BIGINT NOT NULL,
    member_count BIGINT NOT NULL,
    -- the group's own key, sealed by the organisation's data key
    key_sealed {blob} NOT NULL,
    created_by BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    last_message_id BIGINT NOT NULL
);
CREATE UNIQUE INDEX chat_group_wire ON chat_group (identity_id, wire_id);
CREATE INDEX chat_group_identity ON chat_group (identity_id, state, name_key, id);
CREATE TABLE group_member (
    group_id BIGINT NOT NULL REFERENCES chat_group (id),
    recipient_id BIGINT NOT NULL REFERENCES recipient (id),
    -- in the group as administrators want it
    wanted BOOLEAN NOT NULL,
    -- in the list of the last round
    told BOOLEAN NOT NULL,
    -- the last round that has reached the phone; 0: none
    version BIGINT NOT NULL,
    left_at BIGINT,
    -- why the last message did not go to them; 0: it did
    problem BIGINT NOT NULL,
    -- when a sync request was answered last
    answered_at BIGINT,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (group_id, recipient_id)
) {norowid};
CREATE INDEX group_member_recipient ON group_member (recipient_id);
CREATE TABLE group_picture (
    id {pk},
    uid VARCHAR(10) NOT NULL UNIQUE,
    group_id BIGINT NOT NULL REFERENCES chat_group (id),
    -- 32 bytes of key for the wire, then the JPEG; sealed by the organisation's data key
    picture_sealed {blob} NOT NULL,
    -- where it lies encrypted at the gateway, and since when
    blob_id {blob},
    uploaded_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX group_picture_group ON group_picture (group_id)
";

const SENDING: &str = "
-- one call of the gateway: what is on its way to members, in the order of the numbers
CREATE TABLE group_send (
    id {pk},
    uid VARCHAR(10) NOT NULL UNIQUE,
    group_id BIGINT NOT NULL REFERENCES chat_group (id),
    -- the round of synchronisation that it belongs to; 0: none
    round BIGINT NOT NULL,
    -- the last row of its round
    ends_round BOOLEAN NOT NULL,
    no_push BOOLEAN NOT NULL,
    -- the message of the chat that it is
    message_id BIGINT,
    -- what it says, sealed by the organisation's data key; nothing once it is sent
    said_sealed {blob},
    -- 16 random bytes: with a delivery's seq they name it in the derivation of its nonce
    nonce_seed {blob} NOT NULL,
    -- 0 waiting, 1 sent
    state BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    -- attempts whose outcome is not known, the running one included
    open_attempts BIGINT NOT NULL,
    -- why it waits, in a word; see groups::model::Trouble
    trouble VARCHAR(16),
    lease_holder VARCHAR(36)
);
CREATE INDEX group_send_waiting ON group_send (group_id, id) WHERE state = 0;
CREATE INDEX group_send_message ON group_send (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX group_send_lease ON group_send (lease_holder) WHERE lease_holder IS NOT NULL;
CREATE TABLE group_delivery (
    send_id BIGINT NOT NULL REFERENCES group_send (id),
    seq BIGINT NOT NULL,
    recipient_id BIGINT NOT NULL,
    -- which of the things that the row says they get
    variant BIGINT NOT NULL,
    -- 0 pending, 1 accepted, 2 failed
    state BIGINT NOT NULL,
    -- see groups::model::Why
    reason BIGINT NOT NULL,
    gateway_message_id BIGINT,
    PRIMARY KEY (send_id, seq)
) {norowid}
";

const CHAT: &str = "
CREATE TABLE group_message (
    id {pk},
    uid VARCHAR(10) NOT NULL UNIQUE,
    group_id BIGINT NOT NULL REFERENCES chat_group (id),
    -- see groups::model::EntryKind
    kind BIGINT NOT NULL,
    -- who has sent it; null: the identity
    sender_id BIGINT,
    -- which administrator, for one of the identity
    author_id BIGINT,
    -- sealed by the group's own key; null: taken back, or a note without words
    text_sealed {blob},
    -- JSON {who: [emoji]}, sealed likewise
    reactions_sealed {blob},
    -- the ID that all members have
    gateway_message_id BIGINT,
    -- an attempt ended without an answer: members may have it under another ID
    unclear BOOLEAN NOT NULL,
    idempotency_key VARCHAR(64),
    at BIGINT NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT,
    erase_at BIGINT NOT NULL,
    total BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    failed BIGINT NOT NULL
);
CREATE INDEX group_message_order ON group_message (group_id, id);
CREATE INDEX group_message_time ON group_message (group_id, at);
CREATE INDEX group_message_erase ON group_message (erase_at);
CREATE UNIQUE INDEX group_message_idempotency ON group_message (group_id, idempotency_key);
-- further IDs under which members have a message: of retries, and adopted ones
CREATE TABLE group_message_id (
    group_id BIGINT NOT NULL,
    gateway_message_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL REFERENCES group_message (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, gateway_message_id)
) {norowid};
CREATE INDEX group_message_id_message ON group_message_id (message_id);
-- how far each administrator has read
CREATE TABLE group_read (
    administrator_id BIGINT NOT NULL REFERENCES administrator (id) ON DELETE CASCADE,
    group_id BIGINT NOT NULL REFERENCES chat_group (id) ON DELETE CASCADE,
    read_up_to BIGINT NOT NULL,
    PRIMARY KEY (administrator_id, group_id)
) {norowid};
CREATE INDEX group_read_group ON group_read (group_id);
-- what people call themselves; nothing rests on it
ALTER TABLE recipient ADD COLUMN nickname VARCHAR(64) NOT NULL DEFAULT ''
";
