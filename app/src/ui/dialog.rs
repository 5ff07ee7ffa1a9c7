//! A native dialog.
use super::{IconButton, text, use_lang};
use leptos::{html, prelude::*};

/// Opens a dialog about one of several things. Call it at the page: what a row makes is gone with the row.
pub fn open_about<T: Send + Sync + 'static>(which: RwSignal<Option<T>>, open: RwSignal<bool>) -> Callback<T> {
    Callback::new(move |thing| {
        which.set(Some(thing));
        open.set(true);
    })
}

/// A dialog over the page: the title is a question with its object, the body tells the consequence, the button has verb
/// and count. Escape and the cross close it; focus goes back to where it was. The content is made anew each time it
/// opens: put `<div class="dialog-body">` and `<div class="dialog-foot">` inside (within a `Form` where there is one).
#[component]
pub fn Dialog(
    /// Whether it is open
    open: RwSignal<bool>,
    /// A name for ids, unique on the page
    name: &'static str,
    /// The question
    #[prop(into)]
    title: Signal<String>,
    /// Wider
    #[prop(optional)]
    wide: bool,
    /// Body and foot
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = node.get() else { return };
        match open.get() {
            true if !dialog.open() => {
                let _ = dialog.show_modal();
            }
            false if dialog.open() => dialog.close(),
            _ => {}
        }
    });
    let id = StoredValue::new(format!("dialog-{name}"));
    let class = if wide { "dialog dialog-wide" } else { "dialog" };
    let children = StoredValue::new(children);
    view! {
        <dialog node_ref=node class=class aria-labelledby=id.get_value() on:close=move |_| open.set(false)>
            <Show when=move || open.get()>
                <div class="dialog-head">
                    <h2 id=id.get_value()>{title}</h2>
                    <IconButton
                        icon="x"
                        label=text::close(use_lang()).to_owned()
                        small=true
                        on:click=move |_| open.set(false)
                    />
                </div>
                {children.with_value(|c| c())}
            </Show>
        </dialog>
    }
}
