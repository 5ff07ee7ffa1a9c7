//! `/settings/administrators/:administrator`: what one person may, and their access.
use super::{matrix::Matrix, overview::State, steps::AccessCard, trail};
use crate::features::administrators::{
    api::{ChangeRights, load_administrator},
    model::{PersonState, PersonView, tidy},
    text,
};
use crate::kernel::{ErrorCode, Uid};
use crate::shell::{Page, PageHead};
use crate::ui::{Banner, Card, Form, Load, Submit, Tone, loading, use_lang, use_toasts};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// One administrator or invitation.
#[component]
pub fn AdministratorPage() -> impl IntoView {
    let lang = use_lang();
    let params = use_params_map();
    let uid = Memo::new(move |_| params.with(|p| p.get_str("administrator")?.parse::<Uid>().ok()));
    let person = loading(
        move || uid.get(),
        |uid| async move { load_administrator(uid.ok_or(ErrorCode::NotFound)?).await },
    );
    let title = RwSignal::new(text::administrator(lang).to_owned());
    view! {
        <Page title trail=trail(lang)>
            <Load resource=person rows=6 let:view>
                <Body view title />
            </Load>
        </Page>
    }
}

#[component]
fn Body(view: PersonView, title: RwSignal<String>) -> impl IntoView {
    let lang = use_lang();
    let PersonView { person, places, own } = view;
    let may_act = person.may_act;
    let shown = match person.name.is_empty() {
        true => person.email.clone(),
        false => person.name.clone(),
    };
    title.set(shown.clone());
    let lede = match person.name.is_empty() {
        true => String::new(),
        false => person.email.clone(),
    };
    let uid = person.uid.clone();
    let invited = matches!(person.state, PersonState::Invited | PersonState::Expired);
    // of an administrator who may more, what the person who looks may too can still be changed; of an invitation nothing
    let shut = person.you || (person.rights.full_access && !own.full_access) || (invited && !may_act);
    let givable = own.clone();
    let rights = RwSignal::new(person.rights.clone());
    let action = ServerAction::<ChangeRights>::new();
    let submit = move || {
        Ok(ChangeRights {
            person: uid.clone(),
            rights: tidy(rights.get_untracked()),
        })
    };
    let toasts = use_toasts();
    Effect::new(move || {
        if action.value().with(|v| matches!(v, Some(Ok(_)))) {
            toasts.ok(text::rights_saved(lang));
        }
    });
    let (state, you) = (person.state, person.you);
    view! {
        <PageHead title=shown lede=lede>
            <State state />
        </PageHead>
        <div class="grid gap-4">
            <Card title=text::rights(lang) name="rights">
                <div class="card-body grid gap-4">
                    {you.then(|| view! { <Banner tone=Tone::Plain>{text::own_rights(lang)}</Banner> })}
                    <p class="text-sm text-ink-2">{text::rights_lede(lang)}</p>
                    <Form action submit class="grid gap-6">
                        <Matrix rights places own=givable shut />
                        {(!shut)
                            .then(|| {
                                view! {
                                    <div>
                                        <Submit>{text::save_rights(lang)}</Submit>
                                    </div>
                                }
                            })}
                    </Form>
                </div>
            </Card>
            {match may_act {
                true => view! { <AccessCard person own /> }.into_any(),
                false if you => ().into_any(),
                false => view! { <Banner tone=Tone::Info>{text::may_more(lang)}</Banner> }.into_any(),
            }}
        </div>
    }
}
