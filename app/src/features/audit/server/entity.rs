//! The table of entries.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entry")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub organisation_id: i64,
    pub at: i64,
    pub actor_kind: String,
    pub administrator_id: Option<i64>,
    pub address: Option<String>,
    pub action: String,
    pub subject: String,
    pub detail: String,
    pub seq: Option<i64>,
    pub hash: Option<String>,
    pub actor_uid: String,
    pub actor_name: String,
    pub api_key: String,
    pub address_salt: Option<String>,
    pub address_hash: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
