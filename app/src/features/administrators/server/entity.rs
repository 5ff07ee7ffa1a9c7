//! Invitations. The token is stored as a hash only.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitation")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub uid: String,
    pub organisation_id: i64,
    pub email: String,
    pub token_hash: Vec<u8>,
    /// [`crate::kernel::rights::Rights`] by the uids of identities, as JSON.
    pub rights: String,
    pub invited_by: Option<i64>,
    pub created_at: i64,
    pub expires_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
