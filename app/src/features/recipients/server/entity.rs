//! Recipients; one row per identity and Threema ID.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recipient")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub identity_id: i64,
    pub threema_id: String,
    pub first_name: String,
    pub last_name: String,
    pub language: Option<String>,
    pub category: String,
    /// A `RecipientState`.
    pub state: i64,
    pub public_key: Option<Vec<u8>>,
    /// 0: never
    pub key_checked_at: i64,
    pub new_public_key: Option<Vec<u8>>,
    /// The identity's shared key with `public_key`, sealed by a key that follows from the identity's private key.
    pub shared_key_stored: Option<Vec<u8>>,
    pub places: i64,
    /// How many of the places are feeds.
    pub feed_places: i64,
    pub name_key: String,
    pub search_text: String,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
