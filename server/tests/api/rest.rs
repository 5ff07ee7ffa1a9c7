//! The REST API as its clients meet it, on both databases, with a real local gateway behind.

use crate::support::{Api, World, assert_error, assert_links, assert_paging};
use app::{
    features::{
        api_keys::server::{DAILY_LIMIT, create},
        auth::server::ClientAddress,
    },
    kernel::Timestamp,
    testing::On,
};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

async fn key(world: &World, email: &str) -> String {
    create(&world.test.ctx, email, "Test", &[]).await.unwrap()
}

fn is_uid(value: &Value) -> bool {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    value
        .as_str()
        .is_some_and(|s| s.len() == 10 && s.bytes().all(good))
}

/// `2018-02-28T22:20:04+0000`
fn is_date(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|s| s.len() == 24 && s.ends_with("+0000") && s.as_bytes()[10] == b'T')
}

async fn whole_story(on: On) {
    let world = World::new(on).await;
    let ada = world.test.administrator("Town", "ada@example.org").await;
    world.test.administrator("Village", "eve@example.org").await;
    let identity = world.identity(&ada, "o15").await;
    let api = world.api(&key(&world, "ada@example.org").await);

    let root = api.get("/api/v1/").await;
    assert_eq!(
        (root.status, api.get("/api/v1").await.status),
        (StatusCode::OK, StatusCode::OK)
    );
    assert_links(&root.body);

    let all = api.get("/api/v1/identities?limit=100&unknown=1").await;
    assert_eq!(all.status, StatusCode::OK);
    assert_links(&all.body);
    assert_paging(&all.body, 20, 1, 0);
    let one = &all.body["identities"][0];
    assert_eq!(one["id"], identity.uid.as_str());
    assert_eq!(one["threemaId"], identity.threema_id.as_str());
    assert_eq!(
        (&one["type"], &one["recipientLimit"]),
        (&json!("o15"), &json!(15))
    );
    assert!(is_date(&one["validUntil"]) && one["private"] == true);
    let base = format!("/api/v1/identities/{}", identity.uid);
    assert_eq!(api.get(&base).await.body["nickname"], "Stadt");

    lists(&api, &base).await;
    let list = recipients(&api, &base).await;
    chat(&world, &api, &base, &list).await;
    strangers(&world, &base, &list).await;
}

async fn lists(api: &Api, base: &str) {
    let lists = format!("{base}/distribution_lists");
    let made = api
        .post(&lists, json!({ "name": " Verkehr ", "unknown": true }))
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_links(&made.body);
    assert!(is_uid(&made.body["id"]) && is_date(&made.body["createdAt"]));
    assert_eq!(
        (&made.body["name"], &made.body["state"]),
        (&json!("Verkehr"), &json!("active"))
    );
    let one = format!("{lists}/{}", made.body["id"].as_str().unwrap());
    assert_eq!(
        api.put(&one, json!({ "name": "Strassen" })).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(api.get(&one).await.body["name"], "Strassen");
    let found = api.get(&format!("{lists}?q=rass")).await;
    assert_eq!(found.body["distributionLists"].as_array().unwrap().len(), 1);
    assert_eq!(
        api.get(&format!("{lists}?q=nothing")).await.body["distributionLists"],
        json!([])
    );

    for bad in [
        json!({}),
        json!({ "name": "  " }),
        json!({ "name": "x".repeat(257) }),
    ] {
        let answer = api.post(&lists, bad).await;
        assert_error(&answer, StatusCode::BAD_REQUEST);
        assert!(answer.body["fields"]["name"].is_string());
    }
    assert_error(
        &api.call(Method::POST, &lists, "{").await,
        StatusCode::BAD_REQUEST,
    );
    assert_error(
        &api.post(&lists, json!({ "name": 7 })).await,
        StatusCode::BAD_REQUEST,
    );

    for _ in 0..2 {
        assert_eq!(api.delete(&one, Value::Null).await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(api.get(&one).await.body["state"], "deleted", "it stays listed");
    assert_eq!(
        api.get(&lists).await.body["distributionLists"][0]["state"],
        "deleted"
    );
    assert_error(&api.put(&one, json!({ "name": "x" })).await, StatusCode::CONFLICT);
}

/// Answers the list's path.
async fn recipients(api: &Api, base: &str) -> String {
    let lists = format!("{base}/distribution_lists");
    let made = api.post(&lists, json!({ "name": "Medien" })).await;
    let list = format!("{lists}/{}", made.body["id"].as_str().unwrap());
    // lists in use first, then the deleted one
    for (page, names) in [(0, json!(["Medien"])), (1, json!(["Strassen"])), (2, json!([]))] {
        let part = api.get(&format!("{lists}?pageSize=1&page={page}")).await;
        let shown: Vec<&Value> = part.body["distributionLists"]
            .as_array()
            .unwrap()
            .iter()
            .map(|l| &l["name"])
            .collect();
        assert_eq!(json!(shown), names);
        assert_eq!(
            part.body["paging"],
            json!({ "count": 1, "total": 2, "page": page })
        );
    }
    let path = format!("{list}/recipients");
    let ids: Vec<String> = (0..12).map(|n| format!("MEMBER{n:02}")).collect();
    let added = api.post(&path, json!({ "recipients": ids })).await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.text);
    let done = |added: u64, already: u64, removed: u64, count: u64| json!({ "added": added, "alreadyThere": already, "removed": removed, "recipientCount": count });
    assert_eq!(added.body, done(12, 0, 0, 12));
    let again = api.post(&path, json!(["MEMBER00", "*bcother"])).await;
    assert_eq!(
        again.body,
        done(1, 1, 0, 13),
        "a bare array, lower case, a gateway ID"
    );

    let over = api
        .post(
            &path,
            json!({ "recipients": ["NEWONE01", "NEWONE02", "NEWONE03"] }),
        )
        .await;
    assert_error(&over, StatusCode::FORBIDDEN);
    assert!(
        over.text.contains("15") && over.text.contains("13"),
        "{}",
        over.text
    );
    let bad = api
        .post(&path, json!({ "recipients": ["NEWONE01", "short"] }))
        .await;
    assert_error(&bad, StatusCode::BAD_REQUEST);
    assert!(bad.body["fields"]["recipients[1]"].is_string());
    let many: Vec<String> = (0..5001).map(|n| format!("M{n:07}")).collect();
    assert_error(
        &api.post(&path, json!({ "recipients": many })).await,
        StatusCode::BAD_REQUEST,
    );

    let page = api.get(&format!("{path}?pageSize=5&page=2")).await;
    assert_paging(&page.body, 5, 13, 2);
    assert_eq!(page.body["recipients"].as_array().unwrap().len(), 3);
    assert_eq!(
        api.get(&format!("{path}?pageSize=5&page=3")).await.body["recipients"],
        json!([])
    );
    let all = api.get(&format!("{path}?pageSize=0")).await;
    assert_paging(&all.body, 13, 13, 0);
    assert_eq!(
        all.body["recipients"].as_array().unwrap().len(),
        13,
        "nothing of the refused calls was written"
    );
    for bad in ["pageSize=-1", "pageSize=5001", "pageSize=x", "page=-1"] {
        assert_error(&api.get(&format!("{path}?{bad}")).await, StatusCode::BAD_REQUEST);
    }

    let gone = api
        .delete(&path, json!({ "recipients": ["MEMBER00", "NOTTHERE"] }))
        .await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.text);
    let swapped = api
        .post(
            &path,
            json!({ "recipients": ["MEMBER01", "NEWONE01"], "replaceExisting": true }),
        )
        .await;
    assert_eq!(swapped.body, done(1, 1, 11, 2));
    let identity = api.get(base).await;
    assert_eq!(identity.body["recipientCount"], 2);
    list
}

async fn chat(world: &World, api: &Api, base: &str, list: &str) {
    let chat = format!("{list}/chat");
    let text = "Grüezi *alle*\n\n🕒 时间 2026-11-21 12:00:00";
    let sent = api.post(&chat, json!({ "type": "text", "body": text })).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
    assert_links(&sent.body);
    assert!(is_uid(&sent.body["id"]) && is_date(&sent.body["createdAt"]) && is_date(&sent.body["updatedAt"]));
    assert_eq!(sent.body["type"], "text");
    assert_eq!(
        sent.body["body"],
        json!({ "de": text }),
        "a map, under the default language"
    );
    assert!(["queued", "sending"].contains(&sent.body["state"].as_str().unwrap()));
    let numbers = sent.body["deliveries"].as_object().unwrap();
    assert_eq!(numbers["total"], 2);
    let names = [
        "total",
        "pending",
        "accepted",
        "delivered",
        "read",
        "failed",
        "skipped",
        "cancelled",
    ];
    assert!(names.iter().all(|n| numbers[*n].is_u64()) && numbers.len() == names.len());

    let many = api
        .post(&chat, json!({ "body": { "de": "Hallo", "en": "Hello" } }))
        .await;
    assert_eq!(many.body["body"], json!({ "de": "Hallo", "en": "Hello" }));
    let all = api.get(&chat).await;
    assert_paging(&all.body, 20, 2, 0);
    assert_eq!(all.body["messages"][0]["id"], many.body["id"], "newest first");
    let one = format!("{chat}/{}", sent.body["id"].as_str().unwrap());
    assert_eq!(api.get(&one).await.body["body"], json!({ "de": text }));

    let send_once = || {
        let request = Request::post(&chat)
            .header("X-Api-Key", api.key())
            .header("Idempotency-Key", "once");
        api.send(request.body(Body::from(r#"{"body":"Einmal"}"#)).unwrap())
    };
    let (first, second) = (send_once().await, send_once().await);
    assert_eq!(
        (first.status, second.status),
        (StatusCode::CREATED, StatusCode::CREATED)
    );
    assert_eq!(first.body["id"], second.body["id"]);

    for (bad, field) in [
        (json!({ "type": "text" }), "body"),
        (json!({ "type": "file", "body": "x" }), "type"),
        (json!({ "body": "" }), "body.de"),
        (json!({ "body": "x".repeat(3501) }), "body.de"),
        (json!({ "body": { "en": "Hello" } }), "body.de"),
        (json!({ "body": { "deutsch": "x" } }), "body.deutsch"),
    ] {
        let answer = api.post(&chat, bad).await;
        assert_error(&answer, StatusCode::BAD_REQUEST);
        assert!(
            answer.body["fields"][field].is_string(),
            "{field}: {}",
            answer.text
        );
    }
    let empty = api
        .post(&format!("{base}/distribution_lists"), json!({ "name": "Leer" }))
        .await;
    let empty = format!(
        "{base}/distribution_lists/{}/chat",
        empty.body["id"].as_str().unwrap()
    );
    assert_error(
        &api.post(&empty, json!({ "body": "x" })).await,
        StatusCode::BAD_REQUEST,
    );
    assert_error(
        &api.get(&one.replace(list, empty.trim_end_matches("/chat"))).await,
        StatusCode::NOT_FOUND,
    );

    assert_eq!(api.delete(&one, Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_error(&api.get(&one).await, StatusCode::NOT_FOUND);
    assert_error(&api.delete(&one, Value::Null).await, StatusCode::NOT_FOUND);
    assert_eq!(api.get(&chat).await.body["paging"]["total"], 2);
    let left = "SELECT COUNT(*) AS n FROM message WHERE erased_at IS NOT NULL AND body_sealed IS NULL AND key_sealed IS NULL";
    let conn = world.test.ctx.db.conn();
    let n: i64 = conn
        .query_one_raw(world.test.ctx.db.stmt(left, []))
        .await
        .unwrap()
        .unwrap()
        .try_get("", "n")
        .unwrap();
    assert_eq!(n, 1);

    world.test.clock.turn(366 * Timestamp::DAY);
    assert_error(
        &api.post(&chat, json!({ "body": "zu spät" })).await,
        StatusCode::FORBIDDEN,
    );
    world.test.clock.turn(-366 * Timestamp::DAY);
}

/// Nobody, and somebody of another organisation.
async fn strangers(world: &World, base: &str, list: &str) {
    let chat = format!("{list}/chat");
    let paths = [
        "/api/v1/",
        "/api/v1/identities",
        base,
        list,
        &chat,
        "/api/v1/nothing/here",
    ];
    for key in ["", "fk_wrong"] {
        let nobody = world.api(key);
        for path in paths {
            for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE] {
                let answer = nobody.call(method, path, "{ not even JSON").await;
                assert_error(&answer, StatusCode::UNAUTHORIZED);
                assert_eq!(answer.body["error"], "Invalid X-Api-Key.");
            }
        }
    }
    let eve = world.api(&key(world, "eve@example.org").await);
    assert_eq!(eve.get("/api/v1/identities").await.body["identities"], json!([]));
    for path in [
        base,
        list,
        &chat,
        &format!("{list}/recipients"),
        "/api/v1/identities/UPPER",
        "/api/v1/nothing/here",
    ] {
        assert_error(&eve.get(path).await, StatusCode::NOT_FOUND);
    }
    assert_error(
        &eve.post(&chat, json!({ "body": "x" })).await,
        StatusCode::NOT_FOUND,
    );
    assert_error(
        &eve.post(&format!("{list}/recipients"), json!(["EVESFRND"])).await,
        StatusCode::NOT_FOUND,
    );
    assert_error(&eve.delete(list, Value::Null).await, StatusCode::NOT_FOUND);
    assert_error(
        &eve.call(Method::PATCH, list, "").await,
        StatusCode::METHOD_NOT_ALLOWED,
    );
}

#[tokio::test]
async fn whole_story_on_sqlite() {
    whole_story(On::Sqlite).await;
}

#[tokio::test]
async fn whole_story_on_postgres() {
    whole_story(On::Postgres).await;
}

#[tokio::test]
async fn a_key_counts_its_requests_and_knows_its_networks() {
    let world = World::new(On::Sqlite).await;
    world.test.administrator("Town", "ada@example.org").await;
    let ctx = &world.test.ctx;
    let text = create(ctx, "ada@example.org", "Bound", &["192.0.2.0/24".to_owned()])
        .await
        .unwrap();
    let api = world.api(&text);
    let from = |address: &str| {
        let mut request = Request::get("/api/v1/")
            .header("x-api-key", &text)
            .body(Body::empty())
            .unwrap();
        request.extensions_mut().insert(ClientAddress(address.to_owned()));
        api.send(request)
    };
    assert_eq!(from("192.0.2.9").await.status, StatusCode::OK);
    let elsewhere = from("198.51.100.1").await;
    assert_error(&elsewhere, StatusCode::UNAUTHORIZED);
    assert_eq!(elsewhere.body["error"], "Invalid X-Api-Key.");

    let used_up = format!("UPDATE api_key SET day_count = {DAILY_LIMIT}");
    ctx.db.conn().execute_unprepared(&used_up).await.unwrap();
    let limited = from("192.0.2.9").await;
    assert_error(&limited, StatusCode::TOO_MANY_REQUESTS);
    let seconds: i64 = limited.headers["retry-after"].to_str().unwrap().parse().unwrap();
    // the clock of the test shows noon
    assert!((43_200..43_210).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn the_description_needs_no_key() {
    let world = World::new(On::Sqlite).await;
    let nobody = world.api("");
    let document = nobody.get("/api/v1/openapi.json").await;
    assert_eq!(document.status, StatusCode::OK);
    assert!(document.body["paths"]["/identities"]["get"].is_object());
    let page = nobody.get("/api/docs").await;
    assert_eq!(page.status, StatusCode::OK);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'")
            && !policy.contains("unsafe")
            && !policy.contains("script-src")
    );
    assert!(
        page.text
            .contains("/api/v1/identities/{identity}/distribution_lists")
    );
    assert!(!page.text.contains("<script"));
}
