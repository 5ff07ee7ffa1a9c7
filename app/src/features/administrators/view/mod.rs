//! Pages of administrators.
mod accept;
mod invite;
mod matrix;
mod overview;
mod person;
mod steps;

pub use accept::InvitationPage;
pub use invite::InvitePage;
pub use overview::AdministratorsPage;
pub use person::AdministratorPage;

use crate::features::administrators::text;
use crate::kernel::Lang;

/// The crumbs before a page of administrators.
fn trail(lang: Lang) -> Vec<(String, String)> {
    vec![
        (text::settings(lang).to_owned(), "/settings".to_owned()),
        (
            text::administrators(lang).to_owned(),
            "/settings/administrators".to_owned(),
        ),
    ]
}
