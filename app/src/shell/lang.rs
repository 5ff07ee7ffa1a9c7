//! The language of the interface.
pub use crate::ui::use_lang;
