//! From a command to what is answered and what is done. The texts assume that it gets done in the same transaction.
use super::{
    fold::tidy,
    parse::Command,
    text,
    view::{FeedNow, Found, LINES, View},
};
use crate::kernel::{Lang, LanguageCode};

/// Longest answer in bytes (design/product.md rule 13).
const ANSWER_BYTES: usize = 3_500;
/// Most characters of what was typed that are said again.
const ECHO: usize = 40;

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
