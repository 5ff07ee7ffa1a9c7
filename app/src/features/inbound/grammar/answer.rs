//! From a command to what is answered and what is done. The texts assume that it gets done in the same transaction.
use super::{
    fold::{bare, distance, fold, fold_umlauts, tidy},
    parse::Command,
    text,
};
use crate::kernel::{Lang, LanguageCode};
use std::sync::OnceLock;

/// Longest answer in bytes (design/product.md rule 13).
const ANSWER_BYTES: usize = 3_500;
/// Lines of a list of feeds.
const LINES: usize = 100;
/// Suggestions for a name that nothing has.
const NEAR: usize = 3;
/// Longest name that is worth typing; beyond it the number is offered.
const TYPED_NAME: usize = 24;
/// Most characters of what was typed that are said again.
const ECHO: usize = 40;

/// A feed as somebody sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedNow {
    /// What people may type instead of the name.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// This person gets it.
    pub mine: bool,
    /// This person is barred from it.
    pub barred: bool,
}

/// What an answer depends on.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The language of the answers.
    pub lang: Lang,
    /// The identity's ID.
    pub threema_id: String,
    /// Only internal people get answers (rule 5).
    pub internal_only: bool,
    /// The person is in a list or group.
    pub internal: bool,
    /// Has been internal: their ID is still there.
    pub known: bool,
    /// One more recipient fits the plan, or this person counts already.
    pub room: bool,
    /// The feeds in use, by name.
    pub feeds: Vec<FeedNow>,
    /// The lists that the person is on, by name.
    pub lists: Vec<String>,
    /// Their language, when they have one.
    pub language: Option<LanguageCode>,
    /// The names as they are compared, made when they are needed first.
    pub folded: OnceLock<Vec<Folded>>,
}

/// A name in the forms in which it is compared.
#[derive(Clone, Debug)]
pub struct Folded {
    plain: String,
    wide: String,
    bones: String,
}

impl Folded {
    fn of(name: &str) -> Self {
        let plain = fold(name);
        Self {
            wide: fold_umlauts(name),
            bones: bare(&plain),
            plain,
        }
    }
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    None,
    /// The person gets this feed (a place in [`View::feeds`]).
    Join(usize),
    /// The person leaves these.
    Leave(Vec<usize>),
    /// The person wants this language.
    Language(LanguageCode),
    /// Somebody could not be taken in: administrators should know.
    Full(usize),
}

/// What becomes of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was a command.
    Done(String, Effect),
    /// The person's profile is wanted.
    Profile,
    /// It is for bots, conversations, or nobody.
    NotACommand,
    /// One sentence and no more: the person is external, and this ID internal.
    Refused(String),
}

impl View {
    const fn outside(&self) -> bool {
        self.internal_only && !self.internal
    }

    /// In a feed, list or group at all.
    fn inside_anything(&self) -> bool {
        self.internal || !self.lists.is_empty() || self.feeds.iter().any(|f| f.mine)
    }

    fn word(&self, feed: &FeedNow) -> String {
        let typed = tidy(&feed.name);
        let reserved = ["all", "alle", "alles"].contains(&fold(&typed).as_str());
        let found = matches!(self.find(&typed), Found::One(at) if self.feeds.get(at) == Some(feed));
        if typed.chars().count() <= TYPED_NAME && found && !reserved {
            typed
        } else {
            feed.number.to_string()
        }
    }

    fn folded(&self) -> &[Folded] {
        self.folded
            .get_or_init(|| self.feeds.iter().map(|f| Folded::of(&f.name)).collect())
    }

    fn find(&self, typed: &str) -> Found {
        let typed = Folded::of(typed);
        let places = |fits: Fits<'_>| -> Vec<usize> {
            let all = self.feeds.iter().zip(self.folded()).enumerate();
            all.filter(|(_, (feed, name))| fits(feed, name))
                .map(|(at, _)| at)
                .collect()
        };
        let same = |_: &FeedNow, name: &Folded| name.plain == typed.plain || name.wide == typed.wide;
        let number = |feed: &FeedNow, _: &Folded| {
            typed.plain.trim_start_matches(['#', '0']) == feed.number.to_string()
        };
        let same_bones =
            |_: &FeedNow, name: &Folded| typed.bones.chars().count() > 1 && name.bones == typed.bones;
        let begins = |_: &FeedNow, name: &Folded| {
            !typed.plain.is_empty()
                && (name.plain.starts_with(&typed.plain) || name.wide.starts_with(&typed.wide))
        };
        let ways: [Fits<'_>; 4] = [&same, &number, &same_bones, &begins];
        for fits in ways {
            match places(fits).as_slice() {
                [] => {}
                [one] => return Found::One(*one),
                many => return Found::Several(many.to_vec()),
            }
        }
        Found::Near(self.near(&typed))
    }

    /// Names that are a slip of the finger away, or hold what was typed.
    fn near(&self, typed: &Folded) -> Vec<usize> {
        let Folded { plain, wide, .. } = typed;
        let length = plain.chars().count();
        let allowed = (length / 3).clamp(1, 4);
        let score = |name: &Folded| {
            let slips = distance(&name.plain, plain).min(distance(&name.wide, wide));
            let start: String = name.plain.chars().take(length).collect();
            let slips = slips.min(distance(&start, plain) + 1);
            let inside = length >= 3 && (name.plain.contains(plain) || name.wide.contains(wide));
            let told = name.plain.chars().count() >= 3 && plain.split(' ').any(|word| word == name.plain);
            match (slips <= allowed, inside || told) {
                (true, _) => Some(slips),
                (false, true) => Some(allowed),
                _ => None,
            }
        };
        let all = self.folded().iter().enumerate();
        let mut found: Vec<(usize, usize)> = all.filter_map(|(at, name)| Some((score(name)?, at))).collect();
        found.sort_unstable();
        found.into_iter().take(NEAR).map(|(_, at)| at).collect()
    }

    fn lines(&self, places: &[usize], line: fn(Lang, &str) -> String) -> String {
        let feeds = places.iter().filter_map(|at| self.feeds.get(*at));
        let mut lines: Vec<String> = feeds.take(LINES).map(|f| self.line(f, line)).collect();
        if places.len() > LINES {
            lines.push(text::more(self.lang, places.len() - LINES));
        }
        lines.join("\n")
    }

    /// A number alone says nothing: the name stands beside it.
    fn line(&self, feed: &FeedNow, line: fn(Lang, &str) -> String) -> String {
        let word = self.word(feed);
        let typed = line(self.lang, &word);
        match word == tidy(&feed.name) {
            true => typed,
            false => format!("{typed} – {}", feed.name),
        }
    }

    fn mine(&self) -> Vec<usize> {
        let all = self.feeds.iter().enumerate();
        all.filter(|(_, f)| f.mine).map(|(at, _)| at).collect()
    }

    fn names(&self, places: &[usize]) -> String {
        let names: Vec<&str> = places
            .iter()
            .filter_map(|at| Some(self.feeds.get(*at)?.name.as_str()))
            .collect();
        names.join(", ")
    }
}

/// Whether a feed is meant by what was typed.
type Fits<'a> = &'a dyn Fn(&FeedNow, &Folded) -> bool;

enum Found {
    One(usize),
    Several(Vec<usize>),
    Near(Vec<usize>),
}

/// What a command is answered; `bots` are lines of help that others give.
pub fn reply(view: &View, command: &Command, bots: &[String]) -> Outcome {
    let lang = view.lang;
    let outside_may = matches!(command, Command::Profile | Command::Stop(_) | Command::StopAll);
    if view.outside() && !(outside_may && view.inside_anything()) {
        return Outcome::Refused(text::refused(lang).to_owned());
    }
    let (answer, effect) = match command {
        Command::Help => (help(view, bots), Effect::None),
        Command::Feeds => (feeds(view), Effect::None),
        // without feeds these words are free for bots
        Command::Start(_) if view.feeds.is_empty() => return Outcome::NotACommand,
        Command::Stop(_) if view.feeds.is_empty() => return Outcome::NotACommand,
        Command::Start(typed) => start(view, typed),
        Command::Stop(typed) => stop(view, typed),
        Command::StopAll => leave(view, view.mine()),
        Command::Profile => return Outcome::Profile,
        Command::Language(code) => (language(*code), Effect::Language(*code)),
        Command::Other => return Outcome::NotACommand,
    };
    Outcome::Done(answer, effect)
}

fn start(view: &View, typed: &str) -> (String, Effect) {
    let lang = view.lang;
    if typed.is_empty() {
        let open: Vec<usize> = (0..view.feeds.len())
            .filter(|at| view.feeds.get(*at).is_some_and(|f| !f.mine && !f.barred))
            .collect();
        let answer = match open.is_empty() && !view.mine().is_empty() {
            true => text::start_nothing_left(lang).to_owned(),
            false => text::start_which(lang, &view.lines(&open, text::start_line)),
        };
        return (answer, Effect::None);
    }
    let at = match view.find(typed) {
        Found::One(at) => at,
        other => return (not_one(view, typed, &other, text::start_line), Effect::None),
    };
    let Some(feed) = view.feeds.get(at) else {
        return (text::unknown(lang, &echo(typed)), Effect::None);
    };
    let word = view.word(feed);
    match feed {
        FeedNow { mine: true, name, .. } => (text::already(lang, name, &word), Effect::None),
        FeedNow {
            barred: true, name, ..
        } => (text::barred(lang, name), Effect::None),
        FeedNow { name, .. } if !view.room => (text::full(lang, name), Effect::Full(at)),
        FeedNow { name, .. } => (text::joined(lang, name, &word), Effect::Join(at)),
    }
}

fn stop(view: &View, typed: &str) -> (String, Effect) {
    let lang = view.lang;
    let mine = view.mine();
    if typed.is_empty() {
        return match mine.len() {
            0 | 1 => leave(view, mine),
            _ => {
                let all = view.lines(&mine, text::stop_line);
                let all = format!("{all}\n{}", text::stop_all_line(lang));
                (text::stop_which(lang, &all), Effect::None)
            }
        };
    }
    let at = match view.find(typed) {
        Found::One(at) => at,
        // of several only one is theirs: that one is meant
        Found::Several(many) => match many
            .iter()
            .filter(|at| mine.contains(at))
            .collect::<Vec<_>>()
            .as_slice()
        {
            [one] => **one,
            _ => {
                return (
                    not_one(view, typed, &Found::Several(many), text::stop_line),
                    Effect::None,
                );
            }
        },
        Found::Near(near) => {
            // what they get is meant, if anything of it is near
            let own: Vec<usize> = near.iter().copied().filter(|at| mine.contains(at)).collect();
            let near = Found::Near(if own.is_empty() { near } else { own });
            return (not_one(view, typed, &near, text::stop_line), Effect::None);
        }
    };
    match view.feeds.get(at) {
        Some(feed) if feed.mine => leave(view, vec![at]),
        Some(feed) if view.outside() || feed.barred => {
            (text::not_there_external(lang, &feed.name), Effect::None)
        }
        Some(feed) => (text::not_there(lang, &feed.name, &view.word(feed)), Effect::None),
        None => (text::unknown(lang, &echo(typed)), Effect::None),
    }
}

fn leave(view: &View, places: Vec<usize>) -> (String, Effect) {
    let lang = view.lang;
    let first = places.first().and_then(|at| view.feeds.get(*at));
    let answer = match (first, places.len()) {
        (None, _) => return (text::stop_nothing(lang).to_owned(), Effect::None),
        (Some(feed), 1) if view.outside() => text::left_for_good(lang, &feed.name),
        (Some(feed), 1) => text::left(lang, &feed.name, &view.word(feed)),
        (Some(_), _) if view.outside() => text::left_all_for_good(lang, &view.names(&places)),
        (Some(feed), _) => text::left_all(lang, &view.names(&places), &view.word(feed)),
    };
    (answer, Effect::Leave(places))
}

fn not_one(view: &View, typed: &str, found: &Found, line: fn(Lang, &str) -> String) -> String {
    match found {
        Found::Several(many) => text::several(view.lang, &echo(typed), &view.lines(many, line)),
        Found::Near(near) if !near.is_empty() => {
            text::unknown_near(view.lang, &echo(typed), &view.lines(near, line))
        }
        _ => text::unknown(view.lang, &echo(typed)),
    }
}

/// What was typed, at most so much of it.
fn echo(typed: &str) -> String {
    let typed = tidy(typed);
    if typed.chars().count() <= ECHO {
        return typed;
    }
    let short: String = typed.chars().take(ECHO).collect();
    format!("{}…", short.trim_end())
}

fn feeds(view: &View) -> String {
    let lang = view.lang;
    if view.feeds.is_empty() {
        return text::no_feeds(lang).to_owned();
    }
    let mut lines = vec![text::feeds_head(lang).to_owned()];
    lines.extend(view.feeds.iter().take(LINES).map(|f| match f.mine {
        true => text::feed_line_mine(lang, f.number, &f.name),
        false => text::feed_line(lang, f.number, &f.name),
    }));
    if view.feeds.len() > LINES {
        lines.push(text::more(lang, view.feeds.len() - LINES));
    }
    let open = view.feeds.iter().find(|f| !f.mine && !f.barred);
    let mine = view.feeds.iter().find(|f| f.mine);
    if open.is_some() || mine.is_some() {
        lines.push(String::new());
    }
    lines.extend(open.map(|f| text::feeds_start(lang, &view.word(f))));
    lines.extend(mine.map(|f| text::feeds_stop(lang, &view.word(f))));
    lines.join("\n")
}

/// Everything that can be written here.
pub fn help(view: &View, bots: &[String]) -> String {
    let lang = view.lang;
    let mut lines = vec![text::help_head(lang).to_owned()];
    let mine = view.mine();
    let open = view.feeds.iter().find(|f| !f.mine && !f.barred);
    if !view.feeds.is_empty() {
        lines.push(text::help_feeds(lang).to_owned());
    }
    if let Some(feed) = open {
        lines.push(text::help_start(lang, &view.word(feed)));
    }
    if let Some(feed) = mine.first().and_then(|at| view.feeds.get(*at)) {
        lines.push(text::help_stop(lang, &view.word(feed)));
    }
    if mine.len() > 1 {
        lines.push(text::help_stop_all(lang).to_owned());
    }
    lines.extend(bots.iter().cloned());
    lines.push(text::help_profile(lang).to_owned());
    lines.push(text::help_language(lang).to_owned());
    lines.join("\n")
}

fn language(code: LanguageCode) -> String {
    match code.as_str().parse::<Lang>() {
        Ok(lang) => text::language_set(lang).to_owned(),
        Err(()) => text::language_other(Lang::En, &code.own_name()),
    }
}

/// What the identity knows of the person; `groups` are lines about those that they are in, `more` about what is kept of what
/// they write here.
pub fn profile(view: &View, groups: &[String], more: &[String]) -> String {
    let lang = view.lang;
    let nothing = !view.known && !view.inside_anything() && groups.is_empty() && more.is_empty();
    if nothing && view.language.is_none() {
        return text::profile_nothing(lang, &view.threema_id);
    }
    let mut lines = vec![text::profile_head(lang, &view.threema_id)];
    let mine = view.mine();
    lines.push(match mine.is_empty() {
        true => text::profile_no_feeds(lang).to_owned(),
        false => text::profile_feeds(lang, &view.names(&mine)),
    });
    if !view.lists.is_empty() {
        lines.push(text::profile_lists(lang, &view.lists.join(", ")));
    }
    lines.extend(groups.iter().cloned());
    let own = view
        .language
        .map_or_else(|| lang.own_name().to_owned(), |l| l.own_name());
    lines.push(text::profile_language(lang, &own));
    match more.is_empty() {
        true => lines.push(text::profile_kept(lang).to_owned()),
        false => lines.extend(more.iter().cloned()),
    }
    lines.join("\n")
}

/// What is answered when nobody else knows one.
pub fn fallback(view: &View) -> String {
    text::fallback(view.lang).to_owned()
}

/// Parts an answer at its lines into messages that are short enough.
pub fn split(answer: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for line in answer.split('\n') {
        let mut line = line;
        while let Some(last) = parts.last_mut() {
            let gap = usize::from(!last.is_empty());
            if last.len() + gap + line.len() <= ANSWER_BYTES {
                if gap == 1 {
                    last.push('\n');
                }
                last.push_str(line);
                break;
            }
            if last.is_empty() {
                // one line alone is too long
                let mut end = ANSWER_BYTES;
                while !line.is_char_boundary(end) {
                    end -= 1;
                }
                let (head, tail) = line.split_at(end);
                last.push_str(head);
                line = tail;
            }
            parts.push(String::new());
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}
