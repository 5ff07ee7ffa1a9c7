//! Something that is loaded: skeleton, error, or what came.
use super::{Failed, Loading, Skeleton};
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

/// Shows what a resource brings:
/// `<Load resource=lists let:page><Table page /></Load>`.
///
/// While it loads again the old content stays.
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
    view! {
        <Transition fallback=move || view! { <Skeleton rows /> }>
            {move || {
                let children = children.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(value) => children(value).into_any(),
                        Err(error) => view! { <Failed error retry /> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}
