//! A desk to work at lists from.
use crate::features::{
    auth::server::Caller,
    identities::server::{Identity, find as find_identity},
    lists::{model::*, server::*},
    recipients::{
        model::RecipientDetails,
        server::edit_recipient,
        tests::{id, identity},
    },
};
use crate::kernel::{AppResult, PageRequest, ThreemaId, Uid, permission::cap, server::Ctx};
use crate::testing::TestCtx;
use sea_orm::ConnectionTrait;
use std::ops::Range;

/// An identity with the administrator who works on it.
pub struct Desk {
    pub ctx: Ctx,
    pub ada: Caller,
    pub identity: Identity,
    pub uid: Uid,
}

impl Desk {
    pub async fn new(test: &TestCtx, plan: &str) -> Self {
        let ada = test.administrator("Town", "ada@example.org").await;
        let (identity, uid) = identity(&test.ctx, &ada, "*TOWN001", plan).await;
        let ctx = test.ctx.clone();
        Self {
            ctx,
            ada,
            identity,
            uid,
        }
    }

    pub async fn list(&self, name: &str) -> Uid {
        let input = ListInput {
            name: name.to_owned(),
        };
        let made = create_list(
            self.ctx.clone(),
            self.ada.granted().unwrap(),
            self.uid.clone(),
            input,
        )
        .await;
        made.unwrap().uid
    }

    pub async fn add(&self, list: &Uid, ids: Vec<ThreemaId>) -> AppResult<Membership> {
        let granted = self.ada.granted().unwrap();
        add_members(self.ctx.clone(), granted, self.uid.clone(), list.clone(), ids).await
    }

    pub async fn remove(&self, list: &Uid, ids: Vec<ThreemaId>) -> Vec<ThreemaId> {
        let granted = self.ada.granted().unwrap();
        let removed = remove_members(self.ctx.clone(), granted, self.uid.clone(), list.clone(), ids).await;
        removed.unwrap().ids
    }

    pub async fn replace(&self, list: &Uid, ids: Vec<ThreemaId>) -> AppResult<Membership> {
        let granted = self.ada.granted().unwrap();
        replace_members(self.ctx.clone(), granted, self.uid.clone(), list.clone(), ids).await
    }

    pub async fn rename(&self, member: &ThreemaId, first_name: &str) {
        let details = RecipientDetails {
            first_name: first_name.to_owned(),
            ..RecipientDetails::default()
        };
        let granted = self.ada.granted().unwrap();
        edit_recipient(self.ctx.clone(), granted, self.uid.clone(), *member, details)
            .await
            .unwrap();
    }

    pub async fn page(&self, list: &Uid, page: u32, desc: bool, sort: &str, q: &str) -> (u64, Vec<String>) {
        let request = PageRequest {
            page,
            desc,
            sort: sort.to_owned(),
            q: q.to_owned(),
            ..PageRequest::default()
        };
        let granted = self.ada.granted().unwrap();
        let page = list_members(self.ctx.clone(), granted, self.uid.clone(), list.clone(), request).await;
        let page = page.unwrap();
        (
            page.total,
            page.items.iter().map(|r| r.threema_id.to_string()).collect(),
        )
    }

    pub async fn head(&self, list: &Uid) -> ListHead {
        let granted = self.ada.granted().unwrap();
        load_list(self.ctx.clone(), granted, self.uid.clone(), list.clone())
            .await
            .unwrap()
    }

    /// What is kept must agree with what is there, whatever was done.
    pub async fn assert_consistent(&self) {
        let number = async |sql: &str| -> i64 {
            let conn = self.ctx.db.conn();
            let row = conn
                .query_one_raw(self.ctx.db.stmt(sql, []))
                .await
                .unwrap()
                .unwrap();
            row.try_get("", "n").unwrap()
        };
        let active = "SELECT m.recipient_id, m.list_id FROM distribution_list_member m \
                      JOIN distribution_list l ON l.id = m.list_id WHERE l.state = 'active'";
        let distinct = number(&format!(
            "SELECT COUNT(DISTINCT recipient_id) AS n FROM ({active}) a"
        ))
        .await;
        let granted = self.ada.granted::<cap::SeeLists>().unwrap();
        let kept = find_identity(&self.ctx, &granted, &self.uid)
            .await
            .unwrap()
            .recipient_count;
        assert_eq!(kept, distinct, "identity.recipient_count");
        let wrong = number(&format!(
            "SELECT COUNT(*) AS n FROM recipient r WHERE r.places <> \
             (SELECT COUNT(*) FROM ({active}) a WHERE a.recipient_id = r.id)"
        ))
        .await;
        assert_eq!(wrong, 0, "recipient.places");
        let wrong = number(
            "SELECT COUNT(*) AS n FROM distribution_list l WHERE l.member_count <> \
             (SELECT COUNT(*) FROM distribution_list_member m WHERE m.list_id = l.id)",
        )
        .await;
        assert_eq!(wrong, 0, "distribution_list.member_count");
    }
}

/// Threema IDs of nobody in particular, in the order of their numbers.
pub fn ids(range: Range<usize>) -> Vec<ThreemaId> {
    range.map(id).collect()
}
