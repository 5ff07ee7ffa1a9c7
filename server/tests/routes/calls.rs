//! Calls of a route as somebody, and what comes back.
use crate::{
    table::{Input, Route},
    world::World,
};
use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use serde_json::Value;
use tower::ServiceExt;

/// What was answered: status and, for a server function, the code of its error.
pub struct Answer {
    pub status: StatusCode,
    pub code: String,
    pub body: String,
}

impl Answer {
    /// Nobody is let in. A wrong password has the same status, and another code.
    pub fn asks_to_sign_in(&self) -> bool {
        match self.code.as_str() {
            "" => self.status == StatusCode::UNAUTHORIZED,
            code => code == "sign_in_required",
        }
    }

    /// The guard let the call pass; whatever came afterwards.
    pub fn passed(&self) -> bool {
        let refused = match self.code.as_str() {
            "" => [
                StatusCode::UNAUTHORIZED,
                StatusCode::FORBIDDEN,
                StatusCode::NOT_FOUND,
            ]
            .contains(&self.status),
            code => ["sign_in_required", "forbidden", "not_found", "invalid_api_key"].contains(&code),
        };
        !refused
    }
}

impl World {
    /// The address with the names of this world.
    pub fn path(&self, template: &str) -> String {
        let message = match (template.contains("{feed}"), template.contains("/broadcasts/")) {
            (true, _) => &self.feed_sent,
            (_, true) => &self.broadcast,
            _ => &self.sent,
        };
        template
            .replace("{feed}", self.feed.as_str())
            .replace("{identity}", self.identity.as_str())
            .replace("{list}", self.list.as_str())
            .replace("{recipient}", "ABCD1234")
            .replace("{bot}", self.bot.as_str())
            .replace("{command}", self.command.as_str())
            .replace("{message}", message.as_str())
            .replace("{conversation}", self.conversation.as_str())
            .replace("{group_message}", self.group_message.as_str())
            .replace("{group}", self.group.as_str())
    }

    /// Calls an address; `who` are headers.
    pub async fn call(&self, route: &Route, path: &str, who: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder()
            .method(&route.method)
            .uri(path)
            .header("host", "localhost:3000")
            .header("accept", "application/json");
        for (name, value) in who {
            request = request.header(*name, *value);
        }
        let body = match &route.input {
            Input::None => Body::empty(),
            Input::Form(text) => {
                request = request.header("content-type", "application/x-www-form-urlencoded");
                Body::from(text.clone())
            }
            Input::Json(value) => {
                request = request.header("content-type", "application/json");
                Body::from(value.to_string())
            }
        };
        let answer = self
            .cockpit
            .clone()
            .oneshot(request.body(body).unwrap())
            .await
            .unwrap();
        let status = answer.status();
        if path == "/live" && status.is_success() {
            // it has no end
            return Answer {
                status,
                code: String::new(),
                body: String::new(),
            };
        }
        let bytes = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        let json: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        Answer {
            status,
            code: json["code"]["code"].as_str().unwrap_or_default().to_owned(),
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}
