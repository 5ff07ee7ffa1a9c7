//! `/settings/audit-log`
use super::{
    chain::ChainCard,
    entries::Entries,
    export::Exports,
    filter::Filters,
    place::{address, use_asked},
};
use crate::features::{
    audit_log::{
        api::{load_audit_log, load_audit_people},
        model::{LogFilter, LogPage, Place},
        text,
    },
    auth::text::settings,
};
use crate::kernel::i18n::number;
use crate::shell::{Page, PageHead, use_lang};
use crate::ui::{ButtonLink, Empty, Icon, Load, Time, loading};
use leptos::prelude::*;

/// The log, newest first, with its filter, its chain and its exports.
#[component]
pub fn AuditLogPage() -> impl IntoView {
    let lang = use_lang();
    let asked = use_asked();
    let changed = RwSignal::new(0_u32);
    let page = loading(
        move || (asked.get(), changed.get()),
        |((filter, place), _)| load_audit_log(filter, place),
    );
    // once: the choice keeps the focus while another page loads
    let people = loading(|| (), |()| load_audit_people());
    let trail = vec![(settings(lang).to_owned(), "/settings".to_owned())];
    view! {
        <Page title=text::audit_log(lang).to_owned() trail>
            <PageHead title=text::audit_log(lang).to_owned() lede=text::lede(lang).to_owned()>
                <Exports asked />
            </PageHead>
            <div class="grid gap-4">
                <ChainCard page changed />
                <section class="card" aria-label=text::audit_log(lang)>
                    <Filters people asked />
                    <Load resource=page rows=8 let:loaded>
                        <Loaded loaded asked />
                    </Load>
                </section>
            </div>
        </Page>
    }
}

#[component]
fn Loaded(loaded: LogPage, asked: Memo<(LogFilter, Place)>) -> impl IntoView {
    let lang = use_lang();
    let (filter, place) = asked.get_untracked();
    let older = loaded.older.map(|older| address(&filter, older));
    let searched = loaded.searched_to.map(|at| {
        let href = older.clone().unwrap_or_default();
        view! {
            <p class="px-4 py-3 text-sm text-ink-2 flex flex-wrap items-center gap-3">
                <span>{text::searched_to(lang)} " " <Time at /></span>
                <ButtonLink href small=true>
                    {text::search_on(lang)}
                </ButtonLink>
            </p>
        }
    });
    let entries = match loaded.entries.is_empty() {
        true if searched.is_some() => ().into_any(),
        true => view! { <Empty title=text::not_found(lang) /> }.into_any(),
        false => view! { <Entries entries=loaded.entries filter=filter.clone() /> }.into_any(),
    };
    let newer = loaded.newer.map(|newer| address(&filter, newer));
    let newest = (place != Place::Newest).then(|| address(&filter, Place::Newest));
    view! {
        {entries}
        {searched}
        <nav class="pager" aria-label=text::pages(lang)>
            <span class="num">{text::in_all(lang, &number(loaded.total))}</span>
            <span class="flex gap-1">
                {newest.map(|href| view! { <ButtonLink href small=true>{text::newest(lang)}</ButtonLink> })}
                <Step href=newer icon="chevron-left" words=text::newer(lang) />
                <Step href=older icon="chevron-right" words=text::older(lang) />
            </span>
        </nav>
    }
}

#[component]
fn Step(href: Option<String>, icon: &'static str, words: &'static str) -> impl IntoView {
    match href {
        Some(href) => view! {
            <a class="btn btn-sm btn-icon" href=href aria-label=words>
                <Icon name=icon />
            </a>
        }
        .into_any(),
        None => view! {
            <a class="btn btn-sm btn-icon" role="link" aria-disabled="true" aria-label=words>
                <Icon name=icon />
            </a>
        }
        .into_any(),
    }
}
