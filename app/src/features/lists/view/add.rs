//! The dialog that adds people, in three ways.
use super::{list::Place, paste::PastePanel, pick::PickPanel, table::TablePanel};
use crate::features::lists::text;
use crate::ui::{Dialog, Seg, use_lang, use_toasts};
use leptos::prelude::*;

/// Pasted IDs, a table, or a choice among those who are known.
#[component]
pub fn AddDialog(
    /// Which list
    place: Place,
    /// The list's name
    name: Signal<String>,
    /// Whether it is open
    open: RwSignal<bool>,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let way = RwSignal::new("paste".to_owned());
    let added = Callback::new(move |n: u64| {
        open.set(false);
        toasts.ok(text::added(lang, n));
        place.changed.run(());
    });
    view! {
        <Dialog open name="add-people" title=Signal::derive(move || text::add_title(lang, &name.get())) wide=true>
            <div class="dialog-body pb-0! grid gap-2">
                <Seg
                    label=text::way(lang)
                    options=vec![
                        ("paste".to_owned(), text::way_paste(lang).to_owned()),
                        ("table".to_owned(), text::way_table(lang).to_owned()),
                        ("known".to_owned(), text::way_known(lang).to_owned()),
                    ]
                    bind=way
                />
            </div>
            {move || match way.get().as_str() {
                "table" => view! { <TablePanel place open added /> }.into_any(),
                "known" => view! { <PickPanel place open added /> }.into_any(),
                _ => view! { <PastePanel place open added /> }.into_any(),
            }}
        </Dialog>
    }
}
