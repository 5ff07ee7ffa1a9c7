//! `*bold*`, `_italic_`, `~struck~`, as the phone shows them.
//!
//! Rules of Threema's apps (reference/threema-gateway.md section 7): a marker counts only beside a word boundary; a pair
//! holds only within one line; what two equal markers enclose is marked, other lone markers in between are plain text;
//! two markers with nothing in between are plain text; addresses of the web are left alone.
use leptos::prelude::*;

/// One of the three ways to mark text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `*`
    Strong,
    /// `_`
    Emphasis,
    /// `~`
    Struck,
}

/// A stretch of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// As it is
    Text(String),
    /// Marked
    Marked(Mark, Vec<Span>),
}

enum Token {
    Text(String),
    Mark(Mark),
}

impl Mark {
    const fn sign(self) -> char {
        match self {
            Self::Strong => '*',
            Self::Emphasis => '_',
            Self::Struck => '~',
        }
    }

    const fn of(c: char) -> Option<Self> {
        match c {
            '*' => Some(Self::Strong),
            '_' => Some(Self::Emphasis),
            '~' => Some(Self::Struck),
            _ => None,
        }
    }
}

fn is_boundary(c: Option<char>) -> bool {
    c.is_none_or(|c| c.is_whitespace() || ".,!?¡¿‽⸮;:&(){}[]⟨⟩‹›«»'\"‘’“”*~-_…⋯᠁".contains(c))
}

/// Whether an address can go on with this character.
fn in_address(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c)
}

/// How many characters the web address at the start of `rest` has: `scheme://…`; 0 for none.
fn address_length(rest: &[char]) -> usize {
    let scheme = rest.iter().take_while(|c| c.is_ascii_alphabetic()).count();
    if scheme == 0 || !rest[scheme..].starts_with(&[':', '/', '/']) {
        return 0;
    }
    rest.iter().take_while(|c| in_address(**c)).count()
}

fn tokens(line: &str) -> Vec<Token> {
    let chars: Vec<char> = line.chars().collect();
    let mut out = Vec::new();
    let mut text = String::new();
    let mut at = 0;
    let mut in_word = false;
    while at < chars.len() {
        // an address starts with its scheme, never in the middle of a word
        let address = if in_word { 0 } else { address_length(&chars[at..]) };
        if address > 0 {
            text.extend(&chars[at..at + address]);
            at += address;
            continue;
        }
        let c = chars[at];
        let before = at.checked_sub(1).and_then(|i| chars.get(i)).copied();
        let beside = is_boundary(before) || is_boundary(chars.get(at + 1).copied());
        match Mark::of(c).filter(|_| beside) {
            Some(mark) => {
                if !text.is_empty() {
                    out.push(Token::Text(std::mem::take(&mut text)));
                }
                out.push(Token::Mark(mark));
            }
            None => text.push(c),
        }
        in_word = c.is_ascii_alphabetic();
        at += 1;
    }
    if !text.is_empty() {
        out.push(Token::Text(text));
    }
    out
}

/// What stands on the stack: a marker that waits for its second, or something finished.
enum Open {
    Mark(Mark),
    Done(Span),
}

fn as_span(open: Open) -> Span {
    match open {
        Open::Mark(mark) => Span::Text(mark.sign().to_string()),
        Open::Done(span) => span,
    }
}

fn parse_line(line: &str, out: &mut Vec<Span>) {
    let mut stack: Vec<Open> = Vec::new();
    for token in tokens(line) {
        let mark = match token {
            Token::Text(text) => {
                stack.push(Open::Done(Span::Text(text)));
                continue;
            }
            Token::Mark(mark) => mark,
        };
        let waiting = stack
            .iter()
            .rposition(|o| matches!(o, Open::Mark(m) if *m == mark));
        let Some(waiting) = waiting else {
            stack.push(Open::Mark(mark));
            continue;
        };
        let inner: Vec<Span> = stack.drain(waiting + 1..).map(as_span).collect();
        stack.truncate(waiting);
        let span = if inner.is_empty() {
            Span::Text(format!("{0}{0}", mark.sign()))
        } else {
            Span::Marked(mark, joined(inner))
        };
        stack.push(Open::Done(span));
    }
    out.extend(stack.into_iter().map(as_span));
}

/// Texts that follow each other become one.
fn joined(spans: Vec<Span>) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match (out.last_mut(), span) {
            (Some(Span::Text(last)), Span::Text(text)) => last.push_str(&text),
            (_, span) => out.push(span),
        }
    }
    out
}

/// The stretches of a text; line breaks are part of the texts.
pub fn parse(text: &str) -> Vec<Span> {
    let mut out = Vec::new();
    for line in text.split_inclusive('\n') {
        parse_line(line.strip_suffix('\n').unwrap_or(line), &mut out);
        if line.ends_with('\n') {
            out.push(Span::Text("\n".to_owned()));
        }
    }
    joined(out)
}

/// The words of a text without its marks, for where only words can stand: titles, excerpts.
pub fn plain(text: &str) -> String {
    fn words(spans: &[Span]) -> String {
        let one = |span: &Span| match span {
            Span::Text(text) => text.clone(),
            Span::Marked(_, inner) => words(inner),
        };
        spans.iter().map(one).collect()
    }
    words(&parse(text))
}

fn show(spans: Vec<Span>) -> Vec<AnyView> {
    spans
        .into_iter()
        .map(|span| match span {
            Span::Text(text) => text.into_any(),
            Span::Marked(Mark::Strong, inner) => view! { <strong>{show(inner)}</strong> }.into_any(),
            Span::Marked(Mark::Emphasis, inner) => view! { <em>{show(inner)}</em> }.into_any(),
            Span::Marked(Mark::Struck, inner) => view! { <s>{show(inner)}</s> }.into_any(),
        })
        .collect()
}

/// A text of a message as the phone shows it; line breaks are kept.
#[component]
pub fn Markup(
    /// The text as it was written
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    view! { <span class="whitespace-pre-wrap">{move || show(text.with(|t| parse(t)))}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes spans as `<b>`, `<i>`, `<s>`, to read them at a glance.
    fn html(text: &str) -> String {
        fn write(spans: &[Span]) -> String {
            let one = |span: &Span| match span {
                Span::Text(text) => text.clone(),
                Span::Marked(mark, inner) => {
                    let tag = match mark {
                        Mark::Strong => 'b',
                        Mark::Emphasis => 'i',
                        Mark::Struck => 's',
                    };
                    format!("<{tag}>{}</{tag}>", write(inner))
                }
            };
            spans.iter().map(one).collect()
        }
        write(&parse(text))
    }

    #[test]
    fn markers_mark_at_word_boundaries_only() {
        assert_eq!(
            html("*bold*, _italic_ and ~struck~."),
            "<b>bold</b>, <i>italic</i> and <s>struck</s>."
        );
        assert_eq!(html("so (*this*)!"), "so (<b>this</b>)!");
        assert_eq!(html("snake_case_name and 2*3*4"), "snake_case_name and 2*3*4");
        assert_eq!(html("*a*b*"), "<b>a*b</b>");
        // a picture character is no boundary, as in the apps
        assert_eq!(html("Größe *äöü* 🎺*x*"), "Größe <b>äöü</b> 🎺*x*");
    }

    #[test]
    fn markers_nest() {
        assert_eq!(html("*bold _both_ bold*"), "<b>bold <i>both</i> bold</b>");
        assert_eq!(html("~*_all_*~"), "<s><b><i>all</i></b></s>");
        assert_eq!(html("*a _b* c_"), "<b>a _b</b> c_");
    }

    #[test]
    fn lone_and_doubled_markers_are_text() {
        assert_eq!(html("*not closed"), "*not closed");
        assert_eq!(html("**hello"), "**hello");
        assert_eq!(html("a * b"), "a * b");
        assert_eq!(html("- * -"), "- * -");
        assert_eq!(html(""), "");
    }

    #[test]
    fn markers_do_not_reach_over_lines() {
        assert_eq!(html("*one\ntwo*"), "*one\ntwo*");
        assert_eq!(html("*one*\n_two_\n"), "<b>one</b>\n<i>two</i>\n");
        assert_eq!(html("\n\n*x*"), "\n\n<b>x</b>");
    }

    #[test]
    fn addresses_are_left_alone() {
        assert_eq!(
            html("https://example.org/_a_/*b*?x=~y~"),
            "https://example.org/_a_/*b*?x=~y~"
        );
        assert_eq!(
            html("_see_ https://example.org/a_b_ _now_"),
            "<i>see</i> https://example.org/a_b_ <i>now</i>"
        );
        assert_eq!(html("*no://"), "*no://");
    }

    #[test]
    fn plain_words_have_no_marks() {
        assert_eq!(plain("*a _b_* ~c~ 2*3 * d"), "a b c 2*3 * d");
    }

    #[test]
    fn nothing_is_lost() {
        for text in ["*_~", "~~*__", "* * *", "_*a_*", "a\n*b_\n~c"] {
            let plain: String = html(text).replace("<b>", "*").replace("</b>", "*");
            let plain = plain
                .replace("<i>", "_")
                .replace("</i>", "_")
                .replace("<s>", "~")
                .replace("</s>", "~");
            assert_eq!(plain, text);
        }
    }
}
