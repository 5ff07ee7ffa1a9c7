//! Making a key, and showing it once.
use crate::features::api_keys::{
    api::MakeApiKey,
    model::{ApiKeyInput, NewApiKey},
    text,
};
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
    let submit = move || {
        Ok(MakeApiKey {
            input: ApiKeyInput {
                name: name.get_untracked(),
                networks: networks.get_untracked(),
                expires: expires.get_untracked(),
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
            </div>
            <div class="dialog-foot">
                <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                <Submit>{text::make(lang)}</Submit>
            </div>
        </Form>
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
