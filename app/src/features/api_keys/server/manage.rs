//! The cockpit's side of keys: making, listing, ending them.
use super::{Wanted, create_for, networks_of, rights_of};
use crate::features::{
    api_keys::model::{ApiKeyInput, ApiKeyView, KeyState, NewApiKey},
    audit::server::record,
    auth::server::Granted,
};
use crate::kernel::{
    AppResult, ErrorCode, Timestamp, Uid,
    permission::cap,
    server::{Ctx, Tx, faults::internal},
};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    uid: String,
    name: String,
    prefix: String,
    allowed_networks: String,
    owner: String,
    created_at: i64,
    last_used_at: Option<i64>,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
    day: i64,
    day_count: i64,
    rights: Option<String>,
}

impl Row {
    fn state(&self, now: Timestamp) -> KeyState {
        match (self.revoked_at, self.expires_at) {
            (Some(_), _) => KeyState::Revoked,
            (None, Some(end)) if end <= now.0 => KeyState::Expired,
            _ => KeyState::Active,
        }
    }

    fn view(self, now: Timestamp) -> AppResult<ApiKeyView> {
        let today = self.day == now.0.div_euclid(Timestamp::DAY);
        Ok(ApiKeyView {
            state: self.state(now),
            uid: self
                .uid
                .parse()
                .map_err(|_| internal(&"a stored uid is malformed"))?,
            name: self.name,
            prefix: self.prefix,
            networks: networks_of(&self.allowed_networks)
                .unwrap_or_default()
                .iter()
                .map(ToString::to_string)
                .collect(),
            rights: rights_of(self.rights.as_deref()),
            owner: self.owner,
            created_at: Timestamp(self.created_at),
            last_used_at: self.last_used_at.map(Timestamp),
            expires_at: self.expires_at.map(Timestamp),
            requests_today: if today {
                u64::try_from(self.day_count).unwrap_or_default()
            } else {
                0
            },
        })
    }
}

/// Those that work first, the newest first.
async fn rows(ctx: &Ctx, organisation_id: i64, condition: &str, value: Value) -> AppResult<Vec<Row>> {
    let sql = format!(
        "SELECT k.id, k.uid, k.name, k.prefix, k.allowed_networks, a.name AS owner, k.created_at, k.last_used_at, \
         k.expires_at, k.revoked_at, k.day, k.day_count, k.rights \
         FROM api_key k JOIN administrator a ON a.id = k.administrator_id \
         WHERE k.organisation_id = $1 AND {condition} \
         ORDER BY CASE WHEN k.revoked_at IS NULL THEN 0 ELSE 1 END, k.id DESC"
    );
    let statement = ctx.db.stmt(&sql, [organisation_id.into(), value]);
    Ok(Row::find_by_statement(statement).all(ctx.db.conn()).await?)
}

fn views(ctx: &Ctx, rows: Vec<Row>) -> AppResult<Vec<ApiKeyView>> {
    rows.into_iter().map(|row| row.view(ctx.now())).collect()
}

/// The own keys.
pub async fn own_keys(ctx: Ctx, granted: Granted<cap::SignedIn>) -> AppResult<Vec<ApiKeyView>> {
    let own = granted.administrator_id().into();
    let rows = rows(&ctx, granted.organisation_id(), "k.administrator_id = $2", own).await?;
    views(&ctx, rows)
}

/// The keys of everybody else in the organisation.
pub async fn other_keys(ctx: Ctx, granted: Granted<cap::ManageApiKeys>) -> AppResult<Vec<ApiKeyView>> {
    let own = granted.administrator_id().unwrap_or_default().into();
    let rows = rows(&ctx, granted.organisation_id(), "k.administrator_id <> $2", own).await?;
    views(&ctx, rows)
}

/// Makes a key for who is signed in. Its text is answered once and stored nowhere.
///
/// # Errors
/// [`ErrorCode::ConfirmSignIn`]; field errors `name`, `networks`, `expires`, `rights`.
pub async fn make_key(ctx: Ctx, granted: Granted<cap::SignedIn>, input: ApiKeyInput) -> AppResult<NewApiKey> {
    granted.fresh(ctx.now())?;
    let owner = granted.administrator_id().ok_or(ErrorCode::SignInRequired)?;
    let networks: Vec<String> = input
        .networks
        .split(|c: char| c.is_whitespace() || c == ',' || c == ';')
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    let expires = Some(input.expires.trim()).filter(|date| !date.is_empty());
    let wanted = Wanted {
        name: &input.name,
        networks: &networks,
        expires,
        rights: input.rights,
    };
    let (key, uid) = create_for(&ctx, &granted, owner, wanted).await?;
    let condition = "k.uid = $2";
    let made = rows(&ctx, granted.organisation_id(), condition, uid.to_string().into()).await?;
    let made = made.into_iter().next().ok_or(ErrorCode::NotFound)?;
    Ok(NewApiKey {
        key,
        view: made.view(ctx.now())?,
    })
}

/// Ends an own key, at once and for good.
///
/// # Errors
/// [`ErrorCode::ConfirmSignIn`]: whoever sits down at an open page must not stop the programs of an organisation.
pub async fn revoke_own_key(ctx: Ctx, granted: Granted<cap::SignedIn>, key: Uid) -> AppResult<()> {
    let own = granted.administrator_id();
    revoke(&ctx, &granted, &key, own).await
}

/// Ends any key of the organisation, at once and for good.
///
/// # Errors
/// As [`revoke_own_key`].
pub async fn revoke_any_key(ctx: Ctx, granted: Granted<cap::ManageApiKeys>, key: Uid) -> AppResult<()> {
    revoke(&ctx, &granted, &key, None).await
}

/// Ends all keys of an administrator who is removed, in the caller's transaction. Answers them as the log names them.
pub async fn revoke_keys_of(tx: &Tx, administrator_id: i64, now: Timestamp) -> AppResult<Vec<String>> {
    let sql = "SELECT name, prefix FROM api_key WHERE administrator_id = $1 AND revoked_at IS NULL
         AND (expires_at IS NULL OR expires_at > $2) ORDER BY id";
    let statement = tx.stmt(sql, [administrator_id.into(), now.0.into()]);
    let working = tx.conn().query_all_raw(statement).await?;
    let sql = "UPDATE api_key SET revoked_at = $1 WHERE administrator_id = $2 AND revoked_at IS NULL";
    tx.exec(sql, [now.0.into(), administrator_id.into()]).await?;
    let named = working.iter().map(|row| {
        let (name, prefix): (String, String) = (row.try_get("", "name")?, row.try_get("", "prefix")?);
        Ok(format!("{name} ({prefix}…)"))
    });
    named.collect()
}

async fn revoke<C: crate::kernel::permission::Capability>(
    ctx: &Ctx,
    granted: &Granted<C>,
    key: &Uid,
    only_of: Option<i64>,
) -> AppResult<()> {
    let now = ctx.now();
    granted.fresh(now)?;
    // a key of somebody else does not exist for who may end only the own ones; the number is ours
    let condition = match only_of {
        Some(id) => format!("k.uid = $2 AND k.administrator_id = {id}"),
        None => "k.uid = $2".to_owned(),
    };
    let found = rows(ctx, granted.organisation_id(), &condition, key.to_string().into()).await?;
    let row = found.into_iter().next().ok_or(ErrorCode::NotFound)?;
    let tx = ctx.db.begin().await?;
    let sql = "UPDATE api_key SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL";
    if tx.exec(sql, [now.0.into(), row.id.into()]).await? == 0 {
        return Err(ErrorCode::WrongState.into());
    }
    let before = row.state(now);
    let detail = serde_json::json!({
        "name": row.name, "prefix": row.prefix, "owner": row.owner,
        "before": { "state": before }, "after": { "state": KeyState::Revoked },
    });
    record(ctx, &tx, granted.who(), "api-key.revoke", key.as_str(), detail).await?;
    tx.commit().await
}
