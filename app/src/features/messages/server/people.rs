//! The single people whom a broadcast names, as many as one likes.
use super::{
    audience::to_of,
    drafts::{audience_of, is_open, note_withdrawn, take_from_approval},
    entity,
    sending::announce,
    store,
};
use crate::features::{
    auth::server::Granted,
    identities::server::{self as identities, Identity},
    messages::model::{Audience, MessageState, PeopleChange, Person, Scope},
    recipients::{
        model::Recipient,
        server::{Among, json_texts, like_words, page_of, texts_json, unify},
    },
};
use crate::kernel::{
    AppResult, ErrorCode, Page, PageRequest, ThreemaId, Uid,
    permission::cap,
    server::{Ctx, Tx},
};
use sea_orm::{ActiveModelTrait, ConnectionTrait, Value};
use std::collections::HashSet;

/// The filter of [`load_people`] that shows only those who are named.
pub const CHOSEN: &str = "chosen";

/// The exact audience of a draft as it is stored, or of another scope for it.
pub async fn count_broadcast(
    ctx: Ctx,
    granted: Granted<cap::SendMessages>,
    identity: Uid,
    scope: Scope,
    draft: Option<Uid>,
) -> AppResult<Audience> {
    let identity = identities::find(&ctx, &granted, &identity).await?;
    super::audience::may_reach(&granted, scope)?;
    let to = match (scope, draft) {
        (Scope::Identity, _) => store::To::Identity,
        (Scope::Organisation, _) => store::To::Organisation(identity.organisation_id),
        (_, None) => return Ok(Audience::default()),
        (Scope::People, Some(draft)) => {
            store::To::People(store::find(ctx.db.conn(), identity.id, &draft).await?.id)
        }
        (Scope::Lists, Some(draft)) => {
            let row = store::find(ctx.db.conn(), identity.id, &draft).await?;
            to_of(&ctx, ctx.db.conn(), &identity, &row).await?
        }
    };
    audience_of(&ctx, &identity, &to, &[]).await
}

/// One page of those whom the identity knows, each with whether the draft names them. With the filter [`CHOSEN`] only those.
pub async fn load_people(
    ctx: Ctx,
    granted: Granted<cap::SendMessages>,
    identity: Uid,
    draft: Uid,
    request: PageRequest,
) -> AppResult<Page<Person>> {
    let identity = identities::find(&ctx, &granted, &identity).await?;
    let row = store::find(ctx.db.conn(), identity.id, &draft).await?;
    let named = Among {
        members: format!(
            "SELECT recipient_id FROM message_person WHERE message_id = {}",
            row.id
        ),
        condition: format!(
            "EXISTS (SELECT 1 FROM message_person q WHERE q.message_id = {} AND q.recipient_id = r.id)",
            row.id
        ),
        by_name: None,
        size: None,
    };
    let among = (request.filter == CHOSEN).then_some(&named);
    let request = PageRequest {
        filter: String::new(),
        ..request
    };
    let known = u64::try_from(identity.recipient_count).unwrap_or_default();
    let page = page_of(&ctx.db, identity.id, among, known, &request).await?;
    let chosen = chosen_among(&ctx, &identity, &row, &page.items).await?;
    Ok(Page {
        items: page
            .items
            .into_iter()
            .map(|recipient| Person {
                chosen: chosen.contains(&recipient.threema_id),
                recipient,
            })
            .collect(),
        total: page.total,
        page: page.page,
        size: page.size,
    })
}

async fn chosen_among(
    ctx: &Ctx,
    identity: &Identity,
    row: &entity::Model,
    shown: &[Recipient],
) -> AppResult<HashSet<ThreemaId>> {
    let ids: Vec<ThreemaId> = shown.iter().map(|r| r.threema_id).collect();
    let sql = format!(
        "SELECT r.threema_id FROM {} AS j CROSS JOIN recipient r JOIN message_person q ON q.recipient_id = r.id
         WHERE r.identity_id = $1 AND r.threema_id = j.value AND q.message_id = {}",
        json_texts(ctx.db.is_sqlite(), "$2"),
        row.id
    );
    let statement = ctx.db.stmt(&sql, [identity.id.into(), texts_json(&ids).into()]);
    let rows = ctx.db.conn().query_all_raw(statement).await?;
    let mut out = HashSet::new();
    for row in rows {
        let id: String = row.try_get("", "threema_id")?;
        out.extend(id.parse::<ThreemaId>().ok());
    }
    Ok(out)
}

/// Names people in a draft, or no longer; answers how many it names. Whoever was asked to approve it was asked for other
/// people.
///
/// # Errors
/// [`ErrorCode::WrongState`] when it cannot be written on (any more).
pub async fn change_people(
    ctx: Ctx,
    granted: Granted<cap::SendMessages>,
    identity: Uid,
    draft: Uid,
    change: PeopleChange,
) -> AppResult<u64> {
    let identity = identities::find(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let row = store::lock(&tx, identity.id, &draft).await?;
    if !is_open(&row) || row.retry_of.is_some() {
        return Err(ErrorCode::WrongState.into());
    }
    let asked = row.state == MessageState::NeedsApproval.code();
    if asked {
        note_withdrawn(&ctx, &tx, &granted, &identity, &row).await?;
        take_from_approval(&row).update(tx.conn()).await?;
    }
    apply(&tx, &identity, row.id, change).await?;
    store::note_author(&tx, row.id, granted.administrator_id()).await?;
    let sql = "SELECT COUNT(*) AS n FROM message_person WHERE message_id = $1";
    let counted = tx.conn().query_one_raw(tx.stmt(sql, [row.id.into()])).await?;
    let n: i64 = counted.ok_or(ErrorCode::NotFound)?.try_get("", "n")?;
    tx.commit().await?;
    if asked {
        // whoever was about to approve sees it
        announce(&ctx, granted.organisation_id(), &identity, &draft).await;
    }
    Ok(u64::try_from(n).unwrap_or_default())
}

/// Does a change, whatever the state.
pub async fn apply(tx: &Tx, identity: &Identity, message_id: i64, change: PeopleChange) -> AppResult<()> {
    let add = |condition: &str| {
        format!(
            "INSERT INTO message_person (message_id, recipient_id) SELECT {message_id}, r.id {condition} ON CONFLICT DO NOTHING"
        )
    };
    let given = format!(
        "FROM {} AS j CROSS JOIN recipient r WHERE r.identity_id = $1 AND r.threema_id = j.value",
        json_texts(tx.is_sqlite(), "$2")
    );
    let (sql, values): (String, Vec<Value>) = match change {
        PeopleChange::Add(ids) => (
            add(&given),
            vec![identity.id.into(), texts_json(&unify(ids)).into()],
        ),
        PeopleChange::Remove(ids) => (
            format!(
                "DELETE FROM message_person WHERE message_id = {message_id} AND recipient_id IN (SELECT r.id {given})"
            ),
            vec![identity.id.into(), texts_json(&unify(ids)).into()],
        ),
        PeopleChange::AddFound(q) => {
            let mut condition = format!("FROM recipient r WHERE r.identity_id = {}", identity.id);
            let mut values: Vec<Value> = Vec::new();
            for word in like_words(&q) {
                values.push(word.into());
                condition += &format!(" AND r.search_text LIKE ${} ESCAPE '!'", values.len());
            }
            (add(&condition), values)
        }
        PeopleChange::Clear => (
            format!("DELETE FROM message_person WHERE message_id = {message_id}"),
            Vec::new(),
        ),
    };
    tx.exec(&sql, values).await?;
    let sql = "UPDATE message SET people_version = people_version + 1 WHERE id = $1";
    tx.exec(sql, [message_id.into()]).await.map(|_| ())
}
