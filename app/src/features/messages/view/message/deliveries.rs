//! Every recipient of a message, with state, reason and next step.
use super::super::words::{delivery_look, delivery_word, reason_word};
use super::Followed;
use crate::features::messages::{
    api::{PrepareMessageExport, list_deliveries},
    model::{DeliveryRow, DeliveryState, Reason},
    text,
};
use crate::kernel::{ErrorCode, Page, Timestamp, Uid, i18n::number};
use crate::ui::{
    Button, Failed, Loading, Pager, SearchBox, SortHeader, StateChip, Time, TimeStyle, Variant,
    confirm_when_asked, loading, use_lang, use_page_request, use_toasts, use_write_page,
};
use leptos::prelude::*;

/// One page of deliveries.
pub type Rows = Loading<Page<DeliveryRow>>;

/// Loads them as the address says; again when `version` goes up.
pub fn use_deliveries(
    identity: Memo<Option<Uid>>,
    message: Memo<Option<Uid>>,
    version: RwSignal<u32>,
) -> Rows {
    let request = use_page_request();
    loading(
        move || (identity.get(), message.get(), request.get(), version.get()),
        |(identity, message, request, _)| async move {
            let (identity, message) = (
                identity.ok_or(ErrorCode::NotFound)?,
                message.ok_or(ErrorCode::NotFound)?,
            );
            list_deliveries(identity, message, request).await
        },
    )
}

/// The deliveries as a file: the server is asked first whether the sign-in is fresh enough, then the browser fetches it.
#[component]
fn Export(identity: Uid, message: Uid) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let prepare = ServerAction::<PrepareMessageExport>::new();
    confirm_when_asked(prepare);
    let address = format!("/export/{identity}/messages/{message}.csv");
    Effect::new(move || match prepare.value().get() {
        Some(Ok(())) => {
            // an attachment: the page stays
            let _ = window().location().set_href(&address);
        }
        Some(Err(error)) if error.code != ErrorCode::ConfirmSignIn => toasts.fail(error.text(lang)),
        _ => {}
    });
    let start = move |_| {
        prepare.dispatch(PrepareMessageExport {
            identity: identity.clone(),
            message: message.clone(),
        });
    };
    view! {
        <Button variant=Variant::Quiet small=true icon="download" busy=prepare.pending() on:click=start>
            {text::export(lang)}
        </Button>
    }
}

/// The card with filter, search, table and export.
#[component]
pub fn Deliveries(followed: Followed, rows: Rows) -> impl IntoView {
    let lang = use_lang();
    let body = move || {
        Suspend::new(async move {
            match rows.await {
                Ok(page) if page.items.is_empty() => view! {
                    <tr>
                        <td colspan="6" class="wide text-ink-3">
                            {text::no_delivery(lang)}
                        </td>
                    </tr>
                }
                .into_any(),
                Ok(page) => page
                    .items
                    .into_iter()
                    .map(|row| view! { <Line followed row /> })
                    .collect_view()
                    .into_any(),
                Err(error) => view! {
                    <tr>
                        <td colspan="6" class="wide">
                            <Failed error retry=Callback::new(move |()| rows.refetch()) />
                        </td>
                    </tr>
                }
                .into_any(),
            }
        })
    };
    let pager = move || {
        Suspend::new(async move {
            rows.await.ok().map(|page| {
                view! { <Pager page=page.page size=page.size total=page.total label=text::pages_of_deliveries(lang) /> }
            })
        })
    };
    view! {
        <section class="card min-w-0" aria-labelledby="recipients">
            <div class="toolbar">
                <h2 class="sr" id="recipients">
                    {text::recipients(lang)}
                </h2>
                <StateFilter followed />
                <span class="grow"></span>
                <div class="flex flex-wrap items-center gap-2 max-md:w-full">
                    <SearchBox label=text::search_deliveries(lang) />
                    <Export identity=followed.identity.get_value() message=followed.uid.get_value() />
                </div>
            </div>
            <table class="data data-stack data-tight">
                <thead>
                    <tr>
                        <SortHeader name="name" label=text::recipient(lang) />
                        <th scope="col">{text::id(lang)}</th>
                        <th scope="col">{text::language(lang)}</th>
                        <th scope="col">{text::state(lang)}</th>
                        <th scope="col">{text::reason_next(lang)}</th>
                        <SortHeader name="at" label=text::time(lang) end=true />
                    </tr>
                </thead>
                <tbody>
                    <Transition fallback=|| ()>{body}</Transition>
                </tbody>
            </table>
            <Transition fallback=|| ()>{pager}</Transition>
        </section>
    }
}

#[component]
fn Line(followed: Followed, row: DeliveryRow) -> impl IntoView {
    let lang = use_lang();
    let (icon, look) = delivery_look(row.state);
    let name = match row.name.is_empty() {
        true => view! { <span class="font-normal text-ink-3">{text::no_name(lang)}</span> }.into_any(),
        false => row.name.into_any(),
    };
    let sent = followed.view.with_untracked(|v| v.row.at);
    // on the day itself the seconds count
    let style = if row.at.since(sent) < 12 * Timestamp::HOUR {
        TimeStyle::Seconds
    } else {
        TimeStyle::Short
    };
    let recipient = format!(
        "/i/{}/recipients?q={}",
        followed.identity.get_value(),
        row.threema_id.replace('*', "%2A")
    );
    let next = match row.reason {
        Reason::KeyChanged => Some(text::check_key(lang)),
        Reason::UnknownId | Reason::Revoked | Reason::NotFound | Reason::Refused => {
            Some(text::see_recipient(lang))
        }
        _ => None,
    };
    let next = next.filter(|_| {
        matches!(
            row.state,
            DeliveryState::Pending | DeliveryState::Failed | DeliveryState::Skipped
        )
    });
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td class="max-md:text-right!">
                <span class="tid">{row.threema_id}</span>
            </td>
            <td class="text-ink-2 drop">{row.language.own_name()}</td>
            <td>
                <StateChip icon word=delivery_word(lang, row.state) look />
            </td>
            <td class="text-ink-2 wide max-md:order-1">
                {reason_word(lang, row.state, row.reason)}
                {next
                    .map(|next| {
                        view! {
                            " · "
                            <a class="link" href=recipient>
                                {next}
                            </a>
                        }
                    })}
            </td>
            <td class="end num text-ink-3">
                <Time at=row.at style />
            </td>
        </tr>
    }
}

/// All, or one state, with counts that follow the live stream.
#[component]
fn StateFilter(followed: Followed) -> impl IntoView {
    let lang = use_lang();
    let counts = followed.standing.counts;
    let request = use_page_request();
    let write = use_write_page();
    let button = move |state: Option<DeliveryState>| {
        let write = write.clone();
        let code = state.map_or("", DeliveryState::code);
        let n = Memo::new(move |_| counts.with(|c| state.map_or(c.total, |s| s.count_in(c))));
        let pressed = Memo::new(move |_| request.with(|r| r.filter == code));
        let rare = matches!(state, Some(DeliveryState::Skipped | DeliveryState::Cancelled));
        view! {
            <button
                class="filter"
                class:hidden=move || rare && n.get() == 0 && !pressed.get()
                type="button"
                aria-pressed=move || pressed.get().to_string()
                on:click=move |_| write(false, &|r| r.filter = code.to_owned())
            >
                {state.map_or(text::all(lang), |s| delivery_word(lang, s))}
                " "
                <span class="num">{move || number(n.get())}</span>
            </button>
        }
    };
    use DeliveryState as D;
    let states = [
        None,
        Some(D::Failed),
        Some(D::Pending),
        Some(D::Accepted),
        Some(D::Delivered),
        Some(D::Read),
        Some(D::Skipped),
        Some(D::Cancelled),
    ];
    view! {
        <div class="flex flex-wrap gap-1.5" role="group" aria-label=text::filter_by_state(lang)>
            {states.map(button).into_iter().collect_view()}
        </div>
    }
}
