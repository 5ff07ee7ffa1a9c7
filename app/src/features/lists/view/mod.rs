//! Pages of distribution lists.
mod add;
mod checked;
mod list;
mod lists;
mod members;
mod name;
mod paste;
mod pick;
mod switch;
mod table;

pub use add::AddDialog;
pub use list::{ListPage, Place};
pub use lists::ListsPage;
pub use members::Members;
