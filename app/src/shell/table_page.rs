//! The page that lists what an identity has of one kind: lists, feeds, bots, groups.
use super::{Can, Page, PageHead, use_identity_uid, use_right};
use crate::kernel::{Page as Rows, Uid, permission::Right};
use crate::ui::{Button, Empty, FilterToggle, IconButton, Load, Loading, SearchBox, Table, Variant};
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

/// What the page says.
#[derive(Clone, Copy, Debug)]
pub struct TableWords {
    /// What is listed
    pub title: &'static str,
    /// A sentence
    pub lede: &'static str,
    /// Makes another one
    pub new: &'static str,
    /// Names the field for searching
    pub search: &'static str,
    /// Shows those only that are gone
    pub only_deleted: &'static str,
    /// Nothing fits
    pub not_found: &'static str,
    /// There is none yet
    pub none_title: &'static str,
    /// What they are good for
    pub none_text: &'static str,
    /// Names the ways to other pages
    pub pages: &'static str,
}

/// Head, search, filter and table; whoever has the right finds the button that sets `making`. What rows and dialogs need is
/// made by whoever calls this: what is made in a row is gone with it.
#[component]
pub fn TablePage<T, H, C, R, V>(
    /// What it says
    words: TableWords,
    /// Stands where there is none yet
    icon: &'static str,
    /// To make one
    right: Right,
    /// The filter for those that are gone
    deleted: &'static str,
    /// What is listed
    found: Loading<Rows<T>>,
    /// Opens the dialog that makes one
    making: RwSignal<bool>,
    /// The cells of the table's head
    head: H,
    /// A row of the table
    row: R,
    /// Dialogs
    children: Children,
) -> impl IntoView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    H: Fn() -> C + Clone + Send + Sync + 'static,
    C: IntoView + 'static,
    R: Fn(T) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    view! {
        <Page title=words.title.to_owned()>
            <PageHead title=words.title.to_owned() lede=words.lede.to_owned()>
                <Can right>
                    <Button variant=Variant::Primary icon="plus" on:click=move |_| making.set(true)>
                        {words.new}
                    </Button>
                </Can>
            </PageHead>
            <section class="card" aria-label=words.title>
                <div class="toolbar">
                    <SearchBox label=words.search />
                    <FilterToggle value=deleted label=words.only_deleted />
                </div>
                <Load resource=found let:loaded>
                    <Table loaded head=head.clone() row=row.clone() pages=words.pages not_found=words.not_found>
                        <Empty icon title=words.none_title text=words.none_text>
                            <Can right>
                                <Button icon="plus" on:click=move |_| making.set(true)>
                                    {words.new}
                                </Button>
                            </Can>
                        </Empty>
                    </Table>
                </Load>
            </section>
            {children()}
        </Page>
    }
}

/// The name in a row: it leads to the page of what has it.
#[component]
pub fn RowLink(
    /// The part of the identity that it belongs to, as addresses have it: `lists`
    part: &'static str,
    /// Which one
    uid: Uid,
    /// Its name
    name: String,
) -> impl IntoView {
    let identity = use_identity_uid();
    let href = move || {
        let identity = identity.get().map(|i| i.to_string()).unwrap_or_default();
        format!("/i/{identity}/{part}/{uid}")
    };
    view! {
        <a class="link-plain" href=href>
            {name}
        </a>
    }
}

/// The cell at the end of a row: what can be done with it.
#[component]
pub fn RowSteps<T>(
    /// What the row shows
    of: T,
    /// To do any of it
    right: Right,
    /// Icon and words of each step
    steps: Vec<(&'static str, String, Callback<T>)>,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    let button = |(icon, label, step): (&'static str, String, Callback<T>)| {
        // rows are still shown while the next ones load: what their buttons need must not end with their owner
        let of = of.clone();
        view! { <IconButton icon small=true label on:click=move |_| step.run(of.clone()) /> }
    };
    let may = use_right(right).get_untracked();
    view! {
        <td class="end whitespace-nowrap">
            {may.then(|| steps.into_iter().map(button).collect_view())}
        </td>
    }
}
