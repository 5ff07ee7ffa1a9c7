//! Name, picture, export, and the end of a group.
use super::state::{Chat, Place};
use crate::features::groups::{
    api::{
        DissolveGroup, DropGroupPicture, EraseGroupChat, PrepareGroupExport, SaveGroupName, SaveGroupPicture,
    },
    model::{GroupInput, MAX_PICTURE_BYTES},
    text,
};
use crate::kernel::{AppError, ErrorCode, i18n::number, permission::Right};
use crate::shell::use_right;
use crate::ui::{
    Button, Confirm, Dialog, FieldFrame, Form, Submit, TextField, Variant, confirm_when_asked, file::Chosen,
    use_lang, use_toasts,
};
use leptos::{prelude::*, task::spawn_local};

/// What is done seldom, behind buttons below the members.
#[component]
pub fn Manage(place: Place, chat: Chat, name: Signal<String>) -> impl IntoView {
    let lang = use_lang();
    let may = use_right(Right::Groups);
    let (renaming, picturing) = (RwSignal::new(false), RwSignal::new(false));
    let (ending, erasing) = (RwSignal::new(false), RwSignal::new(false));
    view! {
        <Show when=move || may.try_get().unwrap_or_default()>
            <div class="flex flex-wrap gap-2 p-4 border-t border-line">
                <Button small=true icon="pencil" on:click=move |_| renaming.set(true)>
                    {text::rename(lang)}
                </Button>
                <Button small=true icon="image" on:click=move |_| picturing.set(true)>
                    {text::picture(lang)}
                </Button>
                <Export place />
                <Button small=true icon="trash-2" on:click=move |_| erasing.set(true)>
                    {text::erase(lang)}
                </Button>
                <Button small=true variant=Variant::Danger icon="ban" on:click=move |_| ending.set(true)>
                    {text::dissolve(lang)}
                </Button>
            </div>
        </Show>
        <Rename place name open=renaming />
        <PictureDialog place open=picturing />
        <Erase place chat open=erasing />
        <Dissolve place name open=ending />
    }
}

#[component]
fn Export(place: Place) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let prepare = ServerAction::<PrepareGroupExport>::new();
    confirm_when_asked(prepare);
    Effect::new(move || match prepare.value().get() {
        Some(Ok(())) => {
            if let Some((identity, group)) = place.uids() {
                // an attachment: the page stays
                let _ = window()
                    .location()
                    .set_href(&format!("/export/{identity}/groups/{group}.txt"));
            }
        }
        Some(Err(error)) if error.code != ErrorCode::ConfirmSignIn => toasts.fail(error.text(lang)),
        _ => {}
    });
    let start = move |_| {
        if let Some((identity, group)) = place.uids() {
            prepare.dispatch(PrepareGroupExport { identity, group });
        }
    };
    view! {
        <Button small=true icon="download" busy=prepare.pending() on:click=start>
            {text::export(lang)}
        </Button>
    }
}

#[component]
fn Rename(place: Place, name: Signal<String>, open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let save = ServerAction::<SaveGroupName>::new();
    Effect::new(move || {
        if let Some(Ok(())) = save.value().get() {
            open.set(false);
            place.changed.run(());
        }
    });
    view! {
        <Dialog open name="rename-group" title=Signal::derive(move || text::rename_title(lang, &name.get()))>
            {move || {
                let field = RwSignal::new(name.get_untracked());
                let submit = move || {
                    let (identity, group) = place.uids().ok_or(ErrorCode::NotFound)?;
                    let input = GroupInput { name: field.get_untracked().trim().to_owned() };
                    Ok(SaveGroupName { identity, group, input })
                };
                view! {
                    <Form action=save submit class="contents">
                        <div class="dialog-body grid gap-4">
                            <TextField
                                name="name"
                                label=text::name(lang)
                                help=text::name_help(lang)
                                bind=field
                                autofocus=true
                            />
                        </div>
                        <div class="dialog-foot">
                            <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                            <Submit>{text::save(lang)}</Submit>
                        </div>
                    </Form>
                }
            }}
        </Dialog>
    }
}

#[component]
fn PictureDialog(place: Place, open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let save = ServerAction::<SaveGroupPicture>::new();
    let drop_it = ServerAction::<DropGroupPicture>::new();
    let problem = RwSignal::new(None::<String>);
    let done = move |result: Option<Result<(), AppError>>| match result {
        Some(Ok(())) => {
            open.set(false);
            place.changed.run(());
        }
        Some(Err(error)) => {
            let words = error.of("image").map(|p| p.text(lang));
            problem.set(Some(words.unwrap_or_else(|| error.text(lang))));
        }
        None => {}
    };
    Effect::new(move || done(save.value().get()));
    Effect::new(move || done(drop_it.value().get()));
    let choose = Callback::new(move |file: Chosen| {
        problem.set(None);
        if file.size() > MAX_PICTURE_BYTES as f64 {
            problem.set(Some(text::picture_too_big(lang).to_owned()));
            return;
        }
        spawn_local(async move {
            let read = file.read().await;
            match (read, place.uids()) {
                (Some(image), Some((identity, group))) => {
                    save.dispatch(SaveGroupPicture {
                        identity,
                        group,
                        image,
                    });
                }
                _ => {
                    let _ = problem.try_set(Some(text::picture_unreadable(lang).to_owned()));
                }
            }
        });
    });
    let remove = move |_| {
        if let Some((identity, group)) = place.uids() {
            drop_it.dispatch(DropGroupPicture { identity, group });
        }
    };
    view! {
        <Dialog open name="group-picture" title=text::picture(lang).to_owned()>
            <div class="dialog-body grid gap-4">
                <FieldFrame
                    name="image"
                    label=text::set_picture(lang)
                    help=text::picture_help(lang)
                    error=problem.into()
                >
                    <input
                        class="input py-1!"
                        type="file"
                        id="field-image"
                        accept="image/jpeg"
                        aria-describedby="field-image-help"
                        on:change:target=move |event| {
                            if let Some(file) = Chosen::of(&event.target()) {
                                choose.run(file);
                            }
                        }
                    />
                </FieldFrame>
            </div>
            <div class="dialog-foot">
                <Button busy=drop_it.pending() on:click=remove>{text::remove_picture(lang)}</Button>
                <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
            </div>
        </Dialog>
    }
}

#[component]
fn Erase(place: Place, chat: Chat, open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let erase = ServerAction::<EraseGroupChat>::new();
    Effect::new(move || {
        if let Some(Ok(n)) = erase.value().get() {
            open.set(false);
            toasts.ok(text::erased(lang, number(n)));
            chat.erased();
        }
    });
    let confirm = Callback::new(move |()| {
        if let Some((identity, group)) = place.uids() {
            erase.dispatch(EraseGroupChat { identity, group });
        }
    });
    let error = Signal::derive(move || erase.value().get().and_then(Result::err));
    view! {
        <Confirm
            open
            name="erase-chat"
            title=text::erase_title(lang).to_owned()
            body=text::erase_text(lang).to_owned()
            verb=text::erase(lang).to_owned()
            danger=true
            busy=erase.pending()
            error
            confirm
        />
    }
}

#[component]
fn Dissolve(place: Place, name: Signal<String>, open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let dissolve = ServerAction::<DissolveGroup>::new();
    let members = RwSignal::new(0_u64);
    Effect::new(move || {
        if let Some(Ok(())) = dissolve.value().get() {
            open.set(false);
            place.changed.run(());
        }
    });
    // the number stands in the question: asked for when it is opened
    Effect::new(move || {
        if open.get()
            && let Some((identity, group)) = place.uids()
        {
            spawn_local(async move {
                let head = crate::features::groups::api::load_group_head(identity, group).await;
                if let Ok(head) = head {
                    let _ = members.try_set(head.group.members);
                }
            });
        }
    });
    let confirm = Callback::new(move |()| {
        if let Some((identity, group)) = place.uids() {
            dissolve.dispatch(DissolveGroup { identity, group });
        }
    });
    let error = Signal::derive(move || dissolve.value().get().and_then(Result::err));
    view! {
        <Confirm
            open
            name="dissolve-group"
            title=Signal::derive(move || text::dissolve_title(lang, &name.get()))
            body=Signal::derive(move || text::dissolve_text(lang, members.get()))
            verb=text::dissolve(lang).to_owned()
            danger=true
            busy=dissolve.pending()
            error
            confirm
        />
    }
}
