//! Parts of lists of things (reference/broadcast-api.md section 1.4).
use super::{MAX_RECORDS, malformed};
use crate::kernel::{AppError, AppResult, Page, PageRequest, Problem, validate::Check};
use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// Records a page when nothing is said.
pub const DEFAULT_PAGE_SIZE: u32 = 20;

/// Which part of a list of things an answer holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Paging {
    /// The page size used; with `pageSize=0` the number of all records.
    count: u64,
    /// The number of all records.
    total: u64,
    /// The zero-based page.
    page: u32,
}

/// Query of a list of things. Other parameters are ignored.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the parameters; `Paged` reads them")]
pub struct PageQuery {
    /// Records a page; 0: all in one answer. Default 20.
    #[param(minimum = 0, maximum = 5000)]
    #[serde(rename = "pageSize")]
    page_size: Option<u32>,
    /// Zero-based page.
    #[param(minimum = 0)]
    page: Option<u32>,
    /// Part of a name.
    q: Option<String>,
}

/// A [`PageQuery`] as it was read and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged {
    /// 0: everything.
    size: u32,
    page: u32,
    q: String,
}

impl Paged {
    /// Reads query parameters; a number out of range or none at all is a field error.
    fn read(pairs: Vec<(String, String)>) -> AppResult<Self> {
        let given: BTreeMap<String, String> = pairs.into_iter().collect();
        let mut check = Check::new();
        let mut number = |name: &str, default: u32, max: u32| {
            let Some(text) = given.get(name) else {
                return default;
            };
            let value = text.trim().parse::<u32>().ok().filter(|n| *n <= max);
            value.unwrap_or_else(|| {
                let max = usize::try_from(max).unwrap_or(usize::MAX);
                check.fail(name, Problem::OutOfRange { min: 0, max });
                default
            })
        };
        let paged = Self {
            size: number("pageSize", DEFAULT_PAGE_SIZE, MAX_RECORDS),
            page: number("page", 0, i32::MAX.unsigned_abs()),
            q: given.get("q").cloned().unwrap_or_default(),
        };
        check.done()?;
        Ok(paged)
    }

    /// Loads what was asked for; `load` gives one page of up to [`MAX_RECORDS`].
    pub async fn load<T, F>(&self, load: impl Fn(PageRequest) -> F) -> AppResult<(Vec<T>, Paging)>
    where
        F: Future<Output = AppResult<Page<T>>>,
    {
        if self.size > 0 {
            let page = load(self.request(self.page, self.size)).await?;
            // the cockpit shows the last page instead of one behind it; a client that walks on needs an empty one
            let items = if page.page == self.page {
                page.items
            } else {
                Vec::new()
            };
            return Ok((items, self.paging(u64::from(self.size), page.total)));
        }
        let all = self.everything(load).await?;
        let total = all.len() as u64;
        Ok((all, self.paging(total, total)))
    }

    async fn everything<T, F>(&self, load: impl Fn(PageRequest) -> F) -> AppResult<Vec<T>>
    where
        F: Future<Output = AppResult<Page<T>>>,
    {
        let mut all = Vec::new();
        for number in 0.. {
            let page = load(self.request(number, MAX_RECORDS)).await?;
            let (here, got) = (page.page == number, page.items.len());
            if here {
                all.extend(page.items);
            }
            if !here || got < MAX_RECORDS as usize {
                break;
            }
        }
        Ok(all)
    }

    fn request(&self, page: u32, size: u32) -> PageRequest {
        PageRequest {
            page,
            size,
            q: self.q.clone(),
            ..PageRequest::default()
        }
    }

    /// The part of things that are all at hand.
    pub fn part<T>(&self, all: Vec<T>) -> (Vec<T>, Paging) {
        let total = all.len() as u64;
        if self.size == 0 {
            return (all, self.paging(total, total));
        }
        let skip = usize::try_from(u64::from(self.page) * u64::from(self.size)).unwrap_or(usize::MAX);
        let items = all.into_iter().skip(skip).take(self.size as usize).collect();
        (items, self.paging(u64::from(self.size), total))
    }

    /// The first record and how many; none: all.
    pub fn window(&self) -> (u64, Option<u64>) {
        match u64::from(self.size) {
            0 => (0, None),
            size => (u64::from(self.page) * size, Some(size)),
        }
    }

    /// What was found in [`Self::window`], with the number of all.
    pub fn found<T>(&self, (items, total): (Vec<T>, u64)) -> (Vec<T>, Paging) {
        (items, self.paging_of(total))
    }

    /// The paging of an answer for [`Self::window`].
    pub fn paging_of(&self, total: u64) -> Paging {
        let size = u64::from(self.size);
        self.paging(if size == 0 { total } else { size }, total)
    }

    /// Part of a name, or nothing.
    pub fn q(&self) -> &str {
        &self.q
    }

    fn paging(&self, count: u64, total: u64) -> Paging {
        let page = if self.size == 0 { 0 } else { self.page };
        Paging { count, total, page }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Paged {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, AppError> {
        let Query(pairs) =
            Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_err(|e| malformed(&e))?;
        Self::read(pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> AppResult<Paged> {
        Paged::read(
            pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn page_sizes_follow_the_rules() {
        assert_eq!(read(&[]).map(|p| (p.size, p.page)), Ok((20, 0)));
        assert_eq!(
            read(&[("pageSize", "0"), ("limit", "100")]).map(|p| p.size),
            Ok(0)
        );
        assert_eq!(
            read(&[("pageSize", "5000"), ("page", "3")]).map(|p| (p.size, p.page)),
            Ok((5000, 3))
        );
        for bad in ["-1", "5001", "x", "", "99999999999"] {
            assert!(
                read(&[("pageSize", bad)]).unwrap_err().of("pageSize").is_some(),
                "{bad}"
            );
        }
        assert!(read(&[("page", "-1")]).unwrap_err().of("page").is_some());
    }

    #[test]
    fn parts_of_what_is_at_hand() {
        let all: Vec<u32> = (0..45).collect();
        let page = |size, page| {
            Paged {
                size,
                page,
                q: String::new(),
            }
            .part(all.clone())
        };
        assert_eq!(page(20, 2).0, [40, 41, 42, 43, 44]);
        assert_eq!(page(20, 3).0, [0_u32; 0]);
        assert_eq!(
            page(0, 7),
            (
                all.clone(),
                Paging {
                    count: 45,
                    total: 45,
                    page: 0
                }
            )
        );
    }
}
