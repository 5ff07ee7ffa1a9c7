//! Parameters, who calls, and refusals.
use super::LocalGateway;
use crate::kernel::ThreemaId;
use axum::{
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};

/// A status without a body: clients look only at the status (section 1.1).
#[derive(Clone, Copy, Debug)]
pub struct Refusal(pub StatusCode);

/// 400.
pub const BAD: Refusal = Refusal(StatusCode::BAD_REQUEST);
/// 401.
pub const WHO: Refusal = Refusal(StatusCode::UNAUTHORIZED);
/// 404.
pub const NOTHING: Refusal = Refusal(StatusCode::NOT_FOUND);
/// 413.
pub const TOO_BIG: Refusal = Refusal(StatusCode::PAYLOAD_TOO_LARGE);

/// What every handler answers.
pub type Answer = Result<Response, Refusal>;

impl Refusal {
    /// Of the code of a bulk item.
    pub fn code(code: u16) -> Self {
        Self(StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

/// Plain text without a newline at the end: some clients do not trim (section 1.1).
pub fn text(text: String) -> Answer {
    Ok(([(CONTENT_TYPE, "text/plain")], text).into_response())
}

/// JSON that is written already.
pub fn json(text: String) -> Answer {
    Ok(([(CONTENT_TYPE, "application/json")], text).into_response())
}

/// Parameters from query and form body: clients use either (section 1.1).
#[derive(Debug, Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Of the query alone.
    pub fn query(query: Option<&str>) -> Self {
        Self::form(query, &[])
    }

    /// Of query and form body; the body comes first.
    pub fn form(query: Option<&str>, body: &[u8]) -> Self {
        let query = query.unwrap_or_default().as_bytes();
        let pairs = form_urlencoded::parse(body).chain(form_urlencoded::parse(query));
        Self(
            pairs
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| &**value)
    }

    /// Whether a flag is set: `1` or `true`.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some("1" | "true"))
    }
}

impl LocalGateway {
    /// The gateway account that calls; 401 for everybody else.
    pub fn account(&self, params: &Params) -> Result<ThreemaId, Refusal> {
        let (from, secret) = params.get("from").zip(params.get("secret")).ok_or(WHO)?;
        self.state().identities.account(from, secret).ok_or(WHO)
    }
}
