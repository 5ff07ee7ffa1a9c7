//! `/api/docs`: the operations of the OpenAPI document as a plain page, without any script.
use crate::rest::document;
use axum::{
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use serde_json::Value;
use std::fmt::Write;

const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
);
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The page.
pub async fn page() -> Response {
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(html())).into_response()
}

fn html() -> String {
    let document = serde_json::to_value(document()).unwrap_or_default();
    let info = &document["info"];
    let mut out = String::from(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>API · Fanfare</title>\
         <link rel=\"icon\" href=\"/favicon.svg\"><link rel=\"stylesheet\" href=\"/pkg/fanfare.css\"></head><body><main class=\"page\">",
    );
    let version = escape(text(&info["version"]));
    let _ = write!(
        out,
        "<div class=\"page-head\"><div><h1>API of Fanfare {version}</h1><p class=\"lede\">The whole description: \
         <a class=\"link\" href=\"/api/v1/openapi.json\">openapi.json</a></p></div></div>"
    );
    for paragraph in text(&info["description"]).split("\n\n") {
        let _ = write!(out, "<p>{}</p>", marked(paragraph));
    }
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                write_operation(&mut out, &document, method, path, operation);
            }
        }
    }
    out.push_str("</main></body></html>\n");
    out
}

fn write_operation(out: &mut String, document: &Value, method: &str, path: &str, operation: &Value) {
    let (method, path) = (method.to_uppercase(), escape(path));
    let _ = write!(
        out,
        "<section class=\"card mt-4\"><div class=\"card-head\"><h2>{}</h2></div><div class=\"card-body\">\
         <p><span class=\"tag\">{method}</span> <code>/api/v1{path}</code></p>",
        escape(text(&operation["summary"]))
    );
    for paragraph in text(&operation["description"])
        .split("\n\n")
        .filter(|p| !p.is_empty())
    {
        let _ = write!(out, "<p>{}</p>", marked(paragraph));
    }
    let query: Vec<&Value> = list(&operation["parameters"])
        .filter(|p| p["in"] == "query")
        .collect();
    if !query.is_empty() {
        out.push_str("<h3>Query</h3><dl class=\"facts facts-tight\">");
        for parameter in query {
            term(out, text(&parameter["name"]), text(&parameter["description"]));
        }
        out.push_str("</dl>");
    }
    write_fields(out, document, "Body", &operation["requestBody"]);
    out.push_str("<h3>Answers</h3><dl class=\"facts facts-tight\">");
    let answers = operation["responses"].as_object();
    for (status, answer) in answers.into_iter().flatten() {
        term(out, status, text(&answer["description"]));
    }
    out.push_str("</dl>");
    let good = answers.and_then(|a| a.iter().find(|(status, _)| status.starts_with('2')));
    if let Some((status, answer)) = good {
        write_fields(out, document, &format!("Fields of {status}"), answer);
    }
    out.push_str("</div></section>");
}

/// The fields of a JSON body, one level deep.
fn write_fields(out: &mut String, document: &Value, title: &str, body: &Value) {
    let schema = &body["content"]["application/json"]["schema"];
    let name = text(&schema["$ref"]).rsplit('/').next().unwrap_or_default();
    let Some(fields) = document["components"]["schemas"][name]["properties"].as_object() else {
        return;
    };
    let _ = write!(out, "<h3>{}</h3><dl class=\"facts facts-tight\">", escape(title));
    for (field, about) in fields {
        term(out, field, text(&about["description"]));
    }
    out.push_str("</dl>");
}

fn term(out: &mut String, name: &str, about: &str) {
    let _ = write!(
        out,
        "<div><dt><code>{}</code></dt><dd>{}</dd></div>",
        escape(name),
        marked(about)
    );
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Escaped, with what stands between backticks as code.
fn marked(text: &str) -> String {
    let part = |(at, part): (usize, &str)| match at % 2 {
        0 => escape(part),
        _ => format!("<code>{}</code>", escape(part)),
    };
    text.split('`').enumerate().map(part).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_lists_every_operation_and_has_no_script() {
        let page = html();
        for path in document().paths.paths.keys() {
            assert!(page.contains(&format!("<code>/api/v1{path}</code>")), "{path}");
        }
        assert!(!page.contains("<script") && !page.contains("style="));
        assert_eq!(marked("a `b<c` d"), "a <code>b&lt;c</code> d");
    }
}
