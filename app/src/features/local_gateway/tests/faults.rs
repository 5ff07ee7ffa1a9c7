//! Faults on demand.
use super::*;
use crate::features::gateway::server::{CallError, ItemResult};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test]
async fn rates_of_429_and_500_accept_nothing() {
    let (_folder, served) = fresh().await;
    let account = served.account("*TOWN001", 100).await;
    let id = served.recipients(1, "s").await[0];
    let (client, items) = (served.client(), [outgoing(id, 1)]);
    served.faults(json!({"status429Rate": 1, "retryAfter": 7})).await;
    let limited = CallError::RateLimited {
        retry_after: Some(Duration::from_secs(7)),
    };
    assert_eq!(
        client.send_e2e_bulk(&account, &items, false).await,
        Err(limited.clone())
    );
    assert_eq!(client.credits(&account).await, Err(limited));
    served.faults(json!({"status429Rate": 1})).await;
    assert_eq!(
        client.credits(&account).await,
        Err(CallError::RateLimited { retry_after: None })
    );
    served.faults(json!({"status500Rate": 1})).await;
    assert!(matches!(
        client.send_e2e_bulk(&account, &items, false).await,
        Err(CallError::Unclear(_))
    ));
    assert_eq!(served.stats().await["accepted"], 0);
    served.faults(json!({})).await;
    assert_eq!(client.credits(&account).await, Ok(100));
    for bad in [
        json!({"status429Rate": 1.5}),
        json!({"status500Rate": -1}),
        json!({"stauts500Rate": 1}),
        json!("x"),
    ] {
        assert_eq!(served.sim(Method::PUT, "/sim/faults", bad).await.status(), 400);
    }
}

#[tokio::test]
async fn rates_are_met_and_the_same_for_the_same_seed() {
    let (_folder, served) = fresh().await;
    let account = served.account("*TOWN001", 100_000).await;
    let ids = served.recipients(1000, "s").await;
    let items: Vec<_> = ids.iter().map(|id| outgoing(*id, 1)).collect();
    let faults = json!({"itemErrorRate": 0.3, "itemErrorCode": 404, "seed": 42});
    let mut runs = Vec::new();
    for _ in 0..2 {
        served.faults(faults.clone()).await;
        let results = served
            .client()
            .send_e2e_bulk(&account, &items, false)
            .await
            .unwrap();
        let failed: Vec<_> = results.iter().map(|r| *r == ItemResult::Error(404)).collect();
        runs.push(failed);
    }
    let failed = runs[0].iter().filter(|f| **f).count();
    assert!((230..370).contains(&failed), "about 300: {failed}");
    assert_eq!(runs[0], runs[1]);
    let accepted = 2 * (1000 - failed as u64);
    assert_eq!(served.stats().await["accepted"], accepted);
    assert_eq!(
        served.client().credits(&account).await,
        Ok(100_000 - accepted as i64)
    );
}

#[tokio::test]
async fn a_dropped_response_breaks_the_connection_after_accepting() {
    let (_folder, served) = fresh().await;
    let account = served.account("*TOWN001", 10).await;
    let (app, token) = served.app().await;
    served.faults(json!({"dropResponseRate": 1})).await;
    let sent = served
        .client()
        .send_e2e_bulk(&account, &[outgoing(app, 1)], false)
        .await;
    assert!(matches!(sent, Err(CallError::Unclear(_))), "{sent:?}");
    assert_eq!(served.stats().await["accepted"], 1);
    // not a byte of an answer leaves, whatever the client
    let mut socket = tokio::net::TcpStream::connect(served.base.trim_start_matches("http://"))
        .await
        .unwrap();
    let path = format!("/credits?from={}&secret={}", account.threema_id, *account.secret);
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer).await;
    assert_eq!(String::from_utf8_lossy(&answer), "");
    // a retry of the same bytes is a repeat, and both are in the mailbox
    served.faults(json!({})).await;
    served
        .client()
        .send_e2e_bulk(&account, &[outgoing(app, 1)], false)
        .await
        .unwrap();
    let stats = served.stats().await;
    assert_eq!(
        (&stats["accepted"], &stats["repeatedNonces"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(served.mailbox(&token, "").await.len(), 2);
}

#[tokio::test]
async fn latency_delays_calls_but_nothing_under_sim() {
    let (_folder, served) = fresh().await;
    let account = served.account("*TOWN001", 10).await;
    served
        .faults(json!({"latencyMs": 60_000, "status500Rate": 1, "dropResponseRate": 1}))
        .await;
    assert_eq!(served.stats().await["accepted"], 0);
    let hasty = served.client().with_timeout(Duration::from_millis(50));
    assert!(matches!(
        hasty.credits(&account).await,
        Err(CallError::Unclear(_))
    ));
    served.faults(json!({"latencyMs": 20})).await;
    let start = std::time::Instant::now();
    assert_eq!(served.client().credits(&account).await, Ok(10));
    assert!(start.elapsed() >= Duration::from_millis(20));
}

#[tokio::test]
async fn nobody_there_is_surely_not_sent() {
    let (_folder, served) = fresh().await;
    let account = served.account("*TOWN001", 10).await;
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let client = GatewayClient::new(served.http.clone(), &closed);
    let error = client.credits(&account).await.unwrap_err();
    assert!(matches!(error, CallError::NotSent(_)), "{error:?}");
    assert!(!format!("{error:?} {error}").contains(account.secret.as_str()));
}
