//! The key that an identity shares with a recipient, so that sending derives none. Filled when public keys are fetched.
use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            "ALTER TABLE recipient ADD COLUMN shared_key_stored {blob}",
        )
        .await
    }
}
