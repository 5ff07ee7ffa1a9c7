//! Rights to give and take: identities by rights, and the organisation.
use crate::features::administrators::{
    model::{Place, tidy},
    text,
};
use crate::kernel::{
    Lang, Uid,
    permission::{Preset, Right, Scope},
    rights::{RightSet, Rights},
};
use crate::ui::{Banner, Tid, Tone, use_lang};
use leptos::prelude::*;

/// The rights of one person in a form. What the person who looks may not give or take cannot be changed.
#[component]
pub fn Matrix(
    /// What it shows and changes
    rights: RwSignal<Rights<Uid>>,
    /// The identities
    places: Vec<Place>,
    /// What can be given and taken
    own: Rights<Uid>,
    /// Nothing can be changed
    #[prop(optional)]
    shut: bool,
) -> impl IntoView {
    let lang = use_lang();
    let full = Signal::derive(move || rights.with(|r| r.full_access));
    let limited = !own.full_access && !shut;
    let own = StoredValue::new(own);
    let shown = places.clone();
    let organisation = Right::of(Scope::Organisation).map(|right| {
        let may = own.with_value(|o| o.organisation().has(right)) && !shut;
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    name=right.code()
                    checked=rights.with_untracked(|r| r.organisation().has(right))
                    prop:checked=move || rights.with(|r| r.organisation().has(right))
                    disabled=move || full.get() || !may
                    on:change:target=move |event| {
                        let on = event.target().checked();
                        rights.update(|r| r.organisation = turned(r.organisation, right, on));
                    }
                />
                <span>
                    {right.name(lang)}
                    <span class="block text-sm text-ink-2">{right.help(lang)}</span>
                </span>
            </label>
        }
    });
    view! {
        <div class="grid gap-6">
            {limited.then(|| view! { <Banner tone=Tone::Info>{text::beyond(lang)}</Banner> })}
            {own
                .with_value(|o| o.full_access)
                .then(|| {
                    view! {
                        <label class="check">
                            <input
                                type="checkbox"
                                name="full-access"
                                checked=full.get_untracked()
                                prop:checked=full
                                disabled=shut
                                on:change:target=move |event| {
                                    let on = event.target().checked();
                                    rights.update(|r| r.full_access = on);
                                }
                            />
                            <span>
                                {text::full_access(lang)}
                                <span class="block text-sm text-ink-2">{text::full_access_help(lang)}</span>
                            </span>
                        </label>
                    }
                })}
            <Identities rights places own shut />
            <fieldset class="grid gap-3">
                <legend class="font-medium mb-2">{text::in_organisation(lang)}</legend>
                {organisation.collect_view()}
            </fieldset>
            <section aria-labelledby="effective">
                <h3 class="font-medium mb-1" id="effective">
                    {text::effective(lang)}
                </h3>
                <ul class="text-sm text-ink-2 grid gap-0.5" aria-live="polite">
                    {move || rights.with(|r| effective(lang, r, &shown))}
                </ul>
            </section>
        </div>
    }
}

fn turned(set: RightSet, right: Right, on: bool) -> RightSet {
    if on { set.with(right) } else { set.without(right) }
}

#[component]
fn Identities(
    rights: RwSignal<Rights<Uid>>,
    places: Vec<Place>,
    own: StoredValue<Rights<Uid>>,
    shut: bool,
) -> impl IntoView {
    let lang = use_lang();
    if places.is_empty() {
        return view! { <p class="text-sm text-ink-2">{text::no_ids(lang)}</p> }.into_any();
    }
    let head = Right::of(Scope::Identity).map(|right| {
        view! {
            <th scope="col" class="mid" title=right.help(lang)>
                {right.name(lang)}
            </th>
        }
    });
    let rows = places
        .into_iter()
        .map(|place| view! { <Row rights place own shut /> });
    view! {
        <div>
            <h3 class="font-medium mb-2">{text::in_ids(lang)}</h3>
            <table class="data data-stack matrix">
                <thead>
                    <tr>
                        <th scope="col">{text::of_id(lang)}</th>
                        <th scope="col">{text::preset(lang)}</th>
                        {head.collect_view()}
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Row(
    rights: RwSignal<Rights<Uid>>,
    place: Place,
    own: StoredValue<Rights<Uid>>,
    shut: bool,
) -> impl IntoView {
    let lang = use_lang();
    let uid = StoredValue::new(place.uid.clone());
    let full = Signal::derive(move || rights.with(|r| r.full_access));
    let set = Signal::derive(move || rights.with(|r| uid.with_value(|uid| r.within(uid))));
    let may = own.with_value(|o| o.within(&place.uid));
    let change = move |to: RightSet| {
        rights.update(|r| {
            r.identities.insert(uid.get_value(), to.tidy(Scope::Identity));
        });
    };
    let ticks = Right::of(Scope::Identity).map(|right| {
        let name = text::right_in(lang, right.name(lang), &place.name);
        let implied = move || right == Right::See && set.get().without(Right::See) != RightSet::default();
        view! {
            <td class="mid" data-label=right.name(lang)>
                <input
                    class="tick"
                    type="checkbox"
                    aria-label=name
                    checked=set.get_untracked().has(right)
                    prop:checked=move || set.get().has(right)
                    disabled=move || full.get() || shut || !may.has(right) || implied()
                    on:change:target=move |event| change(turned(set.get_untracked(), right, event.target().checked()))
                />
            </td>
        }
    });
    let (shown_name, id) = (place.name.clone(), place.threema_id);
    view! {
        <tr>
            <th scope="row" class="wide">
                <span class="block">{shown_name}</span>
                <span class="block meta font-normal">
                    <Tid id />
                </span>
            </th>
            <td class="wide" data-label=text::preset(lang)>
                <Presets set name=place.name.clone() may disabled=Signal::derive(move || full.get() || shut) change=Callback::new(change) />
            </td>
            {ticks.collect_view()}
        </tr>
    }
}

/// The usual sets of rights.
#[component]
fn Presets(
    set: Signal<RightSet>,
    name: String,
    may: RightSet,
    disabled: Signal<bool>,
    change: Callback<RightSet>,
) -> impl IntoView {
    let lang = use_lang();
    // everything that would change must be the own to give or take
    let beyond = move |to: RightSet| !may.covers(set.get().differing(to));
    let current = move || {
        let set = set.get();
        let found = Preset::ALL.iter().find(|p| p.rights() == set);
        match found {
            Some(preset) => preset.code(),
            None if set.is_empty() => "",
            None => "own",
        }
    };
    let options = Preset::ALL.iter().copied().map(|preset| {
        view! {
            <option
                value=preset.code()
                selected={move || current() == preset.code()}
                disabled=move || beyond(preset.rights())
            >
                {preset.name(lang)}
            </option>
        }
    });
    let choose = move |code: String| {
        let preset = Preset::ALL.iter().find(|p| p.code() == code);
        match preset {
            Some(preset) => change.run(preset.rights()),
            None if code.is_empty() => change.run(RightSet::default()),
            None => {}
        }
    };
    view! {
        <select
            class="select select-sm"
            aria-label=text::preset_for(lang, &name)
            disabled=disabled
            prop:value=current
            on:change:target=move |event| choose(event.target().value())
        >
            <option value="" selected={move || current().is_empty()} disabled=move || beyond(RightSet::default())>
                {text::no_rights(lang)}
            </option>
            {options.collect_view()}
            <option value="own" selected={move || current() == "own"}>
                {text::own_choice(lang)}
            </option>
        </select>
    }
}

/// What somebody with these rights may, in words.
fn effective(lang: Lang, rights: &Rights<Uid>, places: &[Place]) -> AnyView {
    if rights.full_access {
        return view! { <li>{text::effective_full(lang)}</li> }.into_any();
    }
    let rights = tidy(rights.clone());
    let words = |set: RightSet| {
        let names: Vec<&str> = set.iter().map(|right| right.name(lang)).collect();
        names.join(", ")
    };
    let mut lines: Vec<String> = places
        .iter()
        .filter(|place| rights.sees(&place.uid))
        .map(|place| text::effective_in(lang, &place.name, &words(rights.within(&place.uid))))
        .collect();
    if !rights.organisation.is_empty() {
        lines.push(text::effective_in(
            lang,
            text::organisation(lang),
            &words(rights.organisation),
        ));
    }
    if lines.is_empty() {
        lines.push(text::effective_nothing(lang).to_owned());
    }
    lines
        .into_iter()
        .map(|line| view! { <li>{line}</li> })
        .collect_view()
        .into_any()
}
