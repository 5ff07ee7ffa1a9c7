//! Adding people from a table: a look at it, the rows that cannot be taken as a file, and the import. Nothing is kept in
//! between: the file comes along each time.
use super::{
    check::check_lines,
    members::{add, announce, lock, note_added},
    store,
    table_file::{Table, language, read_table},
};
use crate::features::{
    auth::server::Granted,
    identities::server::find as find_identity,
    lists::{
        model::{Column, Reason, TableCheck, TableImport, TableOptions, Token, read_id},
        text,
    },
    recipients::{
        model::{NAME_CHARS, RecipientDetails},
        server::{GivenDetails, known_among, save_details, unify},
    },
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Lang, ThreemaId, Uid,
    permission::{Right, cap},
    server::{Ctx, csv::csv_cell, faults::internal},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::collections::HashSet;

/// Rows shown as a sample.
const SAMPLES: usize = 4;

/// One row, read by the table's columns.
struct Row {
    line: u32,
    shown: String,
    found: Result<(ThreemaId, RecipientDetails), Reason>,
}

/// Says how a file would be read and what would become of its rows. `content` is the file in base64.
///
/// # Errors
/// Field `file`: empty, too large, too many rows.
pub async fn check_table(
    ctx: Ctx,
    granted: Granted<cap::SeeLists>,
    identity: Uid,
    list: Uid,
    content: String,
    options: TableOptions,
) -> AppResult<TableCheck> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let list = store::find(ctx.db.conn(), identity.id, &list).await?;
    let table = table(content, options).await?;
    let mut check = TableCheck {
        encoding: table.encoding,
        options: table.options.clone(),
        names: table.names.clone(),
        samples: samples(&table),
        ..TableCheck::default()
    };
    if check.has_id() {
        let tokens = read_rows(&table)
            .into_iter()
            .map(|row| Token {
                line: row.line,
                text: row.shown,
                found: row.found.map(|(id, _)| id),
            })
            .collect();
        check.checked = check_lines(&ctx, &identity, &list, tokens).await?;
    }
    Ok(check)
}

/// Adds the people of a file to a list and takes over names, languages and categories, also of those who are on it
/// already if the caller may change recipients; empty cells change nothing. Rows that cannot be taken are left out, as the check has shown.
///
/// # Errors
/// As [`check_table`] and [`super::add_members`]; then nothing was written.
pub async fn import_table(
    ctx: Ctx,
    granted: Granted<cap::ManageAudience>,
    identity: Uid,
    list: Uid,
    content: String,
    options: TableOptions,
) -> AppResult<TableImport> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let table = table(content, options).await?;
    let mut bad = 0;
    let (mut seen, mut ids, mut given) = (HashSet::new(), Vec::new(), Vec::new());
    for row in read_rows(&table) {
        match row.found {
            Err(_) => bad += 1,
            // of several rows with one ID the first counts, as the check has shown
            Ok((threema_id, details)) if seen.insert(threema_id) => {
                ids.push(threema_id);
                if !details.is_empty() {
                    given.push(GivenDetails { threema_id, details });
                }
            }
            Ok(_) => {}
        }
    }
    let tx = ctx.db.begin().await?;
    let list = lock(&ctx, &tx, &granted, &identity, &list).await?;
    let ids = unify(ids);
    if !granted.within(identity.id).has(Right::Recipients) {
        // adding people is not changing those who are known
        let known = known_among(&tx, identity.id, &ids).await?;
        given.retain(|g| !known.contains(&g.threema_id));
    }
    let membership = add(&ctx, &tx, &identity, &list, &ids).await?;
    let saved = save_details(&tx, identity.id, &given).await?;
    note_added(&ctx, &tx, &granted, &list, &ids, membership).await?;
    if saved.changed > 0 {
        let detail = serde_json::json!({ "list": list.name, "changed": saved.changed, "first": saved.named });
        let who = granted.who();
        crate::features::audit::server::record(&ctx, &tx, who, "recipient.import", &list.uid, detail).await?;
    }
    tx.commit().await?;
    announce(&ctx, &identity, membership.added).await;
    Ok(TableImport {
        membership,
        changed: saved.changed,
        bad,
    })
}

/// The rows that cannot be taken, as a file with line and reason in front, to be corrected and imported again.
///
/// # Errors
/// As [`check_table`].
pub async fn bad_rows(
    _ctx: Ctx,
    _granted: Granted<cap::SeeLists>,
    content: String,
    options: TableOptions,
    lang: Lang,
) -> AppResult<String> {
    let table = table(content, options).await?;
    let delimiter = table.options.delimiter.unwrap_or(',');
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .from_writer(Vec::new());
    let escaped = |cells: &mut dyn Iterator<Item = &str>| cells.map(csv_cell).collect::<Vec<_>>();
    let mut head = vec![
        text::column_line(lang).to_owned(),
        text::column_reason(lang).to_owned(),
    ];
    head.extend(escaped(&mut table.names.iter().map(String::as_str)));
    writer.write_record(head).map_err(|e| internal(&e))?;
    for (row, (_, cells)) in read_rows(&table).into_iter().zip(&table.rows) {
        if let Err(reason) = row.found {
            let mut line = vec![row.line.to_string(), csv_cell(&reason.text(lang))];
            line.extend(escaped(&mut cells.iter()));
            writer.write_record(line).map_err(|e| internal(&e))?;
        }
    }
    let bytes = writer.into_inner().map_err(|e| internal(&e))?;
    // the mark tells spreadsheets that this is UTF-8
    String::from_utf8(bytes)
        .map(|file| format!("\u{feff}{file}"))
        .map_err(|e| internal(&e))
}

/// Decodes and reads the file beside the async threads: it may have 200 000 rows.
async fn table(content: String, options: TableOptions) -> AppResult<Table> {
    tokio::task::spawn_blocking(move || {
        let bytes = BASE64_STANDARD
            .decode(content.as_bytes())
            .map_err(|e| AppError::new(ErrorCode::Malformed { why: e.to_string() }))?;
        drop(content);
        read_table(&bytes, &options)
    })
    .await
    .map_err(|e| internal(&e))?
}

fn samples(table: &Table) -> Vec<Vec<String>> {
    let short = |cell: &str| cell.trim().chars().take(40).collect();
    table
        .rows
        .iter()
        .take(SAMPLES)
        .map(|(_, cells)| cells.iter().map(short).collect())
        .collect()
}

fn read_rows(table: &Table) -> Vec<Row> {
    let at = |column| table.options.columns.iter().position(|c| *c == column);
    let places = Places {
        id: at(Column::ThreemaId),
        first: at(Column::FirstName),
        last: at(Column::LastName),
        language: at(Column::Language),
        category: at(Column::Category),
    };
    table
        .rows
        .iter()
        .map(|(line, cells)| {
            let cell = |place: Option<usize>| place.and_then(|i| cells.get(i)).unwrap_or_default().trim();
            Row {
                line: *line,
                shown: cell(places.id).chars().take(40).collect(),
                found: read_row(&places, &cell),
            }
        })
        .collect()
}

/// Which column holds what.
struct Places {
    id: Option<usize>,
    first: Option<usize>,
    last: Option<usize>,
    language: Option<usize>,
    category: Option<usize>,
}

fn read_row<'a>(
    places: &Places,
    cell: &dyn Fn(Option<usize>) -> &'a str,
) -> Result<(ThreemaId, RecipientDetails), Reason> {
    let id = read_id(cell(places.id))?;
    let language = match cell(places.language) {
        "" => String::new(),
        said => language(said).ok_or(Reason::Language)?.to_string(),
    };
    let details = RecipientDetails {
        first_name: cell(places.first).to_owned(),
        last_name: cell(places.last).to_owned(),
        language,
        category: cell(places.category).to_owned(),
    };
    let details = details.validate().map_err(|e| reason(&e))?;
    Ok((id, details))
}

fn reason(error: &AppError) -> Reason {
    let long = error
        .fields
        .iter()
        .any(|f| matches!(f.problem, crate::kernel::Problem::TooLong { .. }));
    match long {
        true => Reason::TooLong(u32::try_from(NAME_CHARS).unwrap_or(u32::MAX)),
        false => Reason::ControlCharacters,
    }
}
