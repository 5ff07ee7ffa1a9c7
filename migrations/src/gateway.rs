//! The local gateway's own file. Always SQLite.
use crate::dialect::run;
use sea_orm_migration::prelude::*;

/// The local gateway's database.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(First)]
    }
}

struct First;

impl MigrationName for First {
    fn name(&self) -> &'static str {
        "g0001_gateway"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for First {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await
    }
}

const TABLES: &str = "
CREATE TABLE identity (
    id VARCHAR(8) PRIMARY KEY,
    -- JSON, see local_gateway::server::identity
    record TEXT NOT NULL,
    -- apart, because every send changes them
    credits BIGINT NOT NULL
);
CREATE TABLE recipients (
    id {pk},
    seed TEXT NOT NULL,
    first BIGINT NOT NULL,
    count BIGINT NOT NULL
);
CREATE TABLE accepted (
    id {pk},
    sender VARCHAR(8) NOT NULL,
    -- for each box 8 bytes of recipient and 24 of nonce
    entries {blob} NOT NULL
);
CREATE TABLE mail (
    owner VARCHAR(8) NOT NULL,
    seq BIGINT NOT NULL,
    -- the JSON object as the mailbox hands it out
    message TEXT NOT NULL,
    PRIMARY KEY (owner, seq)
) {norowid};
CREATE TABLE callback (
    id BIGINT PRIMARY KEY,
    -- JSON, the fields of the form without the MAC
    fields TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL
);
CREATE TABLE stored_blob (
    id VARCHAR(32) PRIMARY KEY,
    data {blob} NOT NULL
);
CREATE TABLE setting (
    name VARCHAR(20) PRIMARY KEY,
    value TEXT NOT NULL
)
";
