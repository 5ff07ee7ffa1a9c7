//! What stands there while something loads.
use super::{text, use_lang};
use leptos::prelude::*;

/// Rows in the measure of the list that will come.
#[component]
pub fn Skeleton(
    /// How many
    #[prop(default = 4)]
    rows: u8,
) -> impl IntoView {
    let row = |i: u8| {
        let width = ["w-44", "w-60", "w-36", "w-52"][usize::from(i % 4)];
        view! {
            <div class="items-center! h-13">
                <span class=format!("skel h-3.5 {width}")></span>
                <span class="skel h-3.5 w-16 ml-auto"></span>
            </div>
        }
    };
    view! {
        <div class="rows" role="status" aria-label=text::loading(use_lang())>
            {(0..rows).map(row).collect_view()}
        </div>
    }
}
