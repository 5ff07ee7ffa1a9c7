//! Feeds, and answers to what people write. A feed is a list that people join and leave by themselves: its members stand
//! where those of lists stand, so that audience, limit and fan-out are the same.
use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const FEEDS: &str = "
-- 'list' or 'feed'
ALTER TABLE distribution_list ADD COLUMN kind VARCHAR(8) NOT NULL DEFAULT 'list';
-- how many of its places are feeds: who has no other place is external
ALTER TABLE recipient ADD COLUMN feed_places BIGINT NOT NULL DEFAULT 0;
-- whole, like recipient_name: the externals of an identity by name
CREATE INDEX recipient_external ON recipient (identity_id, name_key, id) WHERE feed_places > 0 AND places = feed_places;
-- replaced under another name: SQLite's other connections still know the old one
DROP INDEX distribution_list_identity;
CREATE INDEX distribution_list_kind ON distribution_list (identity_id, kind, state, name_key, id);
CREATE TABLE feed (
    list_id BIGINT PRIMARY KEY REFERENCES distribution_list (id),
    identity_id BIGINT NOT NULL REFERENCES identity (id),
    -- what people may type instead of the name; never given twice
    number BIGINT NOT NULL,
    description TEXT NOT NULL,
    -- JSON {language: text}
    welcome TEXT NOT NULL,
    goodbye TEXT NOT NULL
);
CREATE UNIQUE INDEX feed_number ON feed (identity_id, number);
CREATE TABLE feed_block (
    list_id BIGINT NOT NULL REFERENCES distribution_list (id),
    threema_id VARCHAR(8) NOT NULL,
    blocked_at BIGINT NOT NULL,
    PRIMARY KEY (list_id, threema_id)
) {norowid};
-- joins and leaves by the day (UTC), without persons
CREATE TABLE feed_day (
    list_id BIGINT NOT NULL REFERENCES distribution_list (id),
    -- days since 1970-01-01
    day BIGINT NOT NULL,
    joined BIGINT NOT NULL,
    gone BIGINT NOT NULL,
    added BIGINT NOT NULL,
    removed BIGINT NOT NULL,
    -- wanted to join and could not: the plan was full
    refused BIGINT NOT NULL,
    PRIMARY KEY (list_id, day)
) {norowid}
";

const ANSWERS: &str = "
-- jobs of one lane are done in their order; the sender of a callback
ALTER TABLE job ADD COLUMN lane VARCHAR(40);
CREATE INDEX job_lane ON job (lane, id) WHERE lane IS NOT NULL;
-- the language that somebody chose before subscribing to anything, for an hour
CREATE TABLE stranger_language (
    identity_id BIGINT NOT NULL REFERENCES identity (id),
    threema_id VARCHAR(8) NOT NULL,
    language VARCHAR(2) NOT NULL,
    chosen_at BIGINT NOT NULL,
    PRIMARY KEY (identity_id, threema_id)
) {norowid};
-- single messages to one person on their way: only the box, no text
CREATE TABLE answer (
    id {pk},
    identity_id BIGINT NOT NULL REFERENCES identity (id),
    threema_id VARCHAR(8) NOT NULL,
    nonce {blob} NOT NULL,
    boxed {blob} NOT NULL,
    -- 0 waiting, 1 accepted, 2 failed
    state BIGINT NOT NULL,
    -- what it belongs to, for who wants to know what became of it; a row without goes when it is done
    about BIGINT,
    gateway_message_id BIGINT,
    created_at BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    lease_holder VARCHAR(36)
);
CREATE INDEX answer_waiting ON answer (not_before, id) WHERE state = 0;
CREATE INDEX answer_person ON answer (identity_id, threema_id, id) WHERE state = 0;
CREATE INDEX answer_about ON answer (about) WHERE about IS NOT NULL;
CREATE INDEX answer_lease ON answer (lease_holder) WHERE lease_holder IS NOT NULL;
-- how many automatic answers somebody got in the minute at hand
CREATE TABLE answer_count (
    identity_id BIGINT NOT NULL REFERENCES identity (id),
    threema_id VARCHAR(8) NOT NULL,
    minute BIGINT NOT NULL,
    answers BIGINT NOT NULL,
    PRIMARY KEY (identity_id, threema_id)
) {norowid};
CREATE INDEX answer_count_minute ON answer_count (minute)
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for part in [FEEDS, ANSWERS] {
            run(manager, part).await?;
        }
        Ok(())
    }
}
