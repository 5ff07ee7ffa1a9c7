//! Invitations: a link that lets one person in once. Only the SHA-256 of its token is stored.
use super::{
    entity::{ActiveModel, Column, Entity, Model},
    people::{Places, invitation, rights_of},
    steps::{begin, check_given},
};
use crate::features::{
    administrators::model::{AcceptInput, INVITATION_DAYS, InvitationLink, InvitationView, InviteInput},
    audit::server::{ActorKind, Who, record},
    auth::server::{
        AdministratorInput, Granted, OwnWords, Visit, check_new_password, create_administrator,
        email_is_taken, find_caller, first_session, give_rights, lock_administrators, organisation_name,
        rules, stored_rights,
    },
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Problem, Timestamp, Uid,
    permission::{Capability, cap},
    rights::Rights,
    server::{
        Ctx, Tx,
        faults::{internal, is_duplicate},
    },
};
use sea_orm::{ActiveValue::Set, IntoActiveModel, prelude::*};
use serde_json::json;
use sha2::{Digest, Sha256};

/// A new token with its hash and the day on which it ends.
struct Token {
    text: String,
    hash: Vec<u8>,
    expires_at: Timestamp,
}

impl Token {
    fn new(ctx: &Ctx) -> Self {
        let text = hex::encode(ctx.rng.array::<32>());
        Self {
            hash: hash(&text),
            text,
            expires_at: ctx.now().plus(INVITATION_DAYS * Timestamp::DAY),
        }
    }

    fn link(&self, ctx: &Ctx, email: String) -> InvitationLink {
        InvitationLink {
            link: format!("{}/invitation?token={}", ctx.settings.public_url, self.text),
            email,
            expires_at: self.expires_at,
        }
    }
}

fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

/// Invites somebody; the link exists nowhere else.
///
/// # Errors
/// Field `email`: taken. [`ErrorCode::BeyondOwnRights`]
pub async fn invite(
    ctx: Ctx,
    granted: Granted<cap::ManageAdministrators>,
    input: InviteInput,
) -> AppResult<InvitationLink> {
    granted.fresh(ctx.now())?;
    let input = input.validate()?;
    let places = Places::of(&ctx, &granted).await?;
    let taken = || AppError::field("email", Problem::Taken);
    let token = Token::new(&ctx);
    let uid = ctx.rng.uid();
    let (tx, granted) = begin(&ctx, &granted).await?;
    check_given(&granted, &places, &input.rights)?;
    if email_is_taken(&tx, granted.organisation_id(), &input.email).await? {
        return Err(taken());
    }
    let row = ActiveModel {
        uid: Set(uid.to_string()),
        organisation_id: Set(granted.organisation_id()),
        email: Set(input.email.clone()),
        token_hash: Set(token.hash.clone()),
        rights: Set(serde_json::to_string(&input.rights).map_err(|e| internal(&e))?),
        invited_by: Set(granted.administrator_id()),
        created_at: Set(ctx.now().0),
        expires_at: Set(token.expires_at.0),
        ..Default::default()
    };
    row.insert(tx.conn()).await.map_err(|e| match is_duplicate(&e) {
        true => taken(),
        false => e.into(),
    })?;
    let detail = json!({ "email": input.email, "after": places.logged(&input.rights) });
    record(
        &ctx,
        &tx,
        granted.who(),
        "administrator.invite",
        uid.as_str(),
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(token.link(&ctx, input.email))
}

/// Makes a new link; the old one ends.
pub async fn renew(
    ctx: Ctx,
    granted: Granted<cap::ManageAdministrators>,
    person: Uid,
) -> AppResult<InvitationLink> {
    granted.fresh(ctx.now())?;
    let token = Token::new(&ctx);
    let (tx, granted) = begin(&ctx, &granted).await?;
    let row = invitation(tx.conn(), granted.organisation_id(), &person).await?;
    check_given(&granted, &Places::of(&ctx, &granted).await?, &rights_of(&row)?)?;
    let email = row.email.clone();
    let mut row = row.into_active_model();
    row.token_hash = Set(token.hash.clone());
    row.expires_at = Set(token.expires_at.0);
    // whoever hands the link out stands for it
    row.invited_by = Set(granted.administrator_id());
    row.update(tx.conn()).await?;
    let detail = json!({ "email": email });
    record(
        &ctx,
        &tx,
        granted.who(),
        "administrator.invite-again",
        person.as_str(),
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(token.link(&ctx, email))
}

/// Takes an invitation back: its link ends.
pub async fn withdraw(ctx: Ctx, granted: Granted<cap::ManageAdministrators>, person: Uid) -> AppResult<()> {
    granted.fresh(ctx.now())?;
    let (tx, granted) = begin(&ctx, &granted).await?;
    let row = invitation(tx.conn(), granted.organisation_id(), &person).await?;
    check_given(&granted, &Places::of(&ctx, &granted).await?, &rights_of(&row)?)?;
    let detail = json!({ "email": row.email });
    row.delete(tx.conn()).await?;
    record(
        &ctx,
        &tx,
        granted.who(),
        "administrator.invite-withdraw",
        person.as_str(),
        detail,
    )
    .await?;
    tx.commit().await
}

/// Whether somebody with these rights may stand for an invitation with those.
fn stands_for(rights: &Rights, given: &Rights) -> bool {
    rights.allow(cap::ManageAdministrators::PERMISSION.needs()) && rights.covers(given)
}

/// Ends the invitations of an administrator that go beyond what is left of their rights; with none, all of them. A link
/// must not bring back what was taken from whoever made it. Answers their e-mails, for the log.
pub(super) async fn end_invitations_of(
    tx: &Tx,
    administrator_id: i64,
    left: Option<&Rights>,
) -> AppResult<Vec<String>> {
    let rows = Entity::find()
        .filter(Column::InvitedBy.eq(administrator_id))
        .all(tx.conn())
        .await?;
    let mut ended = Vec::new();
    for row in rows {
        let given = stored_rights(tx, row.organisation_id, &rights_of(&row)?).await?;
        if left.is_none_or(|left| !stands_for(left, &given)) {
            ended.push(row.email.clone());
            row.delete(tx.conn()).await?;
        }
    }
    Ok(ended)
}

/// Whether whoever invited may still give these rights; the operator always may.
async fn still_stands(tx: &Tx, invited_by: Option<i64>, given: &Rights) -> AppResult<bool> {
    let Some(id) = invited_by else { return Ok(true) };
    let inviter = find_caller(tx.conn(), id, ActorKind::Administrator, None).await?;
    Ok(inviter.is_some_and(|inviter| stands_for(&inviter.rights, given)))
}

/// The invitation of a link, while it can be accepted. What tells the tokens apart is the time of looking up a hash,
/// which nobody can steer.
async fn of_token<C: ConnectionTrait>(ctx: &Ctx, conn: &C, token: &str) -> AppResult<Model> {
    let row = Entity::find()
        .filter(Column::TokenHash.eq(hash(token)))
        .filter(Column::ExpiresAt.gt(ctx.now().0))
        .one(conn)
        .await?;
    row.ok_or_else(|| ErrorCode::InvitationEnded.into())
}

/// Who invites whom.
pub async fn load_invitation(ctx: Ctx, _visit: Visit, token: String) -> AppResult<InvitationView> {
    let row = of_token(&ctx, ctx.db.conn(), &token).await?;
    Ok(InvitationView {
        organisation: organisation_name(&ctx, row.organisation_id).await?,
        min_length: rules(&ctx, row.organisation_id).await?.password_min_length,
        email: row.email,
    })
}

/// Makes the administrator with the rights of the invitation, and signs in. The link works once.
pub async fn accept(ctx: Ctx, visit: Visit, input: AcceptInput) -> AppResult<()> {
    // before the costly hash, so that a wrong link costs nothing
    let row = of_token(&ctx, ctx.db.conn(), &input.token).await?;
    let own = OwnWords {
        email: &row.email,
        organisation: &organisation_name(&ctx, row.organisation_id).await?,
    };
    let rules = rules(&ctx, row.organisation_id).await?;
    let input = input.validate(rules.password_min_length)?;
    check_new_password(&rules, Some(own), "password", &input.password)?;
    let mut made = AdministratorInput::new(input.name, row.email, &input.password, input.language).await?;
    let places = Places::everywhere(&ctx, row.organisation_id).await?;
    let tx = ctx.db.begin().await?;
    lock_administrators(&tx, row.organisation_id).await?;
    let row = of_token(&ctx, tx.conn(), &input.token).await?;
    if Entity::delete_by_id(row.id).exec(tx.conn()).await?.rows_affected == 0 {
        // somebody was quicker with the same link
        return Err(ErrorCode::InvitationEnded.into());
    }
    let who = Who {
        organisation_id: row.organisation_id,
        kind: ActorKind::Administrator,
        administrator_id: None,
        address: visit.address.clone(),
    };
    let given = rights_of(&row)?;
    let rights = stored_rights(&tx, row.organisation_id, &given).await?;
    if !still_stands(&tx, row.invited_by, &rights).await? {
        return Err(ErrorCode::InvitationEnded.into());
    }
    made.full_access = given.full_access;
    let administrator = create_administrator(&ctx, &tx, &who, made).await?;
    give_rights(&tx, administrator.id, &rights).await?;
    let who = Who {
        administrator_id: Some(administrator.id),
        ..who
    };
    let detail =
        json!({ "name": administrator.name, "email": administrator.email, "after": places.logged(&given) });
    record(
        &ctx,
        &tx,
        &who,
        "administrator.accept",
        &administrator.uid,
        detail,
    )
    .await?;
    tx.commit().await?;
    // a second factor that the rules ask for is set up next: every page leads there
    first_session(&ctx, &visit, &administrator, "invitation")
        .await
        .map(|_| ())
}
