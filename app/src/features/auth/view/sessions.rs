//! `/settings/sessions`: where one is signed in, and the end of it.
use crate::features::auth::{
    api::{EndOtherSessions, EndSession, list_sessions},
    model::SessionView,
    text,
};
use crate::shell::{PageHead, SettingsPage, use_lang};
use crate::ui::{Button, Failure, Load, Time, TimeStyle, Variant, failure_of, loading, use_toasts};
use leptos::prelude::*;

/// The own sessions.
#[component]
pub fn SessionsPage() -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let one = ServerAction::<EndSession>::new();
    let others = ServerAction::<EndOtherSessions>::new();
    let sessions = loading(
        move || (one.version().get(), others.version().get()),
        |_| list_sessions(),
    );
    Effect::new(move || {
        if one.value().with(|v| matches!(v, Some(Ok(())))) {
            toasts.ok(text::session_ended(lang));
        }
    });
    Effect::new(move || {
        if let Some(Ok(ended)) = others.value().get() {
            toasts.ok(text::sessions_ended(lang, ended));
        }
    });
    let (one_failed, others_failed) = (failure_of(one), failure_of(others));
    let error = move || one_failed.get().or_else(|| others_failed.get());
    let end = Callback::new(move |session| {
        one.dispatch(EndSession { session });
    });
    let busy = Signal::derive(move || one.pending().get() || others.pending().get());
    view! {
        <SettingsPage title=text::sessions(lang).to_owned()>
            <PageHead title=text::sessions(lang).to_owned() lede=text::sessions_lede(lang).to_owned() />
            {move || error().map(|error| view! { <Failure error /> })}
            <section class="card" aria-labelledby="card-sessions">
                <Load resource=sessions let:all>
                    <div class="card-head">
                        <h2 id="card-sessions">{text::where_signed_in(lang)}</h2>
                        {match u64::try_from(all.len().saturating_sub(1)).unwrap_or_default() {
                            0 => ().into_any(),
                            count => view! {
                                <Button
                                    variant=Variant::Danger
                                    small=true
                                    busy
                                    on:click=move |_| {
                                        others.dispatch(EndOtherSessions {});
                                    }
                                >
                                    {match count {
                                        1 => text::end_other_one(lang).to_owned(),
                                        _ => text::end_others(lang, count),
                                    }}
                                </Button>
                            }
                            .into_any(),
                        }}
                    </div>
                    <table class="data data-stack">
                        <thead>
                            <tr>
                                <th scope="col">{text::device(lang)}</th>
                                <th scope="col">{text::from(lang)}</th>
                                <th scope="col">{text::last_used(lang)}</th>
                                <th scope="col">{text::ends(lang)}</th>
                                <th scope="col">
                                    <span class="sr">{text::end_session(lang)}</span>
                                </th>
                            </tr>
                        </thead>
                        <tbody>
                            {all.into_iter().map(|session| view! { <Row session end busy /> }).collect_view()}
                        </tbody>
                    </table>
                </Load>
            </section>
        </SettingsPage>
    }
}

#[component]
fn Row(session: SessionView, end: Callback<crate::kernel::Uid>, busy: Signal<bool>) -> impl IntoView {
    let lang = use_lang();
    let device = match session.device.as_str() {
        "" => text::unknown_device(lang).to_owned(),
        known => known.to_owned(),
    };
    let name = device.clone();
    let uid = session.uid;
    view! {
        <tr>
            <th scope="row" class="wide">
                {device}
                {session.this_one.then(|| view! { <span class="tag ml-1">{text::this_one(lang)}</span> })}
            </th>
            <td class="text-ink-2 num" data-label=text::from(lang)>
                {session.address.unwrap_or_else(|| "–".to_owned())}
            </td>
            <td class="text-ink-2" data-label=text::last_used(lang)>
                <Time at=session.last_used_at />
            </td>
            <td class="text-ink-2" data-label=text::ends(lang)>
                <Time at=session.ends_at style=TimeStyle::Clock />
            </td>
            <td class="end">
                {(!session.this_one)
                    .then(|| {
                        view! {
                            <Button
                                variant=Variant::Quiet
                                small=true
                                disabled=busy
                                on:click=move |_| end.run(uid.clone())
                            >
                                {text::end_session(lang)}
                                <span class="sr">" " {name.clone()}</span>
                            </Button>
                        }
                    })}
            </td>
        </tr>
    }
}
