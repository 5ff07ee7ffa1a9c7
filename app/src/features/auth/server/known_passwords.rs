//! Passwords that are known from breaches, or that anybody would try first. The list comes with the program, so that
//! nobody else hears of a password that somebody chooses (known_passwords/LICENSE says where it is from).
use sha2::{Digest, Sha256};

/// The first bytes of the SHA-256 of stems, in order; scripts/known-passwords.py makes it.
const STEMS: &[u8] = include_bytes!("known_passwords/stems.bin");
const WIDTH: usize = 5;
/// Fewer different characters are a pattern.
const DIFFERENT: usize = 5;

/// Whether the password is known, is a known word with digits or signs around it, or follows a simple pattern.
pub fn is_known(password: &str) -> bool {
    let folded = password.to_lowercase();
    let unit = repeated(&folded);
    let stem = stem(unit);
    // digits only: dates, telephone numbers, sequences
    stem.is_empty() || is_pattern(&folded) || is_listed(stem) || (unit.len() < folded.len() && unit.len() < 8)
}

/// Without what is no letter before and after. Letters beyond a to z count as such here too, so that a word with an
/// umlaut is not cut.
fn stem(folded: &str) -> &str {
    folded.trim_matches(|c: char| !c.is_alphabetic())
}

fn is_listed(stem: &str) -> bool {
    let hash = Sha256::digest(stem.as_bytes());
    let (entries, _) = STEMS.as_chunks::<WIDTH>();
    hash.first_chunk::<WIDTH>()
        .is_some_and(|start| entries.binary_search(start).is_ok())
}

/// The part of which the text is a repetition; the text itself when it is none.
fn repeated(text: &str) -> &str {
    let starts = text.char_indices().skip(1).map(|(at, _)| at);
    let mut units = starts
        .take_while(|at| *at <= text.len() / 2)
        .map(|at| &text[..at]);
    units
        .find(|unit| text.len().is_multiple_of(unit.len()) && unit.repeat(text.len() / unit.len()) == text)
        .unwrap_or(text)
}

/// Hardly any different characters, or mostly neighbours in the alphabet or among the digits.
fn is_pattern(folded: &str) -> bool {
    let chars: Vec<u32> = folded.chars().map(u32::from).collect();
    let mut different = chars.clone();
    different.sort_unstable();
    different.dedup();
    let steps = chars.windows(2).filter(|w| w[0].abs_diff(w[1]) <= 1).count();
    different.len() < DIFFERENT || steps * 5 >= (chars.len() - 1) * 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order_and_whole() {
        let (entries, rest) = STEMS.as_chunks::<WIDTH>();
        assert!(rest.is_empty());
        assert!(entries.len() > 100_000, "{} entries", entries.len());
        assert!(entries.is_sorted());
    }

    #[test]
    fn known_passwords_are_refused_with_their_variants() {
        for known in [
            "password1234",
            "Password2026!",
            "!!PASSWORD!!2026",
            "1q2w3e4r5t6y",
            "qwertyuiop12",
            "iloveyou2026",
            "dragon123456789",
            "Sunshine--2026",
            "123456789012",
            "19.08.1984-1984",
            "aaaaaaaaaaaaaaa",
            "abcabcabcabcabc",
            "abcdefghijklmnop",
            "ponmlkjihgfedcba",
            "dragondragon",
            "sunshinesunshine",
        ] {
            assert!(is_known(known), "{known}");
        }
    }

    #[test]
    fn own_sentences_are_not() {
        for own in [
            "correct-horse-battery",
            "correct horse battery",
            "brass-and-ink-4-all-of-us",
            "der Brunnen läuft nur nachts",
            "tmK4vLq0xWzp",
            "9c1f77a0b3d2e845",
        ] {
            assert!(!is_known(own), "{own}");
        }
    }
}
