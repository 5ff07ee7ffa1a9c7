//! Deliveries are made by one statement that reads message and recipients, and neither is ever deleted before them. On
//! PostgreSQL the checks of that run row by row and double the time in which a big message is queued.
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let sql = "ALTER TABLE delivery DROP CONSTRAINT delivery_message_id_fkey, DROP CONSTRAINT delivery_recipient_id_fkey";
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }
}
