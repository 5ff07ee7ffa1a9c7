//! A filter of a table that is on or off.
use super::{use_page_request, use_write_page};
use crate::kernel::{PageRequest, i18n::number};
use leptos::prelude::*;

/// A button that puts its filter into the URL, or takes it out again.
#[component]
pub fn FilterToggle(
    /// The filter's name in the request
    value: &'static str,
    /// The words
    label: &'static str,
    /// How many there are, once that is known
    #[prop(optional, into)]
    count: Option<Signal<Option<u64>>>,
) -> impl IntoView {
    let request = use_page_request();
    let write = use_write_page();
    let on = Memo::new(move |_| request.with(|r| r.filter == value));
    let switch = move |_| {
        let filter = if on.get_untracked() { "" } else { value };
        write(false, &|r: &mut PageRequest| filter.clone_into(&mut r.filter));
    };
    view! {
        <button type="button" class="filter" aria-pressed=move || on.get().to_string() on:click=switch>
            {label}
            {count
                .map(|count| {
                    view! { <span class="num">{move || count.get().map(number).unwrap_or_default()}</span> }
                })}
        </button>
    }
}
