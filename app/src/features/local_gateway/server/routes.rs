//! All addresses of the gateway.
use super::{LocalGateway, blobs, faults, lookups, mailbox, send, sim};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::from_fn_with_state,
    routing::{get, patch, post, put},
};

/// A bulk call with 1000 of the biggest boxes in base64 has 10.5 MB (section 1.4).
const BULK_BODY: usize = 16 << 20;
/// A single call with the biggest box in hexadecimal has 16 kB.
const SINGLE_BODY: usize = 64 << 10;
/// Room for the wrapping of an upload.
const WRAPPING: usize = 64 << 10;

/// The whole gateway.
pub fn router(gateway: LocalGateway) -> Router {
    let api = Router::new()
        .route("/send_simple", post(send::send_simple))
        .route("/send_e2e", post(send::send_e2e))
        .layer(DefaultBodyLimit::max(SINGLE_BODY))
        .route("/send_e2e_bulk", post(send::send_e2e_bulk))
        .route("/lookup/bulk", post(lookups::lookup_bulk))
        .route("/pubkeys/bulk", post(lookups::public_keys))
        .layer(DefaultBodyLimit::max(BULK_BODY))
        .route("/upload_blob", post(blobs::upload))
        .layer(DefaultBodyLimit::max(blobs::MAX_BLOB + WRAPPING))
        .route("/blobs/{id}", get(blobs::download))
        .route("/lookup/{kind}/{value}", get(lookups::lookup))
        .route("/pubkeys/{id}", get(lookups::public_key))
        .route("/capabilities/{id}", get(lookups::capabilities))
        .route("/credits", get(lookups::credits))
        .layer(from_fn_with_state(gateway.clone(), faults::layer));
    let sim = Router::new()
        .route("/sim/identities", post(sim::new_identity))
        .route("/sim/identities/{id}", patch(sim::change_identity))
        .route("/sim/pubkeys/{id}", get(sim::public_key))
        .route("/sim/mailbox", get(mailbox::mailbox))
        .route("/sim/messages", post(sim::new_message))
        .route("/sim/blobs/{id}", get(blobs::for_apps))
        .route("/sim/recipients", post(sim::new_recipients).get(sim::recipients))
        .route("/sim/stats", get(sim::stats))
        .route("/sim/faults", put(sim::set_faults));
    api.merge(sim).with_state(gateway)
}
