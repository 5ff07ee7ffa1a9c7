//! Use cases on both databases, with a gateway that gives the keys it is told to give.
use super::{
    model::{RecipientDetails, RecipientState},
    server::*,
};
use crate::features::identities::server::Identity;
use crate::kernel::{
    AppResult, ErrorCode, PageRequest, ThreemaId, Timestamp, Uid,
    permission::cap,
    server::{Ctx, jobs},
};
pub use crate::testing::identity;
use crate::testing::{On, TestCtx};
use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::post};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

/// What the gateway answers; none: it refuses the secret.
#[derive(Clone, Default)]
pub struct Gateway {
    pub keys: Arc<Mutex<HashMap<String, [u8; 32]>>>,
    pub calls: Arc<Mutex<Vec<usize>>>,
    pub refuses: Arc<Mutex<bool>>,
}

impl Gateway {
    pub fn set(&self, id: &str, key: [u8; 32]) {
        self.keys.lock().unwrap().insert(id.to_owned(), key);
    }

    pub fn forget(&self, id: &str) {
        self.keys.lock().unwrap().remove(id);
    }

    pub async fn start(&self) -> String {
        let app = Router::new()
            .route("/pubkeys/bulk", post(answer))
            .with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        format!("http://{address}")
    }
}

async fn answer(
    State(gateway): State<Gateway>,
    Json(body): Json<serde_json::Value>,
) -> axum::response::Response {
    if *gateway.refuses.lock().unwrap() {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let asked = body["identities"].as_array().cloned().unwrap_or_default();
    gateway.calls.lock().unwrap().push(asked.len());
    let keys = gateway.keys.lock().unwrap();
    let found: Vec<_> = asked
        .iter()
        .filter_map(|id| {
            let id = id.as_str()?;
            let key = keys.get(id)?;
            Some(serde_json::json!({ "identity": id, "publicKey": hex::encode(key) }))
        })
        .collect();
    Json(found).into_response()
}

/// `T0000000`, `T0000001` …
pub fn id(n: usize) -> ThreemaId {
    format!("T{n:07}").parse().unwrap()
}

fn key(n: u8) -> [u8; 32] {
    // anything but a point of small order
    [n.wrapping_add(40); 32]
}

async fn add(ctx: &Ctx, identity: &Identity, ids: &[ThreemaId]) {
    let tx = ctx.db.begin().await.unwrap();
    insert_missing(&tx, identity.id, ids, (0, 0), ctx.now().0)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn state(ctx: &Ctx, identity: &Identity, id: &ThreemaId) -> RecipientState {
    let row = find_recipient(ctx, identity.id, id).await.unwrap();
    RecipientState::of(row.state)
}

async fn shared_key(ctx: &Ctx, identity: &Identity, id: &ThreemaId) -> Option<Vec<u8>> {
    find_recipient(ctx, identity.id, id)
        .await
        .unwrap()
        .shared_key_stored
}

#[tokio::test]
async fn keys_are_fetched_kept_and_never_changed_silently() {
    for on in [On::Sqlite, On::Postgres] {
        keys_are_fetched(on).await;
    }
}

async fn keys_are_fetched(on: On) {
    let gateway = Gateway::default();
    let test = TestCtx::new(on, &gateway.start().await).await;
    let (ctx, ada) = (&test.ctx, test.administrator("Town", "ada@example.org").await);
    let (identity, uid) = identity(ctx, &ada, "*TOWN001", "unlimited").await;
    gateway.set("T0000000", key(1));
    gateway.set("T0000001", key(2));
    // a key that would give everybody the same shared secret
    gateway.set("T0000003", [0; 32]);
    add(ctx, &identity, &[id(0), id(1), id(2), id(3)]).await;

    assert_eq!(run_key_jobs(ctx, "test").await.unwrap(), 4);
    assert_eq!(run_key_jobs(ctx, "test").await.unwrap(), 0, "asked once");
    assert_eq!(state(ctx, &identity, &id(0)).await, RecipientState::Reachable);
    assert_eq!(state(ctx, &identity, &id(2)).await, RecipientState::Unknown);
    assert_eq!(
        state(ctx, &identity, &id(3)).await,
        RecipientState::Unknown,
        "refused"
    );

    // with the key comes the shared one, bound to it
    let first = shared_key(ctx, &identity, &id(0)).await.unwrap();
    assert!(first.len() > 32 && Some(&first) != shared_key(ctx, &identity, &id(1)).await.as_ref());
    assert_eq!(shared_key(ctx, &identity, &id(2)).await, None);

    // nothing is asked again for 24 hours
    gateway.set("T0000000", key(7));
    gateway.forget("T0000001");
    let rows: Vec<_> = [id(0), id(1)].into_iter().collect();
    let mut numbers = Vec::new();
    for row in &rows {
        numbers.push(find_recipient(ctx, identity.id, row).await.unwrap().id);
    }
    assert_eq!(refresh_keys_for(ctx, &identity, &numbers).await.unwrap(), 0);
    test.clock.turn(24 * Timestamp::HOUR + 1);
    assert_eq!(refresh_keys_for(ctx, &identity, &numbers).await.unwrap(), 2);
    assert_eq!(state(ctx, &identity, &id(1)).await, RecipientState::Revoked);

    // the changed key is held and shown, the old one stays
    let row = find_recipient(ctx, identity.id, &id(0)).await.unwrap();
    assert_eq!(RecipientState::of(row.state), RecipientState::KeyChanged);
    assert_eq!(row.public_key.as_deref(), Some(key(1).as_slice()));
    assert_eq!(row.new_public_key.as_deref(), Some(key(7).as_slice()));
    assert_eq!(row.shared_key_stored.as_ref(), Some(&first));
    let shown = recipient_of(row).unwrap().held.unwrap();
    assert_eq!(shown.known.len(), 32);
    assert_ne!(shown.known, shown.new);

    // only the key that the person saw is accepted
    let granted = || ada.granted::<cap::ManageRecipients>().unwrap();
    let other = accept_key(ctx.clone(), granted(), uid.clone(), id(0), shown.known.clone()).await;
    assert_eq!(other.unwrap_err().code, ErrorCode::Changed);
    let done = accept_key(ctx.clone(), granted(), uid.clone(), id(0), shown.new.clone())
        .await
        .unwrap();
    assert_eq!((done.state, done.held), (RecipientState::Reachable, None));
    let row = find_recipient(ctx, identity.id, &id(0)).await.unwrap();
    assert_eq!(row.public_key.as_deref(), Some(key(7).as_slice()));
    assert_eq!(row.shared_key_stored, None, "it was the old key's");
    let again = accept_key(ctx.clone(), granted(), uid.clone(), id(0), shown.new).await;
    assert_eq!(again.unwrap_err().code, ErrorCode::WrongState);

    // the old key comes back before anybody accepted: nothing is held any more
    gateway.set("T0000001", key(5));
    test.clock.turn(25 * Timestamp::HOUR);
    assert_eq!(fetch_keys(ctx, &identity).await.unwrap(), 4);
    assert!(
        shared_key(ctx, &identity, &id(0))
            .await
            .is_some_and(|again| again != first)
    );
    assert_eq!(state(ctx, &identity, &id(1)).await, RecipientState::KeyChanged);
    gateway.set("T0000001", key(2));
    test.clock.turn(25 * Timestamp::HOUR);
    fetch_keys(ctx, &identity).await.unwrap();
    assert_eq!(state(ctx, &identity, &id(1)).await, RecipientState::Reachable);

    // a refusing gateway changes nothing, the work waits
    *gateway.refuses.lock().unwrap() = true;
    add(ctx, &identity, &[id(9)]).await;
    assert_eq!(run_key_jobs(ctx, "test").await.unwrap(), 0);
    assert_eq!(
        fetch_keys(ctx, &identity).await.unwrap_err().code,
        ErrorCode::GatewayRefused
    );
    *gateway.refuses.lock().unwrap() = false;
    assert_eq!(run_key_jobs(ctx, "test").await.unwrap(), 1);
}

#[tokio::test]
async fn one_process_at_a_time_asks_for_an_identity() {
    for on in [On::Sqlite, On::Postgres] {
        let gateway = Gateway::default();
        let test = TestCtx::new(on, &gateway.start().await).await;
        let (ctx, ada) = (&test.ctx, test.administrator("Town", "ada@example.org").await);
        let (identity, _) = identity(ctx, &ada, "*TOWN001", "unlimited").await;
        gateway.set("T0000000", key(1));
        add(ctx, &identity, &[id(0)]).await;
        let claim = async |holder| {
            let payload = serde_json::to_vec(&identity.id).unwrap();
            jobs::claim(ctx, holder, jobs::FETCH_KEYS, payload).await.unwrap()
        };
        // two at the same moment: one gets it
        let (one, two) = tokio::join!(claim("one"), claim("two"));
        assert!(one.is_some() != two.is_some(), "{one:?} {two:?}");
        assert_eq!(run_key_jobs(ctx, "three").await.unwrap(), 0, "somebody is at it");
        assert_eq!(gateway.calls.lock().unwrap().len(), 0);
        jobs::give_up(ctx, one.or(two).unwrap()).await.unwrap();
        assert_eq!(run_key_jobs(ctx, "three").await.unwrap(), 1);
        assert_eq!(run_key_jobs(ctx, "four").await.unwrap(), 0, "all is done");
        assert_eq!(*gateway.calls.lock().unwrap(), [1]);
    }
}

#[tokio::test]
async fn many_keys_come_in_chunks() {
    for on in [On::Sqlite, On::Postgres] {
        let gateway = Gateway::default();
        let test = TestCtx::new(on, &gateway.start().await).await;
        let (ctx, ada) = (&test.ctx, test.administrator("Town", "ada@example.org").await);
        let (identity, _) = identity(ctx, &ada, "*TOWN001", "unlimited").await;
        let ids: Vec<_> = (0..2_500).map(id).collect();
        for id in &ids {
            gateway.set(id.as_str(), key(1));
        }
        add(ctx, &identity, &ids).await;
        assert_eq!(run_key_jobs(ctx, "test").await.unwrap(), 2_500);
        assert_eq!(*gateway.calls.lock().unwrap(), [1_000, 1_000, 500]);
        let granted = ada.granted::<cap::SeeRecipients>().unwrap();
        let request = PageRequest {
            filter: "reachable".to_owned(),
            ..PageRequest::default()
        };
        let uid: Uid = identity.uid.parse().unwrap();
        let page = list_recipients(ctx.clone(), granted, uid, request).await.unwrap();
        assert_eq!(page.page.total, 2_500);
    }
}

#[tokio::test]
async fn recipients_are_edited_found_and_sorted() {
    for on in [On::Sqlite, On::Postgres] {
        let test = TestCtx::new(on, "http://127.0.0.1:9").await;
        let (ctx, ada) = (&test.ctx, test.administrator("Town", "ada@example.org").await);
        let (identity, uid) = identity(ctx, &ada, "*TOWN001", "o500").await;
        add(ctx, &identity, &(0..5).map(id).collect::<Vec<_>>()).await;
        let names = [(0, "Zoë", "Ämmer"), (1, "Élodie", "Groß"), (2, "anton", "50%_!")];
        for (n, first_name, last_name) in names {
            let input = RecipientDetails {
                first_name: first_name.to_owned(),
                last_name: last_name.to_owned(),
                language: "DE".to_owned(),
                category: "Medien\tund Radio".to_owned(),
            };
            let granted = ada.granted().unwrap();
            let edited = edit_recipient(ctx.clone(), granted, uid.clone(), id(n), input)
                .await
                .unwrap();
            assert_eq!(edited.category, "Medien und Radio");
            assert_eq!(edited.language.unwrap().as_str(), "de");
        }
        let find = async |q: &str, sort: &str, desc: bool| -> Vec<String> {
            let request = PageRequest {
                q: q.to_owned(),
                sort: sort.to_owned(),
                desc,
                ..PageRequest::default()
            };
            let granted = ada.granted().unwrap();
            let page = list_recipients(ctx.clone(), granted, uid.clone(), request)
                .await
                .unwrap();
            page.page.items.iter().map(|r| r.threema_id.to_string()).collect()
        };
        let order = ["T0000002", "T0000001", "T0000000", "T0000003", "T0000004"];
        assert_eq!(find("", "", false).await, order);
        let mut backwards = order;
        backwards.reverse();
        assert_eq!(find("", "", true).await, backwards);
        assert_eq!(find("", "id", true).await[0], "T0000004");
        assert_eq!(find("zoe AMMER", "", false).await, ["T0000000"]);
        assert_eq!(find("ÉLO", "", false).await, ["T0000001"]);
        assert_eq!(find("gross", "", false).await, ["T0000001"]);
        assert_eq!(find("%", "", false).await, ["T0000002"]);
        assert_eq!(find("50%_!", "", false).await, ["T0000002"]);
        assert_eq!(find("t0000003", "", false).await, ["T0000003"]);
        assert_eq!(find("radio", "", false).await.len(), 3);
        assert!(find("nobody", "", false).await.is_empty());

        let long = RecipientDetails {
            first_name: "x".repeat(101),
            language: "german".to_owned(),
            ..RecipientDetails::default()
        };
        let refused = edit_recipient(ctx.clone(), ada.granted().unwrap(), uid.clone(), id(0), long).await;
        let refused = refused.unwrap_err();
        assert!(refused.of("first_name").is_some() && refused.of("language").is_some());
    }
}

#[tokio::test]
async fn other_organisations_find_nothing() {
    for on in [On::Sqlite, On::Postgres] {
        let test = TestCtx::new(on, "http://127.0.0.1:9").await;
        let (ctx, ada) = (&test.ctx, test.administrator("Town", "ada@example.org").await);
        let eve = test.administrator("Elsewhere", "eve@example.org").await;
        let (identity, uid) = identity(ctx, &ada, "*TOWN001", "o500").await;
        add(ctx, &identity, &[id(0)]).await;
        fn refused<T: std::fmt::Debug>(result: AppResult<T>) {
            assert_eq!(result.unwrap_err().code, ErrorCode::NotFound);
        }
        let c = || ctx.clone();
        refused(list_recipients(c(), eve.granted().unwrap(), uid.clone(), PageRequest::default()).await);
        let details = RecipientDetails::default();
        refused(edit_recipient(c(), eve.granted().unwrap(), uid.clone(), id(0), details.clone()).await);
        refused(accept_key(c(), eve.granted().unwrap(), uid.clone(), id(0), String::new()).await);
        refused(edit_recipient(c(), ada.granted().unwrap(), uid, id(1), details).await);
    }
}
