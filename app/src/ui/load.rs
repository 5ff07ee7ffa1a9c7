//! Something that is loaded: skeleton, error, or what came.
use super::{Failed, Loading, Skeleton, changing};
use crate::kernel::AppResult;
use leptos::{either::Either, prelude::*};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Shows what a resource brings:
/// `<Load resource=lists let:page><Table page /></Load>`.
///
/// While it loads again the old content stays; what has come then takes its place with elements of its own. Laid over the
/// old elements, erased views would leave their event handlers there beside the new ones (tachys 0.2.19), and a button would
/// act on what its row showed before.
#[component]
pub fn Load<T, C, V>(
    /// What loads
    resource: Loading<T>,
    /// Rows of the skeleton
    #[prop(default = 4)]
    rows: u8,
    /// What to show; called again whenever the resource has loaded
    children: C,
) -> impl IntoView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    C: Fn(T) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let retry = Callback::new(move |()| resource.refetch());
    let shown = move || -> Later {
        let children = children.clone();
        Box::pin(async move { resource.await.map(|value| children(value).into_any()) })
    };
    frame(rows, retry, Box::new(shown))
}

/// What has come, drawn.
type Later = Pin<Box<dyn Future<Output = AppResult<AnyView>> + Send>>;

/// The same for all that is loaded, so that it is in the browser's code once.
fn frame(rows: u8, retry: Callback<()>, shown: Box<dyn Fn() -> Later + Send + Sync>) -> AnyView {
    let turn = Arc::new(AtomicBool::new(false));
    view! {
        <Transition fallback=move || view! { <Skeleton rows /> }>
            {changing(move || {
                let turn = turn.clone();
                let shown = shown();
                Suspend::new(async move {
                    let view = match shown.await {
                        Ok(view) => view,
                        Err(error) => view! { <Failed error retry /> }.into_any(),
                    };
                    match turn.fetch_not(Ordering::Relaxed) {
                        false => Either::Left(view),
                        true => Either::Right(view),
                    }
                })
            })}
        </Transition>
    }
    .into_any()
}
