//! Folding of names, so that "Luthi" finds "Lüthi" and both databases sort alike.
use crate::features::recipients::model::full_name;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Most bytes of a name in the order of tables (the column has room for as many characters).
const KEY_BYTES: usize = 400;
/// Most bytes that are searched; an index entry of PostgreSQL must stay below 2 704 bytes.
const SEARCH_BYTES: usize = 690;
/// Most words of a search; more are left out.
const WORDS: usize = 6;

/// Plain lower case without marks: `Zoë Groß` becomes `zoe gross`.
pub fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .flat_map(|c| match c {
            'ß' => ['s', 's'].into_iter().take(2),
            c => [c, c].into_iter().take(1),
        })
        .collect()
}

/// What a name is sorted by, at most 400 bytes.
pub fn name_key(name: &str) -> String {
    cut(fold(name.trim()), KEY_BYTES)
}

/// What a recipient is sorted by. The nameless come after all Latin names, by their IDs.
pub fn recipient_key(threema_id: &str, first: &str, last: &str) -> String {
    match full_name(first, last) {
        name if name.is_empty() => format!("~{}", threema_id.to_ascii_lowercase()),
        name => name_key(&name),
    }
}

/// What a recipient is found by.
pub fn recipient_search(threema_id: &str, first: &str, last: &str, category: &str) -> String {
    let parts = [threema_id, first, last, category];
    cut(fold(&parts.join(" ")), SEARCH_BYTES)
}

/// The patterns for `LIKE … ESCAPE '!'`, one per word of a search: each must be found.
pub fn like_words(q: &str) -> Vec<String> {
    fold(q)
        .split_whitespace()
        .take(WORDS)
        .map(|word| {
            let mut pattern = String::with_capacity(word.len() + 2);
            pattern.push('%');
            for c in word.chars() {
                if matches!(c, '%' | '_' | '!') {
                    pattern.push('!');
                }
                pattern.push(c);
            }
            pattern.push('%');
            pattern
        })
        .collect()
}

fn cut(mut text: String, bytes: usize) -> String {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn names_are_folded() {
        assert_eq!(
            fold("Zoë GROSS Łukasz Straße Ünal"),
            "zoe gross łukasz strasse unal"
        );
        assert_eq!(recipient_key("ECHOECHO", " ", ""), "~echoecho");
        assert_eq!(recipient_key("ECHOECHO", "Élodie", "Ö"), "elodie o");
        assert_eq!(name_key(&"ﷺ".repeat(100)).len().div_ceil(10), 40);
    }

    #[test]
    fn signs_of_like_are_taken_literally() {
        assert_eq!(like_words(" 100% A_b! "), ["%100!%%", "%a!_b!!%"]);
        assert!(like_words("  ").is_empty());
    }
}
