//! A bot as a file, to keep it or to take it elsewhere.
use super::tree::{MAX_TREE_BYTES, Tree};
use crate::kernel::Uid;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What the file says that it is.
const FORMAT: &str = "fanfare-bot";
/// The only version there is.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    version: u32,
    #[serde(default)]
    name: String,
    bot: Tree,
}

/// Why a file cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadFile {
    /// It is too large.
    TooLarge,
    /// It is no bot.
    NoBot,
    /// It comes from a newer Fanfare.
    Newer,
}

/// The file of a bot.
pub fn export(name: &str, tree: &Tree) -> String {
    let file = File {
        format: FORMAT.to_owned(),
        version: VERSION,
        name: name.to_owned(),
        bot: tree.clone(),
    };
    // texts and lists always become JSON
    let json = serde_json::to_string_pretty(&file).unwrap_or_default();
    format!("{json}\n")
}

/// Reads a file: its name and its bot. `fresh` makes uids for commands that have one twice.
///
/// # Errors
/// [`BadFile`]
pub fn import(text: &str, fresh: impl FnMut() -> Uid) -> Result<(String, Tree), BadFile> {
    // indented, it is larger than what is kept
    if text.len() > MAX_TREE_BYTES * 4 {
        return Err(BadFile::TooLarge);
    }
    let json: serde_json::Value =
        serde_json::from_slice(text.trim_start_matches('\u{feff}').as_bytes()).map_err(|_| BadFile::NoBot)?;
    if json.get("format").and_then(|f| f.as_str()) != Some(FORMAT) {
        return Err(BadFile::NoBot);
    }
    match json.get("version").and_then(serde_json::Value::as_u64) {
        Some(1) => {}
        Some(2..) => return Err(BadFile::Newer),
        _ => return Err(BadFile::NoBot),
    }
    let file: File = serde_json::from_value(json).map_err(|_| BadFile::NoBot)?;
    let mut tree = file.bot;
    unique_uids(&mut tree, fresh);
    Ok((file.name, tree))
}

/// Gives those commands another uid that have the one of a command before them.
pub fn unique_uids(tree: &mut Tree, mut fresh: impl FnMut() -> Uid) {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![&mut tree.start];
    while let Some(node) = waiting.pop() {
        while !seen.insert(node.uid.clone()) {
            node.uid = fresh();
        }
        waiting.extend(node.commands.iter_mut().rev());
    }
}
