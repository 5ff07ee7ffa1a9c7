//! How an error is answered where no page asks.
use crate::kernel::{AppError, Lang};
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};

impl IntoResponse for AppError {
    /// `{"error", "message", …}` with the sentence in English, as REST clients expect it.
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let text = self.text(Lang::En);
        let fields: serde_json::Map<_, _> = self
            .fields
            .iter()
            .map(|f| (f.field.clone(), serde_json::Value::from(f.problem.text(Lang::En))))
            .collect();
        let mut body = serde_json::json!({ "error": text, "message": text });
        if !fields.is_empty() {
            body["fields"] = fields.into();
        }
        (status, Json(body)).into_response()
    }
}
