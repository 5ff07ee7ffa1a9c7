//! Parts around `<table class="data">`: sortable heads, pages, search. All of them write the URL.
use super::{Empty, Icon, paging::use_page_href, text, use_lang, use_page_request, use_write_page};
use crate::kernel::{Page, PageRequest, i18n::number};
use leptos::prelude::*;
use std::time::Duration;

/// The rows of a page and the ways to the others, or why there are none.
#[component]
pub fn Table<T, H, C, R, V>(
    /// What there is to show
    loaded: Page<T>,
    /// The cells of the head
    head: H,
    /// A row: `<tr>`
    row: R,
    /// What is listed, for screen readers: "Pages of lists"
    pages: &'static str,
    /// Says that nothing fits what was searched
    not_found: &'static str,
    /// What stands there when everything was wanted: an [`Empty`]
    children: Children,
) -> impl IntoView
where
    T: 'static,
    H: FnOnce() -> C + 'static,
    C: IntoView + 'static,
    R: Fn(T) -> V + 'static,
    V: IntoView + 'static,
{
    let request = use_page_request();
    if loaded.items.is_empty() {
        return match request.with_untracked(|r| !r.q.is_empty() || !r.filter.is_empty()) {
            true => view! { <Empty title=not_found /> }.into_any(),
            false => children(),
        };
    }
    view! {
        <table class="data data-stack">
            <thead>
                <tr>{head()}</tr>
            </thead>
            <tbody>{loaded.items.into_iter().map(row).collect_view()}</tbody>
        </table>
        <Pager page=loaded.page size=loaded.size total=loaded.total label=pages />
    }
    .into_any()
}

/// The head of a column that can be sorted: a link, so it works before hydration.
#[component]
pub fn SortHeader(
    /// The column's name in the request
    name: &'static str,
    /// The words
    #[prop(into)]
    label: String,
    /// At the right, for numbers
    #[prop(optional)]
    end: bool,
    /// Further classes
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let request = use_page_request();
    let href_of = use_page_href();
    let sorted = Memo::new(move |_| request.with(|r| (r.sort == name).then_some(r.desc)));
    let href = move || {
        href_of(&PageRequest {
            page: 0,
            sort: name.to_owned(),
            desc: sorted.get() == Some(false),
            ..request.try_get().unwrap_or_default()
        })
    };
    let aria = move || {
        sorted
            .get()
            .map(|desc| if desc { "descending" } else { "ascending" })
    };
    let icon = Signal::derive(move || match sorted.get() {
        None => "chevrons-up-down",
        Some(true) => "arrow-down",
        Some(false) => "arrow-up",
    });
    view! {
        <th scope="col" class=format!("{}{class}", if end { "end " } else { "" }) aria-sort=aria>
            <a class="sort" href=href>
                {label}
                <Icon name=icon />
            </a>
        </th>
    }
}

/// Which rows are shown, how many a page, and the ways to the pages before and after.
#[component]
pub fn Pager(
    /// Zero-based page, as [`crate::kernel::Page`] has it
    page: u32,
    /// Rows a page
    size: u32,
    /// Rows in all
    total: u64,
    /// What is listed, for screen readers: "Pages of lists"
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let lang = use_lang();
    let request = use_page_request();
    let write = use_write_page();
    let first = u64::from(page) * u64::from(size.max(1));
    let last = (first + u64::from(size)).min(total);
    let range = match total {
        0 => text::none_found(lang).to_owned(),
        _ => text::range(lang, &number(first + 1), &number(last), &number(total)),
    };
    let choose_size = move |value: String| {
        if let Ok(size) = value.parse() {
            write(false, &|r| r.size = size);
        }
    };
    let option = move |n: u32| view! { <option value=n.to_string() selected={n == size}>{n}</option> };
    let to = move |to: Option<u32>, icon: &'static str, label: &'static str| {
        let href_of = use_page_href();
        let href = to.map(|page| {
            move || {
                href_of(&PageRequest {
                    page,
                    ..request.try_get().unwrap_or_default()
                })
            }
        });
        match href {
            Some(href) => view! {
                <a class="btn btn-sm btn-icon" href=href aria-label=label>
                    <Icon name=icon />
                </a>
            }
            .into_any(),
            None => view! {
                <a class="btn btn-sm btn-icon" role="link" aria-disabled="true" aria-label=label>
                    <Icon name=icon />
                </a>
            }
            .into_any(),
        }
    };
    view! {
        <nav class="pager" aria-label=label>
            <span class="num">{range}</span>
            <label class="flex items-center gap-2">
                {text::rows(lang)}
                <select class="select select-sm" on:change:target=move |e| choose_size(e.target().value())>
                    {[25, 50, 100, 200].map(option).collect_view()}
                </select>
            </label>
            <span class="flex gap-1">
                {to(page.checked_sub(1), "chevron-left", text::previous_page(lang))}
                {to((last < total).then_some(page + 1), "chevron-right", text::next_page(lang))}
            </span>
        </nav>
    }
}

/// Searches while one types; the text is in the URL as `q`.
#[component]
pub fn SearchBox(
    /// What is searched: "Search lists"
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let request = use_page_request();
    let write = use_write_page();
    let typed = move |q: String| {
        let q = q.trim();
        if request.with_untracked(|r| r.q != q) {
            write(true, &|r| r.q = q.to_owned());
        }
    };
    let search = typed.clone();
    let mut later = leptos::leptos_dom::helpers::debounce(Duration::from_millis(250), typed);
    let node = NodeRef::<leptos::html::Input>::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(input) = node.get_untracked() {
            search(input.value());
        }
    };
    view! {
        <form role="search" class="w-64 max-md:w-full" on:submit=submit>
            <span class="input-group">
                <Icon name="search" />
                <input
                    node_ref=node
                    class="input"
                    type="search"
                    name="q"
                    aria-label=label.clone()
                    placeholder=label
                    value=request.with_untracked(|r| r.q.clone())
                    on:input:target=move |event| later(event.target().value())
                />
            </span>
        </form>
    }
}
