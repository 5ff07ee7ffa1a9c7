//! A code that a phone scans.
use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode as Code};
use std::fmt::Write;

/// Light modules around the code, as its standard asks for.
const QUIET: usize = 4;

/// A QR code as one SVG path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// Width and height of the view box, the quiet edge included.
    pub size: usize,
    /// `d` of the path: a rectangle per run of dark modules.
    pub path: String,
}

/// Draws a text; none when it is too long for a code.
pub fn draw(text: &str) -> Option<Drawing> {
    let code = Code::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                // writing into a String never fails
                let _ = write!(
                    path,
                    "M{} {}h{}v1h-{}z",
                    x + QUIET,
                    y + QUIET,
                    run.len(),
                    run.len()
                );
            }
            x += run.len();
        }
    }
    Some(Drawing {
        size: width + 2 * QUIET,
        path,
    })
}

/// A code that a phone scans, with what it is called.
#[component]
pub fn QrCode(
    /// What it says
    #[prop(into)]
    text: Signal<String>,
    /// What it is called
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    move || {
        let drawing = text.with(|text| draw(text))?;
        Some(view! {
            <svg
                class="w-44 rounded-md"
                viewBox=format!("0 0 {0} {0}", drawing.size)
                shape-rendering="crispEdges"
                role="img"
                aria-label=label
            >
                // black on white in every theme: cameras want it so
                <rect width=drawing.size height=drawing.size fill="#ffffff"></rect>
                <path d=drawing.path fill="#000000"></path>
            </svg>
        })
    }
}
