//! Section 1 of the reference: keys, look-ups, blobs.
use super::*;
use crate::features::gateway::{
    server::{CallError, ItemResult, email_hash, phone_hash},
    wire::PublicKey,
};

#[tokio::test]
async fn keys_come_one_by_one_and_in_bulk() {
    let (_folder, served) = fresh().await;
    let account = served.account("*TOWN001", 0).await;
    let (app, token) = served.app().await;
    let ids = served.recipients(1500, "Strasse ä").await;
    let client = served.client();
    let derived = |id: &ThreemaId| -> PublicKey {
        use sha2::Digest;
        let private = sha2::Sha256::digest([b"Strasse \xc3\xa4", &id.as_bytes()[..]].concat());
        PrivateKey::from_bytes(private.into()).public_key()
    };
    assert_eq!(client.pubkey(&account, &ids[7]).await, Ok(derived(&ids[7])));
    assert_eq!(client.pubkey(&account, &app).await, Ok(key(2).public_key()));
    assert_eq!(
        client.pubkey(&account, &"ZZZZZZZZ".parse().unwrap()).await,
        Err(CallError::NotFound)
    );
    assert_eq!(served.get(&account, "/pubkeys/nonsense").await.0, 404);
    let mut asked = ids[..1100].to_vec();
    asked.push("ZZZZZZZZ".parse().unwrap());
    let found = client.pubkeys_bulk(&account, &asked).await.unwrap();
    assert_eq!(found.len(), 1100);
    assert!(found.iter().all(|(id, key)| *key == derived(id)));
    let odd = json!({"identities": [app.as_bytes(), "bad", ids[0]]}).to_string();
    let (status, body) = served.post_json(&account, "/pubkeys/bulk", odd).await;
    let found: Vec<Value> = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (status, found.len(), &found[0]["publicKey"]),
        (200, 2, &json!(key(2).public_key()))
    );
    assert_eq!(
        served
            .post_json(&account, "/pubkeys/bulk", "[]".to_owned())
            .await
            .0,
        400
    );
    // with a mailbox token
    let url = format!("{}/sim/pubkeys/*TOWN001", served.base);
    assert_eq!(served.http.get(&url).send().await.unwrap().status(), 401);
    let answer = served.http.get(&url).bearer_auth(&token).send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), key(1).public_key().to_string());
}

#[tokio::test]
async fn changed_and_revoked_identities_are_seen_by_everybody() {
    let (_folder, served) = fresh().await;
    let account = served.account("*TOWN001", 100).await;
    let (app, token) = served.app().await;
    let ids = served.recipients(3, "s").await;
    let client = served.client();
    for id in [app, ids[1]] {
        served
            .change(&id, json!({"publicKey": key(9).public_key()}))
            .await;
        assert_eq!(client.pubkey(&account, &id).await, Ok(key(9).public_key()));
        let sent = client
            .send_e2e_bulk(&account, &[outgoing(id, 1)], false)
            .await
            .unwrap();
        assert!(matches!(sent[0], ItemResult::Accepted(_)));
        served.change(&id, json!({"revoked": true})).await;
        assert_eq!(client.pubkey(&account, &id).await, Err(CallError::NotFound));
        assert_eq!(served.get(&account, &format!("/capabilities/{id}")).await.0, 404);
        assert_eq!(
            client.pubkeys_bulk(&account, &[id, ids[0]]).await.unwrap().len(),
            1
        );
        let sent = client
            .send_e2e_bulk(&account, &[outgoing(id, 2), outgoing(ids[0], 2)], false)
            .await
            .unwrap();
        assert!(matches!(
            sent[..],
            [ItemResult::Error(400), ItemResult::Accepted(_)]
        ));
        served.change(&id, json!({"revoked": false})).await;
        assert!(client.pubkey(&account, &id).await.is_ok());
    }
    assert_eq!(served.mailbox(&token, "").await.len(), 1);
    let patch = async |id: &str, change: Value| {
        served
            .sim(Method::PATCH, &format!("/sim/identities/{id}"), change)
            .await
            .status()
            .as_u16()
    };
    assert_eq!(patch("ZZZZZZZZ", json!({})).await, 404);
    for bad in [
        json!({"publicKey": "00".repeat(32)}),
        json!({"unknown": 1}),
        json!({"credits": "many"}),
    ] {
        assert_eq!(patch(app.as_str(), bad).await, 400);
    }
}

#[tokio::test]
async fn phones_and_addresses_are_found_plain_and_hashed() {
    let (_folder, served) = fresh().await;
    let account = served.account("*TOWN001", 0).await;
    let (app, _) = served.app().await;
    served
        .change(&app, json!({"phone": "41791234567", "email": "Ruth@Example.org"}))
        .await;
    let (phone, email) = (
        hex::encode(phone_hash("41791234567")),
        hex::encode(email_hash("ruth@example.org")),
    );
    for path in [
        "/lookup/phone/41791234567",
        "/lookup/email/ruth%40example.org",
        "/lookup/email/ruth@example.org",
        &format!("/lookup/phone_hash/{phone}"),
        &format!("/lookup/email_hash/{}", email.to_uppercase()),
    ] {
        assert_eq!(served.get(&account, path).await, (200, app.to_string()), "{path}");
    }
    for (path, status) in [
        ("phone/41790000000", 404),
        ("email/x@y.z", 404),
        ("phone_hash/abcd", 400),
        ("email_hash/zz", 400),
        ("x/y", 404),
    ] {
        assert_eq!(
            served.get(&account, &format!("/lookup/{path}")).await.0,
            status,
            "{path}"
        );
    }
    let body = json!({"phoneHashes": [phone, "00".repeat(32)], "emailHashes": [email]}).to_string();
    let (_, found) = served.post_json(&account, "/lookup/bulk", body).await;
    let expected =
        json!([{"identity": app, "publicKey": key(2).public_key(), "phoneHash": phone, "emailHash": email}]);
    assert_eq!(serde_json::from_str::<Value>(&found).unwrap(), expected);
    let many = json!({"phoneHashes": vec!["00".repeat(32); 1001]}).to_string();
    assert_eq!(served.post_json(&account, "/lookup/bulk", many).await.0, 413);
    for bad in ["", r#"{"phoneHashes":["00"]}"#] {
        assert_eq!(
            served.post_json(&account, "/lookup/bulk", bad.to_owned()).await.0,
            400
        );
    }
    served.change(&app, json!({"phone": null})).await;
    assert_eq!(served.get(&account, "/lookup/phone/41791234567").await.0, 404);
    let (status, capabilities) = served.get(&account, &format!("/capabilities/{app}")).await;
    assert!(
        status == 200
            && ["text", "image", "file"]
                .iter()
                .all(|c| capabilities.split(',').any(|has| has == *c))
    );
}

#[tokio::test]
async fn blobs_are_stored_and_charged() {
    use reqwest::multipart::{Form, Part};
    let (_folder, served) = fresh().await;
    let account = served.account("*TOWN001", 2).await;
    let upload = async |form: Form| {
        let url = format!("{}/upload_blob?persist=1", served.base);
        read(
            served
                .http
                .post(url)
                .query(&credentials(&account))
                .multipart(form)
                .send()
                .await
                .unwrap(),
        )
        .await
    };
    let bytes = vec![7; 3 << 20];
    let (status, id) = upload(Form::new().part("blob", Part::bytes(bytes.clone()))).await;
    assert_eq!((status, id.len()), (200, 32));
    let url = format!("{}/blobs/{id}", served.base);
    let answer = served
        .http
        .get(url)
        .query(&credentials(&account))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["content-type"], "application/octet-stream");
    assert_eq!(answer.bytes().await.unwrap(), bytes);
    assert_eq!(
        served
            .get(&account, &format!("/blobs/{}", "0".repeat(32)))
            .await
            .0,
        404
    );
    assert_eq!(
        upload(Form::new().part("other", Part::bytes(vec![1]))).await.0,
        400
    );
    assert_eq!(upload(Form::new().part("blob", Part::bytes(vec![]))).await.0, 400);
    assert_eq!(
        served.post_json(&account, "/upload_blob", "x".to_owned()).await.0,
        400
    );
    assert_eq!(
        upload(Form::new().part("blob", Part::bytes(vec![1]).file_name("blob.file")))
            .await
            .0,
        200
    );
    assert_eq!(
        upload(Form::new().part("blob", Part::bytes(vec![1]))).await.0,
        402
    );
}
