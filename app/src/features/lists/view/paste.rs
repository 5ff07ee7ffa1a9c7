//! Adding by pasting: every line is checked while one types.
use super::{
    checked::{Afterwards, Lines, Summary, failure_beside, problem_at},
    list::Place,
};
use crate::features::lists::{
    api::{AddPastedIds, CheckPastedIds},
    model::CheckedLines,
    text,
};
use crate::kernel::ErrorCode;
use crate::ui::{Button, Failure, Form, Submit, TextArea, failure_of, use_lang};
use leptos::{leptos_dom::helpers::debounce, prelude::*};
use std::time::Duration;

/// A field to paste into, and beside it what each line will become.
#[component]
pub fn PastePanel(
    /// Which list
    place: Place,
    /// The dialog
    open: RwSignal<bool>,
    /// Called with how many were added
    added: Callback<u64>,
) -> impl IntoView {
    let lang = use_lang();
    let pasted = RwSignal::new(String::new());
    let check = ServerAction::<CheckPastedIds>::new();
    let add = ServerAction::<AddPastedIds>::new();
    let mut look = debounce(Duration::from_millis(250), move |text: String| {
        if let Some((identity, list)) = place.uids() {
            check.dispatch(CheckPastedIds { identity, list, text });
        }
    });
    Effect::new(move |seen: Option<()>| {
        let text = pasted.get();
        // nothing is asked for the empty field at the start
        if seen.is_some() {
            look(text);
        }
    });
    Effect::new(move || {
        if let Some(Ok(done)) = add.value().get() {
            added.run(done.added);
        }
    });
    let checked = Memo::new(move |_| match check.value().get() {
        Some(Ok(checked)) if !pasted.with(|p| p.trim().is_empty()) => checked,
        _ => CheckedLines::default(),
    });
    let failed = failure_of(check);
    let lines = Signal::derive(move || {
        let n = pasted.with(|p| p.lines().filter(|l| !l.trim().is_empty()).count()) as u64;
        if n == 0 {
            String::new()
        } else {
            crate::kernel::i18n::number(n)
        }
    });
    let submit = move || {
        let (identity, list) = place.uids().ok_or(ErrorCode::NotFound)?;
        Ok(AddPastedIds {
            identity,
            list,
            text: pasted.get_untracked(),
        })
    };
    let cannot = Signal::derive(move || checked.with(|c| c.new == 0 || c.over_limit()));
    let verb = move || match checked.with(|c| c.new) {
        0 => text::nobody_to_add(lang).to_owned(),
        n => text::add_n(lang, n),
    };
    let stay = move || {
        let bad = checked.with(|c| c.bad);
        (bad > 0).then(|| text::stay_out(lang, bad))
    };
    view! {
        <Form action=add submit class="contents">
            <div class="dialog-body grid gap-4">
                <div class="grid gap-4 md:grid-cols-[15rem_minmax(0,1fr)]">
                    <TextArea
                        name="text"
                        label=text::paste_label(lang)
                        help=text::paste_help(lang)
                        meta=lines
                        bind=pasted
                        rows=12
                        error=problem_at(failed, "text")
                    />
                    <div class="min-w-0 grid gap-1.5 content-start">
                        <div class="flex flex-wrap items-center gap-1.5 min-h-5" role="status">
                            {move || view! { <Summary checked=checked.get() /> }}
                        </div>
                        {move || {
                            let checked = checked.get();
                            (checked.total() > 0).then(|| view! { <Lines checked /> })
                        }}
                        {move || failure_beside(failed).map(|error| view! { <Failure error /> })}
                    </div>
                </div>
                {move || view! { <Afterwards checked=checked.get() kind=place.kind /> }}
            </div>
            <div class="dialog-foot">
                <p class="text-sm text-ink-2">{stay}</p>
                <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                <Submit disabled=cannot>{verb}</Submit>
            </div>
        </Form>
    }
}
