//! Who is in the group, and how they stand.
use super::{new::pasted_ids, state::Place};
use crate::features::groups::{
    api::SaveGroupMembers,
    model::{GroupHead, MemberState, MemberView},
    text,
};
use crate::kernel::{AppError, AppResult, ErrorCode, Lang, Problem, ThreemaId, i18n::number};
use crate::ui::{
    Avatar, AvatarSize, Button, Dialog, Empty, Form, Icon, IconButton, Submit, TextArea, Time, TimeStyle,
    use_lang, use_toasts,
};
use leptos::{prelude::*, task::spawn_local};

/// The members with a search, and the way to more.
#[component]
pub fn Members(
    head: GroupHead,
    place: Place,
    may: bool,
    search: RwSignal<String>,
    /// The dialog that adds
    adding: RwSignal<bool>,
) -> impl IntoView {
    let lang = use_lang();
    let count = head.group.members;
    let members = StoredValue::new(head.members);
    let rows = move || {
        let words = search.get().trim().to_lowercase();
        let fits = |m: &&MemberView| {
            words.is_empty()
                || m.shown().to_lowercase().contains(&words)
                || m.threema_id.as_str().to_lowercase().contains(&words)
        };
        // a search may still be typed while the page loads again
        let found = members.try_with_value(|all| all.iter().filter(fits).cloned().collect::<Vec<_>>());
        let found = found.unwrap_or_default();
        match found.is_empty() && words.is_empty() {
            true => view! {
                <Empty icon="users-round" title=text::nobody_title(lang) text=text::nobody_text(lang) />
            }
            .into_any(),
            false => found
                .into_iter()
                .map(|member| view! { <Row member place may /> })
                .collect_view()
                .into_any(),
        }
    };
    view! {
        <div class="flex items-center gap-2 px-4 pt-3 pb-2">
            <h2 class="flex-1">
                {text::members(lang)} " "
                <span class="font-normal text-ink-3 num">{text::of_256(lang, number(count + 1))}</span>
            </h2>
            {may
                .then(|| {
                    view! {
                        <Button small=true icon="user-round-plus" on:click=move |_| adding.set(true)>
                            {text::add(lang)}
                        </Button>
                    }
                })}
        </div>
        <div class="px-4 pb-2">
            <span class="input-group w-full max-md:w-full">
                <Icon name="search" />
                <input
                    class="input"
                    type="search"
                    name="member-q"
                    aria-label=text::search_members(lang)
                    placeholder=text::search_members(lang)
                    prop:value=move || search.get()
                    on:input:target=move |event| search.set(event.target().value())
                />
            </span>
        </div>
        <ul class="flex-1 min-h-0 overflow-y-auto px-2 pb-3 text-sm" tabindex="0" aria-label=text::members(lang)>
            {rows}
        </ul>
    }
}

/// How somebody stands, as icon and words.
fn state_words(state: MemberState, lang: Lang) -> (&'static str, &'static str, &'static str) {
    match state {
        MemberState::New => (
            "state is-warn text-xs",
            "user-round-plus",
            text::to_be_added(lang),
        ),
        MemberState::ToBeRemoved => (
            "state is-warn text-xs",
            "user-round-minus",
            text::to_be_removed(lang),
        ),
        MemberState::OnTheWay => (
            "state text-xs text-ink-3",
            "circle-dashed",
            text::on_the_way(lang),
        ),
        MemberState::InSync => ("state text-xs text-ink-3", "check", text::on_the_phone(lang)),
        MemberState::Left { .. } => ("state text-xs", "log-out", text::left_at(lang)),
        MemberState::Unreachable { .. } => {
            ("state is-failed text-xs", "user-round-x", text::unreachable(lang))
        }
    }
}

#[component]
fn Row(member: MemberView, place: Place, may: bool) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let (id, name, state) = (member.threema_id, member.shown(), member.state);
    let (class, icon, words) = state_words(state, lang);
    let quiet = state == MemberState::InSync;
    let gone = matches!(state, MemberState::ToBeRemoved | MemberState::Left { .. });
    let left = match state {
        MemberState::Left { at } => Some(view! { <Time at style=TimeStyle::Short /> }),
        _ => None,
    };
    let why = match state {
        MemberState::Unreachable { why } => Some(text::why(lang, why)),
        _ => None,
    };
    let change = move |add: Vec<ThreemaId>, remove: Vec<ThreemaId>| {
        let Some((identity, group)) = place.uids() else {
            return;
        };
        spawn_local(async move {
            let done = crate::features::groups::api::save_group_members(identity, group, add, remove).await;
            if let Err(error) = done {
                toasts.fail(error.text(lang));
            }
            place.changed.try_run(());
        });
    };
    let (button_icon, label) = match state {
        MemberState::ToBeRemoved => ("undo-2", text::keep(lang, &name)),
        MemberState::Left { .. } => ("user-round-plus", text::invite_again(lang, &name)),
        _ => ("user-round-minus", text::remove(lang, &name)),
    };
    let step = move |_| {
        if gone {
            change(vec![id], Vec::new());
        } else {
            change(Vec::new(), vec![id]);
        }
    };
    let name_class = if gone {
        "block leading-5 clip line-through text-ink-3"
    } else {
        "block leading-5 clip font-medium"
    };
    view! {
        <li
            class="flex items-center gap-2.5 px-2 py-1.5 rounded-md hover:bg-hover"
            data-member=id.to_string()
            data-state=state.code()
        >
            <Avatar name=name.clone() size=AvatarSize::Small />
            <span class="min-w-0 flex-1">
                <span class=name_class>{name}</span>
                <span class="block text-xs leading-4">
                    <span class="tid">{id.to_string()}</span>
                </span>
            </span>
            <span class=class title=why>
                <Icon name=icon class="icon-sm" />
                <span class=if quiet { "sr" } else { "" }>{words} " " {left}</span>
                {why.map(|why| view! { <span class="sr">{why}</span> })}
            </span>
            {may.then(|| view! { <IconButton icon=button_icon small=true label on:click=step /> })}
        </li>
    }
}

/// Adds people by their IDs; they hear of it with the next round.
#[component]
pub fn AddDialog(place: Place, name: Signal<String>, open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let save = ServerAction::<SaveGroupMembers>::new();
    Effect::new(move || {
        if let Some(Ok(_)) = save.value().get() {
            open.set(false);
            place.changed.run(());
        }
    });
    view! {
        <Dialog open name="add-members" title=Signal::derive(move || text::add_title(lang, &name.get()))>
            {move || view! { <AddFields place save open lang /> }}
        </Dialog>
    }
}

#[component]
fn AddFields(
    place: Place,
    save: ServerAction<SaveGroupMembers>,
    open: RwSignal<bool>,
    lang: Lang,
) -> impl IntoView {
    let ids = RwSignal::new(String::new());
    let bad = RwSignal::new(None::<String>);
    let submit = move || -> AppResult<SaveGroupMembers> {
        let add = pasted_ids(&ids.get_untracked()).map_err(|wrong| {
            bad.set(Some(text::bad_ids(lang, wrong.join(", "))));
            AppError::field("members", Problem::NotAThreemaId)
        })?;
        if add.is_empty() {
            return Err(AppError::field("members", Problem::Required));
        }
        bad.set(None);
        let (identity, group) = place.uids().ok_or(ErrorCode::NotFound)?;
        Ok(SaveGroupMembers {
            identity,
            group,
            add,
            remove: Vec::new(),
        })
    };
    view! {
        <Form action=save submit class="contents">
            <div class="dialog-body grid gap-4">
                <TextArea
                    name="members"
                    label=text::members_label(lang)
                    help=text::add_staged(lang)
                    bind=ids
                    rows=6
                    error=bad.into()
                />
                <p class="text-sm text-ink-2">{text::internal_note(lang)}</p>
            </div>
            <div class="dialog-foot">
                <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                <Submit>{text::add(lang)}</Submit>
            </div>
        </Form>
    }
}
