//! Over real HTTP on a port of its own: what a client of the Threema Gateway sees.
mod calls;
mod events;
mod faults;
mod keeping;
mod lookups;

use super::server::LocalGateway;
use crate::{
    features::gateway::{
        server::{Account, GatewayClient, Outgoing, SealedBox},
        wire::{MessageId, PrivateKey},
    },
    kernel::{
        ThreemaId, Timestamp,
        server::{clock::TestClock, rng::SystemRng},
    },
};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use std::{path::Path, sync::Arc};
use tokio::{net::TcpListener, task::JoinHandle};

/// A gateway that is served, with its file.
pub struct Served {
    pub base: String,
    pub http: Client,
    pub gateway: LocalGateway,
    server: JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Noon of 2026-11-21, in seconds.
pub const NOW: i64 = 1_795_262_400;

pub async fn serve(file: &Path) -> Served {
    let clock = Arc::new(TestClock::at(Timestamp(NOW * 1000)));
    let gateway = LocalGateway::open(file, clock, Arc::new(SystemRng), 0)
        .await
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = gateway.router();
    let server = tokio::spawn(async move {
        axum::serve(listener, router).await.unwrap();
    });
    let http = Client::builder().no_proxy().build().unwrap();
    Served {
        base,
        http,
        gateway,
        server,
    }
}

/// A gateway on a new file.
pub async fn fresh() -> (tempfile::TempDir, Served) {
    let folder = tempfile::tempdir().unwrap();
    let served = serve(&folder.path().join("gateway.db")).await;
    (folder, served)
}

pub fn key(n: u8) -> PrivateKey {
    PrivateKey::from_bytes([n; 32])
}

impl Served {
    pub async fn sim(&self, method: Method, path: &str, body: Value) -> Response {
        let request = self.http.request(method, format!("{}{path}", self.base));
        request.body(body.to_string()).send().await.unwrap()
    }

    /// A gateway account with credits.
    pub async fn account(&self, id: &str, credits: i64) -> Account {
        let body = json!({"publicKey": key(1).public_key(), "kind": "gateway", "id": id, "nickname": "Town", "credits": credits});
        let answer = self.sim(Method::POST, "/sim/identities", body).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        let made: Value = answer.json().await.unwrap();
        Account {
            threema_id: made["id"].as_str().unwrap().parse().unwrap(),
            secret: made["secret"].as_str().unwrap().to_owned().into(),
        }
    }

    /// An app with a mailbox: ID and token.
    pub async fn app(&self) -> (ThreemaId, String) {
        let body = json!({"publicKey": key(2).public_key(), "kind": "user", "nickname": "Ruth"});
        let made: Value = self
            .sim(Method::POST, "/sim/identities", body)
            .await
            .json()
            .await
            .unwrap();
        let id = made["id"].as_str().unwrap().parse().unwrap();
        (id, made["token"].as_str().unwrap().to_owned())
    }

    pub async fn recipients(&self, count: usize, seed: &str) -> Vec<ThreemaId> {
        let answer = self
            .sim(
                Method::POST,
                "/sim/recipients",
                json!({"count": count, "seed": seed}),
            )
            .await;
        let made: Value = answer.json().await.unwrap();
        let listed = self
            .sim(Method::GET, &format!("/sim/recipients?seed={seed}"), Value::Null)
            .await;
        let ids: Vec<ThreemaId> = listed
            .text()
            .await
            .unwrap()
            .lines()
            .map(|l| l.parse().unwrap())
            .collect();
        let ends = [made["first"].as_str().unwrap(), made["last"].as_str().unwrap()];
        assert_eq!(
            ends,
            [ids[ids.len() - count].as_str(), ids[ids.len() - 1].as_str()]
        );
        ids
    }

    pub async fn change(&self, id: &ThreemaId, change: Value) {
        let answer = self
            .sim(Method::PATCH, &format!("/sim/identities/{id}"), change)
            .await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    }

    pub async fn faults(&self, faults: Value) {
        let answer = self.sim(Method::PUT, "/sim/faults", faults).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    }

    pub async fn stats(&self) -> Value {
        let answer = self
            .sim(Method::GET, "/sim/stats?byRecipient=1", Value::Null)
            .await;
        answer.json().await.unwrap()
    }

    pub async fn mailbox(&self, token: &str, query: &str) -> Vec<Value> {
        let request = self
            .http
            .get(format!("{}/sim/mailbox?{query}", self.base))
            .bearer_auth(token);
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        answer["messages"].as_array().unwrap().clone()
    }

    pub fn client(&self) -> GatewayClient {
        GatewayClient::new(self.http.clone(), &self.base)
    }

    pub async fn get(&self, account: &Account, path: &str) -> (u16, String) {
        let request = self
            .http
            .get(format!("{}{path}", self.base))
            .query(&credentials(account));
        read(request.send().await.unwrap()).await
    }

    pub async fn post(&self, account: &Account, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let mut form = credentials(account).to_vec();
        form.extend_from_slice(fields);
        let request = self.http.post(format!("{}{path}", self.base)).form(&form);
        read(request.send().await.unwrap()).await
    }

    pub async fn post_json(&self, account: &Account, path: &str, body: String) -> (u16, String) {
        let request = self
            .http
            .post(format!("{}{path}", self.base))
            .query(&credentials(account));
        read(request.body(body).send().await.unwrap()).await
    }
}

pub fn credentials(account: &Account) -> [(&str, &str); 2] {
    [
        ("from", account.threema_id.as_str()),
        ("secret", account.secret.as_str()),
    ]
}

async fn read(answer: Response) -> (u16, String) {
    (answer.status().as_u16(), answer.text().await.unwrap())
}

pub fn outgoing(to: ThreemaId, nonce: u8) -> Outgoing {
    Outgoing {
        to,
        sealed: SealedBox {
            nonce: [nonce; 24],
            sealed: vec![nonce; 49],
        },
        no_push: false,
        no_delivery_receipts: false,
        group: false,
    }
}

pub fn is_message_id(text: &str) -> bool {
    text.len() == 16 && text.parse::<MessageId>().is_ok()
}
