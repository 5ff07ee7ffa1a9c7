//! `/settings/administrators`: who there is and what they may.
use super::steps::{Step, StepQuestions, Steps};
use crate::features::{
    administrators::{
        api::load_administrators,
        model::{NO_FACTOR, People, Person, PersonState, Place},
        text,
    },
    auth::model::{FactorKind, Proofs},
};
use crate::kernel::{
    Lang, PageRequest,
    permission::{Right, Scope},
};
use crate::shell::{PageHead, SettingsPage, use_identities, use_rights};
use crate::ui::{
    Avatar, AvatarSize, ButtonLink, Empty, FilterToggle, Icon, Load, Look, Menu, MenuItem, MenuLink,
    SearchBox, StateChip, Tid, Time, Variant, focus_on, loading, use_lang, use_page_request, use_toasts,
    use_write_page,
};
use leptos::prelude::*;

/// All administrators and invitations.
#[component]
pub fn AdministratorsPage() -> impl IntoView {
    let lang = use_lang();
    let request = use_page_request();
    let people = loading(move || request.get(), load_administrators);
    let full = use_rights().full_access;
    let without_factor = RwSignal::new(None);
    let toasts = use_toasts();
    let steps = Steps::new(Callback::new(move |words: &'static str| {
        toasts.ok(words);
        people.refetch();
        // the row with the button that had it is made anew
        focus_on("people".to_owned());
    }));
    view! {
        <SettingsPage title=text::administrators(lang).to_owned() wide=true>
            <PageHead title=text::administrators(lang).to_owned() lede=text::lede(lang).to_owned()>
                {full
                    .then(|| view! { <ButtonLink href="/settings/rules">{text::rules(lang)}</ButtonLink> })}
                <ButtonLink variant=Variant::Primary icon="user-round-plus" href="/settings/administrators/new">
                    // the words by which it is looked for under "Permissions" of one ID
                    {move || match request.with(|r| identity_of(r).is_empty()) {
                        true => text::invite(lang),
                        false => text::create_login(lang),
                    }}
                </ButtonLink>
            </PageHead>
            <StepQuestions steps />
            <section class="card" id="people" tabindex="-1" aria-label=text::administrators(lang)>
                <Toolbar without_factor />
                <Load resource=people rows=6 let:people>
                    <Table people steps full without_factor />
                </Load>
            </section>
        </SettingsPage>
    }
}

/// The identity that the list is of; empty: of all. The other filter takes its place.
fn identity_of(request: &PageRequest) -> String {
    match request.filter.as_str() {
        NO_FACTOR => String::new(),
        identity => identity.to_owned(),
    }
}

/// Search, one identity only, and what the marks mean.
#[component]
fn Toolbar(without_factor: RwSignal<Option<u64>>) -> impl IntoView {
    let lang = use_lang();
    let request = use_page_request();
    let write = use_write_page();
    let chosen = identity_of(&request.get_untracked());
    let choose = Callback::new(move |value: String| write(false, &|r| r.filter = value.clone()));
    let identities = use_identities();
    let chooser = move || {
        let chosen = chosen.clone();
        Suspend::new(async move {
            let all = identities.await.unwrap_or_default();
            let options = all.into_iter().map(|identity| {
                let uid = identity.uid.to_string();
                view! {
                    <option value=uid.clone() selected={uid == chosen}>
                        {identity.name}
                    </option>
                }
            });
            view! {
                <select
                    class="select select-sm"
                    aria-label=text::of_id(lang)
                    prop:value=move || identity_of(&request.get())
                    on:change:target=move |event| choose.run(event.target().value())
                >
                    <option value="">{text::all_ids(lang)}</option>
                    {options.collect_view()}
                </select>
            }
        })
    };
    let key = |icon: &'static str, class: &'static str, words: &'static str| {
        view! {
            <span class="flex items-center gap-1.5">
                <Icon name=icon class />
                {words}
            </span>
        }
    };
    view! {
        <div class="toolbar">
            <SearchBox label=text::search(lang) />
            <Transition fallback=|| ()>{chooser}</Transition>
            <FilterToggle value=NO_FACTOR label=text::only_no_factor(lang) count=without_factor />
            <span class="grow"></span>
            <span class="flex flex-wrap gap-x-4 gap-y-1 meta">
                {key("check", "icon-sm text-ok-ink", text::may(lang))}
                {key("circle-dashed", "icon-sm text-brass-ink", text::may_in_some(lang))}
                {key("eye", "icon-sm text-ink-3", text::sees_only(lang))}
            </span>
        </div>
    }
}

/// The rights that have a column: seeing shows in the others.
fn columns() -> impl Iterator<Item = Right> {
    Right::ALL.iter().copied().filter(|r| *r != Right::See)
}

#[component]
fn Table(people: People, steps: Steps, full: bool, without_factor: RwSignal<Option<u64>>) -> impl IntoView {
    let lang = use_lang();
    let found = people.without_factor;
    // in an effect: the bar above came from the server without the number
    Effect::new(move || without_factor.set(Some(found)));
    let places = StoredValue::new(people.places.clone());
    let n = people.places.len();
    let head = columns().map(|right| {
        view! {
            <th scope="col" class="mid">
                {right.name(lang)}
            </th>
        }
    });
    if people.people.is_empty() {
        return view! { <Empty title=text::nobody_found(lang) text=text::nobody_found_text(lang) /> }
            .into_any();
    }
    let rows = people.people.into_iter().map(|person| {
        let places = places.with_value(|all| names(lang, &person, all));
        view! { <Row person places n steps full /> }
    });
    view! {
        // every right is a column: on a window that is not wide enough the table moves, not the page
        <div class="overflow-x-auto">
            <table class="data data-stack matrix">
                <thead>
                    <tr>
                        <th scope="col">{text::administrator(lang)}</th>
                        {head.collect_view()}
                        <th scope="col">{text::applies_to(lang)}</th>
                        <th scope="col">{text::second_factor(lang)}</th>
                        <th scope="col">{text::state(lang)}</th>
                        <th scope="col">
                            <span class="sr">{text::actions(lang)}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// In which identities somebody has rights.
fn names(lang: Lang, person: &Person, places: &[Place]) -> AnyView {
    if person.rights.full_access {
        return text::everything(lang).into_any();
    }
    let seen: Vec<&Place> = places.iter().filter(|p| person.rights.sees(&p.uid)).collect();
    match seen.len() {
        0 if person.rights.organisation.is_empty() => text::nothing(lang).into_any(),
        0 => text::organisation(lang).into_any(),
        n if n == places.len() && n > 1 => text::all_n_ids(lang, n).into_any(),
        _ => seen
            .into_iter()
            .map(|place| view! { <span class="mr-1.5"><Tid id=place.threema_id /></span> })
            .collect_view()
            .into_any(),
    }
}

/// What somebody has besides the password.
fn proofs(lang: Lang, proofs: Option<Proofs>) -> AnyView {
    let Some(proofs) = proofs else {
        return "–".into_any();
    };
    match proofs.code {
        _ if proofs.passkey => text::passkey(lang).into_any(),
        Some(FactorKind::Totp) => text::authenticator(lang).into_any(),
        Some(FactorKind::Message) => text::threema_code(lang).into_any(),
        None => view! {
            <span class="state is-warn">
                <Icon name="triangle-alert" />
                {text::no_factor(lang)}
            </span>
        }
        .into_any(),
    }
}

#[component]
fn Row(person: Person, places: AnyView, n: usize, steps: Steps, full: bool) -> impl IntoView {
    let lang = use_lang();
    let more = view! { <More person=person.clone() steps full /> };
    let shown = match person.name.is_empty() {
        true => person.email.clone(),
        false => person.name.clone(),
    };
    let href = format!("/settings/administrators/{}", person.uid);
    let marks = match person.rights.full_access {
        true => {
            let all = columns().count().to_string();
            view! {
                <td class="wide full" colspan=all>
                    <span class="full-line">{text::full_access(lang)}</span>
                </td>
            }
            .into_any()
        }
        false => columns()
            .map(|right| mark(lang, &person, right, n))
            .collect_view()
            .into_any(),
    };
    let since = match person.last_sign_in_at {
        Some(at) => view! { {text::last_seen(lang)} " " <Time at /> }.into_any(),
        None if person.name.is_empty() => view! { <Time at=person.since /> }.into_any(),
        None => text::never_seen(lang).into_any(),
    };
    let about = match person.name.is_empty() {
        true => person.invited_by.map(|name| text::invited_by(lang, &name)),
        false => Some(person.email),
    };
    let about = about.map(|about| view! { <span class="block meta font-normal clip">{about}</span> });
    view! {
        <tr>
            <th scope="row" class="wide">
                <span class="flex items-center gap-2.5">
                    <Avatar name=shown.clone() size=AvatarSize::Small />
                    <span class="min-w-0">
                        <a class="link-plain block leading-4" href=href>
                            {shown}
                            {person.you.then(|| view! { <span class="text-ink-3 font-normal">" " {text::you(lang)}</span> })}
                        </a>
                        {about}
                        <span class="block meta font-normal">{since}</span>
                    </span>
                </span>
            </th>
            {marks}
            <td class="text-ink-2 text-xs wide" data-label=text::applies_to(lang)>
                {places}
            </td>
            <td class="text-ink-2 text-xs" data-label=text::second_factor(lang)>
                {proofs(lang, person.proofs)}
            </td>
            <td data-label=text::state(lang)>
                <State state=person.state />
            </td>
            // on a narrow window the name leads to the same steps
            <td class="end drop">{more}</td>
        </tr>
    }
}

/// The menu of a row: the way to the rights, and the steps that the person who looks may take.
#[component]
fn More(person: Person, steps: Steps, full: bool) -> impl IntoView {
    let lang = use_lang();
    let name = match person.name.is_empty() {
        true => person.email.clone(),
        false => person.name.clone(),
    };
    let label = text::more_for(lang, &name);
    let items = Step::of(&person, full).iter().map(|step| {
        let (uid, name) = (person.uid.clone(), name.clone());
        let choose = Callback::new(move |()| steps.ask(*step, uid.clone(), name.clone()));
        view! {
            <MenuItem icon=step.icon() danger=step.removes() choose>
                {step.name(lang)}
            </MenuItem>
        }
    });
    let items = items.collect_view();
    let profile = person.you.then(|| {
        view! {
            <MenuLink icon="settings-2" href="/settings".to_owned()>
                {text::own_profile(lang)}
            </MenuLink>
        }
    });
    view! {
        <Menu name=person.uid.to_string() label>
            <MenuLink icon="pencil-line" href=format!("/settings/administrators/{}", person.uid)>
                {text::rights(lang)}
            </MenuLink>
            {profile}
            {items}
        </Menu>
    }
}

/// One right of one person: in all their identities, in some, only seeing, or nothing.
fn mark(lang: Lang, person: &Person, right: Right, places: usize) -> AnyView {
    let rights = &person.rights;
    let sees = rights.identities.len();
    let has = match right.scope() {
        Scope::Organisation => usize::from(rights.organisation.has(right)),
        Scope::Identity => rights.identities.values().filter(|set| set.has(right)).count(),
    };
    let all = match right.scope() {
        Scope::Organisation => 1,
        Scope::Identity => sees.min(places.max(1)),
    };
    let sees_only = right.scope() == Scope::Identity && sees > 0;
    let (icon, class, words) = match has {
        0 if sees_only => ("eye", "text-ink-3", text::sees_only(lang)),
        0 => {
            return view! {
                <td class="mid none" data-label=right.name(lang)>
                    <span class="text-ink-3" aria-label=text::may_not(lang) role="img">
                        "·"
                    </span>
                </td>
            }
            .into_any();
        }
        n if n >= all => ("check", "text-ok-ink", text::may(lang)),
        _ => ("circle-dashed", "text-brass-ink", text::may_in_some(lang)),
    };
    view! {
        <td class="mid" data-label=right.name(lang)>
            <Icon name=icon class />
            <span class="sr">{words}</span>
        </td>
    }
    .into_any()
}

/// How somebody stands: icon and word.
#[component]
pub fn State(
    /// The state
    state: PersonState,
) -> impl IntoView {
    let lang = use_lang();
    let (icon, look, word) = match state {
        PersonState::Active => ("check", Look::Ok, text::active(lang)),
        PersonState::Disabled => ("ban", Look::Plain, text::disabled(lang)),
        PersonState::Invited => ("mail", Look::Info, text::invited(lang)),
        PersonState::Expired => ("triangle-alert", Look::Warn, text::expired(lang)),
    };
    view! { <StateChip icon word look /> }
}
