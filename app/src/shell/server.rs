//! Before a page is drawn on the server.
use crate::features::auth::server::{site, visit};
use crate::kernel::server::Ctx;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

/// Finds out what every page needs to know and puts it into the request. Stands inside the session layer, around the
/// pages only. When it cannot be found out (the database is away), the page is drawn as for a stranger. Server functions
/// have their routes among the pages, and draw none.
pub async fn prepare_page(State(ctx): State<Ctx>, request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/rpc/") {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    if let Ok(visit) = visit(&parts)
        && let Ok(site) = site(ctx, visit).await
    {
        parts.extensions.insert(site);
    }
    next.run(Request::from_parts(parts, body)).await
}
