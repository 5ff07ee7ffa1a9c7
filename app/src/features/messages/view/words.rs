//! States, reasons, numbers and spans of time in words.
use crate::features::messages::{
    model::{DeliveryState, MessageState, PauseReason, Reason},
    text,
};
use crate::kernel::{Lang, LanguageCode, i18n::number, live::Counts};
use crate::ui::{Look, StateChip, changing, text as kit, use_lang};
use leptos::prelude::*;

/// "1 person", "8 412 people".
pub fn people(lang: Lang, n: u64) -> String {
    let word = match (lang, n == 1) {
        (Lang::En, true) => "person",
        (Lang::En, false) => "people",
        (Lang::De, true) => "Person",
        (Lang::De, false) => "Personen",
    };
    format!("{}\u{a0}{word}", number(n))
}

/// `part` of `whole` in per cent, rounded down, so that 100 % means all: "65 %", "99.3 %".
pub fn percent(lang: Lang, part: u64, whole: u64) -> String {
    let tenths = part.saturating_mul(1_000).checked_div(whole).unwrap_or_default();
    let point = if lang == Lang::De { ',' } else { '.' };
    match tenths % 10 {
        0 => format!("{}\u{a0}%", tenths / 10),
        rest => format!("{}{point}{rest}\u{a0}%", tenths / 10),
    }
}

/// Deliveries on a phone, in per cent of all.
pub fn reached(lang: Lang, counts: &Counts) -> String {
    percent(lang, counts.delivered + counts.read, counts.total)
}

/// Deliveries with which nothing is left to do here: sent, failed or left out.
pub const fn through(counts: &Counts) -> u64 {
    counts.accepted + counts.delivered + counts.read + counts.failed + counts.skipped
}

/// "8 s", "3 min", "2 h": how long something still takes.
pub fn span(seconds: u64) -> String {
    match seconds {
        0..=90 => format!("{}\u{a0}s", seconds.max(1)),
        91..=5_400 => format!("{}\u{a0}min", seconds.div_ceil(60)),
        _ => format!("{}\u{a0}h", number(seconds.div_ceil(3_600))),
    }
}

/// "de" as the tab of a small switch: "DE".
pub fn short(language: LanguageCode) -> String {
    language.as_str().to_ascii_uppercase()
}

/// The word for a message's state.
pub const fn message_word(lang: Lang, state: MessageState) -> &'static str {
    match state {
        MessageState::Draft => text::draft(lang),
        MessageState::NeedsApproval => text::needs_approval(lang),
        MessageState::Queued => text::queued(lang),
        MessageState::Sending => text::sending(lang),
        MessageState::Paused => text::paused(lang),
        MessageState::Sent => text::sent(lang),
        MessageState::Cancelled => text::cancelled(lang),
    }
}

/// How a message stands; `chip` in its heading.
#[component]
pub fn MessageChip(
    /// Its state
    #[prop(into)]
    state: Signal<MessageState>,
    /// With a ground
    #[prop(optional)]
    chip: bool,
) -> impl IntoView {
    let lang = use_lang();
    changing(move || {
        let state = state.get();
        let (icon, look) = match state {
            MessageState::Draft => ("pencil-line", Look::Info),
            MessageState::NeedsApproval => ("triangle-alert", Look::Warn),
            MessageState::Queued => ("hourglass", Look::Live),
            MessageState::Sending => ("radio", Look::Live),
            MessageState::Paused => ("pause", Look::Warn),
            MessageState::Sent => ("check", Look::Ok),
            MessageState::Cancelled => ("ban", Look::Plain),
        };
        view! { <StateChip icon word=message_word(lang, state) look chip /> }
    })
}

/// The word for a delivery's state.
pub const fn delivery_word(lang: Lang, state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Pending => kit::pending(lang),
        DeliveryState::Accepted => kit::accepted(lang),
        DeliveryState::Delivered => kit::delivered(lang),
        DeliveryState::Read => kit::read(lang),
        DeliveryState::Failed => kit::failed(lang),
        DeliveryState::Skipped => text::skipped(lang),
        DeliveryState::Cancelled => text::cancelled(lang),
    }
}

/// Icon and meaning of a delivery's state.
pub const fn delivery_look(state: DeliveryState) -> (&'static str, Look) {
    match state {
        DeliveryState::Pending => ("circle-dashed", Look::Plain),
        DeliveryState::Accepted => ("check", Look::Plain),
        DeliveryState::Delivered => ("check-check", Look::Delivered),
        DeliveryState::Read => ("eye", Look::Read),
        DeliveryState::Failed => ("circle-x", Look::Failed),
        DeliveryState::Skipped => ("circle-minus", Look::Plain),
        DeliveryState::Cancelled => ("ban", Look::Plain),
    }
}

/// Why a delivery is where it is. Rule 17: nobody is said not to have read it.
pub const fn reason_word(lang: Lang, state: DeliveryState, reason: Reason) -> &'static str {
    match (state, reason) {
        (DeliveryState::Read, _) => "",
        (DeliveryState::Delivered, _) => text::no_read_receipt(lang),
        (DeliveryState::Accepted, _) => text::not_on_phone_yet(lang),
        (DeliveryState::Cancelled, _) => text::reason_stopped(lang),
        (DeliveryState::Pending, Reason::None) => text::waiting_here(lang),
        (_, Reason::KeyChanged) => text::reason_key_changed(lang),
        (_, Reason::UnknownId) => text::reason_unknown(lang),
        (_, Reason::Revoked) => text::reason_revoked(lang),
        (_, Reason::Refused) => text::reason_refused(lang),
        (_, Reason::NotFound) => text::reason_not_found(lang),
        (_, Reason::TooBig) => text::reason_too_big(lang),
        (_, Reason::GatewayAway) => text::reason_gateway_away(lang),
        (_, Reason::TryAgain) => text::reason_try_again(lang),
        (_, Reason::None) => text::reason_none(lang),
    }
}

/// Why a message waits, and what to do about it.
pub const fn pause_words(lang: Lang, reason: PauseReason) -> (&'static str, &'static str) {
    match reason {
        PauseReason::ByAdministrator => (
            text::pause_by_administrator(lang),
            text::pause_by_administrator_next(lang),
        ),
        PauseReason::NoCredits => (text::pause_no_credits(lang), text::pause_no_credits_next(lang)),
        PauseReason::Unauthorized => (
            text::pause_unauthorized(lang),
            text::pause_unauthorized_next(lang),
        ),
        PauseReason::PlanEnded => (text::pause_plan_ended(lang), text::pause_plan_ended_next(lang)),
        PauseReason::GatewayAway => (text::waits_gateway(lang), text::waits_gateway_next(lang)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_per_cent_means_all() {
        assert_eq!(percent(Lang::En, 5_508, 8_412), "65.4\u{a0}%");
        assert_eq!(percent(Lang::De, 9_999, 10_000), "99,9\u{a0}%");
        assert_eq!(percent(Lang::En, 3, 3), "100\u{a0}%");
        assert_eq!(percent(Lang::En, 0, 0), "0\u{a0}%");
    }

    #[test]
    fn numbers_of_people_agree() {
        assert_eq!(people(Lang::En, 1), "1\u{a0}person");
        assert_eq!(people(Lang::De, 8_412), "8\u{a0}412\u{a0}Personen");
    }

    #[test]
    fn spans_of_time_are_short() {
        assert_eq!(span(0), "1\u{a0}s");
        assert_eq!(span(90), "90\u{a0}s");
        assert_eq!(span(91), "2\u{a0}min");
        assert_eq!(span(7_200), "2\u{a0}h");
    }
}
