//! `/i/:identity/messages/new`: writing a message. `?draft=UID` goes on with a draft, `?list=UID` begins with a list,
//! `?broadcast=1` begins a broadcast.
mod audience;
mod broadcast;
mod check;
mod editor;
mod facts;
mod languages;
mod marks;
mod options;
mod people;
mod preview;
mod save;
mod start;
mod state;

use super::live::focus_on;
use crate::features::messages::{api::discard_draft, model::Returned, text};
use crate::kernel::{AppError, ErrorCode, Uid, permission::Right};
use crate::shell::{Page, may_in, use_identity_uid};
use crate::ui::{Banner, Button, Confirm, Failure, Icon, Load, Time, TimeStyle, Tone, loading, use_lang};
use audience::AudienceField;
use broadcast::BroadcastField;
use check::CheckDialog;
use editor::Editor;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    components::Redirect,
    hooks::{use_navigate, use_query_map},
};
use options::Options;
use preview::Preview;
use save::Saver;
use start::{Opening, Start, open};
use state::{Composer, Saved};

/// Which composer the address asks for. `turn` tells two new messages in a row apart.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    turn: u32,
    identity: Option<Uid>,
    draft: Option<Uid>,
    list: Option<Uid>,
    broadcast: bool,
}

/// What the address asks for; once the open draft has got its uid and the address says so, nothing changes.
fn use_wanted(own: StoredValue<Option<Uid>>) -> Memo<Wanted> {
    let identity = use_identity_uid();
    let query = use_query_map();
    Memo::new(move |before: Option<&Wanted>| {
        let of = |key| query.with(|q| q.get_str(key).and_then(|uid| uid.parse::<Uid>().ok()));
        let (draft, list, identity) = (of("draft"), of("list"), identity.get());
        if let Some(before) = before {
            let same_draft = draft.is_some() && own.get_value() == draft;
            if before.identity == identity && same_draft {
                return before.clone();
            }
        }
        own.set_value(draft.clone());
        let broadcast = query.with(|q| q.get_str("broadcast").is_some());
        Wanted {
            broadcast,
            turn: before.map_or(0, |b| b.turn + 1),
            identity,
            draft,
            list,
        }
    })
}

/// Writes a message.
#[component]
pub fn ComposerPage() -> impl IntoView {
    let lang = use_lang();
    let own = StoredValue::new(None::<Uid>);
    let wanted = use_wanted(own);
    let opening = loading(
        move || wanted.get(),
        |wanted| async move {
            let identity = wanted.identity.ok_or(ErrorCode::NotFound)?;
            open(identity, wanted.draft, wanted.list, wanted.broadcast).await
        },
    );
    let messages = move || wanted.with_untracked(|w| w.identity.as_ref().map(|i| format!("/i/{i}/messages")));
    let trail = messages().map(|href| (text::messages(lang).to_owned(), href));
    view! {
        <Page title=text::new_message(lang).to_owned() trail=trail.into_iter().collect() class="">
            <Load resource=opening rows=8 let:opening>
                {match opening {
                    Opening::Sent { identity, message } => {
                        view! { <Redirect path=format!("/i/{identity}/messages/{message}") /> }.into_any()
                    }
                    Opening::Write(start) if !may_in(&start.identity.uid, Right::Send) => {
                        view! { <Failure error=ErrorCode::Forbidden.into() /> }.into_any()
                    }
                    Opening::Write(start) => view! { <Write start=*start own /> }.into_any(),
                }}
            </Load>
        </Page>
    }
}

/// The open composer. `own` learns the draft's uid when it is saved for the first time.
#[component]
fn Write(start: Start, own: StoredValue<Option<Uid>>) -> impl IntoView {
    let lang = use_lang();
    let returned = start.draft.as_ref().and_then(|d| d.returned.clone());
    let composer = Composer::new(start);
    let navigate = use_navigate();
    let base = composer.identity.with_value(|i| format!("/i/{}/messages", i.uid));
    let (address, leave) = (base.clone(), navigate.clone());
    let opened = Callback::new(move |uid: Uid| {
        own.set_value(Some(uid.clone()));
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&format!("{address}/new?draft={uid}"), options);
    });
    let saver = Saver::start(composer, opened);
    let heading = match composer.is_broadcast {
        true => text::new_broadcast(lang),
        false => text::new_message(lang),
    };
    let checking = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let discarding = RwSignal::new(false);
    let previewing = RwSignal::new(false);
    let left = StoredValue::new(base);
    let gone = Callback::new(move |to: String| {
        saver.end();
        let options = NavigateOptions {
            replace: true,
            ..NavigateOptions::default()
        };
        leave(&format!("{}{to}", left.get_value()), options);
    });
    view! {
        <div class="grid lg:grid-cols-[minmax(0,1fr)_24rem] items-start">
            <form
                class="min-w-0 flex flex-col lg:min-h-[calc(100dvh-3.25rem)]"
                novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    check::begin(composer, saver, busy, checking);
                }
            >
                <div class="p-(--gutter) pt-5 grid grid-cols-1 gap-5 content-start max-w-200 w-full mx-auto">
                    <div class="flex flex-wrap items-center gap-x-4 gap-y-2">
                        <h1 class="flex-1">{heading}</h1>
                        <SavedState composer />
                        <ViewSwitch previewing />
                    </div>
                    {returned.map(|returned| view! { <SentBack returned /> })}
                    <SaveFailure saver composer />
                    {match composer.is_broadcast {
                        true => view! { <BroadcastField composer saver /> }.into_any(),
                        false => view! { <AudienceField composer /> }.into_any(),
                    }}
                    <div class:max-lg:hidden=move || previewing.get()>
                        <Editor composer />
                    </div>
                    <Options composer />
                    {move || {
                        let error = composer.error.get().filter(|e| e.code != ErrorCode::Invalid);
                        error.map(|error| view! { <Failure error /> })
                    }}
                </div>
                <div class="sticky bottom-0 max-md:bottom-15 mt-auto z-10 bg-paper border-t border-line">
                    <div class="max-w-200 mx-auto px-(--gutter) py-3 flex flex-wrap items-center gap-2">
                        <button
                            class="btn btn-quiet btn-danger -ml-3"
                            type="button"
                            on:click=move |_| discarding.set(true)
                        >
                            <Icon name="trash-2" />
                            <span class="max-md:sr-only">{text::discard(lang)}</span>
                        </button>
                        <span class="flex-1"></span>
                        <button
                            class="btn btn-primary"
                            type="submit"
                            aria-busy=move || busy.get().then_some("true")
                            disabled=move || busy.get()
                        >
                            <span>{text::check_and_send(lang)}</span>
                            <Icon name=Signal::derive(move || {
                                if busy.get() { "loader-circle" } else { "arrow-right" }
                            }) />
                        </button>
                    </div>
                </div>
            </form>
            <Preview composer hidden=Signal::derive(move || !previewing.get()) />
        </div>
        <CheckDialog composer open=checking gone />
        <Discard composer open=discarding gone />
    }
}

/// Asks, removes the draft, and leaves.
#[component]
fn Discard(composer: Composer, open: RwSignal<bool>, gone: Callback<String>) -> impl IntoView {
    let lang = use_lang();
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<AppError>);
    let confirm = move |()| {
        busy.set(true);
        let (identity, draft) = (
            composer.identity.with_value(|i| i.uid.clone()),
            composer.draft.get_untracked(),
        );
        leptos::task::spawn_local(async move {
            let done = match draft {
                Some(draft) => discard_draft(identity, draft).await,
                None => Ok(()),
            };
            busy.try_set(false);
            match done {
                Ok(()) => gone.run(String::new()),
                Err(problem) => {
                    error.try_set(Some(problem));
                }
            }
        });
    };
    view! {
        <Confirm
            open
            name="discard"
            title=text::discard_title(lang).to_owned()
            body=text::discard_text(lang).to_owned()
            verb=text::discard_verb(lang).to_owned()
            danger=true
            busy
            error
            confirm=Callback::new(confirm)
        />
    }
}

/// "Draft saved 09:41:07"
#[component]
fn SavedState(composer: Composer) -> impl IntoView {
    let lang = use_lang();
    let words = move || match composer.saved.get() {
        Saved::Nothing => ().into_any(),
        Saved::At(at) => {
            // within the day the clock is enough
            let today = super::live::clock() - at.0 < 12 * crate::kernel::Timestamp::HOUR;
            let style = if today {
                TimeStyle::Seconds
            } else {
                TimeStyle::Short
            };
            view! {
                <Icon name="cloud-check" />
                <span>{text::draft_saved(lang)} " " <Time at=at style /></span>
            }
            .into_any()
        }
        Saved::Waiting | Saved::Saving => view! {
            <Icon name="cloud" />
            {text::saving(lang)}
        }
        .into_any(),
        Saved::Failed(_) => view! {
            <Icon name="triangle-alert" />
            {text::not_saved(lang)}
        }
        .into_any(),
    };
    view! {
        <span
            class="state text-xs"
            class:is-warn=move || composer.saved.with(|s| matches!(s, Saved::Failed(_)))
            role="status"
        >
            {words}
        </span>
    }
}

/// Whoever was asked to approve has sent it back.
#[component]
fn SentBack(returned: Returned) -> impl IntoView {
    let lang = use_lang();
    let words = text::returned_by(lang, &returned.by.unwrap_or_default());
    view! {
        <Banner tone=Tone::Warn>
            <p class="font-medium">{words}</p>
            <p class="text-ink-2 whitespace-pre-wrap">{returned.note}</p>
        </Banner>
    }
}

/// The draft could not be saved: why, and a way to try again.
#[component]
fn SaveFailure(saver: Saver, composer: Composer) -> impl IntoView {
    let lang = use_lang();
    move || {
        let Saved::Failed(error) = composer.saved.get() else {
            return ().into_any();
        };
        crate::ui::to_sign_in(&error);
        view! {
            <div class="banner banner-fail" role="alert">
                <Icon name="circle-x" />
                <div>
                    <b class="font-medium">{text::save_failed(lang)}</b>
                    " "
                    {error.text(lang)}
                    " "
                    {text::save_failed_text(lang)}
                </div>
                <Button small=true on:click=move |_| saver.now()>
                    {text::save_again(lang)}
                </Button>
            </div>
        }
        .into_any()
    }
}

/// Write or preview, where there is no place for both.
#[component]
fn ViewSwitch(previewing: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let button = move |preview: bool, words: &'static str| {
        let pressed = move || (previewing.get() == preview).to_string();
        let choose = move |_| {
            previewing.set(preview);
            if !preview {
                focus_on("text".to_owned());
            }
        };
        view! {
            <button type="button" aria-pressed=pressed on:click=choose>
                {words}
            </button>
        }
    };
    view! {
        <span class="seg lg:hidden" role="group" aria-label=text::view(lang)>
            {button(false, text::write(lang))}
            {button(true, text::preview(lang))}
        </span>
    }
}
