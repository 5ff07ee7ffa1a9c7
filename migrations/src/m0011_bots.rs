//! Bots: the tree that people meet and the one that is being worked on, where somebody stands, and how often what was
//! asked for. What people write is in none of it.
use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, BOTS).await
    }
}

const BOTS: &str = "
CREATE TABLE bot (
    id {pk},
    uid VARCHAR(10) NOT NULL UNIQUE,
    identity_id BIGINT NOT NULL REFERENCES identity (id),
    name VARCHAR(256) NOT NULL,
    -- the name, folded to plain lower case: the order of tables, and what is searched
    name_key VARCHAR(420) {bytewise} NOT NULL,
    -- 'active' or 'deleted'; a deleted one answers nobody and can be restored
    state VARCHAR(10) NOT NULL,
    -- JSON of the tree that people meet, sealed
    tree_sealed {blob} NOT NULL,
    -- the same of the tree that is being worked on; null: there is nothing unpublished
    draft_sealed {blob},
    -- goes up with every change of either
    version BIGINT NOT NULL,
    -- the version in which the tree that people meet was written
    published_version BIGINT NOT NULL,
    -- commands of the tree that people meet
    command_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX bot_identity ON bot (identity_id, state, name_key, id);
-- where somebody stands: a command's uid, nothing of what was written; the row goes with its time
CREATE TABLE bot_place (
    identity_id BIGINT NOT NULL REFERENCES identity (id),
    threema_id VARCHAR(8) NOT NULL,
    bot_id BIGINT NOT NULL REFERENCES bot (id),
    node VARCHAR(10) NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (identity_id, threema_id)
) {norowid};
CREATE INDEX bot_place_until ON bot_place (until);
-- statistics without persons
CREATE TABLE bot_count (
    bot_id BIGINT NOT NULL REFERENCES bot (id),
    -- days since 1970 UTC
    day BIGINT NOT NULL,
    -- 0 asked for, 1 led nowhere from here, 2 written where it leads nowhere
    kind BIGINT NOT NULL,
    -- a command's uid
    node VARCHAR(10) NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (bot_id, day, kind, node)
) {norowid}
";
