//! The HTML document around the app.
use super::{App, site, theme};
use leptos::prelude::*;
use leptos_meta::MetaTags;

/// The document of every page. What the page needs to know before it is drawn stands in `data-site`.
pub fn html(options: LeptosOptions) -> impl IntoView {
    let site = site::find();
    let json = serde_json::to_string(&site).unwrap_or_default();
    view! {
        <!DOCTYPE html>
        <html lang=site.language.code() data-theme=theme::find().attribute() data-site=json>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href="/pkg/fanfare.css" />
                <AutoReload options=options.clone() />
                <HydrationScripts options root="" />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
