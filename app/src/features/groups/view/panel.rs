//! Beside the chat: what phones do not know yet, the saving of history, the members.
use super::{
    members::{AddDialog, Members},
    state::Place,
};
use crate::features::groups::{
    api::{DiscardGroupChanges, SaveGroupHistory, SynchroniseGroup},
    model::{GroupHead, GroupState, Trouble},
    text,
};
use crate::kernel::permission::Right;
use crate::shell::use_right;
use crate::ui::{Banner, Button, Icon, Load, Loading, Switch, Time, Tone, Variant, use_lang, use_toasts};
use leptos::prelude::*;

/// State and members. The actions belong to the page: what is shown anew must not end them.
#[component]
pub fn Panel(place: Place, head: Loading<GroupHead>, name: Signal<String>) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let synchronise = ServerAction::<SynchroniseGroup>::new();
    let discard = ServerAction::<DiscardGroupChanges>::new();
    let history = ServerAction::<SaveGroupHistory>::new();
    let done = move |result: Option<Result<(), crate::kernel::AppError>>, words: &'static str| match result {
        Some(Ok(())) => {
            if !words.is_empty() {
                toasts.info(words);
            }
            place.changed.run(());
        }
        Some(Err(error)) => toasts.fail(error.text(lang)),
        None => {}
    };
    Effect::new(move || done(synchronise.value().get(), text::sync_started(lang)));
    Effect::new(move || done(discard.value().get(), text::discarded(lang)));
    Effect::new(move || done(history.value().get(), ""));
    let (search, adding) = (RwSignal::new(String::new()), RwSignal::new(false));
    view! {
        <Load resource=head let:head>
            <Shown head place synchronise discard history search adding />
        </Load>
        <AddDialog place name open=adding />
    }
}

#[component]
fn Shown(
    head: GroupHead,
    place: Place,
    synchronise: ServerAction<SynchroniseGroup>,
    discard: ServerAction<DiscardGroupChanges>,
    history: ServerAction<SaveGroupHistory>,
    search: RwSignal<String>,
    adding: RwSignal<bool>,
) -> impl IntoView {
    let active = head.group.state == GroupState::Active;
    let may = use_right(Right::Groups).get_untracked() && active;
    let (for_sync, for_history) = (head.clone(), head.clone());
    view! {
        {active
            .then(|| {
                view! {
                    <div class="p-4 grid gap-3 border-b border-line">
                        <Sync head=for_sync place synchronise discard may />
                        <History head=for_history place history may />
                    </div>
                }
            })}
        <Members head place may search adding />
    }
}

/// What phones do not know yet.
#[component]
fn Sync(
    head: GroupHead,
    place: Place,
    synchronise: ServerAction<SynchroniseGroup>,
    discard: ServerAction<DiscardGroupChanges>,
    may: bool,
) -> impl IntoView {
    let lang = use_lang();
    let n = head.staged.count();
    let trouble = head.trouble.map(|trouble| {
        let tone = if trouble == Trouble::GatewayAway {
            Tone::Warn
        } else {
            Tone::Fail
        };
        view! { <Banner tone>{text::trouble(lang, trouble)}</Banner> }
    });
    let start = move |_| {
        if let Some((identity, group)) = place.uids() {
            synchronise.dispatch(SynchroniseGroup { identity, group });
        }
    };
    let back = move |_| {
        if let Some((identity, group)) = place.uids() {
            discard.dispatch(DiscardGroupChanges { identity, group });
        }
    };
    let never = !head.was_synchronised;
    let beside = if never {
        "grid"
    } else {
        "grid grid-cols-[1fr_auto] gap-2"
    };
    let card = match n {
        0 => {
            let words = if head.is_sending { text::sending(lang) } else { text::in_sync(lang) };
            let icon = if head.is_sending { "circle-dashed" } else { "check" };
            view! {
                <p class="flex items-center gap-2 text-sm text-ink-2" role="status">
                    <Icon name=icon />
                    {words}
                </p>
            }
            .into_any()
        }
        n => view! {
            <div class="rounded-lg border border-warn/40 bg-warn-wash p-3.5 grid gap-2.5" data-staged=n.to_string()>
                <div class="flex gap-2.5">
                    <Icon name="refresh-cw" class="mt-0.5 text-warn-ink" />
                    <div class="text-sm" role="status">
                        <p class="font-medium">{text::staged(lang, n)}</p>
                        <p class="text-ink-2">
                            {text::which_staged(lang, head.staged)} " "
                            {if never { text::never_synced(lang) } else { text::collect(lang) }}
                        </p>
                    </div>
                </div>
                {may
                    .then(|| {
                        view! {
                            <div class=beside>
                                <Button
                                    variant=Variant::Primary
                                    small=true
                                    busy=synchronise.pending()
                                    on:click=start
                                >
                                    {text::sync_now(lang)}
                                </Button>
                                {(!never)
                                    .then(|| {
                                        view! {
                                            <Button small=true busy=discard.pending() on:click=back>
                                                {text::discard(lang)}
                                            </Button>
                                        }
                                    })}
                            </div>
                        }
                    })}
            </div>
        }
        .into_any(),
    };
    let again = (may && n == 0 && !never).then(|| {
        view! {
            <Button small=true icon="refresh-cw" busy=synchronise.pending() on:click=start>
                {text::sync_now(lang)}
            </Button>
        }
    });
    view! {
        {trouble}
        {card}
        {again}
    }
}

/// The switch acts at once.
#[component]
fn History(
    head: GroupHead,
    place: Place,
    history: ServerAction<SaveGroupHistory>,
    may: bool,
) -> impl IntoView {
    let lang = use_lang();
    let on = head.group.saves_history;
    let change = Callback::new(move |on: bool| {
        if let Some((identity, group)) = place.uids() {
            history.dispatch(SaveGroupHistory { identity, group, on });
        }
    });
    let since = head.history_since.map(|at| {
        view! {
            {text::on_since(lang)}
            " "
            <Time at />
            ". "
        }
    });
    let words = if on {
        text::history_on(lang)
    } else {
        text::history_off(lang)
    };
    let closed = Signal::derive(move || !may || history.pending().get());
    view! {
        <div class="grid gap-1">
            <Switch label=text::with_history(lang) on=Signal::stored(on) change disabled=closed />
            <p class="meta">{since} {words}</p>
        </div>
    }
}
