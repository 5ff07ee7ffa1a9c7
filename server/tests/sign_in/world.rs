//! A cockpit with two organisations, and browsers that keep a cookie.
use crate::cockpit::cockpit;
use app::{
    kernel::server::clock::{Clock, SystemClock},
    testing::{On, TestCtx},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Request, StatusCode, header},
};
use sea_orm::ConnectionTrait;
use serde_json::Value;
use std::net::SocketAddr;
use tower::ServiceExt;

pub const PASSWORD: &str = "correct-horse-battery";
pub const ADA: &str = "ada@example.org";
pub const EVE: &str = "eve@example.org";

pub struct World {
    pub test: TestCtx,
    pub cockpit: Router,
}

/// A browser: it keeps the session's cookie.
pub struct Browser<'a> {
    world: &'a World,
    /// The session's cookie.
    pub cookie: Option<String>,
    /// The cookie by which a browser is known; sent when a test sets it.
    pub device: Option<String>,
    /// The one that an answer has set.
    pub given_device: Option<String>,
    /// From where it calls.
    pub address: Option<SocketAddr>,
}

impl World {
    /// Two organisations with one administrator each; the clock shows the machine's time, by which sessions end.
    pub async fn new(on: On) -> Self {
        let test = TestCtx::new(on, "http://127.0.0.1:9").await;
        test.clock.turn(SystemClock.now().0 - test.clock.now().0);
        for (organisation, email) in [("Aarental", ADA), ("Elsewhere", EVE)] {
            test.with_password(organisation, email, PASSWORD).await;
        }
        Self {
            cockpit: cockpit(&test.ctx),
            test,
        }
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser {
            world: self,
            cookie: None,
            device: None,
            given_device: None,
            address: None,
        }
    }

    /// A browser at that address.
    pub fn browser_at(&self, address: &str) -> Browser<'_> {
        Browser {
            address: Some(format!("{address}:4711").parse().unwrap()),
            ..self.browser()
        }
    }

    /// A browser in which somebody has signed in with the password.
    pub async fn signed_in(&self, email: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let form = [("email", email), ("password", PASSWORD)];
        let (status, body) = browser.form("sign_in", &form).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        browser
    }

    /// Changes something behind the program's back, as a rule that somebody else has set.
    pub async fn sql(&self, sql: &str) {
        self.test.ctx.db.conn().execute_unprepared(sql).await.unwrap();
    }

    /// The first column of the first row.
    pub async fn bytes(&self, sql: &str) -> Vec<u8> {
        let db = &self.test.ctx.db;
        let row = db.conn().query_one_raw(db.stmt(sql, [])).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    /// What the audit log says has been done, oldest first.
    pub async fn audited(&self) -> Vec<String> {
        let db = self.test.ctx.db.conn();
        let query = sea_orm::Statement::from_string(
            db.get_database_backend(),
            "SELECT action FROM audit_entry ORDER BY id",
        );
        let rows = db.query_all_raw(query).await.unwrap();
        rows.iter()
            .map(|row| row.try_get("", "action").unwrap())
            .collect()
    }
}

impl Browser<'_> {
    pub async fn form(&mut self, name: &str, fields: &[(&str, &str)]) -> (StatusCode, Value) {
        let encode = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
        let body: Vec<_> = fields
            .iter()
            .map(|(k, v)| format!("{}={}", encode(k), encode(v)))
            .collect();
        self.call(name, "application/x-www-form-urlencoded", body.join("&"))
            .await
    }

    /// The status of a page, and where it leads.
    pub async fn page(&self, path: &str) -> (StatusCode, Option<String>) {
        let mut request = Request::get(path).header("host", "localhost:3000");
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let request = request.body(Body::empty()).unwrap();
        let answer = self.world.cockpit.clone().oneshot(request).await.unwrap();
        let to = answer.headers().get(header::LOCATION);
        (answer.status(), to.map(|l| l.to_str().unwrap().to_owned()))
    }

    async fn call(&mut self, name: &str, kind: &str, body: String) -> (StatusCode, Value) {
        let mut request = Request::post(format!("/rpc/{name}"))
            .header("host", "localhost:3000")
            .header("accept", "application/json")
            .header("content-type", kind);
        for cookie in self.cookie.iter().chain(&self.device) {
            request = request.header("cookie", cookie);
        }
        let mut request = request.body(Body::from(body)).unwrap();
        if let Some(address) = self.address {
            request.extensions_mut().insert(ConnectInfo(address));
        }
        let answer = self.world.cockpit.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        for set in answer.headers().get_all(header::SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            if pair.starts_with("fanfare=") {
                self.cookie = Some(pair.to_owned());
            }
            if pair.starts_with("fanfare-device=") {
                self.given_device = Some(pair.to_owned());
            }
        }
        let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }
}

/// Each test on both databases.
#[macro_export]
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test] async fn $name() { super::$name(app::testing::On::Sqlite).await; })+
        }
        mod on_postgres {
            $(#[tokio::test] async fn $name() { super::$name(app::testing::On::Postgres).await; })+
        }
    };
}
