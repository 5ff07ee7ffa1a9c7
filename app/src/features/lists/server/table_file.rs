//! Reading a table (CSV) of unknown make: encoding, delimiter, header and columns are guessed, and can be said.
use crate::features::{
    lists::model::{Column, Encoding, MAX_FILE_BYTES, MAX_ROWS, TableOptions, read_id},
    recipients::server::fold,
};
use crate::kernel::{AppError, AppResult, ErrorCode, LanguageCode, Problem};
use csv::StringRecord;
use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Rows from which columns are guessed.
const SAMPLE: usize = 200;

/// A table that was read, with all guesses made.
#[derive(Debug)]
pub struct Table {
    /// How its bytes were read.
    pub encoding: Encoding,
    /// The options with all guesses filled in.
    pub options: TableOptions,
    /// Names of the columns; empty without a header.
    pub names: Vec<String>,
    /// Line in the file (from 1) and cells of each row below the header.
    pub rows: Vec<(u32, StringRecord)>,
}

/// Reads the bytes of a file.
///
/// # Errors
/// Field `file`: empty, too large, too many rows.
pub fn read_table(bytes: &[u8], options: &TableOptions) -> AppResult<Table> {
    let is = bytes.len();
    if is > MAX_FILE_BYTES {
        let max = MAX_FILE_BYTES;
        return Err(AppError::field("file", Problem::TooManyBytes { max, is }));
    }
    let (text, encoding) = decode(bytes);
    let allowed = |d: &char| TableOptions::DELIMITERS.contains(d);
    let delimiter = options
        .delimiter
        .filter(allowed)
        .unwrap_or_else(|| guess_delimiter(&text));
    let mut rows = rows(&text, delimiter)?;
    if rows.is_empty() {
        return Err(AppError::field("file", Problem::Required));
    }
    let header = options.header.unwrap_or_else(|| guess_header(&rows));
    let names = if header {
        rows.remove(0).1.iter().map(|c| c.trim().to_owned()).collect()
    } else {
        Vec::new()
    };
    at_most(MAX_ROWS, &rows)?;
    let width = rows
        .iter()
        .take(SAMPLE)
        .map(|(_, r)| r.len())
        .max()
        .unwrap_or_default()
        .max(names.len());
    let mut columns = if options.columns.is_empty() {
        guess_columns(&names, &rows, width)
    } else {
        options.columns.clone()
    };
    columns.resize(width, Column::Ignore);
    Ok(Table {
        encoding,
        options: TableOptions {
            delimiter: Some(delimiter),
            header: Some(header),
            columns,
        },
        names,
        rows,
    })
}

/// A byte order mark decides; without one it is UTF-8 if it can be, else Windows-1252.
fn decode(bytes: &[u8]) -> (String, Encoding) {
    let with =
        |encoding: &'static encoding_rs::Encoding| encoding.decode_with_bom_removal(bytes).0.into_owned();
    match encoding_rs::Encoding::for_bom(bytes) {
        Some((found, _)) if found == UTF_16LE => (with(UTF_16LE), Encoding::Utf16Le),
        Some((found, _)) if found == UTF_16BE => (with(UTF_16BE), Encoding::Utf16Be),
        Some(_) => (with(UTF_8), Encoding::Utf8),
        None => match std::str::from_utf8(bytes) {
            Ok(text) => (text.to_owned(), Encoding::Utf8),
            Err(_) => (with(WINDOWS_1252), Encoding::Windows1252),
        },
    }
}

/// The sign by which most rows of the beginning have an ID in a cell of its own; of several the one that gives most of
/// them the same number of cells, more than one. Widths alone are deceived by a comma in every name.
fn guess_delimiter(text: &str) -> char {
    // spreadsheets write it down sometimes
    if let Some(said) = text.strip_prefix("sep=").and_then(|rest| rest.chars().next())
        && TableOptions::DELIMITERS.contains(&said)
    {
        return said;
    }
    let score = |delimiter: char| {
        let rows: Vec<StringRecord> = reader(text, delimiter)
            .into_records()
            .take(20)
            .filter_map(Result::ok)
            .collect();
        let with_id = rows.iter().filter(|row| has_id(row)).count();
        let widths: Vec<_> = rows.iter().map(StringRecord::len).collect();
        let wide = widths.iter().filter(|w| **w > 1);
        let most = wide
            .clone()
            .map(|w| (widths.iter().filter(|o| *o == w).count(), *w))
            .max();
        (with_id, most.unwrap_or_default())
    };
    // the first of equals: max_by_key would take the last
    let best = TableOptions::DELIMITERS
        .into_iter()
        .rev()
        .max_by_key(|d| score(*d));
    best.unwrap_or(',')
}

fn reader(text: &str, delimiter: char) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

fn rows(text: &str, delimiter: char) -> AppResult<Vec<(u32, StringRecord)>> {
    let mut rows = Vec::new();
    let (mut at, mut line) = (0, 1);
    for record in reader(text, delimiter).into_records() {
        let record = record.map_err(|e| AppError::new(ErrorCode::Malformed { why: e.to_string() }))?;
        // the reader's own count of lines is behind after a line end of two signs
        let start = start_of(text, record.position().map_or(0, csv::Position::byte));
        line += line_ends(text.get(at..start).unwrap_or_default());
        at = start;
        let said = line == 1 && record.get(0).is_some_and(|c| c.starts_with("sep="));
        // lines of nothing but delimiters come from empty rows of a spreadsheet
        if said || record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        rows.push((line, record));
        // whether the first one is a header is not known yet
        at_most(MAX_ROWS + 1, &rows)?;
    }
    Ok(rows)
}

fn at_most(max: usize, rows: &[(u32, StringRecord)]) -> AppResult<()> {
    match rows.len() > max {
        true => Err(AppError::field("file", Problem::TooMany { max: MAX_ROWS })),
        false => Ok(()),
    }
}

/// Where a record begins: behind the line ends that parted it from the one before.
fn start_of(text: &str, byte: u64) -> usize {
    let byte = usize::try_from(byte).unwrap_or(usize::MAX);
    let ends = text.as_bytes().get(byte..).unwrap_or_default().iter();
    byte + ends.take_while(|b| matches!(b, b'\r' | b'\n')).count()
}

/// How many lines end in a text: `\n`, `\r\n`, or a lone `\r`.
fn line_ends(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let ends = bytes.iter().enumerate().filter(|(i, b)| match b {
        b'\n' => true,
        b'\r' => bytes.get(i + 1) != Some(&b'\n'),
        _ => false,
    });
    u32::try_from(ends.count()).unwrap_or(u32::MAX)
}

/// The first row is a header when it has a word that names a column, or no ID while the second row has one.
fn guess_header(rows: &[(u32, StringRecord)]) -> bool {
    let Some((_, first)) = rows.first() else {
        return false;
    };
    if first.iter().any(|cell| named(cell) != Column::Ignore) {
        return true;
    }
    !has_id(first) && rows.get(1).is_some_and(|(_, second)| has_id(second))
}

/// A cell of it is an ID.
fn has_id(row: &StringRecord) -> bool {
    row.iter().any(|cell| read_id(cell).is_ok())
}

/// What a header's word says about its column.
fn named(cell: &str) -> Column {
    let word: String = fold(cell).chars().filter(char::is_ascii_alphanumeric).collect();
    match word.as_str() {
        "threemaid" | "threema" | "id" | "identity" | "identitat" | "kennung" => Column::ThreemaId,
        "firstname" | "first" | "givenname" | "forename" | "vorname" | "rufname" | "prenom" => {
            Column::FirstName
        }
        "lastname" | "last" | "surname" | "familyname" | "name" | "nachname" | "familienname" | "nom" => {
            Column::LastName
        }
        "language" | "lang" | "locale" | "sprache" | "langue" => Column::Language,
        "category" | "categorie" | "kategorie" | "gruppe" | "group" | "abteilung" | "department" => {
            Column::Category
        }
        _ => Column::Ignore,
    }
}

/// By the header's words; the ID, and without a header the language too, by what stands below.
fn guess_columns(names: &[String], rows: &[(u32, StringRecord)], width: usize) -> Vec<Column> {
    let mut columns = vec![Column::Ignore; width];
    for (column, name) in columns.iter_mut().zip(names) {
        *column = named(name);
    }
    once_each(&mut columns);
    let share = |i: usize, fits: &dyn Fn(&str) -> bool| {
        let filled = rows.iter().take(SAMPLE).filter_map(|(_, r)| r.get(i));
        let filled: Vec<_> = filled.map(str::trim).filter(|c| !c.is_empty()).collect();
        let good = filled.iter().filter(|c| fits(c)).count();
        (good * 100).checked_div(filled.len()).unwrap_or_default()
    };
    if !columns.contains(&Column::ThreemaId) {
        let free = (0..width).filter(|i| columns.get(*i) == Some(&Column::Ignore));
        // of equals the first: a name of 8 letters reads as an ID too
        let best = free
            .map(|i| (share(i, &|c| read_id(c).is_ok()), usize::MAX - i))
            .max();
        if let Some((share, i)) = best
            && share >= 50
            && let Some(column) = columns.get_mut(usize::MAX - i)
        {
            *column = Column::ThreemaId;
        }
    }
    if names.is_empty() {
        let language = (0..width).find(|i| {
            columns.get(*i) == Some(&Column::Ignore) && share(*i, &|c| language(c).is_some()) == 100
        });
        if let Some(column) = language.and_then(|i| columns.get_mut(i)) {
            *column = Column::Language;
        }
    }
    columns
}

/// Only the first column of each kind counts.
fn once_each(columns: &mut [Column]) {
    let mut seen = Vec::new();
    for column in columns {
        if *column != Column::Ignore && seen.contains(column) {
            *column = Column::Ignore;
        }
        seen.push(*column);
    }
}

/// Two letters, or with a region (`de-CH`).
pub fn language(cell: &str) -> Option<LanguageCode> {
    let (code, region) = cell.trim().split_once(['-', '_']).unwrap_or((cell.trim(), "CH"));
    region
        .bytes()
        .all(|b| b.is_ascii_alphanumeric())
        .then(|| code.parse().ok())
        .flatten()
}
