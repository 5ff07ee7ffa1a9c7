//! Making a key, and showing it once.
use crate::features::api_keys::{
    api::MakeApiKey,
    model::{ApiKeyInput, KEY_RIGHTS, NewApiKey},
    text,
};
use crate::kernel::{permission::Right, rights::RightSet};
use crate::ui::{Banner, Button, Copy, Dialog, Form, Submit, TextArea, TextField, Tone, Variant, use_lang};
use leptos::prelude::*;

/// Asks what the key is for; `made` gets it.
#[component]
pub fn MakeKey(
    /// Whether it is open
    open: RwSignal<bool>,
    /// Called with the new key
    made: Callback<NewApiKey>,
) -> impl IntoView {
    let lang = use_lang();
    let make = ServerAction::<MakeApiKey>::new();
    Effect::new(move || {
        if let Some(Ok(key)) = make.value().get() {
            made.run(key);
        }
    });
    view! {
        <Dialog open name="make-key" title=text::new_key(lang).to_owned()>
            <Fields open make />
        </Dialog>
    }
}

#[component]
fn Fields(open: RwSignal<bool>, make: ServerAction<MakeApiKey>) -> impl IntoView {
    let lang = use_lang();
    let (name, networks, expires) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let only = RwSignal::new(false);
    let rights = RwSignal::new(RightSet::of(&[Right::See]));
    let submit = move || {
        Ok(MakeApiKey {
            input: ApiKeyInput {
                name: name.get_untracked(),
                networks: networks.get_untracked(),
                expires: expires.get_untracked(),
                rights: only.get_untracked().then(|| rights.get_untracked()),
            },
        })
    };
    view! {
        <Form action=make submit class="contents">
            <div class="dialog-body grid gap-4">
                <TextField
                    name="name"
                    label=text::name(lang)
                    help=text::name_help(lang)
                    bind=name
                    required=true
                    autofocus=true
                />
                <TextArea
                    name="networks"
                    label=text::networks(lang)
                    help=text::networks_help(lang)
                    bind=networks
                    rows=2
                />
                <TextField
                    name="expires"
                    kind="date"
                    label=text::expires(lang)
                    help=text::expires_help(lang)
                    bind=expires
                />
                <Allowed only rights />
            </div>
            <div class="dialog-foot">
                <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                <Submit>{text::make(lang)}</Submit>
            </div>
        </Form>
    }
}

/// Whether the key may all that its owner may, or only some of it.
#[component]
fn Allowed(only: RwSignal<bool>, rights: RwSignal<RightSet>) -> impl IntoView {
    let lang = use_lang();
    let way = |some: bool, name: &'static str, help: &'static str| {
        view! {
            <label class="check">
                <input
                    type="radio"
                    name="allowed"
                    checked=!some
                    prop:checked=move || only.get() == some
                    on:change=move |_| only.set(some)
                />
                <span>
                    {name} <span class="block text-sm text-ink-2">{help}</span>
                </span>
            </label>
        }
    };
    let tick = move |right: Right| {
        // every other right brings seeing
        let implied = move || right == Right::See && rights.with(|r| !r.without(Right::See).is_empty());
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    name=right.code()
                    prop:checked=move || rights.with(|r| r.has(right))
                    disabled=implied
                    on:change:target=move |event| {
                        let on = event.target().checked();
                        rights
                            .update(|r| {
                                *r = if on { r.with(right).with(Right::See) } else { r.without(right) };
                            });
                    }
                />
                <span>
                    {right.name(lang)} <span class="block text-sm text-ink-2">{right.help(lang)}</span>
                </span>
            </label>
        }
    };
    view! {
        <fieldset class="grid gap-2">
            <legend class="font-medium mb-2">{text::rights(lang)}</legend>
            {way(false, text::all_rights(lang), text::all_rights_help(lang))}
            {way(true, text::some_rights(lang), text::some_rights_help(lang))}
            <Show when=move || only.get()>
                <div class="grid gap-2 pl-6">{KEY_RIGHTS.map(tick).into_iter().collect_view()}</div>
            </Show>
        </fieldset>
    }
}

/// Shows a new key, this one time.
#[component]
pub fn ShowKey(
    /// The key; forgotten when the dialog closes
    made: RwSignal<Option<NewApiKey>>,
    /// Whether it is open
    open: RwSignal<bool>,
) -> impl IntoView {
    let lang = use_lang();
    Effect::new(move || {
        if !open.get() {
            made.set(None);
        }
    });
    let title = Signal::derive(move || {
        let name = made.with(|m| m.as_ref().map(|m| m.view.name.clone()));
        text::made_title(lang, &name.unwrap_or_default())
    });
    let key = Signal::derive(move || made.with(|m| m.as_ref().map(|m| m.key.clone()).unwrap_or_default()));
    view! {
        <Dialog open name="show-key" title>
            <div class="dialog-body grid gap-4">
                <Banner tone=Tone::Warn>
                    <p>{text::made_text(lang)}</p>
                </Banner>
                <div class="well flex items-center gap-2">
                    <code class="wire flex-1 min-w-0" aria-label=text::the_key(lang)>
                        {key}
                    </code>
                    <Copy text=key label=text::copy_key(lang) />
                </div>
            </div>
            <div class="dialog-foot">
                <Button variant=Variant::Primary on:click=move |_| open.set(false)>
                    {text::done(lang)}
                </Button>
            </div>
        </Dialog>
    }
}
