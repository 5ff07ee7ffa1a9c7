//! Short notices at the bottom left. Errors never appear only here.
use super::{IconButton, Tone, changing, later, text, use_lang};
use leptos::prelude::*;
use std::{sync::Arc, time::Duration};

/// One notice.
#[derive(Clone)]
struct Toast {
    id: u32,
    tone: Tone,
    words: String,
    action: Option<(String, Step)>,
}

/// What a notice offers.
type Step = Arc<dyn Fn() + Send + Sync>;

/// How long a notice stays, unless pointer or focus is on it.
const STAYS: Duration = Duration::from_secs(6);

/// Where notices are sent to.
#[derive(Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    last: StoredValue<u32>,
    held: RwSignal<bool>,
}

impl Toasts {
    /// Says that something went well.
    pub fn ok(&self, words: impl Into<String>) {
        self.show(Tone::Ok, words.into(), None);
    }

    /// Says something to know.
    pub fn info(&self, words: impl Into<String>) {
        self.show(Tone::Info, words.into(), None);
    }

    /// Says that something did not work; say it on the page too.
    pub fn fail(&self, words: impl Into<String>) {
        self.show(Tone::Fail, words.into(), None);
    }

    /// Says what was done and offers a step, mostly "Undo". The notice outlives the part of the page that shows it: a
    /// [`Callback`] made there would be gone by then, so the step is a closure that the notice keeps itself.
    pub fn with_action(
        &self,
        words: impl Into<String>,
        label: impl Into<String>,
        step: impl Fn() + Send + Sync + 'static,
    ) {
        self.show(Tone::Ok, words.into(), Some((label.into(), Arc::new(step))));
    }

    fn show(&self, tone: Tone, words: String, action: Option<(String, Step)>) {
        let id = self.last.try_update_value(|n| {
            *n = n.wrapping_add(1);
            *n
        });
        let Some(id) = id else { return };
        self.list.update(|list| {
            list.push(Toast {
                id,
                tone,
                words,
                action,
            })
        });
        self.end_later(id);
    }

    fn end_later(self, id: u32) {
        set_timeout(
            move || match self.held.try_get_untracked() {
                Some(true) => self.end_later(id),
                Some(false) => self.remove(id),
                None => {}
            },
            STAYS,
        );
    }

    fn remove(&self, id: u32) {
        self.list.update(|list| list.retain(|t| t.id != id));
    }
}

/// Makes the place for notices; once a page.
pub fn provide_toasts() {
    provide_context(Toasts {
        list: RwSignal::default(),
        last: StoredValue::new(0),
        held: RwSignal::new(false),
    });
}

/// Where notices are sent to.
///
/// # Panics
/// Outside of the shell, which is a fault in the code.
pub fn use_toasts() -> Toasts {
    expect_context()
}

/// Where notices appear: a region that is read out. Pointer or focus on it keeps them. What draws them the browser fetches
/// for the first one, or with the first page that is fetched itself ([`preload`]).
#[component]
pub fn ToastHost() -> impl IntoView {
    let toasts = use_toasts();
    let lang = use_lang();
    let needed = Memo::new(move |was| was == Some(&true) || toasts.list.with(|list| !list.is_empty()));
    let hold = move |on: bool| toasts.held.set(on);
    view! {
        <section
            class="toasts"
            role="status"
            aria-label=text::notices(lang)
            on:mouseenter=move |_| hold(true)
            on:mouseleave=move |_| hold(false)
            on:focusin=move |_| hold(true)
            on:focusout=move |_| hold(false)
        >
            {changing(move || needed.get().then(|| later(notices())))}
        </section>
    }
}

/// Fetches what draws notices, while the server can be reached.
#[cfg(target_arch = "wasm32")]
pub async fn preload() {
    __preload_notices().await;
}

#[leptos::lazy(confirm)]
fn notices() -> AnyView {
    List().into_any()
}

#[component]
fn List() -> impl IntoView {
    let toasts = use_toasts();
    view! { <For each=move || toasts.list.get() key=|t| t.id children=move |toast| one(toasts, toast) /> }
}

fn one(toasts: Toasts, toast: Toast) -> impl IntoView {
    let lang = use_lang();
    let id = toast.id;
    let action = toast.action.map(|(label, act)| {
        let run = move |_| {
            act();
            toasts.remove(id);
        };
        view! {
            <button class="btn btn-sm" type="button" on:click=run>
                {label}
            </button>
        }
    });
    view! {
        <div class="toast">
            <super::Icon name=toast.tone.icon() />
            <div>{toast.words}</div>
            {action}
            <IconButton
                icon="x"
                label=text::close(lang).to_owned()
                small=true
                on:click=move |_| toasts.remove(id)
            />
        </div>
    }
}
