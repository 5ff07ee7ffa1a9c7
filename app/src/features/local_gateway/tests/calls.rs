//! Section 1 of the reference: calls that send, their statuses and limits.
use super::*;
use crate::features::gateway::{
    server::{CallError, ItemResult},
    wire::MAX_BOX,
};

const NONCE: &str = "00112233445566778899AABBCCDDEEFF0011223344556677";

#[tokio::test]
async fn every_call_needs_id_and_secret() {
    let (_folder, served) = fresh().await;
    let account = served.account("*TOWN001", 10).await;
    let (app, _) = served.app().await;
    let wrong = Account {
        secret: "0000000000000000".to_owned().into(),
        ..account.clone()
    };
    let not_a_gateway = Account {
        threema_id: app,
        ..account.clone()
    };
    let nobody = Account {
        threema_id: "*NOBODY1".parse().unwrap(),
        ..account.clone()
    };
    for account in [&wrong, &not_a_gateway, &nobody] {
        for path in [
            "/credits",
            "/pubkeys/ECHOECHO",
            "/capabilities/ECHOECHO",
            "/lookup/phone/41791234567",
            "/blobs/00",
        ] {
            assert_eq!(served.get(account, path).await.0, 401, "{path}");
        }
        for path in ["/send_simple", "/send_e2e"] {
            assert_eq!(served.post(account, path, &[]).await.0, 401, "{path}");
        }
        for path in ["/send_e2e_bulk", "/lookup/bulk", "/pubkeys/bulk", "/upload_blob"] {
            assert_eq!(
                served.post_json(account, path, "[]".to_owned()).await.0,
                401,
                "{path}"
            );
        }
        assert_eq!(
            served.client().credits(account).await,
            Err(CallError::Unauthorized)
        );
    }
    assert_eq!(
        served
            .http
            .get(format!("{}/credits", served.base))
            .send()
            .await
            .unwrap()
            .status(),
        401
    );
    assert_eq!(served.client().credits(&account).await, Ok(10));
    served
        .change(&account.threema_id, json!({"secret": "0000000000000000"}))
        .await;
    assert_eq!(
        served.client().credits(&account).await,
        Err(CallError::Unauthorized)
    );
    assert_eq!(served.client().credits(&wrong).await, Ok(10));
    served.change(&account.threema_id, json!({"revoked": true})).await;
    assert_eq!(
        served.client().credits(&wrong).await,
        Err(CallError::Unauthorized)
    );
}

#[tokio::test]
async fn single_sends_are_checked_charged_and_delivered() {
    let (_folder, served) = fresh().await;
    let account = served.account("*TOWN001", 2).await;
    let (app, token) = served.app().await;
    let send = async |to: &str, nonce: &str, sealed: &str| {
        served
            .post(
                &account,
                "/send_e2e",
                &[("to", to), ("nonce", nonce), ("box", sealed)],
            )
            .await
    };
    for (to, nonce, sealed, status) in [
        ("ZZZZZZZZ", NONCE, "0a", 400),
        ("short", NONCE, "0a", 400),
        (app.as_str(), "00", "0a", 400),
        (app.as_str(), NONCE, "0", 400),
        (app.as_str(), NONCE, "", 400),
        (app.as_str(), NONCE, "zz", 400),
        (app.as_str(), NONCE, &"00".repeat(MAX_BOX + 1), 413),
    ] {
        assert_eq!(send(to, nonce, sealed).await.0, status);
    }
    assert_eq!(
        served
            .post(&account, "/send_e2e", &[("to", app.as_str())])
            .await
            .0,
        400
    );
    let (status, id) = send(app.as_str(), NONCE, &"AB".repeat(MAX_BOX)).await;
    assert!(status == 200 && is_message_id(&id));
    // flags, and parameters in the query
    let url = format!(
        "{}/send_e2e?to={app}&nonce={NONCE}&box=0B&noPush=1&group=1&noDeliveryReceipts=1",
        served.base
    );
    let answer = served
        .http
        .post(url)
        .query(&credentials(&account))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["content-type"], "text/plain");
    let second = answer.text().await.unwrap();
    assert_ne!(second, id, "another ID although the nonce is the same");
    assert_eq!(send(app.as_str(), NONCE, "0a").await.0, 402);
    assert_eq!(served.get(&account, "/credits").await, (200, "0".to_owned()));
    let mail = served.mailbox(&token, "").await;
    assert_eq!(mail[0]["box"].as_str().unwrap(), "ab".repeat(MAX_BOX));
    assert_eq!(
        mail[1],
        json!({
            "seq": 2, "from": "*TOWN001", "to": app, "messageId": second, "nonce": NONCE.to_lowercase(), "box": "0b",
            "date": NOW, "nickname": "Town", "group": true, "noPush": true,
        })
    );
    assert_eq!(
        served.stats().await,
        json!({"accepted": 2, "repeatedNonces": 1, "byRecipient": {app.as_str(): 1}})
    );
}

#[tokio::test]
async fn basic_sends_are_checked_and_charged() {
    let (_folder, served) = fresh().await;
    let account = served.account("*TOWN001", 3).await;
    let (app, _) = served.app().await;
    served
        .change(&app, json!({"phone": "41791234567", "email": "Ruth@Example.org"}))
        .await;
    let long = "ä".repeat(1751);
    for (fields, status) in [
        (vec![("to", app.as_str())], 400),
        (vec![("text", "Hi")], 400),
        (vec![("text", "Hi"), ("to", "ZZZZZZZZ")], 400),
        (vec![("text", "Hi"), ("to", app.as_str()), ("phone", "1")], 400),
        (vec![("text", &long), ("to", app.as_str())], 413),
        (vec![("text", "Hi"), ("phone", "41790000000")], 404),
        (vec![("text", "Hi"), ("email", "a@b.c")], 404),
        (vec![("text", &long[2..]), ("to", app.as_str())], 200),
        (vec![("text", "Hi"), ("phone", "41791234567")], 200),
        (vec![("text", "Hi"), ("email", "ruth@example.org")], 200),
        (vec![("text", "Hi"), ("to", app.as_str())], 402),
    ] {
        let (got, body) = served.post(&account, "/send_simple", &fields).await;
        assert_eq!(got, status, "{fields:?}");
        assert_eq!(is_message_id(&body), status == 200);
    }
}

#[tokio::test]
async fn bulk_answers_in_order_with_a_code_for_each_item() {
    let (_folder, served) = fresh().await;
    let account = served.account("*TOWN001", 3).await;
    let (app, token) = served.app().await;
    let ids = served.recipients(2, "s").await;
    let good = |to: &ThreemaId| json!({"to": to, "nonce": "/35OFpbdocEhRCI/Q8khycbSrjHeYS+v", "box": "bAbQgUnq6qe0", "group": null});
    let with = |name: &str, value: &str| {
        let mut item = good(&app);
        item[name] = value.into();
        item
    };
    let items = json!([
        good(&ids[0]), with("to", "ZZZZZZZZ"), with("nonce", "AAAA"), with("nonce", "ff".repeat(24).as_str()), with("box", "%%"), with("box", ""),
        with("box", &"A".repeat(MAX_BOX.div_ceil(3) * 4 + 4)), {"to": app}, good(&app), good(&ids[0]), good(&ids[1]), {"box": "AAAA"},
    ]);
    let (status, body) = served
        .post_json(&account, "/send_e2e_bulk", items.to_string())
        .await;
    assert_eq!(status, 200);
    let answer: Vec<Value> = serde_json::from_str(&body).unwrap();
    let codes: Vec<i64> = answer
        .iter()
        .map(|item| item["errorCode"].as_i64().unwrap_or_default())
        .collect();
    assert_eq!(codes, [0, 400, 400, 400, 400, 400, 413, 400, 0, 0, 402, 400]);
    assert!(is_message_id(answer[0]["messageId"].as_str().unwrap()));
    assert_ne!(answer[0], answer[9], "a repeat gets another ID");
    let mail = served.mailbox(&token, "after=0").await;
    assert_eq!((mail.len(), &mail[0]["messageId"]), (1, &answer[8]["messageId"]));
    assert_eq!(mail[0]["box"], "6c06d08149eaeaa7b4");
    assert_eq!(
        served.stats().await,
        json!({"accepted": 3, "repeatedNonces": 1, "byRecipient": {app.as_str(): 1, ids[0].as_str(): 1}})
    );
    assert_eq!(
        served
            .post_json(&account, "/send_e2e_bulk", items.to_string())
            .await
            .0,
        402
    );
}

#[tokio::test]
async fn bulk_calls_are_bounded_and_can_share_one_id() {
    let (_folder, served) = fresh().await;
    let account = served.account("*TOWN001", 5000).await;
    let ids = served.recipients(1001, "many").await;
    let items: Vec<_> = ids.iter().map(|id| outgoing(*id, 9)).collect();
    let client = served.client();
    assert_eq!(
        client.send_e2e_bulk(&account, &items, false).await,
        Err(CallError::Refused(413))
    );
    let own = client
        .send_e2e_bulk(&account, &items[..1000], false)
        .await
        .unwrap();
    let shared = client
        .send_e2e_bulk(&account, &items[..1000], true)
        .await
        .unwrap();
    let distinct = |results: &[ItemResult]| {
        results
            .iter()
            .map(|r| format!("{r:?}"))
            .collect::<std::collections::HashSet<_>>()
            .len()
    };
    assert_eq!((distinct(&own), distinct(&shared)), (1000, 1));
    assert_eq!(client.credits(&account).await, Ok(3000));
    assert_eq!(client.send_e2e_bulk(&account, [], false).await, Ok(vec![]));
    for bad in ["", "{}", "[1]", "[{\"to\":5}]"] {
        assert_eq!(
            served
                .post_json(&account, "/send_e2e_bulk", bad.to_owned())
                .await
                .0,
            400,
            "{bad}"
        );
    }
    // 1000 of the biggest boxes fit
    let mut big = items[..1000].to_vec();
    big.iter_mut()
        .for_each(|item| item.sealed.sealed = vec![7; MAX_BOX]);
    assert!(client.send_e2e_bulk(&account, &big, false).await.is_ok());
    let huge = "x".repeat(17 << 20);
    let answer = served
        .http
        .post(format!("{}/send_e2e_bulk", served.base))
        .query(&credentials(&account))
        .body(huge)
        .send()
        .await;
    // a server that does not read on may end the connection first
    assert!(answer.is_err() || answer.is_ok_and(|a| a.status() == 413));
}
