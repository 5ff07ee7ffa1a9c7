//! The settings area: its pages in a list at the side, in two groups. A page adds itself by one line in [`OWN`] or [`ORGANISATION`].
use super::{Page, text, use_me};
use crate::features::{api_keys, audit_log, auth::model::Me};
use crate::kernel::{Lang, permission::Right};
use crate::ui::{Icon, use_lang};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// One page of the settings.
struct Way {
    href: &'static str,
    icon: &'static str,
    words: fn(Lang) -> &'static str,
    /// To whom it is shown; the guard decides by itself, this only keeps the list free of what is refused anyway.
    shown: fn(&Me) -> bool,
}

const fn way(
    href: &'static str,
    icon: &'static str,
    words: fn(Lang) -> &'static str,
    shown: fn(&Me) -> bool,
) -> Way {
    Way {
        href,
        icon,
        words,
        shown,
    }
}

fn everyone(_: &Me) -> bool {
    true
}

const fn full_access(me: &Me) -> bool {
    me.full_access
}

fn sees_audit_log(me: &Me) -> bool {
    me.rights.organisation().has(Right::AuditLog)
}

fn manages_administrators(me: &Me) -> bool {
    me.rights.organisation().has(Right::Administrators)
}

/// Pages under one heading.
struct Group {
    words: fn(Lang) -> &'static str,
    ways: &'static [Way],
}

/// The pages of the person.
const OWN: Group = Group {
    words: text::your_profile,
    ways: &[
        way("/settings", "user-round", text::profile_and_language, everyone),
        way("/settings/security", "key-round", text::security, everyone),
        way(
            "/settings/sessions",
            "monitor-smartphone",
            text::sessions,
            everyone,
        ),
        way(
            "/settings/api-keys",
            "square-terminal",
            api_keys::text::api_keys,
            everyone,
        ),
    ],
};

/// The pages of the organisation.
const ORGANISATION: Group = Group {
    words: text::organisation,
    ways: &[
        way(
            "/settings/administrators",
            "users-round",
            text::administrators,
            manages_administrators,
        ),
        way("/settings/rules", "shield-check", text::rules, full_access),
        way(
            "/settings/audit-log",
            "scroll-text",
            audit_log::text::audit_log,
            sees_audit_log,
        ),
    ],
};

/// A page of the settings: `<SettingsPage title=…><PageHead title=… />…cards…</SettingsPage>`.
#[component]
pub fn SettingsPage(
    /// Title of the document and last crumb
    #[prop(into)]
    title: Signal<String>,
    /// Has the whole width for a large table, and no list at its side
    #[prop(optional)]
    wide: bool,
    /// Head and cards
    children: Children,
) -> impl IntoView {
    let lang = use_lang();
    let trail = vec![(text::settings(lang).to_owned(), "/settings".to_owned())];
    if wide {
        return view! {
            <Page title trail>
                {children()}
            </Page>
        }
        .into_any();
    }
    view! {
        <Page
            title
            trail
            class="page grid gap-6 md:grid-cols-[12.5rem_minmax(0,46rem)] max-md:grid-cols-[minmax(0,1fr)]"
        >
            <SettingsNavigation />
            <div class="grid gap-4 content-start min-w-0">{children()}</div>
        </Page>
    }
    .into_any()
}

/// The list: at the side, or as a row above the page on small windows.
#[component]
fn SettingsNavigation() -> impl IntoView {
    let lang = use_lang();
    let me = use_me();
    let groups = [OWN, ORGANISATION].into_iter().filter_map(|group| {
        let shown: Vec<_> = group
            .ways
            .iter()
            .filter(|way| me.as_ref().is_some_and(way.shown))
            .map(|way| view! { <Item href=way.href icon=way.icon words=(way.words)(lang) /> })
            .collect();
        (!shown.is_empty()).then(|| {
            view! {
                <p class="nav-title pt-0! pb-1.5! md:not-first:mt-4 max-md:hidden">{(group.words)(lang)}</p>
                <ul class="grid gap-0.5 max-md:flex max-md:gap-1">{shown}</ul>
            }
        })
    });
    view! {
        <nav aria-label=text::settings(lang) class="max-md:overflow-x-auto">
            <div class="md:sticky md:top-20 max-md:flex max-md:gap-1">{groups.collect_view()}</div>
        </nav>
    }
}

#[component]
fn Item(href: &'static str, icon: &'static str, words: &'static str) -> impl IntoView {
    let path = use_location().pathname;
    let here = move || path.with(|p| p == href).then_some("page");
    view! {
        <li>
            <a class="nav-item whitespace-nowrap text-sm" href=href aria-current=here>
                <Icon name=icon />
                {words}
            </a>
        </li>
    }
}
