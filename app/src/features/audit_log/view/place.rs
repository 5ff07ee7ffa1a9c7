//! Filter and place of the page live in its address.
use crate::features::audit_log::model::{LogFilter, Place};
use leptos::prelude::*;
use leptos_router::{hooks::use_location, params::ParamsMap};

/// The page's address.
pub const PATH: &str = "/settings/audit-log";

/// What the address asks for.
pub fn use_asked() -> Memo<(LogFilter, Place)> {
    let query = use_location().query;
    Memo::new(move |_| query.with(read))
}

fn read(query: &ParamsMap) -> (LogFilter, Place) {
    let text = |key: &str| query.get_str(key).unwrap_or_default().trim().to_owned();
    let number = |key: &str| query.get_str(key).and_then(|n| n.parse().ok());
    let filter = LogFilter {
        who: text("who"),
        what: text("what"),
        subject: text("subject"),
        from: text("from"),
        to: text("to"),
        q: text("q"),
    };
    let place = match (number("before"), number("after")) {
        (Some(seq), _) => Place::Before(seq),
        (None, Some(seq)) => Place::After(seq),
        (None, None) => Place::Newest,
    };
    (filter, place)
}

/// The address of a filter and a place.
pub fn address(filter: &LogFilter, place: Place) -> String {
    format!("{PATH}{}", query(filter, place))
}

/// `?who=…`; nothing for what is empty.
pub fn query(filter: &LogFilter, place: Place) -> String {
    let mut out = ParamsMap::new();
    for (key, value) in [
        ("who", &filter.who),
        ("what", &filter.what),
        ("subject", &filter.subject),
        ("from", &filter.from),
        ("to", &filter.to),
        ("q", &filter.q),
    ] {
        if !value.is_empty() {
            // the router reads an address twice
            out.insert(key, value.replace('%', "%25"));
        }
    }
    match place {
        Place::Newest => {}
        Place::Before(seq) => out.insert("before", seq.to_string()),
        Place::After(seq) => out.insert("after", seq.to_string()),
    }
    out.to_query_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_holds_what_is_asked_for_and_nothing_else() {
        assert_eq!(address(&LogFilter::default(), Place::Newest), PATH);
        let filter = LogFilter {
            who: "operator".into(),
            q: "press".into(),
            ..LogFilter::default()
        };
        assert_eq!(
            address(&filter, Place::Before(7)),
            format!("{PATH}?who=operator&q=press&before=7")
        );
        let given: ParamsMap = [
            ("who", "operator"),
            ("q", "press"),
            ("after", "x"),
            ("before", "7"),
        ]
        .into_iter()
        .collect();
        assert_eq!(read(&given), (filter, Place::Before(7)));
        assert_eq!(read(&ParamsMap::new()), (LogFilter::default(), Place::Newest));
    }
}
