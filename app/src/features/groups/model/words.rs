//! Quotes and mentions inside of a text (reference/threema-gateway.md section 4.2): `> quote #<message ID>`, an empty line, the
//! text; `@[ID]`, and `@[@@@@@@@@]` for everybody.
use crate::features::gateway::wire::MessageId;
use crate::kernel::ThreemaId;

const QUOTE: &str = "> quote #";
/// Where a mention names everybody.
const EVERYBODY: &str = "@@@@@@@@";

/// A text without its quote, and the message that it quotes.
pub fn split_quote(text: &str) -> (Option<MessageId>, &str) {
    let read = || {
        let (id, rest) = text.strip_prefix(QUOTE)?.split_at_checked(16)?;
        Some((id.parse().ok()?, rest.strip_prefix("\n\n")?))
    };
    read().map_or((None, text), |(id, rest)| (Some(id), rest))
}

/// A text that quotes a message.
pub fn with_quote(of: MessageId, text: &str) -> String {
    format!("{QUOTE}{of}\n\n{text}")
}

/// Writes names for the IDs in mentions: `@[ECHOECHO]` becomes `@Echo`. `everybody` is the word for all.
pub fn show_mentions(text: &str, everybody: &str, name: impl Fn(&ThreemaId) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("@[") {
        let (before, mention) = rest.split_at(at);
        out.push_str(before);
        let inside = mention.get(2..10).filter(|_| mention.get(10..11) == Some("]"));
        let shown = inside.and_then(|id| match id {
            EVERYBODY => Some(everybody.to_owned()),
            id => id
                .parse()
                .ok()
                .map(|id| name(&id).unwrap_or_else(|| id.to_string())),
        });
        match shown {
            Some(shown) => {
                out.push('@');
                out.push_str(&shown);
                rest = &mention[11..];
            }
            None => {
                out.push_str("@[");
                rest = &mention[2..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Writes IDs for the names in mentions: `@Echo` becomes `@[ECHOECHO]` where the word ends behind the name. A longer name
/// goes before a shorter one with the same beginning.
pub fn write_mentions(text: &str, names: &[(String, ThreemaId)], everybody: &str) -> String {
    let mut known: Vec<(&str, String)> = names
        .iter()
        .filter(|(name, _)| !name.is_empty())
        .map(|(name, id)| (name.as_str(), format!("@[{id}]")))
        .collect();
    known.push((everybody, format!("@[{EVERYBODY}]")));
    known.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, mention) = rest.split_at(at);
        out.push_str(before);
        let after = &mention[1..];
        // an address of mail is no mention
        let in_word = out.chars().next_back().is_some_and(char::is_alphanumeric);
        let found = known.iter().filter(|_| !in_word).find(|(name, _)| {
            let behind = after.strip_prefix(name);
            behind.is_some_and(|b| !b.chars().next().is_some_and(char::is_alphanumeric))
        });
        match found {
            Some((name, mention)) => {
                out.push_str(mention);
                rest = &after[name.len()..];
            }
            None => {
                out.push('@');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The beginning of a name that somebody is writing at the end of `text`: what stands behind the last `@` of a word.
pub fn unfinished_mention(text: &str) -> Option<&str> {
    let (before, typed) = text.rsplit_once('@')?;
    let begins = !before.chars().next_back().is_some_and(char::is_alphanumeric);
    let short = typed.chars().count() <= 40 && !typed.contains(['\n', '[']);
    (begins && short).then_some(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ThreemaId {
        text.parse().unwrap()
    }

    #[test]
    fn a_quote_stands_first() {
        let of: MessageId = "0123456789abcdef".parse().unwrap();
        let text = with_quote(of, "I agree");
        assert_eq!(text, "> quote #0123456789abcdef\n\nI agree");
        assert_eq!(split_quote(&text), (Some(of), "I agree"));
        for other in [
            "",
            "I agree",
            "> quote #0123456789abcdef",
            "> quote #0123456789abcdef\nI agree",
            "> quote #0123456789abcdeg\n\nI agree",
            "> quote #0123456789abcdä\n\nI agree",
            "> ECHOECHO: old quote\n\nI agree",
        ] {
            assert_eq!(split_quote(other), (None, other), "{other}");
        }
    }

    #[test]
    fn mentions_become_names() {
        let name = |who: &ThreemaId| (*who == id("ECHOECHO")).then(|| "Echo Bär".to_owned());
        let show = |text| show_mentions(text, "all", name);
        assert_eq!(
            show("Hi @[ECHOECHO], see @[MEMBER01]!"),
            "Hi @Echo Bär, see @MEMBER01!"
        );
        assert_eq!(show("@[@@@@@@@@] come"), "@all come");
        for plain in [
            "@[echoecho]",
            "@[ECHOECHO",
            "@[",
            "a@b.ch",
            "@[ÄÄÄÄ]]]]]",
            "@[@[ECHOECH",
        ] {
            assert_eq!(show(plain), plain);
        }
        assert_eq!(show("@[@[ECHOECHO]"), "@[@Echo Bär");
    }

    #[test]
    fn names_become_mentions() {
        let names = [
            ("Anna".to_owned(), id("MEMBER01")),
            ("Anna-Lena Gygax".to_owned(), id("MEMBER02")),
            (String::new(), id("MEMBER03")),
        ];
        let write = |text| write_mentions(text, &names, "all");
        assert_eq!(
            write("@Anna-Lena Gygax and @Anna: @all!"),
            "@[MEMBER02] and @[MEMBER01]: @[@@@@@@@@]!"
        );
        for plain in ["@Annabelle", "mail@Anna.ch", "@nobody", "@", "@allen", "é@all"] {
            assert_eq!(write(plain), plain);
        }
    }

    #[test]
    fn a_mention_is_offered_while_it_is_written() {
        assert_eq!(unfinished_mention("Hi @An"), Some("An"));
        assert_eq!(unfinished_mention("@"), Some(""));
        assert_eq!(unfinished_mention("Hi @Anna-Lena Gy"), Some("Anna-Lena Gy"));
        for none in ["Hi", "lea@example", "@[MEMBER01]", "@x\ny", ""] {
            assert_eq!(unfinished_mention(none), None, "{none}");
        }
    }
}
