//! Changing data keys while they are in use, and sending that waits after a restore.
use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, COLUMNS).await
    }
}

const COLUMNS: &str = "
-- the data key that is being replaced, sealed by the master key; null once everything is sealed by the new one
ALTER TABLE organisation ADD COLUMN previous_key_sealed {blob};
-- when the backup was made that this organisation was restored from; sending waits until somebody resumes it (null)
ALTER TABLE organisation ADD COLUMN restored_from BIGINT
";
