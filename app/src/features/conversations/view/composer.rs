//! Writing an answer.
use super::page::Talk;
use crate::features::{
    conversations::{api::write_in_conversation, model::answer_text, text},
    messages::model::TEXT_BYTES,
    recipients::model::RecipientState,
};
use crate::kernel::{AppError, Lang, i18n::number};
use crate::ui::{
    Button, Icon, Markup, Meter, TextArea, Variant, keep_unsent,
    markup::{self, Span},
    use_lang,
};
use leptos::{prelude::*, task::spawn_local};

/// Why nothing can be sent, if so.
fn hindrance(talk: Talk, lang: Lang) -> Option<&'static str> {
    talk.loaded.with(|thread| {
        let thread = thread.as_ref()?;
        match thread.row.reachable {
            RecipientState::KeyChanged => Some(text::cannot_held(lang)),
            RecipientState::Reachable if thread.plan_is_valid => None,
            RecipientState::Reachable => Some(text::cannot_plan(lang)),
            RecipientState::NotFetched | RecipientState::Unknown | RecipientState::Revoked => {
                Some(text::cannot_reach(lang))
            }
        }
    })
}

/// The field, its meter, a preview where something is marked, and the buttons.
#[component]
pub(super) fn Composer(talk: Talk) -> impl IntoView {
    let lang = use_lang();
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let draft = talk.draft;
    let bytes = Memo::new(move |_| draft.with(|d| d.trim().len()));
    let closed = Signal::derive(move || hindrance(talk, lang).is_some());
    let send = move || {
        let Some((identity, uid)) = talk.uids() else {
            return;
        };
        if busy.get_untracked() || closed.get_untracked() {
            return;
        }
        let written = match answer_text("text", &draft.get_untracked()) {
            Ok(text) => text,
            Err(error) => return problem.set(Some(error)),
        };
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let key = talk.key.of(format!("{uid} {written}"));
            let kept = talk.drafts.name(&uid);
            let sent = write_in_conversation(identity, uid.clone(), written, key).await;
            let _ = busy.try_set(false);
            match sent {
                Ok(()) => {
                    talk.key.arrived();
                    // somebody may look at another conversation by now
                    if talk.open.try_get_untracked().flatten() == Some(uid) {
                        let _ = draft.try_set(String::new());
                    } else {
                        keep_unsent(&kept, "");
                    }
                    talk.changed.try_run(());
                }
                Err(error) => drop(problem.try_set(Some(error))),
            }
        });
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send();
        }
    };
    let error = Signal::derive(move || {
        problem.with(|p| {
            let error = p.as_ref()?;
            Some(
                error
                    .of("text")
                    .map_or_else(|| error.text(lang), |problem| problem.text(lang)),
            )
        })
    });
    let count =
        Signal::derive(move || text::bytes_of(lang, &number(bytes.get() as u64), &number(TEXT_BYTES as u64)));
    view! {
        <form
            class="talk-compose"
            on:keydown=key
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <p class="field-error empty:hidden" role="status">
                {move || {
                    hindrance(talk, lang)
                        .map(|why| {
                            view! {
                                <Icon name="circle-alert" />
                                {why}
                            }
                        })
                }}
            </p>
            <TextArea name="answer" label=text::write(lang) meta=count bind=draft rows=3 disabled=closed error />
            <Preview draft />
            <div class="flex flex-wrap items-center gap-2">
                <span class="flex w-24">
                    <Meter
                        value=Signal::derive(move || bytes.get() as u64)
                        max=Signal::stored(TEXT_BYTES as u64)
                        label=text::bytes_used(lang)
                        small=true
                    />
                </span>
                <span class="ml-auto flex flex-wrap gap-2">
                    <Button icon="message-square-text" on:click=move |_| talk.saved.set(true)>
                        {text::saved_replies(lang)}
                    </Button>
                    <Button variant=Variant::Primary icon="send" busy disabled=closed on:click=move |_| send()>
                        {text::send(lang)}
                    </Button>
                </span>
            </div>
        </form>
    }
}

/// What is marked, as the phone shows it; nothing while nothing is.
#[component]
fn Preview(draft: RwSignal<String>) -> impl IntoView {
    let lang = use_lang();
    let marked = Memo::new(move |_| {
        draft.with(|d| {
            markup::parse(d)
                .iter()
                .any(|span| matches!(span, Span::Marked(..)))
        })
    });
    let shown = Signal::derive(move || draft.with(|d| d.trim().to_owned()));
    view! {
        <Show when=move || marked.get()>
            <div class="grid gap-1 justify-items-end">
                <span class="meta">{text::preview(lang)}</span>
                <div class="bubble bubble-out" dir="auto">
                    <Markup text=shown />
                </div>
            </div>
        </Show>
    }
}
