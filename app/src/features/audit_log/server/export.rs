//! The log as a file, streamed: nothing holds it whole.
use super::query::{Query, total};
use crate::features::{
    audit::server::{EntryRow, record},
    audit_log::model::LogFilter,
    auth::server::{Granted, Lasting},
};
use crate::kernel::{
    AppResult, ErrorCode, Timestamp,
    permission::cap,
    server::{Ctx, csv::csv_line, download::download},
};
use axum::{
    body::Bytes,
    extract::{Path, Query as UrlQuery, State},
    response::Response,
};
use futures::{StreamExt, stream};
use serde_json::Value;

const CHUNK: usize = 2_000;
const HEAD: &str = "entry,time,kind,administrator,name,apiKey,address,action,subject,detail,hash\r\n";

#[derive(Clone, Copy)]
enum Format {
    Csv,
    JsonLines,
}

/// Whether the log may be exported now.
///
/// # Errors
/// [`ErrorCode::ConfirmSignIn`]
pub async fn prepare_export(ctx: Ctx, granted: Granted<cap::SeeAuditLog>) -> AppResult<()> {
    granted.fresh(ctx.now())
}

/// `GET /export/audit/audit-log.csv` or `.jsonl`, with the filter of the page in the query. Oldest first.
pub async fn export(
    lasting: Lasting<cap::SeeAuditLog>,
    State(ctx): State<Ctx>,
    Path(file): Path<String>,
    UrlQuery(filter): UrlQuery<LogFilter>,
) -> AppResult<Response> {
    let (format, kind) = match file.as_str() {
        "audit-log.csv" => (Format::Csv, "text/csv; charset=utf-8"),
        "audit-log.jsonl" => (Format::JsonLines, "application/jsonl"),
        _ => return Err(ErrorCode::NotFound.into()),
    };
    let granted = lasting.granted();
    prepare_export(ctx.clone(), granted.clone()).await?;
    let query = Query::new(granted.organisation_id(), &filter)?;
    let (low, high) = query.period(&ctx).await?;
    let end = high.min(total(&ctx, granted.organisation_id()).await?);
    note(&ctx, granted, &file, &filter).await?;
    let rows = stream::unfold((low, query), move |(from, query)| {
        let (ctx, lasting) = (ctx.clone(), lasting.clone());
        async move {
            if from > end {
                return None;
            }
            let rows = async {
                // the right may be taken away meanwhile, and the session may end
                lasting.renewed(&ctx).await?;
                query.rows(&ctx, (from, end), false, CHUNK).await
            };
            match rows.await {
                Ok(rows) => {
                    let next = match rows.last().and_then(|row| row.seq) {
                        Some(last) if rows.len() == CHUNK => last + 1,
                        _ => end + 1,
                    };
                    let lines: String = rows.iter().map(|row| line(format, row)).collect();
                    Some((Ok(Bytes::from(lines)), (next, query)))
                }
                // a broken stream ends the download with an error: no half file looks whole
                Err(error) => Some((Err(std::io::Error::other(error.to_string())), (end + 1, query))),
            }
        }
    });
    let head = match format {
        // the mark tells spreadsheets that this is UTF-8
        Format::Csv => format!("\u{feff}{HEAD}"),
        Format::JsonLines => String::new(),
    };
    let head = stream::once(async { Ok(Bytes::from(head)) });
    Ok(download(&file, kind, head.chain(rows)))
}

async fn note(
    ctx: &Ctx,
    granted: &Granted<cap::SeeAuditLog>,
    file: &str,
    filter: &LogFilter,
) -> AppResult<()> {
    let tx = ctx.db.begin().await?;
    let detail = serde_json::json!({ "file": file, "filter": filter });
    record(ctx, &tx, granted.who(), "audit.export", "", detail).await?;
    tx.commit().await
}

fn line(format: Format, row: &EntryRow) -> String {
    let (entry, time) = (row.seq.unwrap_or_default(), Timestamp(row.at).rfc3339());
    match format {
        Format::Csv => csv_line(&[
            &entry.to_string(),
            &time,
            &row.actor_kind,
            &row.actor_uid,
            &row.actor_name,
            &row.api_key,
            row.address.as_deref().unwrap_or_default(),
            &row.action,
            &row.subject,
            &row.detail,
            row.hash.as_deref().unwrap_or_default(),
        ]),
        Format::JsonLines => {
            let detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
            let line = serde_json::json!({
                "entry": entry, "time": time, "kind": row.actor_kind, "administrator": row.actor_uid,
                "name": row.actor_name, "apiKey": row.api_key, "address": row.address, "action": row.action,
                "subject": row.subject, "detail": detail, "hash": row.hash,
            });
            format!("{line}\n")
        }
    }
}
