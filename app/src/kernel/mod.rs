//! What every capability stands on: identifiers, errors, permissions, texts, pages. Pure and built for both sides;
//! `server` holds what only the server has.
pub mod error;
pub mod i18n;
pub mod ids;
pub mod lang;
pub mod live;
pub mod page;
pub mod permission;
pub mod rights;
pub mod threema_id;
pub mod time;
pub mod validate;

#[cfg(feature = "ssr")]
pub mod server;

pub use error::{AppError, AppResult, ErrorCode, FieldError, Problem};
pub use ids::Uid;
pub use lang::{Lang, LanguageCode};
pub use page::{Page, PageRequest};
pub use threema_id::ThreemaId;
pub use time::Timestamp;
