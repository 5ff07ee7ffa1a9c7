//! One page: title, crumbs, content.
use super::{identities::current, text, use_identities, use_identity_uid};
use crate::ui::{AvatarSize, Icon, Picture, changing, later, use_lang};
use leptos::prelude::*;
use leptos_meta::Title;

/// The top bar and the content of a page in the cockpit. Wrap every page in it:
/// `<Page title=text::lists(lang)><PageHead …/>…</Page>`.
#[component]
pub fn Page(
    /// Title of the document and last crumb
    #[prop(into)]
    title: Signal<String>,
    /// Words and address of the crumbs before it; the identity stands before them by itself
    #[prop(optional)]
    trail: Vec<(String, String)>,
    /// Classes of the content; without any it reaches to the edges
    #[prop(default = "page")]
    class: &'static str,
    /// The content
    children: Children,
) -> impl IntoView {
    let lang = use_lang();
    let crumb = |(words, href): (String, String)| {
        view! {
            <li>
                <a href=href>{words}</a>
                <Icon name="chevron-right" class="icon-sm" />
            </li>
        }
    };
    view! {
        <Title text=move || title.get() />
        <header class="topbar">
            <IdentityCrumb phone=true />
            <nav class="min-w-0 flex-1" aria-label=text::breadcrumb(lang)>
                <ol class="crumbs">
                    <IdentityCrumb />
                    {trail.into_iter().map(crumb).collect_view()}
                    <li>
                        <span aria-current="page">{title}</span>
                    </li>
                </ol>
            </nav>
        </header>
        <main class=class id="main" tabindex="-1">
            {children()}
        </main>
    }
}

/// The identity of the address: a crumb, or (`phone`) a picture at the left of the bar on small windows.
#[component]
fn IdentityCrumb(#[prop(optional)] phone: bool) -> impl IntoView {
    let lang = use_lang();
    let identities = use_identities();
    let uid = use_identity_uid();
    let shown = changing(move || {
        later(async move {
            let all = identities.await.unwrap_or_default();
            changing(move || {
                let uid = uid.get()?;
                let identity = current(&all, Some(&uid)).filter(|i| i.uid == uid)?;
                let href = format!("/i/{uid}");
                let label = format!("{}, {}", identity.name, text::overview(lang));
                let view = if phone {
                    view! {
                        <a
                            class="md:hidden"
                            href=href
                            aria-label=label
                        >
                            <Picture name=identity.name src=identity.picture size=AvatarSize::Small />
                        </a>
                    }
                    .into_any()
                } else {
                    view! {
                        <li>
                            <a href=href>{identity.name}</a>
                            <Icon name="chevron-right" class="icon-sm" />
                        </li>
                    }
                    .into_any()
                };
                Some(view)
            })
        })
    });
    view! { <Transition fallback=|| ()>{shown}</Transition> }
}

/// The head of a page: title, a sentence, at most two actions.
#[component]
pub fn PageHead(
    /// The title
    #[prop(into)]
    title: Signal<String>,
    /// A sentence
    #[prop(optional, into)]
    lede: Signal<String>,
    /// Buttons
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="page-head">
            <div>
                <h1>{title}</h1>
                {changing(move || {
                    let lede = lede.get();
                    (!lede.is_empty()).then(|| view! { <p class="lede">{lede}</p> }.into_any())
                })}
            </div>
            {children.map(|c| view! { <div class="actions">{c()}</div> }.into_any())}
        </div>
    }
}
