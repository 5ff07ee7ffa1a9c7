//! Answers that list things.

/// Makes the answer that lists things, with links, and with paging under both of its names:
/// `page_of! { struct Feeds { feeds: Feed } }`. `Feeds::of` fills it.
macro_rules! page_of {
    ($(#[$doc:meta])* $vis:vis struct $page:ident { $(#[$name:meta])* $things:ident: $thing:ident }) => {
        $(#[$doc])*
        #[derive(serde::Serialize, utoipa::ToSchema)]
        $vis struct $page {
            #[serde(rename = "_links")]
            links: Vec<$crate::kernel::server::rest::Link>,
            $(#[$name])*
            $things: Vec<$thing>,
            #[serde(rename = "_paging")]
            documented_paging: $crate::kernel::server::rest::Paging,
            paging: $crate::kernel::server::rest::Paging,
        }

        impl $page {
            /// The part that was found, each thing as `shown` makes it.
            $vis fn of<T>(
                links: Vec<$crate::kernel::server::rest::Link>,
                (found, paging): (Vec<T>, $crate::kernel::server::rest::Paging),
                shown: impl FnMut(T) -> $thing,
            ) -> axum::Json<Self> {
                axum::Json(Self {
                    links,
                    $things: found.into_iter().map(shown).collect(),
                    documented_paging: paging.clone(),
                    paging,
                })
            }
        }
    };
}

pub(crate) use page_of;
