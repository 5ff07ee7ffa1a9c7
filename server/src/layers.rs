//! What every request passes before it reaches a capability.
use app::features::auth::server::{
    Caller, ClientAddress, PUBLIC_RPC, SET_UP_RPC, Standing, session_caller, session_used,
};
use app::kernel::{AppError, ErrorCode, Lang, server::Ctx};
use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use ipnet::IpNet;
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tower_sessions::Session;

/// Largest body of a server function: an import file of 20 MB as base64.
pub const BODY_LIMIT: usize = 32 << 20;
/// How long a body may take.
const BODY_TIME: Duration = Duration::from_secs(60);

/// Networks whose forwarded-for header counts.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(pub Arc<Vec<IpNet>>);

/// Finds the caller's network address: the peer's, or the one a trusted proxy names.
pub async fn client_address(
    State(trusted): State<TrustedProxies>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|c| c.0.ip());
    if let Some(address) = peer.and_then(|peer| behind_proxies(peer, request.headers(), &trusted.0)) {
        request
            .extensions_mut()
            .insert(ClientAddress(address.to_string()));
    }
    next.run(request).await
}

/// Walks the forwarded-for list from its end, the part that our own proxies have written, as long as the address so far
/// is a trusted proxy. None when a trusted proxy names something that is no address: its own would stand for everybody's.
fn behind_proxies(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|net| net.contains(ip));
    let lines: Vec<&HeaderValue> = headers.get_all("x-forwarded-for").iter().collect();
    let mut parts = lines.into_iter().rev().flat_map(|line| {
        let parts: Vec<&[u8]> = line.as_bytes().rsplit(|byte| *byte == b',').collect();
        parts
    });
    // on a socket for both families, IPv4 comes as ::ffff:a.b.c.d
    let mut address = peer.to_canonical();
    while is_trusted(&address) {
        let Some(part) = parts.next() else { break };
        address = str::from_utf8(part)
            .ok()?
            .trim()
            .parse::<IpAddr>()
            .ok()?
            .to_canonical();
    }
    Some(address)
}

/// Turns a session into a [`Caller`]. For server functions that need one, nobody gets 401 here, before any argument is
/// decoded; a page that needs one leads to the sign-in.
pub async fn caller(State(ctx): State<Ctx>, session: Session, mut request: Request, next: Next) -> Response {
    let address = request.extensions().get::<ClientAddress>().map(|a| a.0.clone());
    let found = session_caller(&ctx, &session, address).await;
    let path = request.uri().path();
    // a stream that a forgotten page opens again is no use
    if let Ok(Some(found)) = &found
        && path != "/live"
        && let Err(error) = session_used(&ctx, &session, found).await
    {
        tracing::warn!(%error, "the use of a session was not noted");
    }
    match found {
        Ok(Some(found)) if found.must_set_up && !is_for_set_up(path) => {
            if path.starts_with("/rpc/") && !PUBLIC_RPC.contains(&path) {
                return rpc_error(&ErrorCode::SecondFactorMissing.into());
            }
            if is_closed_page(path) {
                return Redirect::to(SET_UP_PAGE).into_response();
            }
            // as nobody: files, and what is open to all
        }
        Ok(Some(found)) => {
            let standing = Standing::new(&ctx, found.caller, session.id());
            request = match whole_body(request, BODY_LIMIT).await {
                Ok(request) => request,
                Err(status) => return status.into_response(),
            };
            match standing.caller_now(&ctx).await {
                Ok(Some(caller)) => drop(request.extensions_mut().insert::<Caller>(caller)),
                Ok(None) => return rpc_error(&ErrorCode::SignInRequired.into()),
                Err(error) => return rpc_error(&error),
            }
        }
        Ok(None) if path.starts_with("/rpc/") && !PUBLIC_RPC.contains(&path) => {
            return rpc_error(&ErrorCode::SignInRequired.into());
        }
        Ok(None) if is_closed_page(path) => {
            let next = request.uri().path_and_query().map_or("/", |p| p.as_str());
            return Redirect::to(&format!("/login?next={}", encode(next))).into_response();
        }
        Ok(None) => {}
        Err(error) if path.starts_with("/rpc/") => return rpc_error(&error),
        Err(error) => return page_error(&error),
    }
    next.run(request).await
}

/// Reads the body of a call that changes something, before anything is done in its caller's name: whoever holds the last
/// byte back must not go on with what was taken from them meanwhile. Only for those who are known, so that nobody fills
/// the memory.
pub async fn whole_body(request: Request, limit: usize) -> Result<Request, StatusCode> {
    if request.method().is_safe() {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(BODY_TIME, to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => Ok(Request::from_parts(parts, Body::from(bytes))),
        // or the connection broke, and nobody hears it
        Ok(Err(_)) => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

/// Where a second factor is set up that the rules ask for.
const SET_UP_PAGE: &str = "/second-factor";

/// What a session may do that has to set a second factor up first.
fn is_for_set_up(path: &str) -> bool {
    path == SET_UP_PAGE || SET_UP_RPC.contains(&path)
}

/// Pages that only somebody signed in sees.
fn is_closed_page(path: &str) -> bool {
    path == "/"
        || path == SET_UP_PAGE
        || path == "/settings"
        || path.starts_with("/settings/")
        || path.starts_with("/i/")
        || path.starts_with("/identities")
}

fn encode(text: &str) -> String {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"-._~/".contains(b);
    text.bytes()
        .map(|b| {
            if plain(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

/// An error in the form that server functions decode.
fn rpc_error(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, axum::Json(error)).into_response()
}

/// An error in place of a page. Whose language it is, is not known without the database.
fn page_error(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let texts = [Lang::En, Lang::De].map(|lang| error.code.text(lang));
    (status, texts.join("\n\n")).into_response()
}

/// Refuses changes that another site has a browser send (CSRF): the browser tells where the request comes from.
/// Without any such header it is no browser, and then there is no cookie that somebody else could misuse.
pub async fn same_origin(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !safe && is_foreign(request.headers()) {
        return (StatusCode::FORBIDDEN, "This request comes from another site.").into_response();
    }
    next.run(request).await
}

fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text("origin") else {
        return false;
    };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_none() || host != text("host")
}

/// Headers that every answer carries; a page has set its own Content-Security-Policy with a nonce already.
pub async fn security_headers(State(https): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: header::HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    );
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(
        header::HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        header::HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=()",
    );
    if https {
        set(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        );
    }
    response
}

/// The policy of a page: scripts of ours and those with this answer's nonce, nothing from elsewhere.
pub fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// The files in pkg/ change with every release under the same names: browsers ask whether they are still new.
pub async fn revalidate(request: Request, next: Next) -> Response<Body> {
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-cache"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_names_the_address() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let seen = |peer: &str, lines: &[&str], trusted: &[IpNet]| {
            let lines = lines.iter().map(|l| {
                let name = header::HeaderName::from_static("x-forwarded-for");
                (name, HeaderValue::from_str(l).unwrap())
            });
            behind_proxies(ip(peer), &lines.collect(), trusted)
        };
        let line = "203.0.113.9, 198.51.100.7, 10.0.0.2";
        assert_eq!(seen("10.0.0.1", &[line], &[]), Some(ip("10.0.0.1")));
        assert_eq!(seen("10.0.0.1", &[line], &trusted), Some(ip("198.51.100.7")));
        let two = ["203.0.113.9", "198.51.100.7"];
        assert_eq!(seen("10.0.0.1", &two, &trusted), Some(ip("198.51.100.7")));
        // both families on one socket
        assert_eq!(
            seen("::ffff:10.0.0.1", &[line], &trusted),
            Some(ip("198.51.100.7"))
        );
        assert_eq!(seen("::ffff:192.0.2.1", &[], &trusted), Some(ip("192.0.2.1")));
        // what the client writes stands on the left and counts for nothing
        assert_eq!(
            seen("10.0.0.1", &["rubbish, 198.51.100.7"], &trusted),
            Some(ip("198.51.100.7"))
        );
        // a proxy that names no address does not lend its own
        assert_eq!(seen("10.0.0.1", &["unknown"], &trusted), None);
        assert_eq!(seen("10.0.0.1", &[], &trusted), Some(ip("10.0.0.1")));
    }

    #[test]
    fn a_foreign_origin_is_seen() {
        let with = |pairs: &[(&'static str, &'static str)]| {
            pairs
                .iter()
                .map(|(k, v)| (header::HeaderName::from_static(k), HeaderValue::from_static(v)))
                .collect::<HeaderMap>()
        };
        assert!(!is_foreign(&with(&[])));
        assert!(!is_foreign(&with(&[("sec-fetch-site", "same-origin")])));
        assert!(is_foreign(&with(&[("sec-fetch-site", "cross-site")])));
        assert!(is_foreign(&with(&[("sec-fetch-site", "same-site")])));
        assert!(!is_foreign(&with(&[
            ("origin", "http://localhost:3000"),
            ("host", "localhost:3000")
        ])));
        assert!(is_foreign(&with(&[
            ("origin", "http://evil.example"),
            ("host", "localhost:3000")
        ])));
        assert!(is_foreign(&with(&[
            ("origin", "null"),
            ("host", "localhost:3000")
        ])));
    }
}
