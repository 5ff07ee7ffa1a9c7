//! What is wrong with a bot, in words.
use crate::features::bots::{
    model::{By, Finding, Level, Reserved, Tree, What},
    text,
};
use crate::kernel::{Lang, LanguageCode, Uid, i18n::number};

/// How a command is called: its word, or what stands for it.
pub fn name_of(lang: Lang, tree: &Tree, uid: &Uid) -> String {
    if tree.start.uid == *uid {
        return text::start(lang).to_owned();
    }
    match tree.find(uid).map(|n| n.word.trim()) {
        Some(word) if !word.is_empty() => word.to_owned(),
        _ => text::unnamed(lang).to_owned(),
    }
}

/// A sentence.
pub fn sentence(lang: Lang, tree: &Tree, finding: &Finding) -> String {
    let name = |language: &LanguageCode| language.own_name();
    match &finding.what {
        What::NoWord => text::p_no_word(lang).to_owned(),
        What::WordTooLong(word) => text::p_word_long(lang, word),
        What::NoRealWord(word) => text::p_no_real_word(lang, word),
        What::TooManyAliases => text::p_many_aliases(lang).to_owned(),
        What::DescriptionTooLong(language) => text::p_description_long(lang, &name(language)),
        What::AnswerTooLong(language, n) => text::p_answer_long(lang, &name(language), &number(*n as u64)),
        What::ControlCharacters => text::p_control(lang).to_owned(),
        What::NothingToSay => text::p_nothing(lang).to_owned(),
        What::DefaultMissing(language) => text::p_default_missing(lang, &name(language)),
        What::LanguageMissing(language) => text::p_language_missing(lang, &name(language)),
        What::Twice(word) => text::p_twice(lang, word),
        What::Taken(word, By::Reserved(Reserved::Fanfare)) => text::p_fanfare(lang, word),
        What::Taken(word, By::Reserved(Reserved::Language)) => text::p_language(lang, word),
        What::Taken(word, By::Reserved(_)) => text::p_way(lang, word),
        What::Taken(word, By::Command(other)) => text::p_command(lang, word, &name_of(lang, tree, other)),
        What::Taken(word, By::Bot(bot)) => text::p_bot(lang, word, bot),
        What::Hides(word, other) => text::p_hides(lang, word, &name_of(lang, tree, other)),
        What::Unreachable(below) => text::p_unreachable(lang, *below as u64),
        What::TooMany => text::p_too_many(lang).to_owned(),
        What::TooDeep => text::p_too_deep(lang).to_owned(),
        What::Timeout => text::p_timeout(lang).to_owned(),
        What::SameUid => text::p_same_uid(lang).to_owned(),
    }
}

/// How bad it is: icon, class of the state, word.
pub const fn level(lang: Lang, level: Level) -> (&'static str, &'static str, &'static str) {
    match level {
        Level::Wrong => ("circle-x", "state is-failed", text::level_wrong(lang)),
        Level::Warn => ("triangle-alert", "state is-warn", text::level_warn(lang)),
        Level::Note => ("info", "state", text::level_note(lang)),
    }
}
