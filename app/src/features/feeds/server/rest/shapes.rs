//! What REST takes and gives of feeds.
use crate::features::{
    feeds::model::{FeedInput, FeedView, Greeting},
    recipients::model::Recipient,
};
use crate::kernel::{
    Uid,
    server::{
        Ctx,
        rest::{Link, link, page_of},
    },
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A feed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Feed {
    #[serde(rename = "_links")]
    pub links: Vec<Link>,
    /// 10 characters of a-z and 0-9.
    #[schema(example = "k3v9ztq0ab")]
    pub id: String,
    /// What people may type instead of the name.
    pub number: u64,
    /// Its name, which people type.
    pub name: String,
    /// An internal note.
    pub description: String,
    /// `active` or `deleted`.
    #[schema(example = "active")]
    pub state: &'static str,
    /// How many get it.
    pub recipient_count: u64,
    /// When it was made.
    #[schema(example = "2026-11-21T12:00:00+0000")]
    pub created_at: String,
    /// When it or its subscribers changed last.
    #[schema(example = "2026-11-21T12:00:00+0000")]
    pub updated_at: String,
}

/// A feed with its greetings and its link.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FeedDetail {
    #[serde(flatten)]
    pub feed: Feed,
    /// Sent to who subscribes: language code → text.
    pub welcome: BTreeMap<String, String>,
    /// Sent to who leaves: language code → text.
    pub goodbye: BTreeMap<String, String>,
    /// Opens a chat with the command typed in; for QR codes.
    #[schema(example = "https://threema.id/*BCAST01?text=start%20News")]
    pub public_link: String,
}

page_of! {
    /// Feeds.
    pub struct Feeds { feeds: Feed }
}

/// Somebody who gets a feed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FeedRecipient {
    /// The Threema ID.
    #[schema(example = "ECHOECHO")]
    pub id: String,
    pub first_name: String,
    pub last_name: String,
    pub category: String,
    /// Two letters; null: the identity's default language.
    pub language: Option<String>,
    /// `not-fetched`, `reachable`, `unknown`, `key-changed` or `revoked`.
    #[schema(example = "reachable")]
    pub state: &'static str,
    /// In no list of the identity.
    pub external: bool,
}

page_of! {
    /// Who gets a feed.
    pub struct FeedRecipients { recipients: FeedRecipient }
}

/// Somebody who is barred.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlockedRecipient {
    /// The Threema ID.
    #[schema(example = "ECHOECHO")]
    pub id: String,
    /// Since when.
    #[schema(example = "2026-11-21T12:00:00+0000")]
    pub blocked_at: String,
}

page_of! {
    /// Who is barred from a feed.
    pub struct BlockedRecipients { recipients: BlockedRecipient }
}

/// A feed to be made or changed. What is left out of a change stays.
#[derive(Deserialize, ToSchema)]
pub struct FeedBody {
    /// 1 to 256 characters; no other feed in use may have it.
    #[schema(min_length = 1, max_length = 256)]
    pub name: Option<String>,
    /// An internal note.
    #[schema(max_length = 1000)]
    pub description: Option<String>,
    /// Sent to who subscribes: language code → text, each at most 3500 bytes.
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    pub welcome: Option<Greeting>,
    /// Sent to who leaves, likewise.
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    pub goodbye: Option<Greeting>,
}

impl FeedBody {
    pub fn over(self, before: FeedInput) -> FeedInput {
        FeedInput {
            name: self.name.unwrap_or(before.name),
            description: self.description.unwrap_or(before.description),
            welcome: self.welcome.unwrap_or(before.welcome),
            goodbye: self.goodbye.unwrap_or(before.goodbye),
        }
    }
}

/// IDs. `{"members": […]}` and a bare array are taken too.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes `IdsInput`")]
pub struct FeedIds {
    /// Threema IDs, at most 5000.
    #[schema(max_items = 5000)]
    pub recipients: Vec<String>,
}

/// What subscribing did.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Subscribed {
    /// Get it since now.
    pub added: u64,
    /// Got it before.
    pub already_there: u64,
    /// Get it afterwards.
    pub recipient_count: u64,
}

/// What blocking did.
#[derive(Serialize, ToSchema)]
pub struct BlockingDone {
    /// Barred since now.
    pub blocked: u64,
    /// Those of them who lost the feed by it.
    pub removed: u64,
}

pub fn shown(ctx: &Ctx, identity: &Uid, feed: FeedView) -> Feed {
    let path = format!("/identities/{identity}/feeds/{}", feed.uid);
    Feed {
        links: vec![
            link(ctx, "detail", &path),
            link(ctx, "recipients", &format!("{path}/recipients")),
            link(ctx, "blacklist", &format!("{path}/blacklist")),
            link(ctx, "chat", &format!("{path}/chat")),
            link(ctx, "identity", &format!("/identities/{identity}")),
        ],
        id: feed.uid.to_string(),
        number: feed.number,
        name: feed.name,
        description: feed.description,
        state: feed.state.code(),
        recipient_count: feed.subscribers,
        created_at: feed.created_at.rest(),
        updated_at: feed.updated_at.rest(),
    }
}

pub fn subscriber(recipient: Recipient) -> FeedRecipient {
    FeedRecipient {
        id: recipient.threema_id.to_string(),
        external: recipient.external,
        first_name: recipient.first_name,
        last_name: recipient.last_name,
        category: recipient.category,
        language: recipient.language.map(|l| l.to_string()),
        state: recipient.state.code(),
    }
}
