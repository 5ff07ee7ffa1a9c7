//! What survives a restart, and how much it takes.
use super::*;
use std::time::Instant;

#[tokio::test]
async fn a_restart_keeps_everything() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gateway.db");
    let first = serve(&file).await;
    let account = first.account("*TOWN001", 100).await;
    let (app, token) = first.app().await;
    let ids = first.recipients(3, "s").await;
    first.change(&ids[2], json!({"revoked": true})).await;
    first.change(&app, json!({"phone": "41791234567"})).await;
    let items = [outgoing(ids[0], 1), outgoing(app, 1), outgoing(ids[0], 2)];
    first
        .client()
        .send_e2e_bulk(&account, &items, false)
        .await
        .unwrap();
    first
        .client()
        .send_e2e_bulk(&account, &items[..2], false)
        .await
        .unwrap();
    first.faults(json!({"status429Rate": 1})).await;
    let (stats, mail) = (first.stats().await, first.mailbox(&token, "").await);
    drop(first);

    let second = serve(&file).await;
    assert_eq!(second.stats().await, stats);
    assert_eq!(
        stats,
        json!({"accepted": 5, "repeatedNonces": 2, "byRecipient": {ids[0].as_str(): 2, app.as_str(): 1}})
    );
    assert_eq!(second.mailbox(&token, "").await, mail);
    assert_eq!(
        second.get(&account, "/credits").await.0,
        429,
        "faults stay as they were set"
    );
    second.faults(json!({})).await;
    assert_eq!(second.get(&account, "/credits").await, (200, "95".to_owned()));
    assert_eq!(
        second.get(&account, "/lookup/phone/41791234567").await,
        (200, app.to_string())
    );
    assert_eq!(second.get(&account, &format!("/pubkeys/{}", ids[2])).await.0, 404);
    second
        .client()
        .send_e2e_bulk(&account, &items, false)
        .await
        .unwrap();
    let after = second.stats().await;
    assert_eq!(
        (&after["accepted"], &after["repeatedNonces"]),
        (&json!(8), &json!(5))
    );
    assert_eq!(second.mailbox(&token, "after=2").await[0]["seq"], 3);
    assert_eq!(
        second.recipients(1, "s").await.len(),
        4,
        "new ones come after the old ones"
    );
}

#[tokio::test]
async fn a_callback_that_is_due_is_made_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gateway.db");
    // an address where nobody listens now
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let clock = || Arc::new(TestClock::at(Timestamp(NOW * 1000)));
    let gateway = LocalGateway::open(&file, clock(), Arc::new(SystemRng), 3600)
        .await
        .unwrap();
    drop(gateway);
    let first = serve(&file).await;
    let account = first.account("*TOWN001", 10).await;
    let (_, token) = first.app().await;
    let (sender, mut calls) = tokio::sync::mpsc::unbounded_channel();
    // the callback address accepts the connection and says nothing until the gateway is gone
    let listener = TcpListener::bind(address).await.unwrap();
    first
        .change(
            &account.threema_id,
            json!({"callbackUrl": format!("http://{address}/in")}),
        )
        .await;
    let body = json!({"to": "*TOWN001", "nonce": hex::encode([1; 24]), "box": "00"}).to_string();
    let sent = first
        .http
        .post(format!("{}/sim/messages", first.base))
        .bearer_auth(&token)
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 200);
    let held = listener.accept().await.unwrap();
    drop(first);
    let handler = move |body: axum::body::Bytes| {
        sender.send(body).unwrap();
        std::future::ready(())
    };
    let router = axum::Router::new().route("/in", axum::routing::post(handler));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let _second = serve(&file).await;
    let called = tokio::time::timeout(std::time::Duration::from_secs(20), calls.recv()).await;
    assert!(called.expect("the callback").is_some());
    drop(held);
}

#[tokio::test]
async fn a_hundred_thousand_recipients_are_made_at_once_and_boxes_cost_the_same_throughout() {
    let (_folder, served) = fresh().await;
    let account = served.account("*TOWN001", 1_000_000).await;
    let start = Instant::now();
    let ids = served.recipients(100_000, "crowd").await;
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    let client = served.client();
    let mut nonces = 0u64;
    for chunk in ids[..20_000].chunks(1000) {
        let items: Vec<_> = chunk
            .iter()
            .map(|id| {
                nonces += 1;
                let mut item = outgoing(*id, 0);
                item.sealed.nonce[..8].copy_from_slice(&nonces.to_be_bytes());
                item
            })
            .collect();
        client.send_e2e_bulk(&account, &items, false).await.unwrap();
    }
    let stats = served.stats().await;
    assert_eq!(
        (&stats["accepted"], &stats["repeatedNonces"]),
        (&json!(20_000), &json!(0))
    );
    let counts = stats["byRecipient"].as_object().unwrap();
    assert!(counts.len() == 20_000 && counts.values().all(|n| *n == 1));
}
