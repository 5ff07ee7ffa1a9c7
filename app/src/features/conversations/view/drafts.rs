//! Answers that are not sent yet.
use super::page::Talk;
use crate::features::conversations::model::STEP;
use crate::kernel::Uid;
use crate::shell::use_me;
use crate::ui::{keep_unsent, unsent};
use leptos::prelude::*;

/// Under which names this tab keeps them: apart for each administrator, since several may use one browser.
#[derive(Clone, Copy)]
pub(super) struct Drafts(StoredValue<String>);

impl Drafts {
    /// Those of whoever is signed in. Make it where the page is made.
    pub fn own() -> Self {
        let me = use_me().map(|me| me.uid.to_string());
        Self(StoredValue::new(me.unwrap_or_default()))
    }

    /// The name for a conversation.
    pub fn name(self, conversation: &Uid) -> String {
        self.0
            .with_value(|me| format!("conversation/{me}/{conversation}"))
    }
}

/// What is written stays with its conversation: while another one is looked at, on other pages, and over a reload.
pub(super) fn keep_drafts(talk: Talk) {
    let name = move |of: &Option<Uid>| of.as_ref().map(|of| talk.drafts.name(of));
    let keep = move |of: &Option<Uid>, text: &str| {
        if let Some(name) = name(of) {
            keep_unsent(&name, text);
        }
    };
    let kept = move |of: &Option<Uid>| name(of).map(|name| unsent(&name)).unwrap_or_default();
    Effect::new(move |before: Option<Option<Uid>>| {
        let (now, written) = (talk.open.get(), talk.draft.get());
        match &before {
            // what was typed before the page was hydrated counts, too
            None if written.is_empty() => talk.draft.set(kept(&now)),
            None => keep(&now, &written),
            Some(before) if *before == now => keep(&now, &written),
            // the last words belong to the conversation before
            Some(before) => {
                keep(before, &written);
                talk.draft.set(kept(&now));
                talk.q.set(String::new());
                talk.most.set(STEP);
                talk.loaded.set(None);
            }
        }
        now
    });
}
