//! Bots and their commands by REST, on both databases.
use crate::support::{Answer, Api, World};
use app::{features::api_keys::server::create, testing::On};
use axum::http::StatusCode;
use serde_json::{Value, json};

fn field<'a>(answer: &'a Answer, name: &str) -> &'a str {
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
    answer.body["fields"][name].as_str().unwrap_or_default()
}

async fn whole_story(on: On) {
    let world = World::new(on).await;
    let ada = world.test.administrator("Town", "ada@example.org").await;
    let identity = world.identity(&ada, "o15").await;
    let key = create(&world.test.ctx, "ada@example.org", "Test", &[])
        .await
        .unwrap();
    let api = world.api(&key);
    let bots = format!("/api/v1/identities/{}/bots", identity.uid);

    let made = api.post(&bots, json!({ "name": " Abfall " })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!(
        (&made.body["name"], &made.body["state"]),
        (&json!("Abfall"), &json!("active"))
    );
    let relations: Vec<&Value> = made.body["_links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| &l["rel"])
        .collect();
    assert_eq!(json!(relations), json!(["detail", "commands", "identity"]));
    let id = made.body["id"].as_str().unwrap();
    assert_eq!(id.len(), 10);
    let one = format!("{bots}/{id}");
    for bad in [json!({}), json!({ "name": "x".repeat(257) })] {
        assert!(!field(&api.post(&bots, bad).await, "name").is_empty());
    }
    assert_eq!(
        api.put(&one, json!({ "name": "Entsorgung" })).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(api.get(&one).await.body["name"], "Entsorgung");
    let found = api.get(&format!("{bots}?q=sorg")).await;
    assert_eq!(found.body["bots"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        found.body["_paging"],
        json!({ "count": 20, "total": 1, "page": 0 })
    );

    commands(&api, &one).await;

    for _ in 0..2 {
        assert_eq!(api.delete(&one, Value::Null).await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(api.get(&one).await.body["state"], "deleted", "it stays listed");
    let late = api
        .post(&format!("{one}/commands"), json!({ "command": "late" }))
        .await;
    assert_eq!(late.status, StatusCode::CONFLICT);
}

async fn commands(api: &Api, one: &str) {
    let commands = format!("{one}/commands");
    let waste = api
        .post(
            &commands,
            json!({
                "command": "abfall", "words": { "en": "waste" }, "aliases": ["müll"],
                "description": "Termine", "answers": [{ "type": "text", "body": { "de": "Welche Zone?", "en": "Which zone?" } }],
            }),
        )
        .await;
    assert_eq!(waste.status, StatusCode::CREATED, "{}", waste.text);
    assert_eq!(
        waste.body["description"],
        json!({ "de": "Termine" }),
        "under the default language"
    );
    assert_eq!(waste.body["words"], json!({ "en": "waste" }));
    assert_eq!(
        (&waste.body["parent"], &waste.body["position"]),
        (&Value::Null, &json!(0))
    );
    assert_eq!(waste.body["answers"][0]["type"], "text");
    let waste = waste.body["id"].as_str().unwrap();
    let north = api
        .post(
            &commands,
            json!({ "command": "nord", "parent": waste, "answers": [{ "body": "Dienstag" }] }),
        )
        .await;
    assert_eq!(north.body["parent"], waste);
    assert_eq!(north.body["answers"][0]["body"], json!({ "de": "Dienstag" }));
    let north = north.body["id"].as_str().unwrap();

    let all = api.get(&commands).await;
    let words = |answer: &Answer| -> Vec<String> {
        let all = answer.body["commands"].as_array().unwrap();
        all.iter()
            .map(|c| c["command"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(words(&all), ["abfall", "nord"]);
    assert_eq!(
        words(&api.get(&format!("{commands}?pageSize=1&page=1")).await),
        ["nord"]
    );
    assert_eq!(words(&api.get(&format!("{commands}?q=NOR")).await), ["nord"]);
    assert_eq!(api.get(one).await.body["commandCount"], 2);

    assert!(!field(&api.post(&commands, json!({})).await, "command").is_empty());
    assert!(
        !field(
            &api.post(&commands, json!({ "command": "MÜLL" })).await,
            "command"
        )
        .is_empty()
    );
    assert!(
        !field(
            &api.post(&commands, json!({ "command": "x", "parent": "abcdefghij" }))
                .await,
            "parent"
        )
        .is_empty()
    );
    assert!(
        !field(
            &api.post(&commands, json!({ "command": "x", "after": "later" }))
                .await,
            "after"
        )
        .is_empty()
    );
    let file = json!({ "command": "x", "answers": [{ "type": "file", "body": "" }] });
    assert!(!field(&api.post(&commands, file).await, "answers").is_empty());
    let long = json!({ "command": "x", "answers": [{ "body": "ä".repeat(1_751) }] });
    assert!(!field(&api.post(&commands, long).await, "answers.de").is_empty());

    let path = format!("{commands}/{north}");
    let moved = json!({ "parent": null, "position": 0, "after": "start" });
    assert_eq!(api.put(&path, moved).await.status, StatusCode::NO_CONTENT);
    let shown = api.get(&path).await.body;
    assert_eq!(
        (
            &shown["command"],
            &shown["parent"],
            &shown["position"],
            &shown["after"]
        ),
        (&json!("nord"), &Value::Null, &json!(0), &json!("start"))
    );
    let below = api
        .put(&format!("{commands}/{waste}"), json!({ "parent": waste }))
        .await;
    assert!(!field(&below, "parent").is_empty());
    assert_eq!(
        api.delete(&path, Value::Null).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(api.delete(&path, Value::Null).await.status, StatusCode::NOT_FOUND);
    assert_eq!(words(&api.get(&commands).await), ["abfall"]);
}

#[tokio::test]
async fn bots_on_sqlite() {
    whole_story(On::Sqlite).await;
}

#[tokio::test]
async fn bots_on_postgres() {
    whole_story(On::Postgres).await;
}
