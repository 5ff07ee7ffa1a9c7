//! What travels: the newest box in full, what came before in a line each.
use super::super::{
    device::{Device, WireEvent, WireWhat},
    rules::{Arrival, Verdict},
    text,
};
use crate::kernel::{Lang, i18n::number};
use crate::ui::{Icon, Time, TimeStyle, use_lang};
use leptos::prelude::*;

/// At the right of the phone on large windows.
#[component]
pub(super) fn WirePanel(device: Device) -> impl IntoView {
    let lang = use_lang();
    let newest = Memo::new(move |_| {
        device.wire.with(|events| {
            events
                .iter()
                .rev()
                .find(|e| matches!(e.what, WireWhat::In { .. }))
                .cloned()
        })
    });
    let earlier = move || {
        let number = newest.get().map(|e| e.number);
        let mut events = device.wire.get();
        events.retain(|e| Some(e.number) != number);
        events.reverse();
        let rows: Vec<_> = events.into_iter().map(|e| earlier_row(e, lang)).collect();
        (!rows.is_empty()).then(|| {
            view! {
                <h3 class="mt-2">{text::earlier(lang)}</h3>
                <ul class="rows -mx-3 text-sm">{rows}</ul>
            }
        })
    };
    view! {
        <section
            class="border-l border-line flex flex-col min-h-0 max-lg:hidden"
            aria-labelledby="wire"
        >
            <div class="flex items-center px-4 h-12 border-b border-line shrink-0">
                <h2 class="flex-1" id="wire">
                    {text::wire(lang)}
                </h2>
                {move || {
                    (!device.away.get())
                        .then(|| view! { <span class="live-dot" role="img" aria-label=text::live(lang)></span> })
                }}
            </div>
            <div class="overflow-y-auto" tabindex="0" role="region" aria-label=text::what_arrived(lang)>
                <div class="p-4 grid gap-3">
                    {move || match newest.get() {
                        Some(event) => newest_box(event, device, lang),
                        None => view! { <p class="meta">{text::nothing_arrived(lang)}</p> }.into_any(),
                    }}
                    {earlier}
                </div>
            </div>
        </section>
    }
}

fn newest_box(event: WireEvent, device: Device, lang: Lang) -> AnyView {
    let WireWhat::In {
        from,
        message_id,
        nonce,
        sealed,
        bytes,
        arrival,
    } = event.what
    else {
        return ().into_any();
    };
    let to = device.id().map(|id| id.to_string()).unwrap_or_default();
    let fact = |words: &'static str, class: &'static str, value: String| {
        view! {
            <div>
                <dt>{words}</dt>
                <dd>
                    <span class=class>{value}</span>
                </dd>
            </div>
        }
    };
    let size = text::bytes(lang, &number(bytes as u64));
    view! {
        <p class="state text-sm">
            <Icon name="mail" />
            <span>{text::arrived(lang)} " " <Time at=event.at style=TimeStyle::Clock /></span>
        </p>
        <div class="rounded-lg border border-line bg-surface">
            <dl class="facts facts-tight px-3 py-2">
                {fact(text::from(lang), "tid", from)} {fact(text::to(lang), "tid", to)}
                {fact(text::message_id(lang), "wire", message_id)}
                {fact(text::nonce(lang), "wire", grouped(&nonce))}
                {fact(text::sealed(lang), "wire", format!("{} … {size}", grouped(&sealed)))}
            </dl>
        </div>
        {opened(&arrival, lang)}
        <p class="state text-sm is-ok">
            <Icon name=verdict_icon(arrival.verdict) />
            <span class="whitespace-normal">{text::outcome(lang)} ": " {verdict_words(arrival.verdict, lang)}</span>
        </p>
    }
    .into_any()
}

/// What was inside, when the box opened.
fn opened(arrival: &Arrival, lang: Lang) -> Option<impl IntoView + use<>> {
    let kind = arrival.kind?;
    let padding = text::bytes(lang, &number(arrival.padding as u64));
    let said = arrival.text.clone();
    Some(view! {
        <p class="flex items-center gap-2 text-sm text-ink-2">
            <Icon name="arrow-down" class="text-ink-3" />
            {text::opened(lang)}
        </p>
        <div class="rounded-lg border border-line bg-surface">
            <dl class="facts facts-tight px-3 py-2">
                <div>
                    <dt>{text::kind(lang)}</dt>
                    <dd class="wire">{format!("0x{kind:02x}")}</dd>
                </div>
                <div>
                    <dt>{text::padding(lang)}</dt>
                    <dd class="num">{padding}</dd>
                </div>
                {said
                    .map(|said| {
                        view! {
                            <div>
                                <dt>{text::write(lang)}</dt>
                                <dd class="clip">{said}</dd>
                            </div>
                        }
                    })}
            </dl>
        </div>
    })
}

fn earlier_row(event: WireEvent, lang: Lang) -> impl IntoView {
    let (icon, words) = match event.what {
        WireWhat::In { arrival, .. } => ("arrow-down-left", verdict_words(arrival.verdict, lang)),
        WireWhat::Out { text: true, .. } => ("arrow-up-right", text::out_text(lang)),
        WireWhat::Out { text: false, .. } => ("arrow-up-right", text::out_receipt(lang)),
    };
    view! {
        <li>
            <Icon name=icon class="mt-0.5 text-ink-3" />
            <span class="flex-1">{words}</span>
            <span class="meta num">
                <Time at=event.at style=TimeStyle::Clock />
            </span>
        </li>
    }
}

const fn verdict_icon(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Shown => "check-check",
        Verdict::Group => "users-round",
        Verdict::Dropped => "x",
        Verdict::Receipt | Verdict::Unknown | Verdict::Silent => "check",
        Verdict::Copy => "copy-x",
        Verdict::Blocked => "ban",
        Verdict::Closed => "lock",
    }
}

const fn verdict_words(verdict: Verdict, lang: Lang) -> &'static str {
    match verdict {
        Verdict::Shown => text::shown(lang),
        Verdict::Group => text::in_group(lang),
        Verdict::Dropped => text::dropped_in_group(lang),
        Verdict::Receipt => text::receipt(lang),
        Verdict::Unknown => text::unknown_kind(lang),
        Verdict::Silent => text::silent(lang),
        Verdict::Copy => text::copy(lang),
        Verdict::Blocked => text::dropped_blocked(lang),
        Verdict::Closed => text::closed(lang),
    }
}

/// Hexadecimal digits in groups of four.
fn grouped(hex: &str) -> String {
    let mut out = String::with_capacity(hex.len() * 5 / 4);
    for (i, c) in hex.chars().enumerate() {
        if i > 0 && i % 4 == 0 {
            out.push(' ');
        }
        out.push(c);
    }
    out
}
