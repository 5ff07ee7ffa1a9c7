//! Saved replies: choosing one, and looking after them.
use super::page::Talk;
use crate::features::{
    conversations::{
        api::{KeepSavedReply, drop_saved_reply},
        model::{SavedReply, SavedReplyInput},
        text,
    },
    messages::model::TEXT_BYTES,
};
use crate::kernel::{ErrorCode, i18n::number};
use crate::ui::{
    Button, Dialog, Form, IconButton, Load, Loading, Submit, TextArea, TextField, Variant, use_lang,
    use_toasts,
};
use leptos::{prelude::*, task::spawn_local};

/// What the dialog shows: all of them, or one to write on.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Face {
    All,
    One(SavedReplyInput),
}

/// The dialog of saved replies.
#[component]
pub(super) fn SavedReplies(
    /// The page
    talk: Talk,
    /// All of them
    saved: Loading<Vec<SavedReply>>,
    /// Loads them again
    version: RwSignal<u32>,
) -> impl IntoView {
    let lang = use_lang();
    let face = RwSignal::new(Face::All);
    let keep = ServerAction::<KeepSavedReply>::new();
    Effect::new(move || {
        if let Some(Ok(_)) = keep.value().get() {
            version.update(|n| *n += 1);
            face.set(Face::All);
        }
    });
    Effect::new(move || {
        if talk.saved.get() {
            face.set(Face::All);
        }
    });
    view! {
        <Dialog open=talk.saved name="saved-replies" title=text::saved_replies(lang).to_owned()>
            {move || match face.get() {
                Face::All => view! { <All talk saved version face /> }.into_any(),
                Face::One(input) => view! { <One talk input keep face /> }.into_any(),
            }}
        </Dialog>
    }
}

#[component]
fn All(
    talk: Talk,
    saved: Loading<Vec<SavedReply>>,
    version: RwSignal<u32>,
    face: RwSignal<Face>,
) -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="dialog-body grid gap-2">
            <p class="text-sm text-ink-2">{text::saved_replies_text(lang)}</p>
            <Load resource=saved rows=2 let:replies>
                {match replies.is_empty() {
                    true => view! { <p class="text-ink-2">{text::no_saved(lang)}</p> }.into_any(),
                    false => {
                        let rows = replies
                            .into_iter()
                            .map(|reply| view! { <Row reply talk version face /> })
                            .collect_view();
                        view! { <ul class="rows -mx-5">{rows}</ul> }.into_any()
                    }
                }}
            </Load>
        </div>
        <div class="dialog-foot">
            <Button icon="plus" on:click=move |_| face.set(Face::One(SavedReplyInput::default()))>
                {text::new_saved(lang)}
            </Button>
        </div>
    }
}

#[component]
fn Row(reply: SavedReply, talk: Talk, version: RwSignal<u32>, face: RwSignal<Face>) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let (to_insert, to_edit, to_drop) = (reply.text.clone(), reply.clone(), reply.clone());
    let insert = move |_| {
        let text = to_insert.clone();
        talk.draft.update(|draft| {
            if !draft.is_empty() && !draft.ends_with(char::is_whitespace) {
                draft.push(' ');
            }
            draft.push_str(&text);
        });
        talk.saved.set(false);
    };
    let edit = move |_| {
        let SavedReply { uid, name, text } = to_edit.clone();
        face.set(Face::One(SavedReplyInput {
            uid: Some(uid),
            name,
            text,
        }));
    };
    let remove = move |_| {
        let Some(identity) = talk.identity.get_untracked() else {
            return;
        };
        let SavedReply { uid, name, .. } = to_drop.clone();
        spawn_local(async move {
            match drop_saved_reply(identity, uid).await {
                Ok(()) => toasts.ok(text::saved_deleted(lang, &name)),
                Err(error) => toasts.fail(error.text(lang)),
            }
            let _ = version.try_update(|n| *n += 1);
        });
    };
    view! {
        <li>
            <div class="min-w-0 flex-1">
                <p class="font-medium clip">{reply.name.clone()}</p>
                <p class="text-sm text-ink-2 line-clamp-2" dir="auto">{reply.text}</p>
            </div>
            <button
                class="btn btn-sm"
                type="button"
                aria-label=text::insert_named(lang, &reply.name)
                on:click=insert
            >
                {text::insert(lang)}
            </button>
            <IconButton icon="pencil" small=true label=text::edit_named(lang, &reply.name) on:click=edit />
            <IconButton icon="trash-2" small=true label=text::delete_named(lang, &reply.name) on:click=remove />
        </li>
    }
}

#[component]
fn One(
    talk: Talk,
    input: SavedReplyInput,
    keep: ServerAction<KeepSavedReply>,
    face: RwSignal<Face>,
) -> impl IntoView {
    let lang = use_lang();
    let (name, words) = (RwSignal::new(input.name), RwSignal::new(input.text));
    let uid = input.uid;
    let submit = move || {
        let input = SavedReplyInput {
            uid: uid.clone(),
            name: name.get_untracked(),
            text: words.get_untracked(),
        };
        let input = input.validate()?;
        let identity = talk.identity.get_untracked().ok_or(ErrorCode::NotFound)?;
        Ok(KeepSavedReply { identity, input })
    };
    let count = Signal::derive(move || {
        text::bytes_of(
            lang,
            &number(words.with(|w| w.trim().len() as u64)),
            &number(TEXT_BYTES as u64),
        )
    });
    view! {
        <Form action=keep submit class="contents">
            <div class="dialog-body grid gap-4">
                <TextField name="name" label=text::name(lang) bind=name autofocus=true />
                <TextArea name="text" label=text::text(lang) meta=count bind=words rows=5 />
            </div>
            <div class="dialog-foot">
                <Button variant=Variant::Quiet on:click=move |_| face.set(Face::All)>
                    {text::cancel(lang)}
                </Button>
                <Submit>{text::save(lang)}</Submit>
            </div>
        </Form>
    }
}
