//! What the check before sending shows.
use super::{
    super::{live::focus_on, words::people},
    state::Composer,
};
use crate::features::messages::{model::Scope, text};
use crate::kernel::{LanguageCode, i18n::number};
use crate::ui::{AvatarSize, Icon, Picture, use_lang};
use leptos::prelude::*;

/// Sender, recipients, what happens afterwards, and the text.
#[component]
pub fn Facts(
    /// What is sent
    composer: Composer,
    /// The check, which closes when something is to be changed
    open: RwSignal<bool>,
) -> impl IntoView {
    let lang = use_lang();
    let (name, id) = composer
        .identity
        .with_value(|i| (i.shown_name().to_owned(), i.threema_id));
    let change = move |what: &'static str, field: &'static str| {
        let back = move |_| {
            open.set(false);
            focus_on(field.to_owned());
        };
        view! {
            <button class="link" type="button" aria-label=what on:click=back>
                {text::change(lang)}
            </button>
        }
    };
    let (replies, newcomers) = (composer.takes_replies, composer.newcomers);
    let afterwards = move || {
        let newcomers = newcomers.get() && composer.scope.get() != Scope::People;
        let lines = [
            (replies.get(), text::replies_are_kept(lang)),
            (newcomers, text::newcomers_too(lang)),
        ];
        let lines: Vec<_> = lines.into_iter().filter(|(on, _)| *on).collect();
        (!lines.is_empty()).then(|| {
            let lines = lines.into_iter().map(|(_, words)| view! { <p>{words}</p> });
            view! {
                <div>
                    <dt>{text::afterwards(lang)}</dt>
                    <dd>{lines.collect_view()}</dd>
                </div>
            }
        })
    };
    view! {
        <dl class="facts">
            <div>
                <dt>{text::sender(lang)}</dt>
                <dd class="flex flex-wrap items-center gap-2">
                    <Picture name=name.clone() size=AvatarSize::Small />
                    <span class="font-medium">{name}</span>
                    <span class="tid">{id.to_string()}</span>
                </dd>
            </div>
            <div>
                <dt>{text::to(lang)}</dt>
                <dd>
                    <Recipients composer />
                </dd>
                <dd>
                    {change(
                        text::change_recipients(lang),
                        if composer.is_broadcast { "field-name" } else { "to" },
                    )}
                </dd>
            </div>
            {afterwards}
            <div>
                <dt>{text::message(lang)}</dt>
                <dd>
                    <TextsSummary composer />
                </dd>
                <dd>{change(text::change_text(lang), "text")}</dd>
            </div>
        </dl>
        <p class="meta flex gap-2">
            <Icon name="lock" class="icon-sm" />
            <span>{text::sealed_note(lang, id.as_str())}</span>
        </p>
    }
}

#[component]
fn Recipients(composer: Composer) -> impl IntoView {
    let lang = use_lang();
    let line = |icon: &'static str, words: String, n: String| {
        view! {
            <li class="flex gap-2">
                <span class="text-ink-3 mt-0.5">
                    <Icon name=icon />
                </span>
                <span class="flex-1 min-w-0">{words}</span>
                <span class="num">{n}</span>
            </li>
        }
    };
    move || {
        let audience = composer.audience.get().unwrap_or_default();
        let lists = composer.lists.get();
        let named: u64 = lists.iter().map(|l| l.members).sum();
        let minus = |n: u64| format!("\u{2212}{}", number(n));
        // someone on three lists is counted once, and so two less
        let twice = named.saturating_sub(audience.people);
        let rest = [
            ("copy-minus", text::counted_once(lang), twice, true),
            (
                "circle-minus",
                text::revoked_left_out(lang),
                audience.revoked,
                true,
            ),
            (
                "circle-minus",
                text::unknown_left_out(lang),
                audience.unknown,
                true,
            ),
            (
                "key-round",
                text::held_until_accepted(lang),
                audience.key_changed,
                false,
            ),
        ];
        view! {
            <span class="font-medium num">{people(lang, audience.goes_to())}</span>
            <ul class="mt-1 grid gap-0.5 text-ink-2">
                {composer
                    .is_broadcast
                    .then(|| line("users-round", composer.name.get().trim().to_owned(), number(audience.people)))}
                {lists.into_iter().map(|l| line(l.kind.icon(), l.name, number(l.members))).collect_view()}
                {rest
                    .into_iter()
                    .filter(|(_, _, n, _)| *n > 0)
                    .map(|(icon, words, n, less)| {
                        line(icon, words.to_owned(), if less { minus(n) } else { number(n) })
                    })
                    .collect_view()}
            </ul>
        }
    }
}

#[component]
fn TextsSummary(composer: Composer) -> impl IntoView {
    let lang = use_lang();
    move || {
        let shares = composer.shares();
        let default = composer.default_language();
        let texts = composer.input(true).texts;
        let languages: Vec<LanguageCode> = composer
            .languages()
            .into_iter()
            .filter(|l| texts.contains_key(l))
            .collect();
        let written = languages.into_iter().map(|language| {
            let body = texts.get(&language).cloned().unwrap_or_default();
            let about = text::who_and_bytes(
                lang,
                &people(lang, shares.get(language)),
                &number(body.len() as u64),
            );
            view! {
                <li>
                    <span class="flex flex-wrap gap-x-2">
                        <span class="font-medium">{language.own_name()}</span>
                        <span class="text-ink-3 num">{about}</span>
                    </span>
                    <span class="text-ink-2 line-clamp-2" lang=language.to_string() dir="auto">
                        {body}
                    </span>
                </li>
            }
        });
        let without = shares.without.iter().map(|(language, n)| {
            let words =
                text::no_text_fallback(lang, &language.own_name(), &people(lang, *n), &default.own_name());
            view! {
                <li class="state is-warn whitespace-normal! items-start!">
                    <Icon name="triangle-alert" />
                    <span>{words}</span>
                </li>
            }
        });
        view! {
            <ul class="grid grid-cols-1 gap-2">
                {written.collect_view()}
                {without.collect_view()}
            </ul>
        }
    }
}
