//! The dialogs that make, change and delete a feed.
use crate::features::{
    feeds::{
        api::{MakeFeed, SaveFeed},
        model::{FeedHead, FeedInput, FeedView, Greeting},
        text,
    },
    lists::api::{bring_list_back, drop_list},
};
use crate::kernel::{AppError, ErrorCode, Lang, LanguageCode, Uid};
use crate::ui::{
    Asked, Button, Confirm, Dialog, Form, Submit, TextArea, TextField, Toasts, use_lang, use_toasts,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;

/// Languages with fields of their own; texts in others are kept as they are.
const OFFERED: [LanguageCode; 2] = [LanguageCode::EN, LanguageCode::DE];
/// Names of the fields, for [`OFFERED`].
const WELCOME: [&str; 2] = ["welcome.en", "welcome.de"];
const GOODBYE: [&str; 2] = ["goodbye.en", "goodbye.de"];

/// What the fields hold.
#[derive(Clone)]
struct Fields {
    name: RwSignal<String>,
    description: RwSignal<String>,
    welcome: [RwSignal<String>; 2],
    goodbye: [RwSignal<String>; 2],
    before: FeedInput,
}

impl Fields {
    fn of(before: FeedInput) -> Self {
        let start = |texts: &Greeting| {
            OFFERED.map(|language| RwSignal::new(texts.get(&language).cloned().unwrap_or_default()))
        };
        Self {
            name: RwSignal::new(before.name.clone()),
            description: RwSignal::new(before.description.clone()),
            welcome: start(&before.welcome),
            goodbye: start(&before.goodbye),
            before,
        }
    }

    fn input(&self) -> Result<FeedInput, AppError> {
        let texts = |before: &Greeting, fields: &[RwSignal<String>; 2]| {
            let mut texts = before.clone();
            texts.extend(
                OFFERED
                    .into_iter()
                    .zip(fields.iter().map(RwSignal::get_untracked)),
            );
            texts
        };
        FeedInput {
            name: self.name.get_untracked(),
            description: self.description.get_untracked(),
            welcome: texts(&self.before.welcome, &self.welcome),
            goodbye: texts(&self.before.goodbye, &self.goodbye),
        }
        .validate()
    }
}

/// Makes a feed and goes there.
#[component]
pub fn NewFeed(
    /// Of which identity
    identity: Signal<Option<Uid>>,
    /// Whether it is open
    open: RwSignal<bool>,
) -> impl IntoView {
    let lang = use_lang();
    let make = ServerAction::<MakeFeed>::new();
    let navigate = use_navigate();
    Effect::new(move || {
        if let (Some(Ok(feed)), Some(identity)) = (make.value().get(), identity.get_untracked()) {
            open.set(false);
            navigate(&format!("/i/{identity}/feeds/{}", feed.uid), Default::default());
        }
    });
    view! {
        <Dialog open name="new-feed" title=text::new_feed(lang).to_owned() wide=true>
            {move || {
                let fields = Fields::of(FeedInput::default());
                let shown = fields.clone();
                let submit = move || {
                    let identity = identity.get_untracked().ok_or(ErrorCode::NotFound)?;
                    Ok(MakeFeed { identity, input: fields.input()? })
                };
                view! {
                    <Form action=make submit class="contents">
                        <FeedFields fields=shown open verb=text::create(lang) />
                    </Form>
                }
            }}
        </Dialog>
    }
}

/// Changes the feed in `which`; `saved` is called after it.
#[component]
pub fn ChangeFeed(
    /// Of which identity
    identity: Signal<Option<Uid>>,
    /// The feed; put one in and open it
    which: RwSignal<Option<FeedHead>>,
    /// Whether it is open
    open: RwSignal<bool>,
    /// Something changed
    saved: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let save = ServerAction::<SaveFeed>::new();
    Effect::new(move || {
        if let Some(Ok(feed)) = save.value().get() {
            open.set(false);
            toasts.ok(text::saved(lang, &feed.name));
            saved.run(());
        }
    });
    let title = Signal::derive(move || {
        let name = which.with(|w| w.as_ref().map(|f| f.feed.name.clone()));
        text::change_title(lang, &name.unwrap_or_default())
    });
    view! {
        <Dialog open name="change-feed" title wide=true>
            {move || {
                let head = which.get_untracked();
                let fields = Fields::of(head.as_ref().map(input_of).unwrap_or_default());
                let shown = fields.clone();
                let submit = move || {
                    let identity = identity.get_untracked().ok_or(ErrorCode::NotFound)?;
                    let feed = head.as_ref().map(|h| h.feed.uid.clone()).ok_or(ErrorCode::NotFound)?;
                    Ok(SaveFeed { identity, feed, input: fields.input()? })
                };
                view! {
                    <Form action=save submit class="contents">
                        <FeedFields fields=shown open verb=text::save(lang) />
                    </Form>
                }
            }}
        </Dialog>
    }
}

fn input_of(head: &FeedHead) -> FeedInput {
    FeedInput {
        name: head.feed.name.clone(),
        description: head.feed.description.clone(),
        welcome: head.welcome.clone(),
        goodbye: head.goodbye.clone(),
    }
}

#[component]
fn FeedFields(fields: Fields, open: RwSignal<bool>, verb: &'static str) -> impl IntoView {
    let lang = use_lang();
    let texts = |names: [&'static str; 2], label: fn(Lang, &str) -> String, bound: [RwSignal<String>; 2]| {
        let field = |((name, language), bind): ((&'static str, LanguageCode), RwSignal<String>)| {
            view! { <TextArea name label=label(lang, &language.own_name()) bind rows=3 /> }
        };
        names
            .into_iter()
            .zip(OFFERED)
            .zip(bound)
            .map(field)
            .collect_view()
    };
    view! {
        <div class="dialog-body grid gap-4">
            <TextField name="name" label=text::name(lang) help=text::name_help(lang) bind=fields.name autofocus=true />
            <TextArea
                name="description"
                label=text::description(lang)
                help=text::description_help(lang)
                bind=fields.description
                rows=2
            />
            <div class="grid gap-1">
                <h3 class="font-medium">{text::greetings(lang)}</h3>
                <p class="text-sm text-ink-2">{text::greetings_help(lang)}</p>
            </div>
            <div class="grid gap-4 md:grid-cols-2">
                {texts(WELCOME, text::welcome_in, fields.welcome)} {texts(GOODBYE, text::goodbye_in, fields.goodbye)}
            </div>
        </div>
        <div class="dialog-foot">
            <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
            <Submit>{verb}</Submit>
        </div>
    }
}

/// Asks before the feed in `which` is deleted, deletes it, and offers to undo it.
#[component]
pub fn DeleteFeed(
    /// Of which identity
    identity: Signal<Option<Uid>>,
    /// The feed; put one in and open it
    which: RwSignal<Option<FeedView>>,
    /// Whether it is open
    open: RwSignal<bool>,
    /// Something changed
    done: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let asked = Asked::new(open);
    let name = Memo::new(move |_| which.with(|w| w.as_ref().map(|f| f.name.clone()).unwrap_or_default()));
    let people = Memo::new(move |_| which.with(|w| w.as_ref().map_or(0, |f| f.subscribers)));
    let run = move |()| {
        let (Some(identity), Some(feed)) = (identity.get_untracked(), which.get_untracked()) else {
            return;
        };
        asked.run(drop_list(identity.clone(), feed.uid), move |feed| {
            let undo = move || restore(toasts, lang, identity.clone(), feed.uid.clone(), done);
            toasts.with_action(text::deleted(lang, &feed.name), text::undo(lang), undo);
            done.try_run(());
        });
    };
    view! {
        <Confirm
            open
            name="delete-feed"
            title=Signal::derive(move || text::delete_title(lang, &name.get()))
            body=Signal::derive(move || text::delete_body(lang, people.get()))
            verb=Signal::derive(move || text::delete(lang).to_owned())
            danger=true
            busy=asked.busy
            error=asked.error
            confirm=run
        />
    }
}

/// Brings a deleted feed back and says so. It also works when the page is gone meanwhile: a notice outlives it.
pub fn restore(toasts: Toasts, lang: Lang, identity: Uid, feed: Uid, done: Callback<()>) {
    spawn_local(async move {
        match bring_list_back(identity, feed).await {
            Ok(feed) => toasts.ok(text::restored(lang, &feed.name)),
            Err(error) => toasts.fail(error.text(lang)),
        }
        done.try_run(());
    });
}
