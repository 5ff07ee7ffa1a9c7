//! A context beside a real local gateway, and calls of the REST API without a socket.
use app::{
    features::{
        auth::server::Caller,
        identities::{
            model::{IdentityView, NewIdentity},
            server::create,
        },
    },
    testing::{On, TestCtx, start_gateway},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode},
};
use serde_json::{Value, json};
use tower::ServiceExt;

/// A context, and the gateway that it uses.
pub struct World {
    pub test: TestCtx,
    pub gateway_url: String,
    _folder: tempfile::TempDir,
}

impl World {
    pub async fn new(on: On) -> Self {
        // the gateway's HTTP client needs one too
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let gateway_url = start_gateway(folder.path(), 300).await;
        Self {
            test: TestCtx::new(on, &gateway_url).await,
            gateway_url,
            _folder: folder,
        }
    }

    /// An identity on the local gateway.
    pub async fn identity(&self, caller: &Caller, plan: &str) -> IdentityView {
        let input = NewIdentity {
            nickname: "Stadt".to_owned(),
            plan: plan.to_owned(),
            default_language: "de".to_owned(),
            ..NewIdentity::default()
        };
        create(self.test.ctx.clone(), caller.granted().unwrap(), input)
            .await
            .unwrap()
    }

    /// The API as a client with that key sees it.
    pub fn api(&self, key: &str) -> Api {
        Api {
            router: server::rest::router(&self.test.ctx),
            key: key.to_owned(),
        }
    }
}

/// A client of the REST API.
pub struct Api {
    router: Router,
    key: String,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Null when there is no JSON.
    pub body: Value,
    pub text: String,
}

impl Api {
    pub fn key(&self) -> &str {
        &self.key
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, "").await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, &body.to_string()).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, &body.to_string()).await
    }

    pub async fn delete(&self, path: &str, body: Value) -> Answer {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.call(Method::DELETE, path, &body).await
    }

    pub async fn call(&self, method: Method, path: &str, body: &str) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "any.example");
        if !self.key.is_empty() {
            request = request.header("X-API-Key", &self.key);
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap())
            .await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }
}

/// Both spellings of every doubled name, and the address of an own object.
pub fn assert_links(body: &Value) {
    let links = body["_links"].as_array().unwrap();
    assert!(!links.is_empty());
    for link in links {
        assert_eq!(link["ref"], link["rel"]);
        assert!(
            link["link"]
                .as_str()
                .unwrap()
                .starts_with("http://localhost:3000/api/v1/")
        );
    }
}

/// How many a page, of how many, and which page.
pub fn assert_paging(body: &Value, count: u64, total: u64, page: u64) {
    assert_eq!(
        body["paging"],
        json!({ "count": count, "total": total, "page": page })
    );
    assert_eq!(body["_paging"], body["paging"]);
}

/// Refused, and it says why in both places.
pub fn assert_error(answer: &Answer, status: StatusCode) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert!(
        answer.body["error"].as_str().is_some_and(|e| !e.is_empty()),
        "{}",
        answer.text
    );
    assert_eq!(answer.body["error"], answer.body["message"]);
}
