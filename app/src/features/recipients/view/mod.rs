//! Pages of recipients, and the parts that lists show too.
mod compare;
mod edit;
mod page;
mod table;

pub use compare::CompareKeys;
pub use edit::EditRecipient;
pub use page::{AllRecipientsPage, Externals};
pub use table::{RecipientTable, StateWord};
