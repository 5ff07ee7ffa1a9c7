//! What makes a feed of a list.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feed")]
pub struct Model {
    /// Its row in `distribution_list`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub list_id: i64,
    pub identity_id: i64,
    pub number: i64,
    pub description: String,
    /// JSON {language: text}
    pub welcome: String,
    /// Likewise
    pub goodbye: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
