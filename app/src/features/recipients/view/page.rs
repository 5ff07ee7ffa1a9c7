//! `/i/:identity/recipients`
use super::{CompareKeys, EditRecipient, RecipientTable};
use crate::features::recipients::{
    api::load_recipients,
    model::{EXTERNAL, IN_NO_LIST, Recipient, RecipientState, RecipientsPage},
    text,
};
use crate::kernel::{ErrorCode, i18n::number};
use crate::shell::{Page, PageHead, use_changes, use_identity_uid};
use crate::ui::{
    Banner, ButtonLink, Empty, FilterToggle, Load, Meter, Pager, SearchBox, Tone, loading, open_about,
    use_lang, use_page_request,
};
use leptos::prelude::*;

/// Everybody that the identity knows, how many count, and who is held.
#[component]
pub fn AllRecipientsPage() -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_uid();
    let request = use_page_request();
    let (version, changed) = use_changes();
    let page = loading(
        move || (identity.get(), request.get(), version.get()),
        |(identity, request, _)| async move {
            load_recipients(identity.ok_or(ErrorCode::NotFound)?, request).await
        },
    );
    let who = RwSignal::new(None::<Recipient>);
    let (editing, comparing) = (RwSignal::new(false), RwSignal::new(false));
    let (edit, compare) = (open_about(who, editing), open_about(who, comparing));
    view! {
        <Page title=text::recipients(lang).to_owned()>
            <PageHead title=text::recipients(lang).to_owned() lede=text::lede(lang).to_owned() />
            <Load resource=page let:loaded>
                <Above loaded />
            </Load>
            <section class="card" aria-label=text::recipients(lang)>
                <div class="toolbar">
                    <SearchBox label=text::search(lang) />
                    <FilterToggle value=RecipientState::KeyChanged.code() label=text::only_held(lang) />
                    <FilterToggle value=RecipientState::Unknown.code() label=text::only_unknown(lang) />
                    <FilterToggle value=RecipientState::Revoked.code() label=text::only_revoked(lang) />
                    <FilterToggle value=IN_NO_LIST label=text::only_in_no_list(lang) />
                    <FilterToggle value=EXTERNAL label=text::only_external(lang) />
                </div>
                <Load resource=page let:loaded>
                    <Rows loaded edit compare />
                </Load>
            </section>
            <EditRecipient identity=identity.into() who open=editing saved=changed />
            <CompareKeys identity=identity.into() who open=comparing accepted=changed />
        </Page>
    }
}

/// Count and limit, and a notice about those who are held.
#[component]
fn Above(loaded: RecipientsPage) -> impl IntoView {
    let lang = use_lang();
    let request = use_page_request();
    let count = loaded.count;
    let usage = match loaded.limit {
        None => view! { <p class="text-sm text-ink-2 num">{text::without_limit(lang, number(count))}</p> }
            .into_any(),
        Some(limit) => view! {
            <p class="text-sm text-ink-2 num">{text::of_limit(lang, number(count), number(limit))}</p>
            <Meter value=count max=limit label=text::used(lang) small=true />
        }
        .into_any(),
    };
    let shown = request.with_untracked(|r| r.filter == RecipientState::KeyChanged.code());
    let held = (loaded.held > 0 && !shown).then(|| {
        let words = text::held(lang, loaded.held);
        let href = format!("?filter={}", RecipientState::KeyChanged.code());
        view! {
            <div class="mb-4">
                <Banner
                    tone=Tone::Warn
                    actions=move || view! { <ButtonLink href small=true>{text::show_held(lang)}</ButtonLink> }
                >
                    <p class="font-medium">{words}</p>
                    <p class="text-ink-2">{text::held_why(lang)}</p>
                </Banner>
            </div>
        }
    });
    let external = (loaded.external > 0 && request.with_untracked(|r| r.filter != EXTERNAL))
        .then(|| view! { <Externals n=loaded.external /> });
    view! {
        <div class="grid gap-1.5 mb-4 max-w-80">{usage}</div>
        {held}
        {external}
    }
}

/// The notice about those who are in no list, though the ID is for internal use; it leads to them.
#[component]
pub fn Externals(
    /// How many
    n: u64,
) -> impl IntoView {
    let lang = use_lang();
    let actions = move || view! { <ButtonLink href=format!("?filter={EXTERNAL}") small=true>{text::show_held(lang)}</ButtonLink> };
    view! {
        <div class="mb-4">
            <Banner tone=Tone::Warn actions>
                <p class="font-medium">{text::externals(lang, n)}</p>
                <p class="text-ink-2">{text::externals_why(lang)}</p>
            </Banner>
        </div>
    }
}

#[component]
fn Rows(loaded: RecipientsPage, edit: Callback<Recipient>, compare: Callback<Recipient>) -> impl IntoView {
    let lang = use_lang();
    let request = use_page_request();
    let page = loaded.page;
    if page.items.is_empty() {
        let narrowed = request.with_untracked(|r| !r.q.is_empty() || !r.filter.is_empty());
        return match narrowed {
            true => view! { <Empty title=text::not_found(lang) /> }.into_any(),
            false => view! {
                <Empty icon="contact-round" title=text::nobody_title(lang) text=text::nobody_text(lang)>
                    <ButtonLink href="lists">{text::to_lists(lang)}</ButtonLink>
                </Empty>
            }
            .into_any(),
        };
    }
    view! {
        <RecipientTable rows=page.items places=true edit compare />
        <Pager page=page.page size=page.size total=page.total label=text::pages(lang) />
    }
    .into_any()
}
