//! What the composer needs before it can be drawn.
use crate::features::{
    identities::{api::load_identity, model::IdentityView},
    lists::{
        api::{load_audiences, load_list_head},
        model::{ListState, ListView},
    },
    messages::{
        api::{count_audience, count_broadcast, load_draft},
        model::{Audience, Draft, Scope, Settings},
    },
};
use crate::kernel::{AppResult, ErrorCode, PageRequest, Uid};
use serde::{Deserialize, Serialize};

/// How many lists are offered before anything is typed.
pub const OFFERED: u32 = 50;

/// What the address led to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Opening {
    /// The draft has been sent meanwhile.
    Sent {
        /// Whose
        identity: Uid,
        /// The message it has become
        message: Uid,
    },
    /// The composer.
    Write(Box<Start>),
}

/// What the composer begins with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Start {
    /// The sender.
    pub identity: IdentityView,
    /// Lists to choose from, the first ones by name.
    pub offered: Vec<ListView>,
    /// The lists chosen already.
    pub chosen: Vec<ListView>,
    /// The draft to go on with.
    pub draft: Option<Draft>,
    /// Whom it reaches.
    pub audience: Option<Audience>,
    /// To whom besides lists, and what comes back.
    pub settings: Settings,
}

/// Loads all of it; `broadcast`: what is new is one.
pub async fn open(
    identity: Uid,
    draft: Option<Uid>,
    list: Option<Uid>,
    broadcast: bool,
) -> AppResult<Opening> {
    let draft = match draft {
        None => None,
        Some(uid) => match load_draft(identity.clone(), uid.clone()).await {
            Ok(draft) => Some(draft),
            Err(error) if error.code == ErrorCode::WrongState => {
                return Ok(Opening::Sent {
                    identity,
                    message: uid,
                });
            }
            Err(error) => return Err(error),
        },
    };
    let view = load_identity(identity.clone()).await?;
    let offered = offer(identity.clone(), String::new()).await?;
    let wanted = match &draft {
        Some(draft) => draft.lists.clone(),
        None => list.into_iter().collect(),
    };
    let mut chosen = Vec::with_capacity(wanted.len());
    for uid in wanted {
        if let Some(known) = offered.iter().find(|l| l.uid == uid) {
            chosen.push(known.clone());
        } else if let Ok(head) = load_list_head(identity.clone(), uid).await
            && head.list.state == ListState::Active
        {
            chosen.push(head.list);
        }
    }
    let settings = match &draft {
        Some(draft) => draft.settings.clone(),
        None if broadcast => Settings {
            scope: Scope::Identity,
            takes_replies: true,
            ..Settings::default()
        },
        None => Settings::default(),
    };
    let uids: Vec<Uid> = chosen.iter().map(|l| l.uid.clone()).collect();
    let audience = match (settings.scope, uids.is_empty()) {
        (Scope::Lists, true) => None,
        (Scope::Lists, false) => count_audience(identity, uids).await.ok(),
        (scope, _) => {
            let draft = draft.as_ref().map(|d| d.uid.clone());
            count_broadcast(identity, scope, draft).await.ok()
        }
    };
    Ok(Opening::Write(Box::new(Start {
        identity: view,
        offered,
        chosen,
        draft,
        audience,
        settings,
    })))
}

/// Lists and feeds whose names fit what was typed.
pub async fn offer(identity: Uid, q: String) -> AppResult<Vec<ListView>> {
    let request = PageRequest {
        size: OFFERED,
        q,
        sort: "name".to_owned(),
        ..PageRequest::default()
    };
    Ok(load_audiences(identity, request).await?.items)
}
