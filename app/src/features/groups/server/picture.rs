//! The picture of a group: kept sealed here, and encrypted under a key of its own at the gateway.
use super::{
    seal::{open_bytes, picture_place, seal_bytes},
    store,
};
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    gateway::{
        server::{CallError, GatewayClient},
        wire::{PictureAt, seal_blob},
    },
    groups::model::MAX_PICTURE_BYTES,
    identities::server::{Identity, account, find as find_identity},
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Problem, Timestamp, Uid,
    permission::cap,
    server::{Ctx, faults::internal},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

/// How long an uploaded picture is trusted to be there; afterwards it is uploaded again when it is told of.
const TRUSTED: i64 = 14 * Timestamp::DAY;
/// Bytes of the key in front of the picture.
const KEY: usize = 32;

#[derive(FromQueryResult)]
struct Row {
    uid: String,
    picture_sealed: Vec<u8>,
    blob_id: Option<Vec<u8>>,
    uploaded_at: Option<i64>,
}

async fn row(ctx: &Ctx, id: i64) -> AppResult<Option<Row>> {
    let sql = "SELECT uid, picture_sealed, blob_id, uploaded_at FROM group_picture WHERE id = $1";
    let statement = ctx.db.stmt(sql, [id.into()]);
    Ok(Row::find_by_statement(statement).one(ctx.db.conn()).await?)
}

/// Key and picture.
async fn open(ctx: &Ctx, organisation_id: i64, row: &Row) -> AppResult<([u8; KEY], Vec<u8>)> {
    let place = picture_place(&row.uid);
    let bytes = open_bytes(ctx, organisation_id, &place, &row.picture_sealed).await?;
    let (key, picture) = bytes
        .split_first_chunk::<KEY>()
        .ok_or_else(|| internal(&"a stored picture has no key"))?;
    Ok((*key, picture.to_vec()))
}

/// Gives a group another picture, a JPEG in base64 (line breaks do no harm); phones hear of it with the next round.
pub async fn set_picture(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
    image: String,
) -> AppResult<()> {
    let jpeg = checked(&image)?;
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let key: [u8; KEY] = ctx.rng.array();
    let tx = ctx.db.begin().await?;
    let group = store::lock(&tx, identity.id, &group).await?.active()?;
    let uid = ctx.rng.uid();
    let bytes = [key.as_slice(), &jpeg].concat();
    let place = picture_place(uid.as_str());
    let sealed = seal_bytes(&ctx, &tx, identity.organisation_id, &place, &bytes).await?;
    let sql = "INSERT INTO group_picture (uid, group_id, picture_sealed, created_at) VALUES ($1, $2, $3, $4) RETURNING id";
    let now = ctx.now().0;
    let values: Vec<Value> = vec![uid.as_str().into(), group.id.into(), sealed.into(), now.into()];
    let row = tx.conn().query_one_raw(tx.stmt(sql, values)).await?;
    let id: i64 = row.ok_or(ErrorCode::NotFound)?.try_get("", "id")?;
    let sql = "UPDATE chat_group SET picture_id = $1, updated_at = $2 WHERE id = $3";
    tx.exec(sql, [id.into(), now.into(), group.id.into()]).await?;
    let detail = serde_json::json!({ "name": group.name, "bytes": jpeg.len() });
    record(&ctx, &tx, granted.who(), "group.picture", &group.uid, detail).await?;
    tx.commit().await?;
    store::tell(&ctx, &identity, &group.uid);
    Ok(())
}

fn checked(image: &str) -> AppResult<Vec<u8>> {
    let digits: String = image.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    // browsers put the type in front
    let digits = digits.rsplit_once(',').map_or(digits.as_str(), |(_, d)| d);
    if digits.is_empty() {
        return Err(AppError::field("image", Problem::Required));
    }
    let bytes = BASE64_STANDARD
        .decode(digits)
        .map_err(|_| AppError::field("image", Problem::NotAJpeg))?;
    if bytes.len() > MAX_PICTURE_BYTES {
        let (max, is) = (MAX_PICTURE_BYTES, bytes.len());
        return Err(AppError::field("image", Problem::TooManyBytes { max, is }));
    }
    match bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        true => Ok(bytes),
        false => Err(AppError::field("image", Problem::NotAJpeg)),
    }
}

/// Takes the picture away; phones hear of it with the next round.
pub async fn delete_picture(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
) -> AppResult<()> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let group = store::lock(&tx, identity.id, &group).await?.active()?;
    if group.picture_id.is_none() {
        return Ok(());
    }
    let sql = "UPDATE chat_group SET picture_id = NULL, updated_at = $1 WHERE id = $2";
    tx.exec(sql, [ctx.now().0.into(), group.id.into()]).await?;
    let detail = serde_json::json!({ "name": group.name });
    record(
        &ctx,
        &tx,
        granted.who(),
        "group.picture-delete",
        &group.uid,
        detail,
    )
    .await?;
    tx.commit().await?;
    store::tell(&ctx, &identity, &group.uid);
    Ok(())
}

/// The picture in base64.
pub async fn load_picture(
    ctx: &Ctx,
    granted: &Granted<cap::Groups>,
    identity: &Uid,
    group: &Uid,
) -> AppResult<Option<String>> {
    let identity = find_identity(ctx, granted, identity).await?;
    let group = store::find(ctx.db.conn(), identity.id, group).await?;
    base64_of(ctx, &identity, group.picture_id).await
}

/// A picture in base64.
pub(super) async fn base64_of(ctx: &Ctx, identity: &Identity, id: Option<i64>) -> AppResult<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    let Some(row) = row(ctx, id).await? else {
        return Ok(None);
    };
    let (_, picture) = open(ctx, identity.organisation_id, &row).await?;
    Ok(Some(BASE64_STANDARD.encode(picture)))
}

/// Where a picture lies at the gateway; uploads it first where that is needed. None: it is gone.
///
/// # Errors
/// [`ErrorCode::GatewayAway`], [`ErrorCode::GatewayRefused`]
pub(super) async fn at_gateway(ctx: &Ctx, identity: &Identity, id: i64) -> AppResult<Option<PictureAt>> {
    let Some(row) = row(ctx, id).await? else {
        return Ok(None);
    };
    let (key, picture) = open(ctx, identity.organisation_id, &row).await?;
    let sealed = seal_blob(&key, &picture);
    let size = u32::try_from(sealed.len()).map_err(|e| internal(&e))?;
    let now = ctx.now().0;
    let known = row.blob_id.as_deref().and_then(|b| <[u8; 16]>::try_from(b).ok());
    let is_trusted = row.uploaded_at.is_some_and(|at| now - at < TRUSTED);
    if let Some(blob) = known.filter(|_| is_trusted) {
        return Ok(Some(PictureAt { blob, size, key }));
    }
    let account = account(ctx, identity).await?;
    let uploaded = GatewayClient::of(ctx).upload_blob(&account, &sealed).await;
    let blob = uploaded.map_err(|error| {
        tracing::warn!(%error, "the picture of a group could not be uploaded");
        match error {
            CallError::Unauthorized => AppError::from(ErrorCode::GatewayRefused),
            _ => ErrorCode::GatewayAway.into(),
        }
    })?;
    let tx = ctx.db.begin().await?;
    let sql = "UPDATE group_picture SET blob_id = $1, uploaded_at = $2 WHERE id = $3";
    tx.exec(sql, [blob.to_vec().into(), now.into(), id.into()])
        .await?;
    tx.commit().await?;
    Ok(Some(PictureAt { blob, size, key }))
}
