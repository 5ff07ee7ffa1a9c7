//! The chat of a group as a text, streamed: nothing holds it all at once.
use super::{
    reading,
    store::{self, Group},
};
use crate::features::{
    audit::server::record,
    auth::server::{Granted, Lasting},
    groups::{
        model::{ChatEntry, EntryKind, Sender, words::show_mentions},
        text,
    },
    identities::server::{Identity, find as find_identity},
};
use crate::kernel::{
    AppResult, ErrorCode, Lang, Uid,
    permission::cap,
    server::{Ctx, download::download},
};
use axum::{
    body::Bytes,
    extract::{Path, State},
    response::Response,
};
use futures::stream;

/// Whether the chat may be exported now.
///
/// # Errors
/// [`ErrorCode::ConfirmSignIn`]
pub async fn prepare_export(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
) -> AppResult<()> {
    exportable(&ctx, &granted, &identity, &group).await.map(|_| ())
}

async fn exportable(
    ctx: &Ctx,
    granted: &Granted<cap::Groups>,
    identity: &Uid,
    group: &Uid,
) -> AppResult<(Identity, Group)> {
    let identity = find_identity(ctx, granted, identity).await?;
    let group = store::find(ctx.db.conn(), identity.id, group).await?;
    granted.fresh(ctx.now())?;
    Ok((identity, group))
}

/// `GET /export/{identity}/groups/{group}.txt`
pub async fn export_chat(
    lasting: Lasting<cap::Groups>,
    State(ctx): State<Ctx>,
    Path((identity, file)): Path<(Uid, String)>,
) -> AppResult<Response> {
    let uid: Uid = file
        .strip_suffix(".txt")
        .and_then(|u| u.parse().ok())
        .ok_or(ErrorCode::NotFound)?;
    let granted = lasting.granted();
    let (identity, group) = exportable(&ctx, granted, &identity, &uid).await?;
    let tx = ctx.db.begin().await?;
    let detail = serde_json::json!({ "group": group.name });
    record(&ctx, &tx, granted.who(), "group.export", &group.uid, detail).await?;
    tx.commit().await?;
    let own = identity.nickname.clone();
    let lines = stream::unfold(Some(0), move |after: Option<i64>| {
        let (ctx, lasting) = (ctx.clone(), lasting.clone());
        let (identity, group, own) = (identity.clone(), group.clone(), own.clone());
        async move {
            let after = after?;
            let read = async {
                // the right may be taken away meanwhile, and the session may end
                lasting.renewed(&ctx).await?.enter(identity.id)?;
                reading::part(&ctx, (&identity, &group), after).await
            };
            match read.await {
                Ok(entries) => {
                    let next = entries.last().map(|e| e.number)?;
                    let text: String = entries.iter().map(|e| line(e, &own)).collect();
                    Some((Ok(Bytes::from(text)), Some(next)))
                }
                // a broken stream ends the download with an error: no half file looks whole
                Err(error) => Some((Err(std::io::Error::other(error.to_string())), None)),
            }
        }
    });
    let name = format!("group-{uid}.txt");
    Ok(download(&name, "text/plain; charset=utf-8", lines))
}

fn line(entry: &ChatEntry, own: &str) -> String {
    let who = match &entry.sender {
        Sender::Us { name, .. } if name.is_empty() => own.to_owned(),
        Sender::Us { name, .. } => format!("{name} ({own})"),
        Sender::Member { id, name } if name == id.as_str() => name.clone(),
        Sender::Member { id, name } => format!("{name} ({id})"),
    };
    let words = match (&entry.text, entry.kind) {
        (Some(words), _) => {
            show_mentions(&words.text, text::everybody(Lang::En), |_| None).replace('\n', "\n    ")
        }
        (None, EntryKind::Text) => text::taken_back(Lang::En).to_owned(),
        (None, kind) => format!("[{}]", kind.code()),
    };
    format!("{}  {who}: {words}\n", entry.at.rfc3339())
}
