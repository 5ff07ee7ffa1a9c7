//! Everything that is said: to a list, in a conversation, by a bot, in groups.
use super::{ANSWER, BOT, DROPPED, HEARD, KEPT, REPLIED, SAID, TEXT};
use crate::{program::until, site::Site};
use app::{
    features::gateway::wire::{
        Content, GroupChat, GroupControl, GroupMessage, MessageId, PrivateKey, PublicKey, ReceiptStatus,
        SharedKey,
    },
    kernel::server::rng::{Rng, SystemRng},
};
use reqwest::Method;
use serde_json::{Value, json};

/// A message to somebody with a key of their own, a receipt, and an answer that is not kept.
pub async fn talk(site: &Site) {
    let rng: &dyn Rng = &SystemRng;
    let own = PrivateKey::from_bytes(rng.array());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let sim = |path: &str| format!("{}/sim/{path}", site.gateway());
    let key = hex::encode(own.public_key().as_bytes());
    let made = http
        .post(sim("identities"))
        .json(&json!({ "publicKey": key, "kind": "user" }));
    let made: Value = made.send().await.unwrap().json().await.unwrap();
    let (id, token) = (made["id"].as_str().unwrap(), made["token"].as_str().unwrap());
    let list = site.list_of_seed("others", 3).await;
    let body = json!({ "recipients": [id], "replaceExisting": false });
    site.rest(Method::POST, &format!("{list}/recipients"), Some(&body))
        .await;
    let body = json!({ "type": "text", "body": { "en": TEXT } });
    let sent = site
        .rest(Method::POST, &format!("{list}/chat"), Some(&body))
        .await;
    let message = format!("{list}/chat/{}", sent["id"].as_str().unwrap());
    let mail: Value = http
        .get(sim("mailbox?after=0&wait=30"))
        .bearer_auth(token)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let mail = &mail["messages"][0];
    let sender = mail["from"].as_str().unwrap();
    let theirs = http
        .get(sim(&format!("pubkeys/{sender}")))
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    let theirs = PublicKey::from_bytes(&hex::decode(theirs.text().await.unwrap().trim()).unwrap()).unwrap();
    let shared = own.shared_with(&theirs);
    let hex_of = |name: &str| hex::decode(mail[name].as_str().unwrap()).unwrap();
    let plain = shared
        .open_padded(&hex_of("nonce").try_into().unwrap(), &hex_of("box"))
        .unwrap();
    assert!(matches!(Content::decode(&plain), Ok(Content::Text(text)) if text == TEXT));
    let of: MessageId = mail["messageId"].as_str().unwrap().parse().unwrap();
    let read = Content::Receipt {
        status: ReceiptStatus::Read,
        ids: vec![of],
    };
    for content in [read, Content::Text(ANSWER.to_owned())] {
        let nonce = rng.array();
        let sealed = shared.seal_padded(&nonce, &content.encode(), 40);
        let body = json!({ "to": sender, "nonce": hex::encode(nonce), "box": hex::encode(sealed) });
        let took = http
            .post(sim("messages"))
            .bearer_auth(token)
            .json(&body)
            .send()
            .await
            .unwrap();
        assert!(took.status().is_success());
    }
    until("the receipt and the answer are dealt with", 60, async || {
        let now = site.message(&message).await;
        let jobs = site.number("SELECT count(*) FROM job").await;
        let seen = site.number("SELECT count(*) FROM inbound_seen").await;
        (now["deliveries"]["read"] == 1 && jobs == 0 && seen == 2).then_some(())
    })
    .await;
    in_a_conversation(site, (id, token), (sender, &shared), &list).await;
    let name = json!({ "name": "Pumps" });
    let bot = site.rest(Method::POST, "/bots", Some(&name)).await;
    let commands = format!("/bots/{}/commands", bot["id"].as_str().unwrap());
    let command = json!({ "command": "pumps", "answers": [{ "type": "text", "body": { "en": BOT } }] });
    site.rest(Method::POST, &commands, Some(&command)).await;
    for keeps in [true, false] {
        in_a_group(site, (id, token), (sender, &shared), keeps).await;
    }
}

/// A message that takes replies, one that is kept, and what is answered to it.
async fn in_a_conversation(
    site: &Site,
    (id, token): (&str, &str),
    (sender, shared): (&str, &SharedKey),
    list: &str,
) {
    let rng: &dyn Rng = &SystemRng;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let body = json!({ "type": "text", "body": { "en": TEXT }, "takesReplies": true });
    let chat = format!("{list}/chat");
    let sent = site.rest(Method::POST, &chat, Some(&body)).await;
    site.until_sent(&format!("{chat}/{}", sent["id"].as_str().unwrap()), 60)
        .await;
    let nonce = rng.array();
    let sealed = shared.seal_padded(&nonce, &Content::Text(KEPT.to_owned()).encode(), 40);
    let body = json!({ "to": sender, "nonce": hex::encode(nonce), "box": hex::encode(sealed) });
    let took = http
        .post(format!("{}/sim/messages", site.gateway()))
        .bearer_auth(token)
        .json(&body);
    assert!(took.send().await.unwrap().status().is_success());
    let kept = "SELECT count(*) FROM conversation_message WHERE text_sealed IS NOT NULL";
    until("the reply is kept", 60, async || {
        (site.number(kept).await == 1).then_some(())
    })
    .await;
    let talks = site.rest(Method::GET, "/conversations", None).await;
    let talk = &talks["conversations"][0];
    assert!(talk.to_string().contains(id), "{talks}");
    let messages = format!("/conversations/{}/messages", talk["id"].as_str().unwrap());
    let body = json!({ "body": REPLIED });
    site.rest(Method::POST, &messages, Some(&body)).await;
    until("it is answered", 60, async || {
        let jobs = site.number("SELECT count(*) FROM job").await;
        (jobs == 0 && site.number(kept).await == 2).then_some(())
    })
    .await;
}

/// A group, a text of the identity in it, and one of a member, which is kept or not.
async fn in_a_group(
    site: &Site,
    (id, token): (&str, &str),
    (sender, shared): (&str, &SharedKey),
    keeps: bool,
) {
    let rng: &dyn Rng = &SystemRng;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let sim = |path: &str| format!("{}/sim/{path}", site.gateway());
    let body = json!({ "name": format!("Crisis {keeps}"), "members": [id], "saveChatHistory": keeps });
    let made = site.rest(Method::POST, "/groups", Some(&body)).await;
    let chat = format!("/groups/{}/chat", made["id"].as_str().unwrap());
    let body = json!({ "type": "text", "body": SAID });
    site.rest(Method::POST, &chat, Some(&body)).await;
    // the newest set-up tells the member which group it is
    let wire = until("the group is on the phone", 60, async || {
        let mails = http.get(sim("mailbox?after=0")).bearer_auth(token);
        let mails: Value = mails.send().await.unwrap().json().await.unwrap();
        let mut groups = Vec::new();
        for mail in mails["messages"].as_array().unwrap() {
            let hex_of = |name: &str| hex::decode(mail[name].as_str().unwrap()).unwrap();
            let nonce = hex_of("nonce").try_into().unwrap();
            let plain = shared.open_padded(&nonce, &hex_of("box")).unwrap();
            if let Ok(Content::Group(GroupMessage::Control(group, GroupControl::Setup(_)))) =
                Content::decode(&plain)
            {
                groups.push(group);
            }
        }
        groups.sort_unstable();
        groups.dedup();
        let before = site.number("SELECT count(*) FROM chat_group").await;
        (groups.len() as i64 == before).then_some(groups)
    })
    .await;
    let seen = site.number("SELECT count(*) FROM inbound_seen").await;
    let text = if keeps { HEARD } else { DROPPED };
    // to all groups of the member: one of them is this one, and what others keep or drop is no secret of theirs alone
    for group in &wire {
        let said = GroupMessage::Chat(sender.parse().unwrap(), *group, GroupChat::Text(text.to_owned()));
        let nonce = rng.array();
        let sealed = shared.seal_padded(&nonce, &Content::Group(said).encode(), 40);
        let body = json!({
            "to": sender, "nonce": hex::encode(nonce), "box": hex::encode(sealed), "group": true,
        });
        let took = http.post(sim("messages")).bearer_auth(token).json(&body);
        assert!(took.send().await.unwrap().status().is_success());
    }
    until("what the member says is dealt with", 60, async || {
        // first what has come, then what is still to be done: the other way round something could come in between
        let now = site.number("SELECT count(*) FROM inbound_seen").await;
        let jobs = site.number("SELECT count(*) FROM job").await;
        (jobs == 0 && now == seen + wire.len() as i64).then_some(())
    })
    .await;
    // the identity's texts, and what members said in the group that keeps it
    let kept = site
        .number("SELECT count(*) FROM group_message WHERE text_sealed IS NOT NULL")
        .await;
    assert_eq!(kept, if keeps { 2 } else { 4 });
}
