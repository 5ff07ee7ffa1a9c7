//! Page, search and sorting of a list of things live in the URL: `?page=2&q=anna&sort=name&desc=1&filter=failed&size=50`.
use crate::kernel::PageRequest;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
    params::ParamsMap,
};

/// Reads the request; what is missing or makes no sense is the default. Pages count from 1 in the URL.
pub fn read(query: &ParamsMap) -> PageRequest {
    let text = |key| query.get_str(key).unwrap_or_default().to_owned();
    let number = |key| query.get_str(key).and_then(|n| n.parse::<u32>().ok());
    PageRequest {
        page: number("page").unwrap_or(1).saturating_sub(1),
        size: number("size")
            .unwrap_or(PageRequest::DEFAULT_SIZE)
            .clamp(1, PageRequest::MAX_SIZE),
        q: text("q"),
        sort: text("sort"),
        desc: query.get_str("desc") == Some("1"),
        filter: text("filter"),
    }
}

/// The query string with this request; other parameters stay.
pub fn write(query: &ParamsMap, request: &PageRequest) -> String {
    let mut out = query.clone();
    let size = (request.size != PageRequest::DEFAULT_SIZE).then(|| request.size.to_string());
    let page = (request.page > 0).then(|| (request.page + 1).to_string());
    let text = |t: &str| (!t.is_empty()).then(|| t.replace('%', "%25"));
    for (key, value) in [
        ("page", page),
        ("size", size),
        ("q", text(&request.q)),
        ("sort", text(&request.sort)),
        ("desc", request.desc.then(|| "1".to_owned())),
        ("filter", text(&request.filter)),
    ] {
        out.remove(key);
        if let Some(value) = value {
            out.insert(key, value);
        }
    }
    out.to_query_string()
}

/// The request in the URL of this page.
pub fn use_page_request() -> Memo<PageRequest> {
    let query = use_location().query;
    Memo::new(move |_| query.with(read))
}

/// Makes the address of this page with another request: for links.
pub fn use_page_href() -> impl Fn(&PageRequest) -> String + Clone + Send + Sync + 'static {
    let location = use_location();
    move |request| {
        let query = location.query.with(|query| write(query, request));
        format!("{}{query}", location.pathname.get())
    }
}

/// Changes the request in the URL: `write(&|r| r.filter = "failed".into())`. The first page is shown again, unless the
/// change sets one. `replace` leaves no step in the browser's history.
pub fn use_write_page() -> impl Fn(bool, &dyn Fn(&mut PageRequest)) + Clone + Send + Sync + 'static {
    let location = use_location();
    let navigate = use_navigate();
    move |replace, change| {
        let path = location.pathname.get_untracked();
        let query = location.query.with_untracked(|query| {
            let mut request = PageRequest {
                page: 0,
                ..read(query)
            };
            change(&mut request);
            write(query, &request)
        });
        let options = NavigateOptions {
            replace,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&format!("{path}{query}"), options);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_holds_only_what_differs_and_keeps_the_rest() {
        let query: ParamsMap = [("tab", "x"), ("page", "3"), ("q", "anna b"), ("size", "9999")]
            .into_iter()
            .collect();
        let request = read(&query);
        assert_eq!(
            (request.page, request.size, request.q.as_str()),
            (2, PageRequest::MAX_SIZE, "anna b")
        );
        let request = PageRequest {
            sort: "name".into(),
            desc: true,
            ..PageRequest::default()
        };
        assert_eq!(write(&query, &request), "?tab=x&sort=name&desc=1");
        assert_eq!(write(&ParamsMap::new(), &PageRequest::default()), "");
    }

    #[test]
    fn nonsense_in_the_url_is_the_default() {
        let query: ParamsMap = [("page", "0"), ("size", "0"), ("desc", "yes")]
            .into_iter()
            .collect();
        assert_eq!(
            read(&query),
            PageRequest {
                size: 1,
                ..PageRequest::default()
            }
        );
    }

    #[test]
    fn any_search_text_survives() {
        for q in ["50 %", "a&b=c", "100%25", "Zürich + Bern", "#?/"] {
            let request = PageRequest {
                q: q.into(),
                ..PageRequest::default()
            };
            let query = write(&ParamsMap::new(), &request);
            assert!(
                query.starts_with("?q=") && !query[3..].contains(['&', '#', ' ']),
                "{query}"
            );
        }
    }
}
