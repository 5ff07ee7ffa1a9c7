//! `/i/:identity/feeds/:feed/link`: how people subscribe.
use super::frame::Frame;
use crate::features::{
    feeds::{
        api::{feed_code, load_feed_head},
        model::{FeedHead, link},
        text,
    },
    lists::view::Place,
};
use crate::kernel::ErrorCode;
use crate::ui::{
    Button, Card, Copy, Load, QrCode,
    file::{save, save_png},
    loading,
    qr::draw,
    use_lang, use_toasts,
};
use leptos::{prelude::*, task::spawn_local};

/// Link, code and words of a feed.
#[component]
pub fn FeedLinkPage() -> impl IntoView {
    view! { <Frame body=|place, _, _| view! { <Ways place /> } /> }
}

#[component]
fn Ways(place: Place) -> impl IntoView {
    let head = loading(
        move || (place.identity.get(), place.list.get(), place.version.get()),
        |(identity, feed, _)| async move {
            let missing = ErrorCode::NotFound;
            load_feed_head(identity.ok_or(missing.clone())?, feed.ok_or(missing)?).await
        },
    );
    view! {
        <Load resource=head let:head>
            <Shown place head />
        </Load>
    }
}

/// The code as a file of its own.
fn svg_of(address: &str) -> Option<String> {
    let drawing = draw(address)?;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {0}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{0}\" height=\"{0}\" fill=\"#fff\"/><path d=\"{1}\" fill=\"#000\"/></svg>\n",
        drawing.size, drawing.path
    ))
}

#[component]
fn Shown(place: Place, head: FeedHead) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let name = head.feed.name.clone();
    let address = link(head.threema_id, &name, head.feed.number);
    let drawn = address.clone();
    let as_svg = move |_| {
        if let Some(svg) = svg_of(&drawn) {
            save("feed.svg", "image/svg+xml", &svg);
        }
    };
    let as_png = move |_| {
        let Some((identity, feed)) = place.uids() else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            let done = feed_code(identity, feed).await;
            let _ = busy.try_set(false);
            match done {
                Ok(png) => drop(save_png("feed.png", &png)),
                Err(error) => toasts.fail(error.text(lang)),
            }
        });
    };
    let label = text::code_label(lang, &name);
    let written = address.clone();
    view! {
        <div class="grid gap-4 max-w-184">
            <Card title=text::link(lang) name="link">
                <div class="card-body grid gap-3">
                    <p class="text-sm text-ink-2">{text::link_lede(lang)}</p>
                    <p class="flex flex-wrap items-center gap-2">
                        <span class="wire">{address.clone()}</span>
                        <Copy text=address.clone() label=text::copy_link(lang) />
                    </p>
                </div>
            </Card>
            <Card title=text::code(lang) name="code">
                <div class="card-body grid gap-4 justify-items-start">
                    <QrCode text=written label />
                    <div class="flex flex-wrap gap-2">
                        <Button small=true icon="download" on:click=as_svg>
                            {text::code_svg(lang)}
                        </Button>
                        <Button small=true icon="download" busy on:click=as_png>
                            {text::code_png(lang)}
                        </Button>
                    </div>
                </div>
            </Card>
            <Card title=text::words(lang) name="words">
                <div class="card-body py-1!">
                    <dl class="facts">
                        <div>
                            <dt>{text::to_subscribe(lang)}</dt>
                            <dd>
                                <span class="wire">{format!("start {name} · abo {name} · start {}", head.feed.number)}</span>
                            </dd>
                        </div>
                        <div>
                            <dt>{text::to_leave(lang)}</dt>
                            <dd>
                                <span class="wire">{format!("stop {name} · abmelden {name}")}</span>
                            </dd>
                        </div>
                    </dl>
                </div>
            </Card>
        </div>
    }
}
