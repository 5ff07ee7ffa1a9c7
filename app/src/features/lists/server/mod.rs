//! The door of `lists`.
mod audience;
mod check;
mod entity;
mod members;
mod newcomers;
pub mod rest;
mod rest_recipients;
mod service;
mod store;
mod table;
mod table_file;

pub use audience::audience_counts;
pub use check::{add_pasted, check_pasted};
pub use entity::{ActiveModel as NewList, Model as List};
pub use members::{
    add, add_members, announce, count_day, list_members, pickable_members, remove, remove_everywhere,
    remove_members, remove_unreachable, replace_members,
};
pub use newcomers::{Newcomers, greet, messages_for_newcomers, stop_greeting, take_newcomers};
pub use service::{
    all_lists, create_list, delete_list, list_audiences, list_lists, load_list, rename_list, restore_list,
    switch_replies,
};
pub use store::{
    among_members, any_keeps_replies, barred, feed_name_taken, find_by_number, find_lists, find_of,
    keeps_replies_of, page as list_page, view_of, window,
};
pub use table::{bad_rows, check_table, import_table};

/// For the tests of reading tables.
#[cfg(test)]
pub mod test_table {
    pub use super::table_file::{language, read_table};
}
