//! Tables of `messages` that are read row by row; deliveries and batches are only met in sets, see the stores.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub uid: String,
    pub identity_id: i64,
    pub nonce_seed: Vec<u8>,
    pub idempotency_key: Option<String>,
    pub state: String,
    pub pause_reason: Option<String>,
    pub key_sealed: Option<Vec<u8>>,
    pub body_sealed: Option<Vec<u8>>,
    pub title_sealed: Option<Vec<u8>>,
    pub created_by: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    pub queued_at: Option<i64>,
    pub send_after: Option<i64>,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
    pub erase_at: i64,
    pub erased_at: Option<i64>,
    pub total: i64,
    pub pending: i64,
    pub accepted: i64,
    pub delivered: i64,
    pub read_count: i64,
    pub failed: i64,
    pub skipped: i64,
    pub cancelled: i64,
    pub retry_of: Option<i64>,
    pub approval_asked_by: Option<i64>,
    pub approval_asked_at: Option<i64>,
    pub approval_goes_to: Option<i64>,
    pub approved_by: Option<i64>,
    pub approved_at: Option<i64>,
    pub returned_by: Option<i64>,
    pub returned_at: Option<i64>,
    pub return_note_sealed: Option<Vec<u8>>,
    /// A `Scope`.
    pub scope: String,
    pub broadcast_name: String,
    pub takes_replies: bool,
    pub for_newcomers: bool,
    pub people_version: i64,
    pub left_out: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// How its deliveries stand.
    pub fn counts(&self) -> crate::kernel::live::Counts {
        let n = |v: i64| u64::try_from(v).unwrap_or_default();
        crate::kernel::live::Counts {
            total: n(self.total),
            pending: n(self.pending),
            accepted: n(self.accepted),
            delivered: n(self.delivered),
            read: n(self.read_count),
            failed: n(self.failed),
            skipped: n(self.skipped),
            cancelled: n(self.cancelled),
        }
    }
}
