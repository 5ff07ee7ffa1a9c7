//! Paging, sorting and searching of lists of things; state lives in the URL.
use serde::{Deserialize, Serialize};

/// Which part of a list of things is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRequest {
    /// Zero-based page number.
    pub page: u32,
    /// Rows a page, 1..=[`Self::MAX_SIZE`].
    pub size: u32,
    /// Search text; empty: everything.
    pub q: String,
    /// The column's name; empty: the natural order. A name that the list does not know is the natural order too.
    pub sort: String,
    /// Descending.
    pub desc: bool,
    /// A filter by state or the like; empty: everything.
    pub filter: String,
}

impl PageRequest {
    /// Rows a page when nothing is said.
    pub const DEFAULT_SIZE: u32 = 25;
    /// Most rows a page: as many as the REST API allows.
    pub const MAX_SIZE: u32 = 5_000;

    /// Rows to skip.
    pub fn offset(&self) -> u64 {
        u64::from(self.page) * self.limit()
    }

    /// Rows to take, forced into 1..=[`Self::MAX_SIZE`].
    pub fn limit(&self) -> u64 {
        u64::from(self.size.clamp(1, Self::MAX_SIZE))
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self {
            page: 0,
            size: Self::DEFAULT_SIZE,
            q: String::new(),
            sort: String::new(),
            desc: false,
            filter: String::new(),
        }
    }
}

/// One page of things.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// How many there are in all under this search and filter.
    pub total: u64,
    /// Zero-based page number.
    pub page: u32,
    /// Rows a page.
    pub size: u32,
}

impl<T> Page<T> {
    /// How many pages there are, at least one.
    pub fn pages(&self) -> u32 {
        let size = u64::from(self.size.max(1));
        u32::try_from(self.total.div_ceil(size).max(1)).unwrap_or(u32::MAX)
    }
}
