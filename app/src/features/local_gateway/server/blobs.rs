//! Encrypted files (section 1.2). They are kept for good, with `persist` or without.
use super::{
    LocalGateway,
    params::{Answer, BAD, NOTHING, Params, Refusal, TOO_BIG, text},
    writer::Op,
};
use axum::{
    extract::{Multipart, Path, RawQuery, State, multipart::MultipartRejection},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
};
use sea_orm::ConnectionTrait;

/// The biggest blob: the apps' limit, 100 MiB (section 1.7; what the gateway has today is not known).
pub const MAX_BLOB: usize = 100 << 20;

/// `POST /upload_blob`
pub async fn upload(
    State(gateway): State<LocalGateway>,
    RawQuery(query): RawQuery,
    form: Result<Multipart, MultipartRejection>,
) -> Answer {
    let params = Params::query(query.as_deref());
    let data = read(form).await;
    let from = gateway.account(&params)?;
    let data = data?;
    if data.is_empty() {
        return Err(BAD);
    }
    if data.len() > MAX_BLOB {
        return Err(TOO_BIG);
    }
    let id = hex::encode(gateway.0.rng.array::<16>());
    let stored = gateway.change(|state| match state.charge(from) {
        Some(charge) => {
            let blob = Op::Blob { id: id.clone(), data };
            (true, vec![charge, blob])
        }
        None => (false, Vec::new()),
    });
    if stored.await? {
        text(id)
    } else {
        Err(Refusal(StatusCode::PAYMENT_REQUIRED))
    }
}

/// The part `blob`, with or without file name.
async fn read(form: Result<Multipart, MultipartRejection>) -> Result<Vec<u8>, Refusal> {
    let mut form = form.map_err(|_| BAD)?;
    while let Some(part) = form.next_field().await.map_err(|e| Refusal(e.status()))? {
        if part.name() == Some("blob") {
            let data = part.bytes().await.map_err(|e| Refusal(e.status()))?;
            return Ok(data.into());
        }
    }
    Err(BAD)
}

/// `GET /blobs/{id}`
pub async fn download(
    State(gateway): State<LocalGateway>,
    RawQuery(query): RawQuery,
    Path(id): Path<String>,
) -> Answer {
    gateway.account(&Params::query(query.as_deref()))?;
    blob(&gateway, &id).await
}

/// `GET /sim/blobs/{id}` with a mailbox token: as the apps' own blob server hands it out.
pub async fn for_apps(
    State(gateway): State<LocalGateway>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Answer {
    gateway.app(&headers)?;
    blob(&gateway, &id).await
}

async fn blob(gateway: &LocalGateway, id: &str) -> Answer {
    let db = &gateway.0.db;
    let stmt = db.stmt(
        "SELECT data FROM stored_blob WHERE id = $1",
        [id.to_ascii_lowercase().into()],
    );
    let row = db
        .conn()
        .query_one_raw(stmt)
        .await
        .map_err(|_| Refusal(StatusCode::INTERNAL_SERVER_ERROR))?;
    let data: Vec<u8> = row.and_then(|row| row.try_get_by_index(0).ok()).ok_or(NOTHING)?;
    Ok(([(CONTENT_TYPE, "application/octet-stream")], data).into_response())
}
