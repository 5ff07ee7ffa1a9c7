//! From a row to what a page shows of it.
use crate::features::{
    audit::server::EntryRow,
    audit_log::model::{Line, LogEntry},
};
use crate::kernel::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;

/// Fields that name a thing, the best first.
const TITLES: [&str; 6] = ["name", "list", "threemaId", "nickname", "email", "from"];

/// The administrator's name; empty for others.
pub(super) fn actor(row: &EntryRow) -> String {
    row.actor_name.clone()
}

/// The entry for the page.
pub(super) fn entry(row: EntryRow) -> LogEntry {
    let detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
    LogEntry {
        seq: u64::try_from(row.seq.unwrap_or_default()).unwrap_or_default(),
        at: Timestamp(row.at),
        name: actor(&row),
        kind: row.actor_kind,
        api_key: row.api_key,
        address_erased: row.address.is_none() && row.address_hash.is_some(),
        address: row.address,
        action: row.action,
        subject: row.subject,
        title: title(&detail),
        lines: lines(&detail),
        hash: row.hash.unwrap_or_default(),
    }
}

fn title(detail: &Value) -> String {
    let of = |part: &Value| {
        TITLES
            .iter()
            .find_map(|field| part[*field].as_str().filter(|text| !text.is_empty()))
            .map(str::to_owned)
    };
    of(detail)
        .or_else(|| of(&detail["after"]))
        .or_else(|| of(&detail["before"]))
        .unwrap_or_default()
}

/// What has changed, with what it was; then everything else that the entry tells.
pub(super) fn lines(detail: &Value) -> Vec<Line> {
    let (before, after) = (&detail["before"], &detail["after"]);
    let mut fields: BTreeMap<&str, [Option<&Value>; 2]> = BTreeMap::new();
    for (side, part) in [before, after].into_iter().enumerate() {
        for (field, value) in part.as_object().into_iter().flatten() {
            fields.entry(field).or_default()[side] = Some(value);
        }
    }
    let changed = fields.into_iter().filter(|(_, [was, is])| was != is);
    let mut out: Vec<Line> = changed
        .map(|(field, [was, is])| Line {
            field: field.to_owned(),
            before: Some(was.map(text).unwrap_or_default()),
            after: Some(is.map(text).unwrap_or_default()),
        })
        .collect();
    for (field, value) in detail.as_object().into_iter().flatten() {
        let side = field == "before" || field == "after";
        if side && value.is_object() {
            continue;
        }
        let value = text(value);
        if !value.is_empty() {
            out.push(Line {
                field: field.clone(),
                before: None,
                after: Some(value),
            });
        }
    }
    out
}

/// A value in a line of text.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let parts = fields
                .iter()
                .map(|(field, value)| format!("{field} {}", text(value)));
            parts.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_has_changed_is_a_change() {
        let detail = json!({
            "list": "Press", "before": { "name": "Press", "undo": 5, "old": true },
            "after": { "name": "Media", "undo": 5, "new": ["a", "b"] }, "none": null,
        });
        let line = |field: &str, before: Option<&str>, after: &str| Line {
            field: field.to_owned(),
            before: before.map(str::to_owned),
            after: Some(after.to_owned()),
        };
        assert_eq!(
            lines(&detail),
            [
                line("name", Some("Press"), "Media"),
                line("new", Some(""), "a, b"),
                line("old", Some("true"), ""),
                line("list", None, "Press"),
            ]
        );
        assert_eq!(title(&detail), "Press");
        assert_eq!(title(&json!({ "after": { "name": "B" } })), "B");
        assert!(lines(&Value::Null).is_empty());
    }
}
