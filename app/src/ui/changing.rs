//! Parts of a view that change or come later, each of one type. What the renderer makes of a closure or of what it brings is
//! in the browser's code once for every type: for the first pages that sums up.
use super::Hydrated;
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

/// A part whose file the browser fetches for it: only once the whole page is hydrated, since what hydrates does not wait for
/// a file. The server leaves it out.
pub fn fetched<F>(part: impl Fn() -> F + Send + 'static) -> Changing
where
    F: Future<Output = AnyView> + Send + 'static,
{
    let hydrated = use_context::<Hydrated>();
    changing(move || {
        hydrated
            .as_ref()
            .is_some_and(|h| h.0.get())
            .then(|| later(part()))
    })
}

/// A part that comes later, under `Suspense` or `Transition`: `later(async { … })` is `Suspend::new(async { … })`.
pub fn later<V: IntoView + 'static>(part: impl Future<Output = V> + Send + 'static) -> Suspend<AnyView> {
    Suspend::new(async move { part.await.into_any() })
}
