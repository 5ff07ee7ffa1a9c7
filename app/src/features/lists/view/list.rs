//! `/i/:identity/lists/:list`
use super::{
    add::AddDialog,
    members::{Members, add_again},
    name::RenameList,
    switch::{DeleteList, KeepReplies, restore},
};
use crate::features::{
    lists::{
        api::{load_list_head, remove_unreachable_members},
        model::{Kind, ListHead, ListState, ListView},
        text,
    },
    recipients::{self, model::RecipientState},
};
use crate::kernel::{ErrorCode, Uid, i18n::number, permission::Right};
use crate::shell::{Can, Page, PageHead, use_changes, use_identity_uid, use_right};
use crate::ui::{Banner, Button, ButtonLink, Load, Tone, Variant, loading, use_lang, use_toasts};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;

/// Which list the page shows, and how its parts make each other load again.
#[derive(Clone, Copy)]
pub struct Place {
    /// The identity of the address.
    pub identity: Memo<Option<Uid>>,
    /// The list of the address.
    pub list: Memo<Option<Uid>>,
    /// A list, or a feed: its subscribers are shown and changed by the same parts.
    pub kind: Kind,
    /// Goes up when something changed.
    pub version: Signal<u32>,
    /// Call it after a change.
    pub changed: Callback<()>,
}

impl Place {
    /// Identity and list, for a call.
    pub fn uids(&self) -> Option<(Uid, Uid)> {
        Some((self.identity.get_untracked()?, self.list.get_untracked()?))
    }
}

/// What the page's buttons open.
#[derive(Clone, Copy)]
struct Doors {
    which: RwSignal<Option<ListView>>,
    adding: RwSignal<bool>,
    renaming: RwSignal<bool>,
    deleting: RwSignal<bool>,
}

/// One list: whom it reaches, who is on it.
#[component]
pub fn ListPage() -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_uid();
    let params = use_params_map();
    let list = Memo::new(move |_| params.with(|p| p.get_str("list")?.parse::<Uid>().ok()));
    let (version, changed) = use_changes();
    let place = Place {
        identity,
        list,
        kind: Kind::List,
        version,
        changed,
    };
    let head = loading(
        move || (identity.get(), list.get(), version.get()),
        |(identity, list, _)| async move {
            let missing = ErrorCode::NotFound;
            load_list_head(identity.ok_or(missing.clone())?, list.ok_or(missing)?).await
        },
    );
    let doors = Doors {
        which: RwSignal::new(None),
        adding: RwSignal::new(false),
        renaming: RwSignal::new(false),
        deleting: RwSignal::new(false),
    };
    let name = RwSignal::new(String::new());
    let title = Signal::derive(move || match name.get() {
        name if name.is_empty() => text::lists(lang).to_owned(),
        name => name,
    });
    let trail = vec![(
        text::lists(lang).to_owned(),
        format!(
            "/i/{}/lists",
            identity
                .get_untracked()
                .map(|i| i.to_string())
                .unwrap_or_default()
        ),
    )];
    view! {
        <Page title trail>
            <Load resource=head let:head>
                <Above head place doors name />
            </Load>
            <Members place adding=doors.adding />
            <AddDialog place name=title open=doors.adding />
            <RenameList identity=identity.into() which=doors.which open=doors.renaming saved=changed />
            <DeleteList identity=identity.into() which=doors.which open=doors.deleting done=changed />
        </Page>
    }
}

/// Head and notices.
#[component]
fn Above(head: ListHead, place: Place, doors: Doors, name: RwSignal<String>) -> impl IntoView {
    let lang = use_lang();
    let ListHead { list, audience, .. } = head;
    let (title, members, active) = (list.name.clone(), list.members, list.state == ListState::Active);
    // what the buttons need must not end with their owner: they are still shown while the page loads again
    let (to_rename, to_delete, uid) = (list.clone(), list.clone(), list.uid.clone());
    name.set(title.clone());
    let (rename, delete) = (text::rename(lang, &title), text::delete(lang, &title));
    let open = move |dialog: RwSignal<bool>, list: &ListView| {
        doors.which.set(Some(list.clone()));
        dialog.set(true);
    };
    let (may_write, may_change) = (use_right(Right::Send), use_right(Right::Lists));
    let may_change = active && may_change.get_untracked();
    let write = (members > 0 && active && may_write.get_untracked()).then(|| {
        let base = place
            .identity
            .get_untracked()
            .map(|i| i.to_string())
            .unwrap_or_default();
        view! {
            <ButtonLink
                variant=Variant::Primary
                icon="pencil-line"
                href=format!("/i/{base}/messages/new?list={uid}")
            >
                {text::write_to(lang, members)}
            </ButtonLink>
        }
    });
    let add = may_change.then(|| {
        let first = if members == 0 {
            Variant::Primary
        } else {
            Variant::Plain
        };
        view! {
            <Button icon="user-round-plus" variant=first on:click=move |_| doors.adding.set(true)>
                {text::add_people(lang)}
            </Button>
        }
    });
    view! {
        <PageHead title=title lede=text::people(lang, members)>
            {add}
            {write}
        </PageHead>
        {(!active).then(|| view! { <Deleted place uid=list.uid.clone() /> })}
        {active.then(|| view! { <KeepReplies place on=list.takes_replies may=may_change /> })}
        <div class="grid gap-4 mb-4 empty:hidden">
            {(audience.not_fetched > 0)
                .then(|| {
                    view! { <Banner tone=Tone::Plain icon="hourglass">{text::keys_come(lang, number(audience.not_fetched))}</Banner> }
                })}
            {(audience.key_changed > 0).then(|| view! { <Held n=audience.key_changed /> })}
            {(may_change && audience.unknown + audience.revoked > 0)
                .then(|| view! { <Gone place n=audience.unknown + audience.revoked /> })}
        </div>
        {may_change
            .then(|| {
                view! {
                    <div class="flex flex-wrap gap-2 mb-4">
                        <Button small=true icon="pencil" on:click=move |_| open(doors.renaming, &to_rename)>
                            {rename}
                        </Button>
                        <Button
                            small=true
                            variant=Variant::Danger
                            icon="trash-2"
                            on:click=move |_| open(doors.deleting, &to_delete)
                        >
                            {delete}
                        </Button>
                    </div>
                }
            })}
    }
}

#[component]
fn Deleted(place: Place, uid: Uid) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let back = move |_| {
        if let Some(identity) = place.identity.get_untracked() {
            restore(toasts, lang, identity, uid.clone(), place.changed);
        }
    };
    let actions = move || {
        let back = back.clone();
        view! {
            <Can right=Right::Lists>
                <Button small=true icon="undo-2" on:click=back.clone()>
                    {text::restore_list(lang)}
                </Button>
            </Can>
        }
    };
    view! {
        <div class="mb-4">
            <Banner tone=Tone::Warn actions>
                <p>{text::is_deleted(lang)}</p>
            </Banner>
        </div>
    }
}

#[component]
fn Held(n: u64) -> impl IntoView {
    let lang = use_lang();
    let href = format!("?filter={}", RecipientState::KeyChanged.code());
    let actions = move || view! { <ButtonLink href small=true>{text::show_them(lang)}</ButtonLink> };
    view! {
        <Banner tone=Tone::Warn actions>
            <p class="font-medium">{recipients::text::held(lang, n)}</p>
            <p class="text-ink-2">{recipients::text::held_why(lang)}</p>
        </Banner>
    }
}

/// Those whom nothing reaches, and the step that takes them off.
#[component]
fn Gone(place: Place, n: u64) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let remove = move |_| {
        let Some((identity, list)) = place.uids() else {
            return;
        };
        let _ = busy.try_set(true);
        spawn_local(async move {
            let removed = remove_unreachable_members(identity.clone(), list.clone()).await;
            let _ = busy.try_set(false);
            match removed {
                Ok(removed) => {
                    let words = text::removed(lang, removed.ids.len() as u64);
                    let again = move || {
                        add_again(
                            toasts,
                            lang,
                            place,
                            identity.clone(),
                            list.clone(),
                            removed.ids.clone(),
                        );
                    };
                    toasts.with_action(words, text::undo(lang), again);
                }
                Err(error) => toasts.fail(error.text(lang)),
            }
            place.changed.try_run(());
        });
    };
    let actions = move || {
        view! {
            <Button small=true busy on:click=remove>
                {text::remove_n(lang, n)}
            </Button>
        }
    };
    view! {
        <Banner tone=Tone::Warn actions>
            <p class="font-medium">{text::gone(lang, n)}</p>
            <p class="text-ink-2">{text::gone_text(lang)}</p>
        </Banner>
    }
}
