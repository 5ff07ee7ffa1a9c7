//! A cockpit with two organisations, and browsers that keep their cookies.
use crate::cockpit::cockpit;
use app::{
    features::auth::server::entity::administrator,
    kernel::server::{MailSettings, Settings},
    testing::{On, TestCtx},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Request, Response, StatusCode, header},
};
use sea_orm::{ConnectionTrait, Statement, prelude::*};
use serde_json::Value;
use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};
use tower::ServiceExt;

pub const PASSWORD: &str = "correct-horse-battery";
pub const ADA: &str = "ada@example.org";
/// Of another organisation.
pub const EVE: &str = "eve@example.org";

pub struct World {
    pub test: TestCtx,
    pub cockpit: Router,
}

impl World {
    pub async fn new(on: On) -> Self {
        Self::with(on, |_| ()).await
    }

    /// With a mail server at that port of this machine.
    pub async fn with_mail(on: On, port: u16) -> Self {
        Self::with(on, |settings| {
            settings.mail = Some(MailSettings {
                url: format!("smtp://127.0.0.1:{port}"),
                from: "fanfare@aarental.example".to_owned(),
            });
        })
        .await
    }

    pub async fn with(on: On, change: impl FnOnce(&mut Settings)) -> Self {
        let mut test = TestCtx::new(on, "http://127.0.0.1:9").await;
        let mut settings = (*test.ctx.settings).clone();
        change(&mut settings);
        test.ctx.settings = Arc::new(settings);
        for (organisation, email) in [("Aarental", ADA), ("Elsewhere", EVE)] {
            test.with_password(organisation, email, PASSWORD).await;
        }
        Self {
            cockpit: cockpit(&test.ctx),
            test,
        }
    }

    /// A browser at an address of its own.
    pub fn browser(&self, address: &str) -> Browser<'_> {
        Browser {
            world: self,
            address: format!("{address}:4711").parse().unwrap(),
            user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            cookies: BTreeMap::new(),
        }
    }

    /// A browser in which somebody has signed in.
    pub async fn signed_in(&self, email: &str, address: &str) -> Browser<'_> {
        let mut browser = self.browser(address);
        assert_eq!(browser.sign_in(email, PASSWORD).await, StatusCode::OK);
        browser
    }

    pub async fn administrator(&self, email: &str) -> administrator::Model {
        administrator::Entity::find()
            .filter(administrator::Column::Email.eq(email))
            .one(self.test.ctx.db.conn())
            .await
            .unwrap()
            .unwrap()
    }

    /// One number from the database.
    pub async fn number(&self, sql: &str) -> i64 {
        let db = self.test.ctx.db.conn();
        let query = Statement::from_string(db.get_database_backend(), sql);
        let row = db.query_one_raw(query).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    pub async fn execute(&self, sql: &str) {
        self.test.ctx.db.conn().execute_unprepared(sql).await.unwrap();
    }

    /// What the audit log has of one action, oldest first: the details.
    pub async fn audited(&self, action: &str) -> Vec<Value> {
        let db = self.test.ctx.db.conn();
        let sql = format!("SELECT detail FROM audit_entry WHERE action = '{action}' ORDER BY id");
        let query = Statement::from_string(db.get_database_backend(), sql);
        let rows = db.query_all_raw(query).await.unwrap();
        rows.iter()
            .map(|row| serde_json::from_str(&row.try_get_by_index::<String>(0).unwrap()).unwrap())
            .collect()
    }
}

/// A browser: it keeps its cookies.
#[derive(Clone)]
pub struct Browser<'a> {
    world: &'a World,
    pub address: SocketAddr,
    pub user_agent: &'static str,
    pub cookies: BTreeMap<String, String>,
}

impl Browser<'_> {
    /// The session's token.
    pub fn token(&self) -> Option<&String> {
        self.cookies.get("fanfare")
    }

    pub async fn sign_in(&mut self, email: &str, password: &str) -> StatusCode {
        let (status, _) = self
            .form("sign_in", &[("email", email), ("password", password)])
            .await;
        status
    }

    /// Whether the browser's session still stands.
    pub async fn is_in(&mut self) -> bool {
        let (status, _) = self.form("load_own_password", &[]).await;
        status == StatusCode::OK
    }

    pub async fn form(&mut self, name: &str, fields: &[(&str, &str)]) -> (StatusCode, Value) {
        let encode = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
        let body: Vec<_> = fields
            .iter()
            .map(|(k, v)| format!("{}={}", encode(k), encode(v)))
            .collect();
        self.call(name, "application/x-www-form-urlencoded", body.join("&"))
            .await
    }

    pub async fn json(&mut self, name: &str, body: &Value) -> (StatusCode, Value) {
        self.call(name, "application/json", body.to_string()).await
    }

    async fn call(&mut self, name: &str, kind: &str, body: String) -> (StatusCode, Value) {
        let request = Request::post(format!("/rpc/{name}"))
            .header("accept", "application/json")
            .header("content-type", kind)
            .body(Body::from(body))
            .unwrap();
        let answer = self.send(request).await;
        let status = answer.status();
        let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    pub async fn get(&mut self, path: &str) -> Response<Body> {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn send(&mut self, mut request: Request<Body>) -> Response<Body> {
        let cookies: Vec<_> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let headers = request.headers_mut();
        headers.insert("host", "localhost:3000".parse().unwrap());
        headers.insert("user-agent", self.user_agent.parse().unwrap());
        if !cookies.is_empty() {
            headers.insert("cookie", cookies.join("; ").parse().unwrap());
        }
        request.extensions_mut().insert(ConnectInfo(self.address));
        let answer = self.world.cockpit.clone().oneshot(request).await.unwrap();
        self.keep(answer.headers());
        answer
    }

    fn keep(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
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
