//! The schema, one file per step. A step that has been released is frozen; changes come as new steps:
//! first expand, then contract. No step imports an entity.
use sea_orm_migration::prelude::*;

mod dialect;
pub mod gateway;
mod m0001_foundation;
mod m0002_sign_in;
mod m0003_rules;
mod m0004_rights;
mod m0005_audit_chain;
mod m0006_vault;
mod m0007_shared_keys;
mod m0008_members_by_name;
mod m0009_lighter_deliveries;
mod m0010_feeds;
mod m0011_bots;
mod m0012_conversations;
mod m0013_groups;
mod m0014_broadcasts;
mod m0015_asked_groups;
mod m0016_replies;

/// The step that makes the audit log a chain. Whoever applies it to a database with entries gives them their places in
/// the same transaction: nothing else ever does.
pub const AUDIT_CHAIN: &str = "m0005_audit_chain";

/// The cockpit's database.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_foundation::Migration),
            Box::new(m0002_sign_in::Migration),
            Box::new(m0003_rules::Migration),
            Box::new(m0004_rights::Migration),
            Box::new(m0005_audit_chain::Migration),
            Box::new(m0006_vault::Migration),
            Box::new(m0007_shared_keys::Migration),
            Box::new(m0008_members_by_name::Migration),
            Box::new(m0009_lighter_deliveries::Migration),
            Box::new(m0010_feeds::Migration),
            Box::new(m0011_bots::Migration),
            Box::new(m0012_conversations::Migration),
            Box::new(m0013_groups::Migration),
            Box::new(m0014_broadcasts::Migration),
            Box::new(m0015_asked_groups::Migration),
            Box::new(m0016_replies::Migration),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_of_the_chain_is_called_so() {
        assert!(Migrator::migrations().iter().any(|m| m.name() == AUDIT_CHAIN));
    }
}
