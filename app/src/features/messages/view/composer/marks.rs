//! Putting `*`, `_` or `~` around what is selected.

/// What takes the place of the selection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// The text
    pub text: String,
    /// What is selected afterwards, in UTF-16 units of the whole text, as browsers count
    pub from: u32,
    /// The end of it
    pub to: u32,
}

/// The byte at which that many UTF-16 units end.
fn byte_at(text: &str, units: u32) -> usize {
    let mut seen = 0;
    for (at, c) in text.char_indices() {
        if seen >= units {
            return at;
        }
        seen += u32::try_from(c.len_utf16()).unwrap_or_default();
    }
    text.len()
}

fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

/// Marks the selection, or takes the marks away when it has them. A pair holds only within one line and only beside
/// words, so every line gets its own, without the blanks around.
pub fn mark(text: &str, start: u32, end: u32, sign: char) -> Marked {
    let (a, b) = (byte_at(text, start), byte_at(text, end.max(start)));
    let selected = text.get(a..b).unwrap_or_default();
    if selected.trim().is_empty() {
        let text = format!("{sign}{sign}{selected}");
        return Marked {
            text,
            from: start + 1,
            to: start + 1,
        };
    }
    let all = selected
        .lines()
        .filter(|l| !l.trim().is_empty())
        .all(|l| is_marked(l.trim(), sign));
    let lines: Vec<String> = selected.split('\n').map(|line| change(line, sign, all)).collect();
    let text = lines.join("\n");
    let to = start + units(&text);
    Marked {
        text,
        from: start,
        to,
    }
}

fn is_marked(core: &str, sign: char) -> bool {
    core.len() > 2 && core.starts_with(sign) && core.ends_with(sign)
}

fn change(line: &str, sign: char, unmark: bool) -> String {
    let core = line.trim();
    if core.is_empty() || (!unmark && is_marked(core, sign)) {
        return line.to_owned();
    }
    let lead = &line[..line.len() - line.trim_start().len()];
    let trail = &line[line.trim_end().len()..];
    match unmark {
        true => format!("{lead}{}{trail}", &core[1..core.len() - 1]),
        false => format!("{lead}{sign}{core}{sign}{trail}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_surround_words_and_come_off_again() {
        let text = "Zürich 🎺 laut hier";
        let marked = mark(text, 10, 15, '*');
        assert_eq!(
            marked,
            Marked {
                text: "*laut* ".into(),
                from: 10,
                to: 17
            }
        );
        assert_eq!(mark("*laut*", 0, 6, '*').text, "laut");
        assert_eq!(
            mark("a", 1, 1, '_'),
            Marked {
                text: "__".into(),
                from: 2,
                to: 2
            }
        );
    }

    #[test]
    fn every_line_gets_its_own() {
        assert_eq!(mark("one\n\n two", 0, 9, '~').text, "~one~\n\n ~two~");
        assert_eq!(mark("~one~\n~two~", 0, 11, '~').text, "one\ntwo");
        assert_eq!(mark("*a*\nb", 0, 5, '*').text, "*a*\n*b*");
    }
}
