//! What REST takes and gives of groups.
use crate::features::groups::model::{ChatEntry, GroupState, GroupView, MemberState, MemberView, Sender};
use crate::kernel::{
    Uid,
    server::{
        Ctx,
        rest::{IdsInput, Link, Localised, link, page_of},
    },
};
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::Uri,
};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use utoipa::ToSchema;

/// A group.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiGroup {
    #[serde(rename = "_links")]
    pub links: Vec<Link>,
    /// 10 characters of a-z and 0-9.
    #[schema(example = "k3v9ztq0ab")]
    pub id: String,
    /// Its name, without the cloud that phones show while history is saved.
    pub name: String,
    /// `active` or `deleted`.
    #[schema(example = "active")]
    pub state: &'static str,
    /// Whether what members write is kept.
    pub save_chat_history: bool,
    /// How many members are wanted in it, without the Broadcast ID.
    pub member_count: u64,
    /// Whether phones have this state.
    pub synchronised: bool,
    /// When it was made.
    #[schema(example = "2026-11-21T12:00:00+0000")]
    pub created_at: String,
    /// When name, state or members changed last.
    #[schema(example = "2026-11-21T12:00:00+0000")]
    pub updated_at: String,
}

page_of! {
    /// Groups.
    pub struct ApiGroups { groups: ApiGroup }
}

/// A group to make.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupBody {
    /// At most 256 bytes; 249 while history is saved.
    #[serde(default)]
    pub name: String,
    /// Threema IDs.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub members: Option<IdsInput>,
    /// Whether what members write is kept.
    #[serde(default)]
    pub save_chat_history: bool,
}

/// What to change of a group; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupChangeBody {
    /// At most 256 bytes; 249 while history is saved.
    #[serde(default)]
    pub name: Option<String>,
    /// Whether what members write is kept.
    #[serde(default)]
    pub save_chat_history: Option<bool>,
}

/// Threema IDs: `{"members": […]}`, `{"recipients": […]}` or a bare array.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body; `IdsInput` reads it")]
pub struct MembersBody {
    pub members: Vec<String>,
}

/// A member.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiMember {
    /// Threema ID.
    #[schema(example = "ECHOECHO")]
    pub id: String,
    pub first_name: String,
    pub last_name: String,
    pub category: String,
    /// What they call themselves.
    pub nickname: String,
    /// `new`, `to-be-removed`, `on-the-way`, `in-sync`, `left` or `unreachable`.
    #[schema(example = "in-sync")]
    pub state: &'static str,
    /// When they left by themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_at: Option<String>,
    /// Why they are unreachable: `unknown`, `revoked`, `key-changed` or `refused`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}

page_of! {
    /// Members.
    pub struct ApiMembers { members: ApiMember }
}

/// What a change of members did.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MembersChanged {
    /// Wanted in the group since now; phones hear of it with the next synchronisation.
    pub added: u64,
    /// Not wanted in it any more.
    pub removed: u64,
    /// Wanted in it afterwards.
    pub member_count: u64,
}

/// A picture.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct ApiImage {
    /// A JPEG in base64, line breaks allowed, at most 1 MB; null: there is none.
    pub image: Option<String>,
}

/// A message of the chat.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiGroupMessage {
    #[serde(rename = "_links")]
    pub links: Vec<Link>,
    /// 10 characters of a-z and 0-9.
    #[schema(example = "w2c8r41mzp")]
    pub id: String,
    /// Always `text`.
    #[serde(rename = "type")]
    #[schema(example = "text")]
    pub kind: &'static str,
    /// The text; mentions as `@[THREEMAID]`.
    pub body: String,
    /// Threema ID of the member who wrote it; null: the Broadcast ID.
    pub sender: Option<String>,
    #[schema(example = "2026-11-21T12:00:00+0000")]
    pub created_at: String,
    #[schema(example = "2026-11-21T12:00:00+0000")]
    pub updated_at: String,
    /// `sending` or `sent`; `received` for one of a member.
    #[schema(example = "sent")]
    pub state: &'static str,
    pub deliveries: GroupDeliveries,
}

/// How many deliveries are in each state; together they are `total`. Groups know neither `delivered` nor `read`.
#[derive(Serialize, ToSchema)]
pub struct GroupDeliveries {
    pub total: u64,
    pub pending: u64,
    pub accepted: u64,
    pub delivered: u64,
    pub read: u64,
    pub failed: u64,
    pub skipped: u64,
    pub cancelled: u64,
}

page_of! {
    /// Messages.
    pub struct GroupChatPage { messages: ApiGroupMessage }
}

/// A message to send.
#[derive(Deserialize, ToSchema)]
pub struct GroupChatInput {
    /// `text`, which is also taken when nothing is said.
    #[serde(default, rename = "type")]
    #[schema(example = "text")]
    pub kind: Option<String>,
    /// At most 3500 bytes.
    #[schema(value_type = String)]
    pub body: Option<Localised>,
}

/// Which states are asked for: `?states=active`, or `{"states": ["active"]}` in the body, as a client of the live service
/// sends it.
#[derive(Default, Deserialize)]
struct StatesBody {
    #[serde(default)]
    states: Vec<String>,
}

/// In which state groups are asked for; none: in any.
pub struct WantedState(pub Option<GroupState>);

impl<S: Send + Sync> FromRequest<S> for WantedState {
    type Rejection = Infallible;

    async fn from_request(request: Request, state: &S) -> Result<Self, Infallible> {
        let uri = request.uri().clone();
        // who asks for a list has nothing to say in the body: what cannot be read asks for nothing
        let body = Bytes::from_request(request, state).await.unwrap_or_default();
        Ok(Self(wanted_state(&uri, &body)))
    }
}

fn wanted_state(uri: &Uri, body: &Bytes) -> Option<GroupState> {
    let in_query = uri.query().unwrap_or_default().split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        matches!(name, "states" | "state" | "states[]" | "states%5B%5D").then(|| value.to_owned())
    });
    let states = match in_query {
        Some(states) => states.split(',').map(str::to_owned).collect(),
        None => {
            serde_json::from_slice::<StatesBody>(body)
                .unwrap_or_default()
                .states
        }
    };
    match states.as_slice() {
        [one] => Some(GroupState::of(one)),
        _ => None,
    }
}

pub fn shown(ctx: &Ctx, identity: &Uid, group: GroupView) -> ApiGroup {
    let path = format!("/identities/{identity}/groups/{}", group.uid);
    ApiGroup {
        links: vec![
            link(ctx, "detail", &path),
            link(ctx, "members", &format!("{path}/members")),
            link(ctx, "image", &format!("{path}/image")),
            link(ctx, "chat", &format!("{path}/chat")),
            link(ctx, "sync", &format!("{path}/sync")),
            link(ctx, "identity", &format!("/identities/{identity}")),
        ],
        id: group.uid.to_string(),
        name: group.name,
        state: group.state.code(),
        save_chat_history: group.saves_history,
        member_count: group.members,
        synchronised: !group.is_staged,
        created_at: group.created_at.rest(),
        updated_at: group.updated_at.rest(),
    }
}

pub fn member(member: MemberView) -> ApiMember {
    ApiMember {
        id: member.threema_id.to_string(),
        first_name: member.first_name,
        last_name: member.last_name,
        category: member.category,
        nickname: member.nickname,
        state: member.state.code(),
        left_at: match member.state {
            MemberState::Left { at } => Some(at.rest()),
            _ => None,
        },
        reason: match member.state {
            MemberState::Unreachable { why } => Some(why.code()),
            _ => None,
        },
    }
}

pub fn message(ctx: &Ctx, path: &str, entry: ChatEntry) -> ApiGroupMessage {
    let delivered = entry.delivered.unwrap_or_default();
    let pending = delivered
        .total
        .saturating_sub(delivered.accepted + delivered.failed);
    let sender = match &entry.sender {
        Sender::Us { .. } => None,
        Sender::Member { id, .. } => Some(id.to_string()),
    };
    ApiGroupMessage {
        links: vec![
            link(ctx, "detail", &format!("{path}/chat/{}", entry.uid)),
            link(ctx, "group", path),
        ],
        id: entry.uid.to_string(),
        kind: "text",
        body: entry.text.map(|t| t.text).unwrap_or_default(),
        state: match (&sender, pending) {
            (Some(_), _) => "received",
            (None, 0) => "sent",
            (None, _) => "sending",
        },
        sender,
        created_at: entry.at.rest(),
        updated_at: entry.at.rest(),
        deliveries: GroupDeliveries {
            total: delivered.total,
            pending,
            accepted: delivered.accepted,
            delivered: 0,
            read: 0,
            failed: delivered.failed,
            skipped: 0,
            cancelled: 0,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_asked_for_in_query_or_body() {
        let asks = |path: &str, body: &str| {
            let uri: Uri = format!("http://x{path}").parse().unwrap();
            wanted_state(&uri, &Bytes::from(body.to_owned()))
        };
        assert_eq!(asks("/groups", ""), None);
        assert_eq!(
            asks("/groups?limit=100", "{\"states\":[\"active\"]}"),
            Some(GroupState::Active)
        );
        assert_eq!(asks("/groups?states=deleted&q=x", ""), Some(GroupState::Deleted));
        assert_eq!(asks("/groups?states=active,deleted", ""), None);
        assert_eq!(asks("/groups", "not json"), None);
    }
}
