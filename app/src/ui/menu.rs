//! A menu of what can be done with one thing, behind a button with three dots.
use super::Icon;
use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys};

/// A button that opens a menu over everything else. It is a popover of the browser: no scrolling table cuts it off, it
/// opens before hydration, and it closes by Escape, by a click beside it and by a choice; then the button has the focus
/// again. Put [`MenuItem`]s inside.
#[component]
pub fn Menu(
    /// A name for ids, unique on the page
    name: String,
    /// What it is called: "More for Lea"
    label: String,
    /// The items
    children: Children,
) -> impl IntoView {
    let id = format!("menu-{name}");
    view! {
        <button
            type="button"
            class="btn btn-quiet btn-icon btn-sm"
            aria-label=label.clone()
            aria-haspopup="menu"
            popovertarget=id.clone()
        >
            <Icon name="ellipsis" />
        </button>
        <div
            id=id
            class="menu menu-pop"
            popover="auto"
            role="menu"
            aria-label=label
            on:toggle=opened
            on:keydown=moved
        >
            {children()}
        </div>
    }
}

/// One thing to do.
#[component]
pub fn MenuItem(
    /// Icon before the words
    icon: &'static str,
    /// Removes something
    #[prop(optional)]
    danger: bool,
    /// Does it
    #[prop(into)]
    choose: Callback<()>,
    /// The words
    children: Children,
) -> impl IntoView {
    let chosen = move |event: web_sys::MouseEvent| {
        // first, so that the focus goes back to the button before a dialog takes it
        close(event.target().and_then(|target| target.dyn_into().ok()));
        choose.run(());
    };
    view! {
        <button
            type="button"
            class=if danger { "menu-item menu-danger" } else { "menu-item" }
            role="menuitem"
            tabindex="-1"
            on:click=chosen
        >
            <Icon name=icon />
            {children()}
        </button>
    }
}

/// A way to somewhere.
#[component]
pub fn MenuLink(
    /// Icon before the words
    icon: &'static str,
    /// Where it leads
    href: String,
    /// The words
    children: Children,
) -> impl IntoView {
    view! {
        <a class="menu-item" role="menuitem" tabindex="-1" href=href>
            <Icon name=icon />
            {children()}
        </a>
    }
}

fn focus(element: Option<web_sys::Element>) {
    if let Some(element) = element.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Closes the menu around an element.
fn close(inside: Option<web_sys::Element>) {
    let menu = inside.and_then(|element| element.closest("[popover]").ok().flatten());
    if let Some(menu) = menu.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = menu.hide_popover();
    }
}

/// The keyboard begins with the first item.
fn opened(event: web_sys::Event) {
    let menu = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    if let Some(menu) = menu.filter(|menu| menu.matches(":popover-open").unwrap_or_default()) {
        focus(menu.first_element_child());
    }
}

/// Arrows, Home and End go from item to item; Tab leaves the menu.
fn moved(event: web_sys::KeyboardEvent) {
    let Some(here) = document().active_element() else {
        return;
    };
    let menu = here.parent_element();
    let first = || menu.as_ref().and_then(web_sys::Element::first_element_child);
    let last = || menu.as_ref().and_then(web_sys::Element::last_element_child);
    let to = match event.key().as_str() {
        "ArrowDown" => here.next_element_sibling().or_else(first),
        "ArrowUp" => here.previous_element_sibling().or_else(last),
        "Home" => first(),
        "End" => last(),
        "Tab" => return close(Some(here)),
        _ => return,
    };
    event.prevent_default();
    focus(to);
}
