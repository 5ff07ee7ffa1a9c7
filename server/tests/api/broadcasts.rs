//! The list of broadcasts, page by page, as a client of the REST API reads it.
use crate::support::{Answer, Api, World, assert_error, assert_links, assert_paging};
use app::{features::api_keys::server::create, testing::On};
use axum::http::StatusCode;
use serde_json::json;

/// Oldest first.
const NAMES: [&str; 5] = ["Sturm eins", "Sturm zwei", "Übung", "Probe", "Sturm drei"];

fn names(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let broadcasts = answer.body["broadcasts"].as_array().unwrap();
    broadcasts.iter().map(|b| b["name"].as_str().unwrap()).collect()
}

/// Five broadcasts, and a message to a list, which is none; answers the address of the list of broadcasts.
async fn send_five(api: &Api, base: &str) -> String {
    let lists = format!("{base}/distribution_lists");
    let list = api.post(&lists, json!({ "name": "Eltern" })).await;
    let list = format!("{lists}/{}", list.body["id"].as_str().unwrap());
    let members = json!({ "recipients": ["MEMBER01"] });
    api.post(&format!("{list}/recipients"), members).await;
    let broadcasts = format!("{base}/broadcasts");
    let none = api.get(&broadcasts).await;
    assert!(names(&none).is_empty());
    assert_paging(&none.body, 20, 0, 0);
    for name in NAMES {
        let sent = api
            .post(&broadcasts, json!({ "name": name, "body": "Alles gut?" }))
            .await;
        assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
        assert_links(&sent.body);
    }
    let sent = api
        .post(&format!("{list}/chat"), json!({ "body": "Hallo" }))
        .await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
    broadcasts
}

async fn broadcasts_are_listed_page_by_page(on: On) {
    let world = World::new(on).await;
    let ctx = &world.test.ctx;
    let ada = world.test.administrator("Town", "ada@example.org").await;
    world.test.administrator("Village", "eve@example.org").await;
    let identity = world.identity(&ada, "o15").await;
    let api = world.api(&create(ctx, "ada@example.org", "Test", &[]).await.unwrap());
    let broadcasts = send_five(&api, &format!("/api/v1/identities/{}", identity.uid)).await;
    let newest_first: Vec<&str> = NAMES.into_iter().rev().collect();

    let whole = api.get(&broadcasts).await;
    assert_eq!(names(&whole), newest_first);
    assert_paging(&whole.body, 20, 5, 0);
    assert_links(&whole.body);
    for one in whole.body["broadcasts"].as_array().unwrap() {
        assert_links(one);
        let links = one["_links"].as_array().unwrap();
        let detail = links.iter().find(|link| link["rel"] == "detail").unwrap();
        let address = detail["link"].as_str().unwrap();
        let path = address.strip_prefix("http://localhost:3000").unwrap();
        assert_eq!(api.get(path).await.body, *one);
    }

    let ask = async |query: &str| api.get(&format!("{broadcasts}?{query}")).await;
    for (page, shown) in newest_first.chunks(2).chain([&[][..]]).enumerate() {
        let part = ask(&format!("pageSize=2&page={page}")).await;
        assert_eq!(names(&part), shown, "page {page}");
        assert_paging(&part.body, 2, 5, page as u64);
    }
    let all = ask("pageSize=0&page=3&limit=1").await;
    assert_eq!(names(&all), newest_first);
    assert_paging(&all.body, 5, 5, 0);

    // what is searched is paged, too
    assert_eq!(
        names(&ask("q=STURM").await),
        ["Sturm drei", "Sturm zwei", "Sturm eins"]
    );
    let second = ask("q=sturm&pageSize=2&page=1").await;
    assert_eq!(names(&second), ["Sturm eins"]);
    assert_paging(&second.body, 2, 3, 1);
    assert_eq!(names(&ask("q=ubung").await), ["Übung"]);
    let nothing = ask("q=nothing").await;
    assert!(names(&nothing).is_empty());
    assert_paging(&nothing.body, 20, 0, 0);

    for bad in [
        "pageSize=-1",
        "pageSize=5001",
        "pageSize=x",
        "pageSize=",
        "page=-1",
        "page=1.5",
    ] {
        let answer = ask(bad).await;
        assert_error(&answer, StatusCode::BAD_REQUEST);
        let (field, _) = bad.split_once('=').unwrap();
        assert!(answer.body["fields"][field].is_string(), "{bad}: {}", answer.text);
    }

    let eve = world.api(&create(ctx, "eve@example.org", "Test", &[]).await.unwrap());
    assert_error(&eve.get(&broadcasts).await, StatusCode::NOT_FOUND);
    assert_error(&world.api("").get(&broadcasts).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn broadcasts_are_listed_page_by_page_on_sqlite() {
    broadcasts_are_listed_page_by_page(On::Sqlite).await;
}

#[tokio::test]
async fn broadcasts_are_listed_page_by_page_on_postgres() {
    broadcasts_are_listed_page_by_page(On::Postgres).await;
}
