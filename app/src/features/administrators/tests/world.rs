//! An organisation with two identities, and whatever its administrators could come in by.
use super::super::server::*;
use crate::features::audit::server::ActorKind;
use crate::features::auth::server::{Caller, administrators_of, load_caller};
use crate::kernel::{PageRequest, Uid, rights::Rights, server::Ctx};
use crate::testing::{On, TestCtx, identity};
use sea_orm::ConnectionTrait;

/// An organisation with two identities.
pub(super) struct World {
    pub(super) test: TestCtx,
    /// Full access.
    pub(super) ada: Caller,
    pub(super) press: (i64, Uid),
    pub(super) school: (i64, Uid),
}

impl World {
    pub(super) async fn new(on: On) -> Self {
        let test = TestCtx::new(on, "http://127.0.0.1:9").await;
        let ada = test.administrator("Aarental", "ada@example.org").await;
        let (press, press_uid) = identity(&test.ctx, &ada, "*PRESS01", "o50").await;
        let (school, school_uid) = identity(&test.ctx, &ada, "*SCHOOL1", "o50").await;
        Self {
            test,
            ada,
            press: (press.id, press_uid),
            school: (school.id, school_uid),
        }
    }

    pub(super) fn ctx(&self) -> Ctx {
        self.test.ctx.clone()
    }

    pub(super) async fn uid(&self, caller: &Caller) -> Uid {
        let people = load_people(self.ctx(), self.ada.granted().unwrap(), PageRequest::default());
        let email = administrators_of(&self.test.ctx, caller.who.organisation_id)
            .await
            .unwrap()
            .into_iter()
            .find(|(row, _)| Some(row.id) == caller.who.administrator_id)
            .unwrap()
            .0
            .email;
        let people = people.await.unwrap().people;
        people.into_iter().find(|p| p.email == email).unwrap().uid
    }

    pub(super) async fn now(&self, caller: &Caller) -> Option<Rights> {
        let id = caller.who.administrator_id.unwrap();
        let found = load_caller(&self.test.ctx, id, ActorKind::Administrator, None).await;
        found.unwrap().map(|c| c.rights)
    }

    pub(super) async fn logged(&self, action: &str) -> Vec<String> {
        let sql = "SELECT detail FROM audit_entry WHERE action = $1 ORDER BY id";
        let db = &self.test.ctx.db;
        let rows = db
            .conn()
            .query_all_raw(db.stmt(sql, [action.into()]))
            .await
            .unwrap();
        rows.into_iter()
            .map(|r| r.try_get("", "detail").unwrap())
            .collect()
    }
}

/// Whatever an administrator could come in by: table, what else its columns need, and what of it counts.
const WAYS_IN: [(&str, &str, &str, &str); 7] = [
    (
        "session",
        "token_hash, data, created_at, expires_at",
        "'x', '{}', 0, 0",
        "TRUE",
    ),
    (
        "reset_link",
        "token_hash, created_at, expires_at, made_by",
        "'x', 0, 0, 'mail'",
        "TRUE",
    ),
    ("known_device", "token_hash, last_used_at", "'x', 0", "TRUE"),
    (
        "passkey",
        "uid, credential_id, credential, name, created_at",
        "'abcdefghij', 'x', '{}', 'Laptop', 0",
        "TRUE",
    ),
    (
        "second_factor",
        "uid, active, kind, last_step, code_expires_at, code_tries, codes_sent, codes_since, created_at",
        "'abcdefghij', TRUE, 'totp', 0, 0, 0, 0, 0, 0",
        "TRUE",
    ),
    ("backup_code", "code_hash", "'x'", "TRUE"),
    (
        "api_key",
        "uid, organisation_id, name, prefix, key_hash, allowed_networks, created_at, day, day_count",
        "'abcdefghij', 1, 'Website', 'fk_', 'x', '[]', 0, 0, 0",
        "revoked_at IS NULL",
    ),
];

impl World {
    /// One of each.
    pub(super) async fn give_ways_in(&self, administrator_id: i64) {
        for (table, columns, values, _) in WAYS_IN {
            let sql = format!(
                "INSERT INTO {table} (administrator_id, {columns}) VALUES ({administrator_id}, {values})"
            );
            self.test.ctx.db.conn().execute_unprepared(&sql).await.unwrap();
        }
    }

    pub(super) async fn ways_in(&self, administrator_id: i64) -> [i64; 7] {
        let mut found = [0; 7];
        let db = &self.test.ctx.db;
        for (n, (table, _, _, counts)) in WAYS_IN.into_iter().enumerate() {
            let sql = format!("SELECT COUNT(*) AS n FROM {table} WHERE administrator_id = $1 AND {counts}");
            let row = db
                .conn()
                .query_one_raw(db.stmt(&sql, [administrator_id.into()]))
                .await
                .unwrap();
            found[n] = row.unwrap().try_get("", "n").unwrap();
        }
        found
    }
}
