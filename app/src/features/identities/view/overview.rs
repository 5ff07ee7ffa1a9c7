//! `/i/{identity}`: what a Broadcast ID is, how full it is, how long its plan lasts.
use super::use_identity;
use crate::features::{
    identities::{model::IdentityView, text},
    plans::model::PlanView,
};
use crate::kernel::{Lang, i18n::number, permission::Right};
use crate::shell::{Can, Page, may_in, use_lang};
use crate::ui::{
    AvatarSize, Banner, ButtonLink, Copy, Figure, Load, Meter, Picture, Tid, Time, TimeStyle, Tone,
};
use leptos::prelude::*;

/// Days before the end of a plan at which the page begins to say so.
const SOON_DAYS: u32 = 30;

/// The overview. What later capabilities show of an identity (its last messages) stands below the figures.
#[component]
pub fn OverviewPage(
    /// Below the figures
    #[prop(optional, into)]
    below: ViewFn,
) -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity();
    view! {
        <Page title=text::overview(lang).to_owned()>
            <Load resource=identity let:identity>
                <Head identity=identity.clone() />
                <Notices identity=identity.clone() />
                <Figures identity />
            </Load>
            {below.run()}
        </Page>
    }
}

#[component]
fn Head(identity: IdentityView) -> impl IntoView {
    let lang = use_lang();
    let name = identity.shown_name().to_owned();
    let id = identity.threema_id;
    view! {
        <div class="page-head">
            <div class="flex items-center gap-3 min-w-0">
                <Picture name=name.clone() size=AvatarSize::Large />
                <div class="min-w-0">
                    <h1 class="clip">{name}</h1>
                    <p class="flex flex-wrap items-center gap-x-2 text-sm text-ink-3">
                        <Tid id />
                        <Copy text=id.to_string() label=text::copy_id(lang) />
                        {(!identity.description.is_empty()).then(|| view! { <span>{identity.description}</span> }.into_any())}
                    </p>
                </div>
            </div>
            <div class="actions">
                {may_in(&identity.uid, Right::Configuration)
                    .then(|| {
                        view! {
                            <ButtonLink icon="settings-2" href=format!("/i/{}/configuration", identity.uid)>
                                {text::configure(lang)}
                            </ButtonLink>
                        }
                        .into_any()
                    })}
            </div>
        </div>
    }
}

/// What needs somebody's attention.
#[component]
fn Notices(identity: IdentityView) -> impl IntoView {
    let lang = use_lang();
    let ended = identity.plan.is_none_or(|p| p.has_ended());
    let days = identity.plan.map_or(0, |p| p.days_left);
    let limit = identity.plan.and_then(|p| p.recipient_limit);
    let full = limit.is_some_and(|limit| identity.recipient_count >= limit);
    let notice = |tone: Tone, words: &'static str| {
        let href = format!("/i/{}/configuration#plan", identity.uid);
        let link = move || {
            let href = href.clone();
            view! {
                <Can right=Right::Plan>
                    <a class="link" href=href.clone()>
                        {text::change_plan(lang)}
                    </a>
                </Can>
            }
        };
        view! {
            <div class="mb-4">
                <Banner tone actions=link>
                    {words}
                </Banner>
            </div>
        }
        .into_any()
    };
    view! {
        {ended.then(|| notice(Tone::Fail, text::plan_ended(lang)))}
        {(!ended && days <= SOON_DAYS).then(|| notice(Tone::Warn, text::plan_ends_soon(lang)))}
        {full.then(|| notice(Tone::Warn, text::limit_reached(lang)))}
    }
}

#[component]
fn Figures(identity: IdentityView) -> impl IntoView {
    let lang = use_lang();
    let count = identity.recipient_count;
    let limit = identity.plan.map_or(Some(0), |p| p.recipient_limit);
    let beside = limit.map_or_else(
        || text::unlimited(lang).to_owned(),
        |l| text::of_limit(lang, number(l)),
    );
    view! {
        <section class="card strip mb-4" aria-label=text::key_numbers(lang)>
            <Figure label=text::recipients(lang) value=number(count) beside>
                {limit.map(|limit| room(lang, count, limit))}
            </Figure>
            {plan_figure(lang, identity.plan)}
        </section>
    }
}

fn room(lang: Lang, count: u64, limit: u64) -> impl IntoView {
    let words = match limit.saturating_sub(count) {
        0 => text::none_free(lang).to_owned(),
        free => text::free(lang, number(free)),
    };
    view! {
        <div class="flex h-8 items-center">
            <Meter value=count max=limit label=text::recipients_used(lang) />
        </div>
        <p class="meta">{words}</p>
    }
}

fn plan_figure(lang: Lang, plan: Option<PlanView>) -> impl IntoView {
    let days = plan.map_or(0, |p| p.days_left);
    let beside = if days == 1 {
        text::one_day_left(lang)
    } else {
        text::days_left(lang)
    };
    let term = move |plan: PlanView| {
        let all = plan.term_days();
        let used = all.saturating_sub(u64::from(plan.days_left));
        view! {
            <div class="flex h-8 items-center">
                <Meter value=used max=all label=text::plan_used(lang, used, all) />
            </div>
            <p class="meta">
                {plan.name(lang)} " · " {text::valid_until(lang)} " "
                <Time at=plan.valid_until style=TimeStyle::Date />
            </p>
        }
    };
    view! {
        <Figure label=text::plan(lang) value=number(u64::from(days)) beside=beside.to_owned()>
            {match plan {
                Some(plan) => term(plan).into_any(),
                None => view! { <p class="meta">{text::no_plan(lang)}</p> }.into_any(),
            }}
        </Figure>
    }
}
