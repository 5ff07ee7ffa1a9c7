//! Taking a bot out as a file, and taking one in.
use super::state::{Builder, fresh};
use crate::features::bots::{
    model::{BadFile, Tree, export, import},
    text,
};
use crate::kernel::Lang;
use crate::ui::{
    Button, Dialog, Icon, Variant,
    file::{Chosen, save},
    use_lang, use_toasts,
};
use leptos::{prelude::*, task::spawn_local};

/// Both buttons, and the dialog.
#[component]
pub fn Transfer(builder: Builder) -> impl IntoView {
    let lang = use_lang();
    let open = RwSignal::new(false);
    let out = move |_| {
        let name = builder
            .frame
            .with_untracked(|f| f.bot().map(|b| b.name.clone()).unwrap_or_default());
        let json = builder.tree.with_untracked(|t| export(&name, t));
        let _ = save(&format!("{}.json", file_name(&name)), "application/json", &json);
    };
    view! {
        <Button small=true variant=Variant::Quiet icon="download" on:click=out>
            {text::export(lang)}
        </Button>
        <Show when=move || builder.may.get()>
            <Button small=true variant=Variant::Quiet icon="file-up" on:click=move |_| open.set(true)>
                {text::import(lang)}
            </Button>
        </Show>
        <Import builder open />
    }
}

/// A name that every system takes.
fn file_name(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .take(60)
        .collect();
    match plain.trim_matches('-') {
        "" => "bot".to_owned(),
        plain => plain.to_owned(),
    }
}

#[component]
fn Import(builder: Builder, open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let read = RwSignal::new(None::<Tree>);
    let problem = RwSignal::new(None::<&'static str>);
    Effect::new(move || {
        if open.get() {
            read.set(None);
            problem.set(None);
        }
    });
    let chosen = move |event: leptos::ev::Targeted<leptos::ev::Event, leptos::web_sys::HtmlInputElement>| {
        let Some(file) = Chosen::of(&event.target()) else {
            return;
        };
        read.set(None);
        problem.set(None);
        spawn_local(async move {
            match opened(file).await {
                Ok(tree) => drop(read.try_set(Some(tree))),
                Err(why) => drop(problem.try_set(Some(why.words(lang)))),
            }
        });
    };
    let take = move |_| {
        let Some(tree) = read.get_untracked() else { return };
        let before = builder.tree.get_untracked();
        builder.replace(tree);
        open.set(false);
        let back = move || {
            if builder.may.try_get_untracked() == Some(true) {
                builder.replace(before.clone());
            }
        };
        toasts.with_action(text::imported(lang), text::undo(lang), back);
    };
    let count = Memo::new(move |_| read.with(|r| r.as_ref().map(|t| t.len() as u64)));
    view! {
        <Dialog open name="import-bot" title=text::import_title(lang).to_owned()>
            <div class="dialog-body grid gap-4">
                <p class="text-ink-2">{text::import_help(lang)}</p>
                <div class="field">
                    <label class="field-label" for="field-bot-file">
                        {text::import_label(lang)}
                    </label>
                    <input
                        class="input"
                        id="field-bot-file"
                        type="file"
                        accept=".json,application/json"
                        aria-describedby="field-bot-file-error"
                        aria-invalid=move || problem.get().map(|_| "true")
                        on:change:target=chosen
                    />
                    <p class="field-error empty:hidden" id="field-bot-file-error" role="alert">
                        {move || problem.get().map(|words| view! { <Icon name="circle-alert" /> {words} })}
                    </p>
                </div>
            </div>
            <div class="dialog-foot">
                <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                <Button
                    variant=Variant::Primary
                    disabled=Signal::derive(move || count.get().is_none())
                    on:click=take
                >
                    {move || match count.get() {
                        Some(n) => text::take_over(lang, n),
                        None => text::import(lang).to_owned(),
                    }}
                </Button>
            </div>
        </Dialog>
    }
}

/// Why nothing was taken in.
enum Why {
    Bad(BadFile),
    Unreadable,
}

impl Why {
    const fn words(&self, lang: Lang) -> &'static str {
        match self {
            Self::Bad(BadFile::TooLarge) => text::file_too_large(lang),
            Self::Bad(BadFile::NoBot) => text::file_no_bot(lang),
            Self::Bad(BadFile::Newer) => text::file_newer(lang),
            Self::Unreadable => text::file_unreadable(lang),
        }
    }
}

async fn opened(file: Chosen) -> Result<Tree, Why> {
    // more than any bot has, and more than should be read at once
    if file.size() > 8_000_000.0 {
        return Err(Why::Bad(BadFile::TooLarge));
    }
    let content = file.read().await.ok_or(Why::Unreadable)?;
    let text = plain(&content).ok_or(Why::Bad(BadFile::NoBot))?;
    import(&text, fresh).map(|(_, tree)| tree).map_err(Why::Bad)
}

fn plain(base64: &str) -> Option<String> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    String::from_utf8(STANDARD.decode(base64).ok()?).ok()
}
