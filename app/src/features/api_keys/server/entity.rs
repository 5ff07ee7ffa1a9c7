//! API keys, stored as a hash only.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub uid: String,
    pub organisation_id: i64,
    pub administrator_id: i64,
    pub name: String,
    pub prefix: String,
    pub key_hash: String,
    pub allowed_networks: String,
    pub created_at: i64,
    pub last_used_at: Option<i64>,
    pub day: i64,
    pub day_count: i64,
    pub revoked_at: Option<i64>,
    pub expires_at: Option<i64>,
    pub rights: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
