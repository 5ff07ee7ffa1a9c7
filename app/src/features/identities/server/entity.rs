//! Identities. Keys and secrets are sealed by the organisation's data key.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub uid: String,
    pub organisation_id: i64,
    pub threema_id: String,
    pub public_key: Vec<u8>,
    pub private_key_sealed: Vec<u8>,
    pub gateway_secret_sealed: Vec<u8>,
    pub nickname: String,
    pub description: String,
    pub default_language: String,
    pub undo_seconds: i64,
    pub internal_only: bool,
    pub recipient_count: i64,
    pub created_at: i64,
    /// Above this number of recipients somebody else must approve.
    pub approval_above: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
