//! Every field of a detail that is recorded has words, found out from the sources.
use crate::features::{audit_log::text::field_name, auth::model::Rules};
use crate::kernel::Lang;
use std::path::{Path, PathBuf};

/// What comes before JSON that is no detail of an entry.
const OTHERS: [&str; 3] = ["let line = ", "let body = ", "let mut body = "];

fn has_words(field: &str) -> bool {
    // the two sides of a change are columns
    matches!(field, "before" | "after") || Lang::ALL.iter().all(|lang| field_name(*lang, field) != field)
}

/// The names of the fields in the details of a source file.
fn fields(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut out = Vec::new();
    for (at, macro_) in code.match_indices("json!(") {
        let line = code[..at].rsplit('\n').next().unwrap_or_default();
        if OTHERS.iter().any(|other| line.contains(other)) {
            continue;
        }
        let mut depth = 0;
        let end = code[at..].find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            c == ')' && depth == 0
        });
        let json = &code[at + macro_.len()..at + end.unwrap()];
        // `"field": value`
        let parts: Vec<&str> = json.split('"').collect();
        let named = parts.windows(2).skip(1).step_by(2);
        out.extend(
            named
                .filter(|pair| pair[1].trim_start().starts_with(':'))
                .map(|pair| pair[0].to_owned()),
        );
    }
    out
}

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().display().to_string();
        if path.is_dir() && name != "tests" && name != "local_gateway" {
            sources(&path, out);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            out.push(path);
        }
    }
}

#[test]
fn every_field_that_is_recorded_has_words() {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/features"),
        &mut files,
    );
    let (mut found, mut wrong) = (0, Vec::new());
    for path in files {
        let source = std::fs::read_to_string(&path).unwrap();
        if !source.contains("record(") {
            continue;
        }
        for field in fields(&source) {
            found += 1;
            if !has_words(&field) {
                wrong.push(format!("{}: {field}", path.display()));
            }
        }
    }
    // those that no source spells out
    let rules = serde_json::to_value(Rules::default()).unwrap();
    for field in rules.as_object().unwrap().keys() {
        if !has_words(field) {
            wrong.push(format!("rules: {field}"));
        }
    }
    assert!(found > 50, "fields are found: {found}");
    assert!(wrong.is_empty(), "fields without words:\n{}", wrong.join("\n"));
}

#[test]
fn a_field_without_words_is_seen() {
    let source = r#"record(1); json!({ "name": f("x: y"), "before": { "odd": 1 } }); let line = json!({ "other": 1 });"#;
    assert_eq!(fields(source), ["name", "before", "odd"]);
    assert!(has_words("name") && !has_words("odd"));
}
