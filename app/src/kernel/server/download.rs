//! Files that are made while they are downloaded.
use axum::{
    body::{Body, Bytes},
    http::header,
    response::{IntoResponse, Response},
};
use futures::{Stream, StreamExt};

/// A file of this name and kind. An error in the stream ends the download with an error: no half file looks whole.
pub fn download(
    name: &str,
    kind: &str,
    parts: impl Stream<Item = std::io::Result<Bytes>> + Send + 'static,
) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    // what compresses it asks once more after its end
    (headers, Body::from_stream(parts.fuse())).into_response()
}
