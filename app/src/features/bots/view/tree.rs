//! The commands, one below the other: chosen by click or arrow keys, moved by dragging or with Alt and the arrow keys.
use super::{
    state::Builder,
    words::{level, name_of},
};
use crate::features::bots::{
    model::{Level, Node, Side, Step, Tree},
    text,
};
use crate::kernel::{Lang, Uid, i18n::number};
use crate::ui::{Icon, focus_on, use_lang, use_toasts};
use leptos::attr::custom::custom_attribute;
use leptos::{ev, prelude::*};

/// How far a level stands in.
const INSET: [&str; 9] = [
    "", "ml-5", "ml-10", "ml-15", "ml-20", "ml-25", "ml-30", "ml-35", "ml-40",
];

/// One line; another one in its place is drawn anew.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Line {
    uid: Uid,
    name: String,
    depth: usize,
    /// Place among its neighbours, from 1, and how many these are
    at: (usize, usize),
    leaf: bool,
}

fn lines(lang: Lang, tree: &Tree) -> Vec<Line> {
    fn add(lang: Lang, tree: &Tree, node: &Node, depth: usize, at: (usize, usize), out: &mut Vec<Line>) {
        out.push(Line {
            uid: node.uid.clone(),
            name: name_of(lang, tree, &node.uid),
            depth,
            at,
            leaf: node.commands.is_empty(),
        });
        let n = node.commands.len();
        for (i, command) in node.commands.iter().enumerate() {
            add(lang, tree, command, depth + 1, (i + 1, n), out);
        }
    }
    let mut out = Vec::new();
    add(lang, tree, &tree.start, 0, (1, 1), &mut out);
    out
}

/// The id of a line.
pub fn line_id(uid: &Uid) -> String {
    format!("command-{uid}")
}

/// What is being dragged, and where it would come to stand.
#[derive(Clone, Copy)]
struct Drag {
    what: RwSignal<Option<Uid>>,
    over: RwSignal<Option<(Uid, Side)>>,
}

/// All commands.
#[component]
pub fn CommandTree(builder: Builder) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let all = Memo::new(move |_| builder.tree.with(|t| lines(lang, t)));
    let drag = Drag {
        what: RwSignal::new(None),
        over: RwSignal::new(None),
    };
    let key = move |event: ev::KeyboardEvent| {
        if act(builder, &event) {
            event.prevent_default();
            focus_on(line_id(&builder.chosen.get_untracked()));
        }
    };
    let add = move |_| {
        let chosen = builder.chosen.get_untracked();
        if !builder.add_below(&chosen) {
            toasts.info(text::too_many(lang));
        }
    };
    view! {
        <div class="p-3 overflow-y-auto flex-1">
            <div class="tree" role="tree" aria-label=text::commands(lang) on:keydown=key>
                <For each=move || all.get() key=Line::clone let:line>
                    <Item builder drag line />
                </For>
            </div>
            <Show when=move || builder.may.get()>
                <button class="btn btn-quiet btn-sm mt-2" type="button" on:click=add>
                    <Icon name="plus" />
                    <span>{text::add_command(lang)}</span>
                </button>
            </Show>
        </div>
        <div class="px-4 py-3 border-t border-line meta grid gap-1">
            <Show when=move || builder.may.get()>
                <p>{text::tree_help(lang)}</p>
            </Show>
            <p>{text::numbers_help(lang)}</p>
        </div>
    }
}

/// What a key does: moves the choice, or with Alt the command. Answers whether it was one of those.
fn act(builder: Builder, event: &ev::KeyboardEvent) -> bool {
    if event.ctrl_key() || event.meta_key() || event.shift_key() {
        return false;
    }
    let chosen = builder.chosen.get_untracked();
    let (key, alt) = (event.key(), event.alt_key());
    let step = match key.as_str() {
        "ArrowUp" => Step::Up,
        "ArrowDown" => Step::Down,
        "ArrowLeft" => Step::Out,
        "ArrowRight" => Step::In,
        "Home" | "End" if !alt => {
            let to = builder.tree.with_untracked(|t| {
                let all = t.start.all();
                let end = if key == "End" { all.last() } else { all.first() };
                end.map(|n| n.uid.clone())
            });
            return to.is_some_and(|to| {
                builder.choose(&to);
                true
            });
        }
        _ => return false,
    };
    if alt {
        builder.step(&chosen, step);
        return true;
    }
    let to = builder.tree.with_untracked(|t| beside(t, &chosen, step));
    if let Some(to) = to {
        builder.choose(&to);
    }
    true
}

/// The command to which an arrow key leads.
fn beside(tree: &Tree, uid: &Uid, step: Step) -> Option<Uid> {
    let all = tree.start.all();
    let at = all.iter().position(|n| n.uid == *uid)?;
    let found = match step {
        Step::Up => at.checked_sub(1).and_then(|at| all.get(at).copied()),
        Step::Down => all.get(at + 1).copied(),
        Step::In => all.get(at)?.commands.first(),
        Step::Out => tree.path(uid).iter().rev().nth(1).copied(),
    };
    found.map(|n| n.uid.clone())
}

/// Above the middle of a line, on it, or below.
fn side(event: &ev::DragEvent) -> Side {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;
        let line = event
            .current_target()
            .and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        let Some(line) = line else { return Side::Inside };
        let place = line.get_bounding_client_rect();
        let part = (f64::from(event.client_y()) - place.top()) / place.height().max(1.0);
        match part {
            p if p < 0.3 => Side::Before,
            p if p > 0.7 => Side::After,
            _ => Side::Inside,
        }
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        Side::Inside
    }
}

/// Without data some browsers drag nothing.
fn begin_drag(event: &ev::DragEvent, uid: &Uid) {
    #[cfg(feature = "hydrate")]
    if let Some(data) = event.data_transfer() {
        let _ = data.set_data("text/plain", uid.as_str());
        data.set_effect_allowed("move");
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (event, uid);
}

#[component]
fn Item(builder: Builder, drag: Drag, line: Line) -> impl IntoView {
    let lang = use_lang();
    let Line {
        uid,
        name,
        depth,
        at: (at, of),
        leaf,
    } = line;
    let own = StoredValue::new(uid.clone());
    let chosen = Memo::new(move |_| builder.chosen.with(|c| own.with_value(|own| own == c)));
    let trouble = Memo::new(move |_| own.with_value(|own| builder.trouble(own)));
    let asked = Memo::new(move |_| own.with_value(|own| builder.count(own).asked));
    let hint = move || {
        drag.over.with(|over| match over {
            Some((uid, side)) if own.with_value(|own| own == uid) => match side {
                Side::Before => "tree-item tree-before",
                Side::Inside => "tree-item tree-inside",
                Side::After => "tree-item tree-after",
            },
            _ => "tree-item",
        })
    };
    let icon = match (depth, leaf) {
        (0, _) => "message-square-text",
        (_, true) => "message-square-reply",
        (_, false) => "corner-down-right",
    };
    let (to_choose, to_drag) = (uid.clone(), uid.clone());
    let over = move |event: ev::DragEvent| {
        let Some(what) = drag.what.get_untracked() else {
            return;
        };
        let target = own.get_value();
        let side = side(&event);
        let can = builder
            .tree
            .with_untracked(|t| t.drop_spot(&what, &target, side).is_some());
        if can {
            event.prevent_default();
            if drag
                .over
                .with_untracked(|o| o.as_ref() != Some(&(target.clone(), side)))
            {
                drag.over.set(Some((target, side)));
            }
        } else if drag.over.with_untracked(Option::is_some) {
            drag.over.set(None);
        }
    };
    let dropped = move |event: ev::DragEvent| {
        event.prevent_default();
        let side = side(&event);
        drag.over.set(None);
        let Some(what) = drag.what.try_update(Option::take).flatten() else {
            return;
        };
        let target = own.get_value();
        let spot = builder.tree.with_untracked(|t| t.drop_spot(&what, &target, side));
        if let Some(spot) = spot.filter(|_| builder.may.get_untracked()) {
            builder.tree.update(|t| {
                t.move_to(&what, &spot);
            });
            builder.choose(&what);
        }
    };
    view! {
        <div role="none" class=INSET.get(depth).copied().unwrap_or("ml-40")>
            <button
                {..custom_attribute("aria-level", (depth + 1).to_string())}
                type="button"
                role="treeitem"
                id=line_id(&uid)
                class=hint
                aria-posinset=at.to_string()
                aria-setsize=of.to_string()
                aria-selected=move || chosen.get().to_string()
                tabindex=move || if chosen.get() { "0" } else { "-1" }
                draggable=move || (depth > 0 && builder.may.get()).to_string()
                on:click=move |_| builder.open(&to_choose)
                on:dragstart=move |event| {
                    begin_drag(&event, &to_drag);
                    drag.what.set(Some(to_drag.clone()));
                }
                on:dragend=move |_| {
                    drag.what.set(None);
                    drag.over.set(None);
                }
                on:dragover=over
                on:drop=dropped
            >
                <Icon name=icon />
                <span class="clip">{name}</span>
                {move || trouble.get().map(|worst| view! { <Trouble worst /> })}
                {move || {
                    (asked.get() > 0)
                        .then(|| {
                            view! {
                                <span class="meta num" title=text::column_asked(lang)>
                                    {number(asked.get())}
                                </span>
                            }
                        })
                }}
            </button>
        </div>
    }
}

#[component]
fn Trouble(worst: Level) -> impl IntoView {
    let lang = use_lang();
    let (icon, class, _) = level(lang, worst);
    view! {
        <span class=class>
            <Icon name=icon class="icon-sm" />
            <span class="sr">{text::has_problem(lang)}</span>
        </span>
    }
}
