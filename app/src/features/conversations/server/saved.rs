//! Texts to answer with, for all administrators of an identity.
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    conversations::model::{SavedReply, SavedReplyInput},
    identities::server::{Identity, find as find_identity},
    recipients::server::name_key,
};
use crate::kernel::{
    AppResult, ErrorCode, Uid,
    permission::cap,
    server::{
        Ctx, Tx,
        data_key::{open_sealed, sealing_key},
        faults::internal,
        secret::Place,
    },
};
use sea_orm::FromQueryResult;
use serde_json::json;

/// Most saved replies that an identity shows.
const MOST: u32 = 500;

#[derive(FromQueryResult)]
struct Row {
    uid: String,
    name: String,
    text_sealed: Vec<u8>,
}

fn place(uid: &str) -> Place {
    Place::new("saved_reply", "text_sealed", uid)
}

/// The identity's saved replies by name.
pub async fn saved_replies(
    ctx: Ctx,
    granted: Granted<cap::Conversations>,
    identity: Uid,
) -> AppResult<Vec<SavedReply>> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let sql = format!(
        "SELECT uid, name, text_sealed FROM saved_reply WHERE identity_id = $1 ORDER BY name_key, id LIMIT {MOST}"
    );
    let rows = Row::find_by_statement(ctx.db.stmt(&sql, [identity.id.into()]))
        .all(ctx.db.conn())
        .await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let organisation_id = identity.organisation_id;
        let text = open_sealed(
            &ctx,
            ctx.db.conn(),
            organisation_id,
            &place(&row.uid),
            &row.text_sealed,
        )
        .await?;
        out.push(SavedReply {
            uid: row
                .uid
                .parse()
                .map_err(|_| internal(&"a stored uid is malformed"))?,
            name: row.name,
            text: String::from_utf8_lossy(&text).into_owned(),
        });
    }
    Ok(out)
}

/// Makes a saved reply, or changes one.
pub async fn keep_saved_reply(
    ctx: Ctx,
    granted: Granted<cap::Conversations>,
    identity: Uid,
    input: SavedReplyInput,
) -> AppResult<SavedReply> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let input = input.validate()?;
    let uid = input.uid.clone().unwrap_or_else(|| ctx.rng.uid());
    let tx = ctx.db.begin().await?;
    let sealed = sealing_key(&ctx, &tx, identity.organisation_id).await?.seal(
        &*ctx.rng,
        &place(uid.as_str()),
        input.text.as_bytes(),
    );
    let now = ctx.now().0;
    let before = match &input.uid {
        Some(uid) => Some(find(&tx, &identity, uid).await?),
        None => None,
    };
    let sql = match before {
        Some(_) => {
            "UPDATE saved_reply SET name = $1, name_key = $2, text_sealed = $3, updated_at = $4 WHERE uid = $5 AND identity_id = $6"
        }
        None => {
            "INSERT INTO saved_reply (name, name_key, text_sealed, created_at, updated_at, uid, identity_id)
             VALUES ($1, $2, $3, $4, $4, $5, $6)"
        }
    };
    let values = [
        input.name.as_str().into(),
        name_key(&input.name).into(),
        sealed.into(),
        now.into(),
        uid.as_str().into(),
        identity.id.into(),
    ];
    tx.exec(sql, values).await?;
    let (action, detail) = match before {
        Some(row) => (
            "saved-reply.edit",
            json!({ "before": { "name": row.name }, "after": { "name": input.name } }),
        ),
        None => ("saved-reply.create", json!({ "name": input.name })),
    };
    record(&ctx, &tx, granted.who(), action, uid.as_str(), detail).await?;
    tx.commit().await?;
    Ok(SavedReply {
        uid,
        name: input.name,
        text: input.text,
    })
}

/// Removes a saved reply; one that is gone already stays gone.
pub async fn delete_saved_reply(
    ctx: Ctx,
    granted: Granted<cap::Conversations>,
    identity: Uid,
    reply: Uid,
) -> AppResult<()> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let row = match find(&tx, &identity, &reply).await {
        Err(error) if error.code == ErrorCode::NotFound => return Ok(()),
        row => row?,
    };
    let sql = "DELETE FROM saved_reply WHERE uid = $1 AND identity_id = $2";
    tx.exec(sql, [reply.as_str().into(), identity.id.into()]).await?;
    let detail = json!({ "name": row.name });
    record(
        &ctx,
        &tx,
        granted.who(),
        "saved-reply.delete",
        reply.as_str(),
        detail,
    )
    .await?;
    tx.commit().await
}

async fn find(tx: &Tx, identity: &Identity, uid: &Uid) -> AppResult<Row> {
    let sql = "SELECT uid, name, text_sealed FROM saved_reply WHERE uid = $1 AND identity_id = $2";
    Row::find_by_statement(tx.stmt(sql, [uid.as_str().into(), identity.id.into()]))
        .one(tx.conn())
        .await?
        .ok_or_else(|| ErrorCode::NotFound.into())
}
