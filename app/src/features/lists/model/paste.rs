//! The forgiving reader of pasted IDs: any separator, lower case, `3mid:` codes, links, quotes
//! (reference/threema-gateway.md section 7).
use super::Reason;
use crate::kernel::ThreemaId;

/// Most bytes that are read at once.
pub const MAX_PASTE_BYTES: usize = 4 * 1024 * 1024;
/// Most characters of a token that are shown.
const SHOWN_CHARS: usize = 40;

/// One thing that stands in the input and was meant as an ID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Counted from 1.
    pub line: u32,
    /// What stands there, shortened.
    pub text: String,
    /// How it was read.
    pub found: Result<ThreemaId, Reason>,
}

/// Reads everything. Each line with a letter or digit in it gives at least one token: nothing is lost.
pub fn read(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let line_number = u32::try_from(i + 1).unwrap_or(u32::MAX);
        let mut push = |text: &str, found: Result<ThreemaId, Reason>| {
            tokens.push(Token {
                line: line_number,
                text: text.chars().take(SHOWN_CHARS).collect(),
                found,
            });
        };
        for chunk in line.split(is_separator).filter(|c| has_sign(c)) {
            read_chunk(chunk, &mut |text, found| match parted(text, &found) {
                Some(ids) => ids.into_iter().for_each(|(part, id)| push(part, Ok(id))),
                None => push(text, found),
            });
        }
    }
    tokens
}

/// The IDs in a piece that was refused for a character, when that parts them, whatever it is. All parts must be IDs:
/// addresses and names stay what they are.
fn parted<'a>(piece: &'a str, found: &Result<ThreemaId, Reason>) -> Option<Vec<(&'a str, ThreemaId)>> {
    if !matches!(found, Err(Reason::Character(_))) {
        return None;
    }
    let ids = piece
        .split(|c: char| !c.is_alphanumeric() && c != '*')
        .filter(|part| has_sign(part))
        .map(|part| plain(part).map(|id| (part, id)))
        .collect::<Result<Vec<_>, _>>()
        .ok()?;
    (ids.len() > 1).then_some(ids)
}

/// Reads one cell that is meant to hold one ID.
pub fn read_id(cell: &str) -> Result<ThreemaId, Reason> {
    let mut first = None;
    let mut more = false;
    for chunk in cell.split(is_separator).filter(|c| has_sign(c)) {
        read_chunk(chunk, &mut |_, found| {
            more |= first.is_some();
            first.get_or_insert(found);
        });
    }
    match first {
        // several things in one cell: no guess which one is meant
        Some(Ok(_)) if more => Err(Reason::Character(' ')),
        Some(found) => found,
        None => Err(Reason::Missing),
    }
}

/// What parts things in a line, besides the comma, which also stands inside codes. Other signs may stand in links and
/// addresses: see [`parted`].
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            ';' | '|' | '"' | '\'' | '`' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}'
                | '«' | '»' | '‹' | '›' | '“' | '”' | '„' | '‘' | '’' | '‚'
                // invisible signs that come along from chats and tables
                | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        )
}

fn has_sign(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

type Found<'a> = &'a mut dyn FnMut(&str, Result<ThreemaId, Reason>);

/// Reads what stands between two separators: pieces parted by commas, one after the other (a person may paste a line of
/// a hundred thousand of them).
fn read_chunk(chunk: &str, found: Found) {
    let mut rest = chunk;
    while !rest.is_empty() {
        let (piece, next) = split(rest);
        rest = next;
        if let Some(id) = after(piece, "3mid:") {
            let id = trimmed(id);
            found(
                piece,
                if id.is_empty() {
                    Err(Reason::Missing)
                } else {
                    plain(id)
                },
            );
            rest = without_key(rest);
        } else if has_sign(piece) && is_link(piece) {
            found(piece, read_link(piece));
        } else if has_sign(piece) {
            found(trimmed(piece), plain(trimmed(piece)));
        }
    }
}

fn split(text: &str) -> (&str, &str) {
    text.split_once(',').unwrap_or((text, ""))
}

/// Dots, dashes and the like around an ID; a star in front belongs to it.
fn trimmed(piece: &str) -> &str {
    piece
        .trim_start_matches(|c: char| !c.is_alphanumeric() && c != '*')
        .trim_end_matches(|c: char| !c.is_alphanumeric())
}

/// What follows `3mid:ID`, without the `,key[,time]` of the code: the gateway is asked for the key.
fn without_key(mut rest: &str) -> &str {
    let (piece, next) = split(rest);
    if piece.len() == 64 && piece.bytes().all(|b| b.is_ascii_hexdigit()) {
        rest = next;
        let (piece, next) = split(rest);
        if piece.len() > 8 && piece.bytes().all(|b| b.is_ascii_digit()) {
            rest = next;
        }
    }
    rest
}

fn is_link(chunk: &str) -> bool {
    chunk.contains("://")
        || after(chunk, "threema.id/").is_some()
        || after(chunk, "www.threema.id/").is_some()
}

/// `https://threema.id/ID…`, `threema://add?id=ID` and their relatives.
fn read_link(link: &str) -> Result<ThreemaId, Reason> {
    let (scheme, rest) = link.split_once("://").unwrap_or(("https", link));
    let (rest, _) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let host = path.split('/').next().unwrap_or_default().to_ascii_lowercase();
    let known = scheme.eq_ignore_ascii_case("threema")
        || ["threema.id", "threema.ch"]
            .into_iter()
            .any(|h| host == h || host.strip_suffix(h).is_some_and(|before| before.ends_with('.')));
    if !known {
        return Err(Reason::LinkWithoutId);
    }
    let by_query = query.split('&').find_map(|p| after(p, "id="));
    let in_path = path.split('/').nth(1);
    let id = by_query
        .or(in_path)
        .map(|id| id.replace("%2A", "*").replace("%2a", "*"));
    match id.map(|id| plain(id.trim_end_matches(|c: char| !c.is_alphanumeric()))) {
        Some(Ok(id)) => Ok(id),
        _ => Err(Reason::LinkWithoutId),
    }
}

/// What follows the prefix, whatever its case.
fn after<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix)
        .then(|| text.get(prefix.len()..))
        .flatten()
}

fn plain(text: &str) -> Result<ThreemaId, Reason> {
    let wrong = |(i, c): (usize, char)| !(c.is_ascii_alphanumeric() || c == '*' && i == 0);
    if let Some((_, c)) = text.char_indices().find(|at| wrong(*at)) {
        return Err(Reason::Character(c));
    }
    text.to_ascii_uppercase()
        .parse()
        .map_err(|_| Reason::Length(u32::try_from(text.len()).unwrap_or(u32::MAX)))
}
