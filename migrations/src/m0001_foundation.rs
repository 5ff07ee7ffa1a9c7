//! Organisations, sign-in, identities, recipients, distribution lists, messages and their deliveries.
//! Points in time are milliseconds since 1970 UTC.
use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for part in [INSTALLATION, PEOPLE, AUDIENCE, MESSAGES, WORK] {
            run(manager, part).await?;
        }
        Ok(())
    }
}

const INSTALLATION: &str = "
CREATE TABLE installation (
    id BIGINT PRIMARY KEY,
    -- a known value sealed by the master key: tells whether the key file fits this database
    key_check {blob} NOT NULL,
    -- SHA-256 of the one-time set-up token; null once it is used
    setup_token_hash {blob},
    created_at BIGINT NOT NULL
);
CREATE TABLE organisation (
    id {pk},
    uid VARCHAR(10) NOT NULL UNIQUE,
    name VARCHAR(200) NOT NULL,
    data_key_sealed {blob} NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE audit_entry (
    id {pk},
    organisation_id BIGINT NOT NULL REFERENCES organisation (id),
    at BIGINT NOT NULL,
    actor_kind VARCHAR(20) NOT NULL,
    administrator_id BIGINT,
    address VARCHAR(64),
    action VARCHAR(64) NOT NULL,
    subject VARCHAR(255) NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_entry_time ON audit_entry (organisation_id, id)
";

const PEOPLE: &str = "
CREATE TABLE administrator (
    id {pk},
    uid VARCHAR(10) NOT NULL UNIQUE,
    organisation_id BIGINT NOT NULL REFERENCES organisation (id),
    email VARCHAR(254) NOT NULL UNIQUE,
    name VARCHAR(200) NOT NULL,
    password_hash VARCHAR(255) NOT NULL,
    language VARCHAR(2) NOT NULL,
    full_access BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);
CREATE INDEX administrator_organisation ON administrator (organisation_id);
CREATE TABLE session (
    -- SHA-256 of the token in the cookie, hex
    token_hash VARCHAR(64) PRIMARY KEY,
    administrator_id BIGINT REFERENCES administrator (id),
    data TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_expiry ON session (expires_at);
CREATE INDEX session_administrator ON session (administrator_id);
CREATE TABLE sign_in_throttle (
    -- SHA-256 of 'account:…' or 'address:…', hex
    subject VARCHAR(64) PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_failure_at BIGINT NOT NULL
);
CREATE TABLE api_key (
    id {pk},
    uid VARCHAR(10) NOT NULL UNIQUE,
    organisation_id BIGINT NOT NULL REFERENCES organisation (id),
    administrator_id BIGINT NOT NULL REFERENCES administrator (id),
    name VARCHAR(200) NOT NULL,
    prefix VARCHAR(12) NOT NULL,
    -- SHA-256 of the key, hex
    key_hash VARCHAR(64) NOT NULL UNIQUE,
    -- JSON array of networks; empty: from anywhere
    allowed_networks TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    -- requests of the day (days since 1970 UTC)
    day BIGINT NOT NULL,
    day_count BIGINT NOT NULL,
    revoked_at BIGINT
)
";

const AUDIENCE: &str = "
CREATE TABLE identity (
    id {pk},
    uid VARCHAR(10) NOT NULL UNIQUE,
    organisation_id BIGINT NOT NULL REFERENCES organisation (id),
    threema_id VARCHAR(8) NOT NULL UNIQUE,
    public_key {blob} NOT NULL,
    private_key_sealed {blob} NOT NULL,
    gateway_secret_sealed {blob} NOT NULL,
    nickname VARCHAR(64) NOT NULL,
    description TEXT NOT NULL,
    default_language VARCHAR(2) NOT NULL,
    undo_seconds BIGINT NOT NULL,
    internal_only BOOLEAN NOT NULL,
    -- distinct recipients over all lists (feeds, groups), kept by those who change membership
    recipient_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX identity_organisation ON identity (organisation_id);
CREATE TABLE plan (
    id {pk},
    identity_id BIGINT NOT NULL REFERENCES identity (id),
    code VARCHAR(16) NOT NULL,
    recipient_limit BIGINT,
    valid_from BIGINT NOT NULL,
    valid_until BIGINT NOT NULL
);
CREATE INDEX plan_identity ON plan (identity_id, valid_until);
CREATE TABLE recipient (
    id {pk},
    identity_id BIGINT NOT NULL REFERENCES identity (id),
    threema_id VARCHAR(8) NOT NULL,
    first_name VARCHAR(100) NOT NULL,
    last_name VARCHAR(100) NOT NULL,
    language VARCHAR(2),
    category VARCHAR(100) NOT NULL,
    -- 0 key not fetched yet, 1 reachable, 2 unknown at the gateway, 3 key changed (held), 4 revoked
    state BIGINT NOT NULL,
    public_key {blob},
    -- when the gateway was asked last; 0: never
    key_checked_at BIGINT NOT NULL,
    -- a key that the gateway has now and nobody has accepted yet
    new_public_key {blob},
    -- in how many lists (feeds, groups); 0: does not count for the plan
    places BIGINT NOT NULL,
    -- the shown name, folded to plain lower case: the order of tables
    name_key VARCHAR(420) {bytewise} NOT NULL,
    -- ID, names and category, folded likewise: what is searched
    search_text VARCHAR(700) {bytewise} NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX recipient_threema_id ON recipient (identity_id, threema_id);
-- whole: a page in the order of names, searched or not, is read from the index alone
CREATE INDEX recipient_name ON recipient (identity_id, name_key, id, search_text);
CREATE INDEX recipient_state ON recipient (identity_id, state, name_key, id);
CREATE INDEX recipient_unchecked ON recipient (identity_id, key_checked_at);
CREATE TABLE distribution_list (
    id {pk},
    uid VARCHAR(10) NOT NULL UNIQUE,
    identity_id BIGINT NOT NULL REFERENCES identity (id),
    name VARCHAR(256) NOT NULL,
    -- the name, folded to plain lower case: the order of tables, and what is searched
    name_key VARCHAR(420) {bytewise} NOT NULL,
    -- 'active' or 'deleted'; the members of a deleted list stay, so that it can be restored, but count nowhere
    state VARCHAR(10) NOT NULL,
    member_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX distribution_list_identity ON distribution_list (identity_id, state, name_key, id);
CREATE TABLE distribution_list_member (
    list_id BIGINT NOT NULL REFERENCES distribution_list (id),
    recipient_id BIGINT NOT NULL REFERENCES recipient (id),
    added_at BIGINT NOT NULL,
    PRIMARY KEY (list_id, recipient_id)
) {norowid};
CREATE INDEX distribution_list_member_recipient ON distribution_list_member (recipient_id)
";

const MESSAGES: &str = "
CREATE TABLE message (
    id {pk},
    uid VARCHAR(10) NOT NULL UNIQUE,
    identity_id BIGINT NOT NULL REFERENCES identity (id),
    -- 16 random bytes: with a delivery's seq they name the delivery in the derivation of its nonce
    nonce_seed {blob} NOT NULL,
    -- client-made: the same key again answers the same message
    idempotency_key VARCHAR(64),
    state VARCHAR(16) NOT NULL,
    pause_reason VARCHAR(32),
    -- the message's own key, sealed by the organisation's data key; erased with the text
    key_sealed {blob},
    -- JSON {language: text}, sealed by the message's own key
    body_sealed {blob},
    -- first words of the text, sealed likewise, for tables
    title_sealed {blob},
    created_by BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    queued_at BIGINT,
    -- the undo window ends here
    send_after BIGINT,
    started_at BIGINT,
    finished_at BIGINT,
    -- the text is erased at this time
    erase_at BIGINT NOT NULL,
    erased_at BIGINT,
    total BIGINT NOT NULL,
    pending BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    delivered BIGINT NOT NULL,
    read_count BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    cancelled BIGINT NOT NULL,
    -- a retry of the failed ones of another message
    retry_of BIGINT
);
CREATE UNIQUE INDEX message_idempotency ON message (identity_id, idempotency_key);
CREATE INDEX message_identity ON message (identity_id, id);
CREATE INDEX message_open ON message (state);
CREATE INDEX message_erase ON message (erase_at);
CREATE TABLE message_audience (
    message_id BIGINT NOT NULL REFERENCES message (id),
    list_id BIGINT NOT NULL REFERENCES distribution_list (id),
    PRIMARY KEY (message_id, list_id)
) {norowid};
CREATE TABLE delivery (
    message_id BIGINT NOT NULL REFERENCES message (id),
    -- 0, 1, 2 … in the order of sending
    seq BIGINT NOT NULL,
    recipient_id BIGINT NOT NULL REFERENCES recipient (id),
    -- frozen when queued: language of the text variant and the recipient's key
    language VARCHAR(2) NOT NULL,
    public_key {blob},
    -- 0 pending, 1 accepted, 2 delivered, 3 read, 4 failed, 5 skipped, 6 cancelled
    state BIGINT NOT NULL,
    -- see messages::model::Reason
    reason BIGINT NOT NULL,
    -- an earlier attempt ended without an answer, so an ID unknown to us may belong to this delivery
    unclear BOOLEAN NOT NULL,
    state_at BIGINT NOT NULL,
    -- the message ID that the gateway gave, 8 bytes in wire order read as a big-endian number; more of them, from
    -- retries, are in delivery_gateway_id
    gateway_message_id BIGINT,
    PRIMARY KEY (message_id, seq)
) {norowid} {room};
CREATE INDEX delivery_recipient ON delivery (recipient_id, message_id);
CREATE TABLE delivery_gateway_id (
    gateway_message_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (gateway_message_id, message_id, seq)
) {norowid};
CREATE TABLE fanout_batch (
    message_id BIGINT NOT NULL REFERENCES message (id),
    -- deliveries batch * 1000 .. batch * 1000 + 999
    batch BIGINT NOT NULL,
    done BOOLEAN NOT NULL,
    -- the process that works on it; null: free
    lease_holder VARCHAR(36),
    -- not before this time (back-off)
    not_before BIGINT NOT NULL,
    -- attempts whose outcome is not known, the running one included; over 1: an earlier one may have arrived
    open_attempts BIGINT NOT NULL,
    -- failures in a row, for the back-off
    failures BIGINT NOT NULL,
    PRIMARY KEY (message_id, batch)
) {norowid};
CREATE INDEX fanout_batch_open ON fanout_batch (message_id, not_before, batch) WHERE NOT done;
CREATE INDEX fanout_batch_lease ON fanout_batch (lease_holder) WHERE lease_holder IS NOT NULL
";

const WORK: &str = "
CREATE TABLE job (
    id {pk},
    kind VARCHAR(40) NOT NULL,
    payload {blob} NOT NULL,
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    lease_holder VARCHAR(36)
);
CREATE INDEX job_due ON job (kind, run_at, id);
CREATE TABLE process (
    id VARCHAR(36) PRIMARY KEY,
    lock_number BIGINT NOT NULL,
    started_at BIGINT NOT NULL
);
-- what the callback has brought already: a repeat is answered with 200 and does nothing
CREATE TABLE inbound_seen (
    identity_id BIGINT NOT NULL REFERENCES identity (id),
    sender VARCHAR(8) NOT NULL,
    gateway_message_id BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (identity_id, sender, gateway_message_id)
) {norowid}
";
