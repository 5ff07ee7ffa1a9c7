//! What a look at pasted lines or at a table found.
use crate::features::lists::{
    model::{CheckedLine, CheckedLines, Kind, Outcome},
    text,
};
use crate::kernel::{AppError, Lang, i18n::number};
use crate::ui::{Banner, Icon, Look, StateChip, Tone, use_lang};
use leptos::prelude::*;

/// What is wrong with a field, when the look at what stands in it was refused. It goes to the field itself: the form around
/// it knows only of adding.
pub fn problem_at(failed: Signal<Option<AppError>>, field: &'static str) -> Signal<Option<String>> {
    let lang = use_lang();
    Signal::derive(move || failed.with(|error| error.as_ref()?.of(field).map(|p| p.text(lang))))
}

/// Why the look was refused, when no field says so.
pub fn failure_beside(failed: Signal<Option<AppError>>) -> Option<AppError> {
    failed.get().filter(|error| error.fields.is_empty())
}

/// How many of each kind, as chips.
#[component]
pub fn Summary(
    /// The lines
    checked: CheckedLines,
) -> impl IntoView {
    let lang = use_lang();
    let rest = checked.already + checked.same;
    let chip = |n: u64, icon: &'static str, look: Look, words: fn(Lang, String) -> String| {
        (n > 0).then(|| view! { <StateChip icon word=words(lang, number(n)) look chip=true /> })
    };
    view! {
        <span class="text-sm font-medium mr-1">{text::checked(lang)}</span>
        {chip(checked.new, "check", Look::Ok, text::chip_new)}
        {chip(checked.bad, "circle-alert", Look::Failed, text::chip_bad)}
        {chip(rest, "equal", Look::Plain, text::chip_rest)}
    }
}

/// Line by line: what stands there, and what becomes of it.
#[component]
pub fn Lines(
    /// The lines
    checked: CheckedLines,
) -> impl IntoView {
    let lang = use_lang();
    let (shown, total) = (checked.lines.len() as u64, checked.total());
    let lines = checked
        .lines
        .into_iter()
        .map(|line| view! { <Line line /> })
        .collect_view();
    view! {
        <ol
            class="lines rounded-md border border-line py-1 overflow-y-auto max-h-96"
            tabindex="0"
            aria-label=text::found_lines(lang)
        >
            {lines}
        </ol>
        {(shown < total)
            .then(|| view! { <p class="meta">{text::not_all_shown(lang, number(shown), number(total))}</p> })}
    }
}

#[component]
fn Line(line: CheckedLine) -> impl IntoView {
    let lang = use_lang();
    let (class, icon, look) = match &line.outcome {
        Outcome::New | Outcome::Known(_) => ("line-new", "check", Look::Ok),
        Outcome::Already(_) | Outcome::SameAs(_) => ("line-note", "equal", Look::Plain),
        Outcome::Bad(_) => ("line-bad", "circle-alert", Look::Failed),
    };
    let gateway = line.is_gateway() && class == "line-new";
    let words = words(lang, &line);
    let struck = if class == "line-note" {
        "tid clip line-through"
    } else {
        "tid clip"
    };
    view! {
        <li class=class data-line=line.line.to_string()>
            <span class=struck>{line.text}</span>
            <span class="flex flex-wrap items-center gap-2 min-w-0">
                <span class=format!(
                    "state whitespace-normal!{}",
                    match look {
                        Look::Ok => " is-ok",
                        Look::Failed => " is-failed",
                        _ => "",
                    },
                )>
                    <Icon name=icon />
                    <span>{words}</span>
                </span>
                {gateway.then(|| view! { <StateChip icon="triangle-alert" word=text::line_gateway(lang) look=Look::Warn /> })}
            </span>
        </li>
    }
}

fn words(lang: Lang, line: &CheckedLine) -> String {
    match &line.outcome {
        Outcome::New => match line.id {
            Some(id) if line.is_read_as() => text::line_read_as(lang, id.as_str()),
            _ => text::line_new(lang).to_owned(),
        },
        Outcome::Known(name) if name.is_empty() => text::line_known(lang).to_owned(),
        Outcome::Known(name) => text::line_known_name(lang, name),
        Outcome::Already(name) if name.is_empty() => text::line_already(lang).to_owned(),
        Outcome::Already(name) => text::line_already_name(lang, name),
        Outcome::SameAs(first) => text::line_same(lang, number(u64::from(*first))),
        Outcome::Bad(reason) => reason.text(lang),
    }
}

/// What the plan says about it.
#[component]
pub fn Afterwards(
    /// The lines
    checked: CheckedLines,
    /// Whoever is on a list is internal; a feed makes nobody so
    kind: Kind,
) -> impl IntoView {
    let lang = use_lang();
    let count = number(checked.count_after());
    match checked.limit {
        Some(limit) if checked.over_limit() => {
            view! { <Banner tone=Tone::Warn>{text::over_limit(lang, count, number(limit))}</Banner> }
                .into_any()
        }
        _ if checked.new == 0 => ().into_any(),
        limit => view! {
            <p class="text-sm text-ink-2 flex gap-2">
                <Icon name="info" class="mt-0.5 text-ink-3" />
                <span>
                    {match limit {
                        Some(limit) => text::count_after(lang, count, number(limit)),
                        None => text::count_after_free(lang, count),
                    }} " " {(kind == Kind::List).then(|| text::internal_note(lang))}
                </span>
            </p>
        }
        .into_any(),
    }
}
