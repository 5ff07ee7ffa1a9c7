//! Subscribers as a table, and the feed's code as a picture.
use super::store;
use crate::features::{
    auth::server::Granted,
    feeds::{model::link, text},
    identities::server::find as find_identity,
    lists::server as lists,
    recipients::server::page_of,
};
use crate::kernel::{
    AppResult, Lang, PageRequest, Uid,
    permission::cap,
    server::{Ctx, csv::csv_cell, faults::internal},
};
use base64::{Engine, prelude::BASE64_STANDARD};

/// Recipients that are read at once.
const CHUNK: u32 = 200;

/// All subscribers as CSV: ID, names, language, category; it can be imported as it is.
pub async fn export_subscribers(
    ctx: Ctx,
    granted: Granted<cap::SeeFeeds>,
    identity: Uid,
    feed: Uid,
    lang: Lang,
) -> AppResult<String> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let feed = store::find(ctx.db.conn(), identity.id, &feed).await?;
    let known = u64::try_from(identity.recipient_count.max(feed.list.member_count)).unwrap_or_default();
    let among = lists::among_members(&feed.list);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(text::columns(lang).split(','))
        .map_err(|e| internal(&e))?;
    for page in 0.. {
        let request = PageRequest {
            page,
            size: CHUNK,
            sort: "name".to_owned(),
            ..PageRequest::default()
        };
        let found = page_of(&ctx.db, identity.id, Some(&among), known, &request).await?;
        let last = found.page != page || found.items.is_empty();
        if last {
            break;
        }
        for r in &found.items {
            let language = r.language.map(|l| l.to_string()).unwrap_or_default();
            let cells = [
                r.threema_id.as_str(),
                &r.first_name,
                &r.last_name,
                &language,
                &r.category,
            ];
            writer
                .write_record(cells.map(csv_cell))
                .map_err(|e| internal(&e))?;
        }
    }
    let bytes = writer.into_inner().map_err(|e| internal(&e))?;
    // the mark tells spreadsheets that this is UTF-8
    String::from_utf8(bytes)
        .map(|file| format!("\u{feff}{file}"))
        .map_err(|e| internal(&e))
}

/// The code of the feed's link as a PNG in base64, to print.
pub async fn qr_png(
    ctx: Ctx,
    granted: Granted<cap::SeeFeeds>,
    identity: Uid,
    feed: Uid,
) -> AppResult<String> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let feed = store::find(ctx.db.conn(), identity.id, &feed).await?;
    let threema_id = identity
        .threema_id
        .parse()
        .map_err(|_| internal(&"a stored identity is malformed"))?;
    let link = link(threema_id, &feed.list.name, feed.row.number.unsigned_abs());
    let code = qrcode::QrCode::with_error_correction_level(link, qrcode::EcLevel::M);
    let code = code.map_err(|e| internal(&e))?;
    let colors: Vec<bool> = code
        .to_colors()
        .into_iter()
        .map(|c| c == qrcode::Color::Dark)
        .collect();
    Ok(BASE64_STANDARD.encode(super::png::draw(&colors, code.width())))
}
