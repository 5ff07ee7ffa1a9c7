//! Words that people write: what is the same, what every bot understands, and what no bot ever gets.
//!
//! Two folds, since some write `sued` for `süd` and others `sud`: the exact one knows ä as ae, the loose one as a. Whatever
//! fits exactly wins over what fits loosely. Nothing here needs tables of Unicode: the browser runs the same code.
/// What Fanfare answers itself, before any bot is asked (design/product.md rule 7; the grammar is in `inbound`).
const OWN_WORDS: [&str; 18] = [
    "help",
    "hilfe",
    "info",
    "?",
    "??",
    "feed",
    "feeds",
    "start",
    "subscribe",
    "abo",
    "abonnieren",
    "stop",
    "stopp",
    "unsubscribe",
    "abmelden",
    "abbestellen",
    "profile",
    "profil",
];
/// What Fanfare answers itself when something follows: `start news`.
const OWN_BEGINNINGS: [&str; 11] = [
    "start",
    "subscribe",
    "abo",
    "abonnieren",
    "stop",
    "stopp",
    "unsubscribe",
    "abmelden",
    "abbestellen",
    "language",
    "sprache",
];
/// One step up.
const BACK: [&str; 3] = ["back", "zuruck", "zurueck"];
/// To the start.
const MENU: [&str; 2] = ["menu", "menue"];
/// Two bare letters that change a person's language.
const LANGUAGES: [&str; 16] = [
    "de", "en", "fr", "it", "rm", "es", "pt", "nl", "pl", "tr", "uk", "ru", "ar", "sq", "hr", "sr",
];

/// Most words that are looked at one by one; a longer text is no path of commands.
const MAX_PARTS: usize = 12;

/// How closely a word must fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// `SÜD` and `sued` are `süd`.
    Exact,
    /// `sud` is, too.
    Loose,
}

impl Fit {
    /// The closer one first.
    pub const BOTH: [Self; 2] = [Self::Exact, Self::Loose];
}

/// A text as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    exact: String,
    loose: String,
}

impl Key {
    /// Of a word or of a whole message.
    pub fn of(text: &str) -> Self {
        Self {
            exact: trimmed(&fold(text, Fit::Exact)).to_owned(),
            loose: trimmed(&fold(text, Fit::Loose)).to_owned(),
        }
    }

    /// Nothing is left: blanks, or characters that nobody sees.
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty()
    }

    /// Whether both are the same.
    pub fn fits(&self, other: &Self, fit: Fit) -> bool {
        match fit {
            Fit::Exact => self.exact == other.exact,
            Fit::Loose => self.loose == other.loose,
        }
    }

    /// What tells whether two words are one.
    pub fn exact(&self) -> &str {
        &self.exact
    }
}

/// A message in parts, to find a path of commands in it: `abfall nord`.
#[derive(Clone, Debug)]
pub struct Parts(Vec<(String, String)>);

impl Parts {
    /// Of a message.
    pub fn of(text: &str) -> Self {
        let (exact, loose) = (fold(text, Fit::Exact), fold(text, Fit::Loose));
        let parts: Vec<_> = exact
            .split(' ')
            .zip(loose.split(' '))
            .map(|(e, l)| (e.to_owned(), l.to_owned()))
            .collect();
        if parts.len() > MAX_PARTS {
            return Self(vec![(exact, loose)]);
        }
        Self(parts)
    }

    /// How many.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// The words from one part to before another, as one.
    pub fn key(&self, from: usize, to: usize) -> Key {
        let part = self.0.get(from..to).unwrap_or_default();
        let join = |of: fn(&(String, String)) -> &str| {
            let words: Vec<&str> = part.iter().map(of).collect();
            trimmed(&words.join(" ")).to_owned()
        };
        Key {
            exact: join(|p| &p.0),
            loose: join(|p| &p.1),
        }
    }
}

/// Who answers a word before a bot gets to see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// Fanfare itself: help, feeds, subscribing, profile.
    Fanfare,
    /// It changes the person's language.
    Language,
    /// One step up, in every bot.
    Back,
    /// To the start, in every bot.
    Menu,
}

/// Who answers this before a command of a bot does; none: bots do.
pub fn reserved(key: &Key) -> Option<Reserved> {
    let exact = key.exact.as_str();
    let first = exact.split(' ').next().unwrap_or_default();
    let among = |words: &[&str]| words.contains(&exact) || words.contains(&key.loose.as_str());
    match () {
        () if among(&OWN_WORDS) => Some(Reserved::Fanfare),
        () if exact.contains(' ') && OWN_BEGINNINGS.contains(&first) => Some(Reserved::Fanfare),
        () if LANGUAGES.contains(&exact) => Some(Reserved::Language),
        () if among(&BACK) => Some(Reserved::Back),
        () if among(&MENU) => Some(Reserved::Menu),
        () => None,
    }
}

/// Lower case, one blank between words, no marks, nothing that cannot be seen.
fn fold(text: &str, fit: Fit) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(plain).flat_map(char::to_lowercase) {
        match c {
            c if c.is_whitespace() => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            // two dots on their own, as some systems write umlauts
            '\u{308}' if fit == Fit::Exact && out.ends_with(['a', 'o', 'u']) => out.push('e'),
            '\u{300}'..='\u{36f}' => {}
            'ä' | 'ö' | 'ü' | 'ø' => {
                out.push(base(c));
                if fit == Fit::Exact {
                    out.push('e');
                }
            }
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            c => out.push(base(c)),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Wide letters as narrow ones, every dash and apostrophe as the plain one, and nothing for what cannot be seen.
fn plain(c: char) -> Option<char> {
    match c {
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' => None,
        '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}' => None,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        '‐' | '‑' | '‒' | '–' | '—' | '−' => Some('-'),
        '’' | '‘' | '´' | '`' | 'ʼ' => Some('\''),
        c if c.is_control() => Some(' '),
        c => Some(c),
    }
}

/// A letter without its marks.
const fn base(c: char) -> char {
    match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' | 'ǎ' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' | 'đ' | 'ð' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ĥ' | 'ħ' => 'h',
        'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => 'i',
        'ĵ' => 'j',
        'ķ' => 'k',
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ŧ' | 'ț' => 't',
        'ù' | 'ú' | 'û' | 'ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => 'u',
        'ŵ' => 'w',
        'ý' | 'ÿ' | 'ŷ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        c => c,
    }
}

/// Without marks and quotes around it, unless it is made of nothing else.
fn trimmed(text: &str) -> &str {
    let inner = text.trim_matches(|c: char| !c.is_alphanumeric());
    if inner.is_empty() { text } else { inner }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str, fit: Fit) -> bool {
        Key::of(a).fits(&Key::of(b), fit)
    }

    #[test]
    fn case_blanks_and_marks_do_not_matter() {
        for (a, b) in [
            ("nord", " NORD "),
            ("zone 1", "Zone \u{a0} 1"),
            ("süd", "SUED"),
            ("süd", "su\u{308}d"),
            ("straße", "STRASSE"),
            ("zurück", "zurueck"),
            ("nord", "*nord*"),
            ("nord", "«Nord»!"),
            ("nord", "ｎｏｒｄ"),
            ("nord", "no\u{200b}r\u{ad}d\u{202e}"),
            ("e-mail", "e–mail"),
            ("café", "cafe"),
            ("łódź", "lodz"),
            ("🚲", " 🚲\u{fe0f} "),
        ] {
            assert!(same(a, b, Fit::Exact), "{a} {b}");
        }
        assert!(same("süd", "sud", Fit::Loose) && !same("süd", "sud", Fit::Exact));
        for (a, b) in [("nord", "nord ost"), ("süd", "sd"), ("🚲", "🚗"), ("1", "11")] {
            assert!(!same(a, b, Fit::Exact) && !same(a, b, Fit::Loose), "{a} {b}");
        }
    }

    #[test]
    fn nothing_that_can_be_seen_is_nothing() {
        for text in ["", "  \n ", "\u{200b}\u{feff}"] {
            assert!(Key::of(text).is_empty(), "{text:?}");
        }
        for text in ["?", "…", "👍", "א"] {
            assert!(!Key::of(text).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn some_words_never_reach_a_bot() {
        use Reserved::{Back, Fanfare, Language, Menu};
        for (text, by) in [
            ("Help", Some(Fanfare)),
            ("?", Some(Fanfare)),
            ("FEEDS", Some(Fanfare)),
            ("start news", Some(Fanfare)),
            ("abo Wetter", Some(Fanfare)),
            ("stop all", Some(Fanfare)),
            ("Profil", Some(Fanfare)),
            ("de", Some(Language)),
            ("FR", Some(Language)),
            ("au", None),
            ("ja", None),
            ("zurück", Some(Back)),
            ("Zuruck", Some(Back)),
            ("zurueck", Some(Back)),
            ("Back.", Some(Back)),
            ("menü", Some(Menu)),
            ("MENU", Some(Menu)),
            ("menue", Some(Menu)),
            ("starten", None),
            ("helpdesk", None),
            ("nord", None),
        ] {
            assert_eq!(reserved(&Key::of(text)), by, "{text}");
        }
    }

    #[test]
    fn a_message_falls_into_parts() {
        let parts = Parts::of(" Abfall,  NORD ");
        assert_eq!(parts.len(), 2);
        assert!(parts.key(0, 1).fits(&Key::of("abfall"), Fit::Exact));
        assert!(parts.key(0, 2).fits(&Key::of("abfall, nord"), Fit::Exact));
        assert_eq!(Parts::of(&"a ".repeat(40)).len(), 1);
        assert_eq!(Parts::of("su\u{308}d üst").len(), 2);
    }
}
