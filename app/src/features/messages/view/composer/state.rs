//! What is being written.
use super::start::Start;
use crate::features::{
    identities::model::IdentityView,
    lists::model::ListView,
    messages::model::{Audience, DraftInput, Scope, Settings, Texts},
};
use crate::kernel::{AppError, LanguageCode, Timestamp, Uid};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// How the draft is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Saved {
    /// There is nothing to keep yet.
    #[default]
    Nothing,
    /// Something changed, it will be saved in a moment.
    Waiting,
    /// Being saved
    Saving,
    /// Saved
    At(Timestamp),
    /// Not saved
    Failed(AppError),
}

/// A message in the making.
#[derive(Clone, Copy)]
pub struct Composer {
    /// The sender
    pub identity: StoredValue<IdentityView>,
    /// Lists to choose from at first
    pub offered: StoredValue<Vec<ListView>>,
    /// The chosen lists
    pub lists: RwSignal<Vec<ListView>>,
    /// It has a name and no lists
    pub is_broadcast: bool,
    /// Of a broadcast: to whom
    pub scope: RwSignal<Scope>,
    /// Of a broadcast: what it is called
    pub name: RwSignal<String>,
    /// Moves whenever other people are chosen
    pub people: RwSignal<u32>,
    /// Replies are kept
    pub takes_replies: RwSignal<bool>,
    /// Whoever is new gets it later
    pub newcomers: RwSignal<bool>,
    /// The texts
    pub texts: RwSignal<Texts>,
    /// The language that is being written
    pub language: RwSignal<LanguageCode>,
    /// The draft, once it has been saved
    pub draft: RwSignal<Option<Uid>>,
    /// How the draft is kept
    pub saved: RwSignal<Saved>,
    /// Whom the lists reach, once counted
    pub audience: RwSignal<Option<Audience>>,
    /// What is wrong
    pub error: RwSignal<Option<AppError>>,
}

impl Composer {
    /// Begins with what was loaded.
    pub fn new(start: Start) -> Self {
        let default = start.identity.default_language;
        let (draft, mut texts, saved) = match start.draft {
            Some(draft) => (Some(draft.uid), draft.texts, Saved::At(draft.saved_at)),
            None => (None, Texts::new(), Saved::Nothing),
        };
        texts.entry(default).or_default();
        Self {
            identity: StoredValue::new(start.identity),
            offered: StoredValue::new(start.offered),
            lists: RwSignal::new(start.chosen),
            is_broadcast: start.settings.scope.is_broadcast(),
            scope: RwSignal::new(start.settings.scope),
            name: RwSignal::new(start.settings.name),
            people: RwSignal::new(0),
            takes_replies: RwSignal::new(start.settings.takes_replies),
            newcomers: RwSignal::new(start.settings.newcomers),
            texts: RwSignal::new(texts),
            language: RwSignal::new(default),
            draft: RwSignal::new(draft),
            saved: RwSignal::new(saved),
            audience: RwSignal::new(start.audience),
            error: RwSignal::new(None),
        }
    }

    /// The sender's uid.
    pub fn uid(&self) -> Uid {
        self.identity.with_value(|i| i.uid.clone())
    }

    /// The sender's default language.
    pub fn default_language(&self) -> LanguageCode {
        self.identity.with_value(|i| i.default_language)
    }

    /// The languages, the default one first. Tracks.
    pub fn languages(&self) -> Vec<LanguageCode> {
        let default = self.default_language();
        let others = self
            .texts
            .with(|t| t.keys().copied().filter(|l| *l != default).collect::<Vec<_>>());
        std::iter::once(default).chain(others).collect()
    }

    /// The text in a language. Tracks.
    pub fn text(&self, language: LanguageCode) -> String {
        self.texts.with(|t| t.get(&language).cloned().unwrap_or_default())
    }

    /// Changes the text in the language that is being written.
    pub fn write(&self, text: String) {
        let language = self.language.get_untracked();
        self.texts.update(|t| {
            t.insert(language, text);
        });
        self.forgive(&format!("texts.{language}"));
    }

    /// Takes back what was wrong with a field, once it is changed.
    pub fn forgive(&self, field: &str) {
        let concerned = self
            .error
            .with_untracked(|e| e.as_ref().is_some_and(|e| e.of(field).is_some()));
        if concerned {
            self.error.update(|error| {
                if let Some(found) = error {
                    found.fields.retain(|f| f.field != field);
                    if found.fields.is_empty() {
                        *error = None;
                    }
                }
            });
        }
    }

    /// What is wrong with a field, in words. Tracks.
    pub fn problem(&self, field: &str, lang: crate::kernel::Lang) -> Option<String> {
        self.error.with(|e| e.as_ref()?.of(field).map(|p| p.text(lang)))
    }

    /// What is kept; with `filled` without the languages in which nothing is written, as it is sent. Tracks.
    pub fn input(&self, filled: bool) -> DraftInput {
        let default = self.default_language();
        let keep = |language: &LanguageCode, text: &str| match text.trim().is_empty() {
            true => !filled && *language != default,
            false => true,
        };
        DraftInput {
            uid: self.draft.get_untracked(),
            lists: self.lists.with(|l| l.iter().map(|l| l.uid.clone()).collect()),
            texts: self.texts.with(|t| {
                t.iter()
                    .filter(|(l, text)| keep(l, text))
                    .map(|(l, text)| (*l, text.clone()))
                    .collect()
            }),
            settings: Settings {
                scope: self.scope.get(),
                name: self.name.get(),
                takes_replies: self.takes_replies.get(),
                newcomers: self.newcomers.get(),
            },
        }
    }

    /// Who gets which text. Tracks.
    pub fn shares(&self) -> Shares {
        let default = self.default_language();
        self.audience.with(|audience| {
            let by_language = audience
                .as_ref()
                .map(|a| a.by_language.as_slice())
                .unwrap_or_default();
            self.texts.with(|texts| Shares::of(by_language, texts, default))
        })
    }
}

/// How many people get which text, and who gets the default one for want of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    /// People per text
    pub texts: BTreeMap<LanguageCode, u64>,
    /// People of a language in which nothing is written
    pub without: BTreeMap<LanguageCode, u64>,
}

impl Shares {
    fn of(by_language: &[(LanguageCode, u64)], texts: &Texts, default: LanguageCode) -> Self {
        let mut shares = Self::default();
        for (language, people) in by_language {
            let written = texts.get(language).is_some_and(|t| !t.trim().is_empty());
            let gets = if written { *language } else { default };
            *shares.texts.entry(gets).or_default() += people;
            if gets != *language {
                *shares.without.entry(*language).or_default() += people;
            }
        }
        shares
    }

    /// People who get the text of this language.
    pub fn get(&self, language: LanguageCode) -> u64 {
        self.texts.get(&language).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_no_text_gets_the_default_one() {
        let code = |c: &str| c.parse::<LanguageCode>().unwrap_or(LanguageCode::EN);
        let (de, en, it) = (code("de"), code("en"), code("it"));
        let texts = Texts::from([(de, "Hallo".into()), (en, "Hello".into()), (it, "  ".into())]);
        let shares = Shares::of(&[(de, 6_904), (en, 812), (it, 265), (code("sq"), 3)], &texts, de);
        assert_eq!(shares.get(de), 6_904 + 265 + 3);
        assert_eq!(shares.get(en), 812);
        assert_eq!(shares.without, BTreeMap::from([(it, 265), (code("sq"), 3)]));
    }
}
