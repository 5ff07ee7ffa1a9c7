//! What the list of conversations and a single one show.
use super::{
    seal,
    store::{self, Message, Shown},
};
use crate::features::{
    answers::server::{AnswerState, states_about},
    auth::server::{Granted, administrators_of},
    conversations::model::{
        Assignee, COUNTED, ConversationMessage, ConversationRow, ConversationState, ConversationsPage, MOST,
        Sent, Show, Thread,
    },
    identities::server::{Identity, find as find_identity},
    lists::server::any_keeps_replies,
    messages::server::any_takes_replies,
    plans::server::current_plan,
    recipients::{
        model::{RecipientState, full_name},
        server::fold,
    },
};
use crate::kernel::{
    AppResult, ErrorCode, Page, PageRequest, Timestamp, Uid,
    permission::{Right, cap},
    server::{Ctx, faults::internal},
};
use crate::ui::markup;
use std::collections::HashMap;

/// Characters of the beginning of a message that the list shows.
const PREVIEW: usize = 120;

/// The administrator whose unread messages and own conversations are meant.
pub(super) fn me(granted: &Granted<cap::Conversations>) -> i64 {
    granted.administrator_id().unwrap_or_default()
}

/// One page of conversations, newest first.
pub async fn list_conversations(
    ctx: Ctx,
    granted: Granted<cap::Conversations>,
    identity: Uid,
    request: PageRequest,
) -> AppResult<ConversationsPage> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let me = me(&granted);
    let condition = store::condition(identity.id, Show::of(&request.filter), &request.q, me);
    let as_of = store::newest(&ctx, &condition).await?;
    let total = match Show::of(&request.filter) {
        Show::Unread if request.q.trim().is_empty() => store::count_unread(&ctx, identity.id, me).await?,
        _ => store::count(&ctx, &condition).await?,
    };
    let limit = request.limit();
    let page = Ord::min(u64::from(request.page), total.saturating_sub(1) / limit);
    let found = store::page(&ctx, condition, me, (page * limit, limit)).await?;
    Ok(ConversationsPage {
        page: Page {
            items: rows(&ctx, &identity, found).await?,
            total,
            page: u32::try_from(page).unwrap_or(u32::MAX),
            size: u32::try_from(limit).unwrap_or(PageRequest::MAX_SIZE),
        },
        taking: any_keeps_replies(&ctx, identity.id).await? || any_takes_replies(&ctx, identity.id).await?,
        as_of,
    })
}

/// How many conversations have something that the administrator has not read, counted up to [`COUNTED`] and one more.
pub async fn count_unread(ctx: Ctx, granted: Granted<cap::Conversations>, identity: Uid) -> AppResult<u64> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    store::count_some_unread(&ctx, identity.id, me(&granted), COUNTED + 1).await
}

/// A conversation with its last messages: `most` of them, or all that hold `q`.
pub async fn load_thread(
    ctx: Ctx,
    granted: Granted<cap::Conversations>,
    identity: Uid,
    conversation: Uid,
    q: String,
    most: u32,
) -> AppResult<Thread> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let found = store::find(ctx.db.conn(), identity.id, &conversation).await?;
    let (condition, values) = (format!("c.id = {}", found.id), Vec::new());
    let mut shown = store::page(&ctx, (condition, values), me(&granted), (0, 1)).await?;
    let shown = shown.pop().ok_or(ErrorCode::NotFound)?;
    let most = most.clamp(1, MOST);
    let looked = if q.trim().is_empty() { most } else { MOST };
    let mut stored = store::last_messages(&ctx, found.id, u64::from(looked) + 1).await?;
    let more = stored.len() > looked as usize;
    stored.truncate(looked as usize);
    let mut messages = open_messages(&ctx, &identity, &shown, stored).await?;
    let wanted = fold(q.trim());
    if !wanted.is_empty() {
        messages.retain(|message| fold(&message.text).contains(&wanted));
    }
    messages.reverse();
    let row = rows(&ctx, &identity, vec![shown]).await?.pop();
    let plan = current_plan(ctx.db.conn(), identity.id, ctx.now()).await?;
    Ok(Thread {
        row: row.ok_or(ErrorCode::NotFound)?,
        messages,
        more: more && wanted.is_empty(),
        people: assignees(&ctx, &identity).await?,
        plan_is_valid: plan.is_some_and(|plan| plan.valid_until > ctx.now()),
    })
}

/// Who may deal with conversations of the identity, by name.
pub(super) async fn assignees(ctx: &Ctx, identity: &Identity) -> AppResult<Vec<Assignee>> {
    let mut people: Vec<Assignee> = administrators_of(ctx, identity.organisation_id)
        .await?
        .into_iter()
        .filter(|(row, rights)| {
            row.disabled_at.is_none() && rights.within(&identity.id).has(Right::Conversations)
        })
        .filter_map(|(row, _)| {
            Some(Assignee {
                uid: row.uid.parse().ok()?,
                name: row.name,
            })
        })
        .collect();
    people.sort_by_key(|person| fold(&person.name));
    Ok(people)
}

async fn open_messages(
    ctx: &Ctx,
    identity: &Identity,
    conversation: &Shown,
    stored: Vec<Message>,
) -> AppResult<Vec<ConversationMessage>> {
    let key = seal::conversation_key(
        ctx,
        ctx.db.conn(),
        identity.organisation_id,
        &conversation.uid,
        &conversation.key_sealed,
    )
    .await?;
    let states: HashMap<i64, AnswerState> = states_about(ctx, conversation.id).await?.into_iter().collect();
    let sent = |message: &Message| {
        let state = message.answer_id.and_then(|id| states.get(&id));
        message.outgoing.then_some(match state {
            Some(AnswerState::Waiting) => Sent::Waiting,
            Some(AnswerState::Failed) => Sent::Failed,
            // what nobody knows any more has left long ago
            Some(AnswerState::Accepted) | None => Sent::Accepted,
        })
    };
    let open = |message: Message| {
        Ok(ConversationMessage {
            text: seal::open_text(&key, &message.uid, &message.text_sealed)?,
            sent: sent(&message),
            uid: parsed(&message.uid)?,
            at: Timestamp(message.at),
            author: message.author.unwrap_or_default(),
            erase_at: Timestamp(message.erase_at),
        })
    };
    stored.into_iter().map(open).collect()
}

fn parsed<T: std::str::FromStr>(text: &str) -> AppResult<T> {
    text.parse()
        .map_err(|_| internal(&"a stored conversation is malformed"))
}

async fn rows(ctx: &Ctx, identity: &Identity, found: Vec<Shown>) -> AppResult<Vec<ConversationRow>> {
    let ids: Vec<i64> = found.iter().map(|row| row.last_message_id).collect();
    let last: HashMap<i64, Message> = store::messages(ctx, &ids)
        .await?
        .into_iter()
        .map(|message| (message.id, message))
        .collect();
    let mut out = Vec::with_capacity(found.len());
    for row in found {
        let message = last.get(&row.last_message_id);
        let preview = match message {
            Some(message) => preview(ctx, identity, &row, message).await?,
            None => String::new(),
        };
        out.push(row_of(row, preview, message.is_some_and(|m| m.outgoing))?);
    }
    Ok(out)
}

/// The beginning of a message on one line.
async fn preview(ctx: &Ctx, identity: &Identity, row: &Shown, message: &Message) -> AppResult<String> {
    let organisation_id = identity.organisation_id;
    let key = seal::conversation_key(ctx, ctx.db.conn(), organisation_id, &row.uid, &row.key_sealed).await?;
    let text = seal::open_text(&key, &message.uid, &message.text_sealed)?;
    let words: Vec<&str> = text.split_whitespace().take(PREVIEW).collect();
    Ok(markup::plain(&words.join(" ")).chars().take(PREVIEW).collect())
}

fn row_of(row: Shown, preview: String, preview_is_ours: bool) -> AppResult<ConversationRow> {
    let assigned = match (row.assigned_uid, row.assigned_name) {
        (Some(uid), Some(name)) => Some(Assignee {
            uid: parsed(&uid)?,
            name,
        }),
        _ => None,
    };
    Ok(ConversationRow {
        uid: parsed(&row.uid)?,
        threema_id: parsed(&row.threema_id)?,
        name: full_name(&row.first_name, &row.last_name),
        reachable: RecipientState::of(row.recipient_state),
        state: ConversationState::of(&row.state),
        assigned,
        last_at: Timestamp(row.last_at),
        preview,
        preview_is_ours,
        unread: u64::try_from(row.unread).unwrap_or_default(),
        erase_at: Timestamp(row.erase_at),
    })
}
