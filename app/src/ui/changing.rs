//! Parts of a view that change or come later, each of one type. What the renderer makes of a closure or of what it brings is
//! in the browser's code once for every type: for the first pages that sums up.
use leptos::{ev::MouseEvent, prelude::*};

/// A part that changes.
pub type Changing = Box<dyn FnMut() -> AnyView + Send>;

/// `{changing(move || …)}` is `{move || …}`.
pub fn changing<V: IntoView + 'static>(mut part: impl FnMut() -> V + Send + 'static) -> Changing {
    Box::new(move || part().into_any())
}

/// What a click does: `on:click=pressed(move |_| …)` is `on:click=move |_| …`.
pub fn pressed(act: impl FnMut(MouseEvent) + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(act)
}

/// A part that comes later, under `Suspense` or `Transition`: `later(async { … })` is `Suspend::new(async { … })`.
pub fn later<V: IntoView + 'static>(part: impl Future<Output = V> + Send + 'static) -> Suspend<AnyView> {
    Suspend::new(async move { part.await.into_any() })
}
