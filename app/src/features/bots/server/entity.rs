//! Bots. Where people stand (`bot_place`) and what they ask for (`bot_count`) is only handled by statements.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bot")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub uid: String,
    pub identity_id: i64,
    pub name: String,
    pub name_key: String,
    /// A `BotState`.
    pub state: String,
    pub tree_sealed: Vec<u8>,
    pub draft_sealed: Option<Vec<u8>>,
    pub version: i64,
    pub published_version: i64,
    pub command_count: i64,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
