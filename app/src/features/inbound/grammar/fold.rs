//! Bringing what was typed into one form.
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Signs that show nothing: marks of direction, joiners, byte order marks.
const fn invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// What was typed, to be shown again: without invisible signs, every stretch of blanks one blank.
pub fn tidy(text: &str) -> String {
    let visible: String = text
        .chars()
        .filter(|c| !invisible(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lower case without marks, wide letters made normal: `ＳＴＡＲＴ  Übung` becomes `start ubung`.
pub fn fold(text: &str) -> String {
    let folded: String = tidy(text)
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .flat_map(|c| match c {
            'ß' => ['s', 's'].into_iter().take(2),
            c => [c, c].into_iter().take(1),
        })
        .collect();
    tidy(&folded)
}

/// The same for names that are typed without their umlauts: `übung` becomes `uebung`.
pub fn fold_umlauts(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in tidy(text).nfc().flat_map(char::to_lowercase) {
        match c {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            c => out.push(c),
        }
    }
    fold(&out)
}

/// Letters and digits only: `«Info-Mail»!` becomes `infomail`.
pub fn bare(folded: &str) -> String {
    folded.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// How many letters must be put in, left out, changed or swapped with their neighbour to make one text of another.
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let (up, left, across) = (at(&last, j + 1), at(&row, j), at(&last, j));
            let mut best = (up + 1).min(left + 1).min(across + usize::from(x != y));
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    at(&last, b.len())
}

fn at(row: &[usize], i: usize) -> usize {
    row.get(i).copied().unwrap_or(usize::MAX / 2)
}
