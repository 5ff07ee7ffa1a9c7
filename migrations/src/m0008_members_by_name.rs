//! Members of a list in the order of their names, so that any page of a list is read from one index. The name stands at
//! the member, too; the database itself keeps it the same as at the recipient.
use crate::dialect::run;
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMN: &str = "
ALTER TABLE distribution_list_member ADD COLUMN name_key VARCHAR(420) {bytewise} NOT NULL DEFAULT '';
UPDATE distribution_list_member
    SET name_key = (SELECT r.name_key FROM recipient r WHERE r.id = distribution_list_member.recipient_id);
CREATE INDEX distribution_list_member_name ON distribution_list_member (list_id, name_key, recipient_id)
";

const SQLITE_TRIGGER: &str = "
CREATE TRIGGER recipient_renamed AFTER UPDATE OF name_key ON recipient WHEN OLD.name_key <> NEW.name_key
BEGIN UPDATE distribution_list_member SET name_key = NEW.name_key WHERE recipient_id = NEW.id; END
";

const POSTGRES_TRIGGER: &str = "
CREATE FUNCTION recipient_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE distribution_list_member SET name_key = NEW.name_key WHERE recipient_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER recipient_renamed AFTER UPDATE OF name_key ON recipient FOR EACH ROW
    WHEN (OLD.name_key <> NEW.name_key) EXECUTE FUNCTION recipient_renamed();
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, COLUMN).await?;
        let trigger = match manager.get_database_backend() {
            DbBackend::Postgres => POSTGRES_TRIGGER,
            _ => SQLITE_TRIGGER,
        };
        manager.get_connection().execute_unprepared(trigger).await?;
        Ok(())
    }
}
