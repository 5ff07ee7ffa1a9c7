//! The deliveries of a message as CSV, streamed: nothing holds them all at once.
use super::{deliveries::deliveries_of, entity, store};
use crate::features::{
    audit::server::record,
    auth::server::{Granted, Lasting},
    identities::server::{self as identities, Identity},
    messages::model::DeliveryRow,
};
use crate::kernel::{
    AppResult, ErrorCode, Uid,
    permission::cap,
    server::{Ctx, csv::csv_line, download::download},
};
use axum::{
    body::Bytes,
    extract::{Path, State},
    response::Response,
};
use futures::{StreamExt, stream};

const CHUNK: i64 = 2_000;
const HEAD: &str = "threemaId,name,language,state,reason,time\r\n";

/// Whether the deliveries may be exported now.
///
/// # Errors
/// [`ErrorCode::ConfirmSignIn`]
pub async fn prepare_export(
    ctx: Ctx,
    granted: Granted<cap::SeeMessages>,
    identity: Uid,
    message: Uid,
) -> AppResult<()> {
    exportable(&ctx, &granted, &identity, &message).await.map(|_| ())
}

async fn exportable(
    ctx: &Ctx,
    granted: &Granted<cap::SeeMessages>,
    identity: &Uid,
    message: &Uid,
) -> AppResult<(Identity, entity::Model)> {
    let identity = identities::find(ctx, granted, identity).await?;
    let message = store::find(ctx.db.conn(), identity.id, message).await?;
    granted.fresh(ctx.now())?;
    Ok((identity, message))
}

/// `GET /export/{identity}/messages/{message}.csv`
pub async fn export_csv(
    lasting: Lasting<cap::SeeMessages>,
    State(ctx): State<Ctx>,
    Path((identity, file)): Path<(Uid, String)>,
) -> AppResult<Response> {
    let uid: Uid = file
        .strip_suffix(".csv")
        .and_then(|u| u.parse().ok())
        .ok_or(ErrorCode::NotFound)?;
    let granted = lasting.granted();
    let (identity, message) = exportable(&ctx, granted, &identity, &uid).await?;
    let (id, total) = (message.id, message.total);
    let tx = ctx.db.begin().await?;
    let detail = serde_json::json!({ "from": identity.threema_id, "deliveries": total });
    record(&ctx, &tx, granted.who(), "message.export", uid.as_str(), detail).await?;
    tx.commit().await?;
    let identity_id = identity.id;
    let rows = stream::unfold(0, move |from| {
        let (ctx, lasting) = (ctx.clone(), lasting.clone());
        async move {
            if from >= total {
                return None;
            }
            let lines = chunk(&ctx, &lasting, identity_id, id, from).await;
            // a broken stream ends the download with an error: no half file looks whole
            let lines = lines
                .map(Bytes::from)
                .map_err(|e| std::io::Error::other(e.to_string()));
            let next = if lines.is_ok() { from + CHUNK } else { total };
            Some((lines, next))
        }
    });
    let head = stream::once(async { Ok(Bytes::from_static(HEAD.as_bytes())) });
    let name = format!("message-{uid}.csv");
    Ok(download(&name, "text/csv; charset=utf-8", head.chain(rows)))
}

/// A part of the rows, while the session and the right to see them are still there.
async fn chunk(
    ctx: &Ctx,
    lasting: &Lasting<cap::SeeMessages>,
    identity_id: i64,
    message_id: i64,
    from: i64,
) -> AppResult<String> {
    lasting.renewed(ctx).await?.enter(identity_id)?;
    let rows = deliveries_of(ctx, message_id, from, CHUNK).await?;
    Ok(rows.iter().map(line).collect())
}

fn line(row: &DeliveryRow) -> String {
    let reason = serde_json::to_value(row.reason)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_default();
    csv_line(&[
        &row.threema_id,
        &row.name,
        &row.language.to_string(),
        row.state.code(),
        &reason,
        &row.at.rfc3339(),
    ])
}
