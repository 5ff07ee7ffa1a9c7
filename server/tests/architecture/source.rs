//! The sources of app, and the paths in them.
use std::path::{Path, PathBuf};

/// One source file: its path below `app/src`, with `/`, and its text without comments and strings.
pub struct Source {
    pub path: String,
    pub code: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            code: strip(text),
        }
    }

    /// The module that the file is, from the crate's root.
    pub fn module(&self) -> Vec<String> {
        let path = self.path.trim_end_matches(".rs");
        let path = path.strip_suffix("/mod").unwrap_or(path);
        path.split('/').map(str::to_owned).collect()
    }

    pub fn slice(&self) -> Option<String> {
        let module = self.module();
        (module.first()? == "features").then(|| module.get(1).cloned())?
    }

    pub fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs")
    }

    /// Every path in the code that begins in this crate, from its root.
    pub fn paths(&self) -> Vec<Vec<String>> {
        let resolve = |path: Vec<String>| {
            let first = path.first()?.clone();
            let mut at = self.module();
            let mut rest = path.as_slice();
            match first.as_str() {
                "crate" => return Some(path[1..].to_vec()),
                "self" => rest = &rest[1..],
                "super" => {
                    while rest.first().is_some_and(|s| s == "super") {
                        at.pop();
                        rest = &rest[1..];
                    }
                }
                _ => return None,
            }
            at.extend(rest.iter().cloned());
            Some(at)
        };
        raw_paths(&self.code).into_iter().filter_map(resolve).collect()
    }
}

/// The text with comments and the contents of strings and characters blanked.
fn strip(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    while i < chars.len() {
        let c = chars[i];
        if c == '/' && at(i + 1) == '/' {
            while i < chars.len() && chars[i] != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            i += 2;
            while i < chars.len() && !(at(i) == '*' && at(i + 1) == '/') {
                i += 1;
            }
            i += 2;
        } else if c == 'r' && matches!(at(i + 1), '"' | '#') && !out.ends_with(|c: char| c.is_alphanumeric())
        {
            let hashes = chars[i + 1..].iter().take_while(|c| **c == '#').count();
            if at(i + 1 + hashes) == '"' {
                i += 2 + hashes;
                while i < chars.len()
                    && !(at(i) == '"'
                        && chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes)
                {
                    i += 1;
                }
                i += 1 + hashes;
                out.push_str("\"\"");
            } else {
                out.push(c);
                i += 1;
            }
        } else if c == '"' {
            i += 1;
            while i < chars.len() && chars[i] != '"' {
                i += if chars[i] == '\\' { 2 } else { 1 };
            }
            i += 1;
            out.push_str("\"\"");
        } else if c == '\'' && at(i + 1) == '\\' {
            i += 3;
            while i < chars.len() && chars[i] != '\'' {
                i += 1;
            }
            i += 1;
        } else if c == '\'' && at(i + 2) == '\'' {
            i += 3;
        } else {
            out.push(c);
            i += 1;
        }
    }
    out
}

/// Every `a::b::c` in the code; groups `a::{b, c::d}` are taken apart.
fn raw_paths(code: &str) -> Vec<Vec<String>> {
    let tokens = tokens(code);
    let (mut out, mut i) = (Vec::new(), 0);
    while i < tokens.len() {
        let starts = is_word(&tokens[i]) && tokens.get(i + 1).is_some_and(|t| t == "::");
        let goes_on = i > 0 && tokens[i - 1] == "::";
        if starts && !goes_on {
            i = path_from(&tokens, i, &[], &mut out);
        } else {
            i += 1;
        }
    }
    out
}

fn tokens(code: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_alphanumeric() || c == '_' {
            let mut word = c.to_string();
            while let Some(next) = chars.next_if(|n| n.is_alphanumeric() || *n == '_') {
                word.push(next);
            }
            out.push(word);
        } else if c == ':' && chars.next_if_eq(&':').is_some() {
            out.push("::".to_owned());
        } else if !c.is_whitespace() {
            out.push(c.to_string());
        }
    }
    out
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Reads one path or group at `i` below `prefix`; answers where it ends.
fn path_from(tokens: &[String], mut i: usize, prefix: &[String], out: &mut Vec<Vec<String>>) -> usize {
    let mut path = prefix.to_vec();
    loop {
        match tokens.get(i).map(String::as_str) {
            Some("{") => return group_from(tokens, i + 1, &path, out),
            Some("self") if !path.is_empty() => i += 1,
            Some(word) if is_word(word) || word == "*" => {
                path.push(word.to_owned());
                i += 1;
            }
            _ => break,
        }
        if tokens.get(i).is_none_or(|t| t != "::") {
            break;
        }
        i += 1;
    }
    out.push(path);
    i
}

fn group_from(tokens: &[String], mut i: usize, prefix: &[String], out: &mut Vec<Vec<String>>) -> usize {
    while let Some(token) = tokens.get(i) {
        match token.as_str() {
            "}" => return i + 1,
            "as" => i += 2,
            word if is_word(word) || word == "*" => i = path_from(tokens, i, prefix, out),
            _ => i += 1,
        }
    }
    i
}
/// Every source file of app.
pub fn all() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/src");
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    let mut out = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(&root).unwrap().display().to_string();
                out.push(Source::new(&name, &std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(out.len() > 100, "the sources of app are found");
    out
}
