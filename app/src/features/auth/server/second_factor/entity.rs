use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "second_factor")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub uid: String,
    pub administrator_id: i64,
    pub active: bool,
    pub kind: String,
    pub secret_sealed: Option<Vec<u8>>,
    pub last_step: i64,
    pub threema_id: Option<String>,
    pub code_sealed: Option<Vec<u8>>,
    pub code_expires_at: i64,
    pub code_tries: i64,
    pub codes_sent: i64,
    pub codes_since: i64,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
