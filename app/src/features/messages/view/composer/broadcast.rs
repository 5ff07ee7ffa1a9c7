//! To whom a broadcast goes: its name, everybody of the ID or of the organisation, or single people.
use super::{audience::Union, people::PeopleDialog, save::Saver, state::Composer};
use crate::features::messages::{
    api::count_broadcast,
    model::{Audience, BROADCAST_NAME, Scope},
    text,
};
use crate::kernel::{AppError, AppResult, permission::Right};
use crate::shell::use_right;
use crate::ui::{Button, Choice, Failure, TextField, use_lang};
use leptos::prelude::*;

/// The exact audience as it is now.
pub async fn recount(composer: Composer) -> AppResult<Audience> {
    let scope = composer.scope.get_untracked();
    count_broadcast(composer.uid(), scope, composer.draft.get_untracked()).await
}

/// Name, scope and count.
#[component]
pub fn BroadcastField(composer: Composer, saver: Saver) -> impl IntoView {
    let lang = use_lang();
    let scope = RwSignal::new(composer.scope.get_untracked().code().to_owned());
    Effect::new(move |_| {
        let chosen = Scope::of(&scope.get());
        if chosen != composer.scope.get_untracked() {
            composer.scope.set(chosen);
            if chosen == Scope::People && composer.draft.get_untracked().is_none() {
                // people are kept with the draft
                saver.now();
            }
        }
    });
    Effect::new(move |_| {
        composer.name.track();
        composer.forgive("name");
    });
    let failed = use_count(composer);
    let everybody = use_right(Right::Broadcast);
    let picking = RwSignal::new(false);
    let single = Memo::new(move |_| composer.scope.get() == Scope::People);
    let no_draft = Signal::derive(move || composer.draft.with(Option::is_none));
    let problem = Signal::derive(move || composer.problem("name", lang));
    let left = Signal::derive(move || {
        let n = composer.name.with(|n| n.trim().chars().count());
        text::characters_of(lang, n, BROADCAST_NAME)
    });
    view! {
        <TextField
            name="name"
            label=text::broadcast_name(lang)
            help=text::broadcast_name_help(lang)
            meta=left
            bind=composer.name
            error=problem
        />
        <fieldset class="grid gap-2">
            <legend class="field-label mb-2">{text::to(lang)}</legend>
            <Choice
                name="scope"
                value=Scope::Identity.code()
                title=text::scope_identity(lang)
                text=text::scope_identity_text(lang)
                bind=scope
            />
            <Show when=move || everybody.get()>
                <Choice
                    name="scope"
                    value=Scope::Organisation.code()
                    title=text::scope_organisation(lang)
                    text=text::scope_organisation_text(lang)
                    bind=scope
                />
            </Show>
            <Choice
                name="scope"
                value=Scope::People.code()
                title=text::scope_people(lang)
                text=text::scope_people_text(lang)
                bind=scope
            />
        </fieldset>
        <Show when=move || single.get()>
            <div>
                <Button icon="users-round" disabled=no_draft on:click=move |_| picking.set(true)>
                    {text::choose_people(lang)}
                </Button>
            </div>
        </Show>
        {move || failed.get().map(|error| view! { <Failure error /> })}
        <Union composer />
        <PeopleDialog composer open=picking />
    }
}

/// Counts whenever the choice changes; answers why it could not.
fn use_count(composer: Composer) -> RwSignal<Option<AppError>> {
    let failed = RwSignal::new(None);
    let turn = StoredValue::new(0_u32);
    let has_draft = Memo::new(move |_| composer.draft.with(Option::is_some));
    Effect::new(move |seen: Option<()>| {
        let scope = composer.scope.get();
        composer.people.track();
        if scope == Scope::People {
            has_draft.track();
        }
        let now = turn.try_update_value(|t| {
            *t += 1;
            *t
        });
        if seen.is_none() && composer.audience.with_untracked(Option::is_some) {
            return;
        }
        failed.set(None);
        leptos::task::spawn_local(async move {
            let counted = recount(composer).await;
            if turn.try_get_value() != now {
                return;
            }
            match counted {
                Ok(audience) => drop(composer.audience.try_set(Some(audience))),
                Err(error) => {
                    composer.audience.try_set(None);
                    failed.try_set(Some(error));
                }
            }
        });
    });
    failed
}
