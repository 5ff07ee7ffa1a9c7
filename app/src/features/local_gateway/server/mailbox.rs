//! Mailboxes of apps: everything in order, nothing is dropped (design/contract.md section 6).
use super::{
    LocalGateway,
    params::{Answer, Params, Refusal, WHO, json},
};
use crate::kernel::ThreemaId;
use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
};
use sea_orm::ConnectionTrait;
use std::time::Duration;

/// The longest that a call waits, in seconds.
const MAX_WAIT: f64 = 120.0;
/// The most messages in one answer; the next call gets the rest.
const PAGE: i64 = 10_000;

impl LocalGateway {
    /// Whose token the request carries; 401 for everybody else.
    pub fn app(&self, headers: &HeaderMap) -> Result<ThreemaId, Refusal> {
        let value = headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok());
        let token = value.and_then(|v| v.strip_prefix("Bearer ")).ok_or(WHO)?;
        self.state().identities.by_token(token.trim()).ok_or(WHO)
    }

    async fn messages(&self, owner: &ThreemaId, after: i64) -> Result<String, sea_orm::DbErr> {
        let db = &self.0.db;
        let sql = "SELECT message FROM mail WHERE owner = $1 AND seq > $2 ORDER BY seq LIMIT $3";
        let values = [owner.to_string().into(), after.into(), PAGE.into()];
        let mut out = "{\"messages\":[".to_owned();
        for (at, row) in db
            .conn()
            .query_all_raw(db.stmt(sql, values))
            .await?
            .iter()
            .enumerate()
        {
            if at > 0 {
                out.push(',');
            }
            out.push_str(&row.try_get_by_index::<String>(0)?);
        }
        out.push_str("]}");
        Ok(out)
    }

    /// Returns when there is a message after `after`, at the latest after `wait`.
    async fn mail_or(&self, owner: &ThreemaId, after: i64, wait: Duration) {
        let bell = self.state().identities.get(owner).map(|i| i.bell.subscribe());
        let Some(mut bell) = bell else {
            return;
        };
        let mut closed = self.0.closed.subscribe();
        tokio::select! {
            _ = bell.wait_for(|last| *last > after) => {}
            _ = closed.wait_for(|closed| *closed) => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// `GET /sim/mailbox?after=SEQ&wait=SECONDS`
pub async fn mailbox(
    State(gateway): State<LocalGateway>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    let owner = gateway.app(&headers)?;
    let params = Params::query(query.as_deref());
    let number = |name| params.get(name).map_or(Ok(0.0), str::parse::<f64>);
    let (Ok(after), Ok(wait)) = (
        params.get("after").map_or(Ok(0), str::parse::<i64>),
        number("wait"),
    ) else {
        return Err(super::params::BAD);
    };
    if wait > 0.0 {
        let wait = Duration::from_secs_f64(wait.min(MAX_WAIT));
        gateway.mail_or(&owner, after, wait).await;
    }
    match gateway.messages(&owner, after).await {
        Ok(messages) => json(messages),
        Err(error) => {
            tracing::error!(%error, "the local gateway cannot read its file");
            Err(Refusal(StatusCode::INTERNAL_SERVER_ERROR))
        }
    }
}
