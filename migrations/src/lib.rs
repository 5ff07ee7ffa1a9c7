//! The schema, one file per step. A step that has been released is frozen; changes come as new steps:
//! first expand, then contract. No step imports an entity.
use sea_orm_migration::prelude::*;

mod dialect;
pub mod gateway;
mod m0001_foundation;
mod m0004_rights;

/// The cockpit's database.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_foundation::Migration),
            Box::new(m0004_rights::Migration),
        ]
    }
}
