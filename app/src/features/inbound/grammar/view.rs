//! What an answer depends on, and which feed is meant by what was typed.
use super::{
    fold::{bare, distance, fold, fold_umlauts, tidy},
    text,
};
use crate::kernel::{Lang, LanguageCode};
use std::sync::OnceLock;

/// Lines of a list of feeds.
pub(super) const LINES: usize = 100;
/// Suggestions for a name that nothing has.
const NEAR: usize = 3;
/// Longest name that is worth typing; beyond it the number is offered.
const TYPED_NAME: usize = 24;

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

impl View {
    pub(super) const fn outside(&self) -> bool {
        self.internal_only && !self.internal
    }

    /// In a feed, list or group at all.
    pub(super) fn inside_anything(&self) -> bool {
        self.internal || !self.lists.is_empty() || self.feeds.iter().any(|f| f.mine)
    }

    pub(super) fn word(&self, feed: &FeedNow) -> String {
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

    pub(super) fn find(&self, typed: &str) -> Found {
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

    pub(super) fn lines(&self, places: &[usize], line: fn(Lang, &str) -> String) -> String {
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

    pub(super) fn mine(&self) -> Vec<usize> {
        let all = self.feeds.iter().enumerate();
        all.filter(|(_, f)| f.mine).map(|(at, _)| at).collect()
    }

    pub(super) fn names(&self, places: &[usize]) -> String {
        let names: Vec<&str> = places
            .iter()
            .filter_map(|at| Some(self.feeds.get(*at)?.name.as_str()))
            .collect();
        names.join(", ")
    }
}

/// Whether a feed is meant by what was typed.
type Fits<'a> = &'a dyn Fn(&FeedNow, &Folded) -> bool;

/// Which feed was meant, by its place.
pub(super) enum Found {
    /// This one.
    One(usize),
    /// One of these.
    Several(Vec<usize>),
    /// None; these are near.
    Near(Vec<usize>),
}
