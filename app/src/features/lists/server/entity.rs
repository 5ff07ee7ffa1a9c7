//! Distribution lists. Who is on them stands in `distribution_list_member`, which is only handled by statements.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "distribution_list")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub uid: String,
    pub identity_id: i64,
    /// A `Kind`.
    pub kind: String,
    pub name: String,
    pub name_key: String,
    /// A `ListState`.
    pub state: String,
    pub member_count: i64,
    pub created_at: i64,
    pub updated_at: i64,
    pub takes_replies: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
