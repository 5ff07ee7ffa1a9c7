//! Organisations, their data keys, and their administrators.
use super::{
    entity::{administrator, organisation},
    password,
    rules::insert_default_rules,
};
use crate::features::audit::server::{Who, record, start_chain};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Lang, Problem,
    server::{
        Ctx, Tx,
        faults::is_duplicate,
        master_key::wrapping_master,
        secret::{Key, KeyRing},
    },
};
use sea_orm::{ActiveValue::Set, prelude::*};

/// The organisation of that name.
pub async fn organisation_by_name(ctx: &Ctx, name: &str) -> AppResult<Option<organisation::Model>> {
    Ok(organisation::Entity::find()
        .filter(organisation::Column::Name.eq(name))
        .one(ctx.db.conn())
        .await?)
}

/// The name of an organisation.
pub async fn organisation_name(ctx: &Ctx, organisation_id: i64) -> AppResult<String> {
    let row = organisation::Entity::find_by_id(organisation_id)
        .one(ctx.db.conn())
        .await?;
    Ok(row.ok_or(ErrorCode::NotFound)?.name)
}

/// The organisation of that name, made with a new data key and an empty log if it is new.
pub async fn find_or_create_organisation(ctx: &Ctx, tx: &Tx, name: &str) -> AppResult<organisation::Model> {
    let found = organisation::Entity::find()
        .filter(organisation::Column::Name.eq(name))
        .one(tx.conn())
        .await?;
    if let Some(found) = found {
        return Ok(found);
    }
    let uid = ctx.rng.uid();
    let key = Key::generate(&*ctx.rng);
    let master = wrapping_master(ctx, tx).await?;
    let sealed = master.wrap(&*ctx.rng, &KeyRing::data_key_place(uid.as_str()), &key);
    let row = organisation::ActiveModel {
        uid: Set(uid.to_string()),
        name: Set(name.to_owned()),
        data_key_sealed: Set(sealed),
        created_at: Set(ctx.now().0),
        ..Default::default()
    };
    let made = row.insert(tx.conn()).await?;
    insert_default_rules(tx, made.id).await?;
    start_chain(ctx, tx, made.id).await?;
    Ok(made)
}

/// A new administrator; the input is validated already.
#[derive(Debug)]
pub struct AdministratorInput {
    /// Name
    pub name: String,
    /// E-mail, lower case
    pub email: String,
    /// Argon2id hash, see [`hash_password`]
    pub password_hash: String,
    /// Language of the interface
    pub language: Lang,
    /// May do everything, everywhere
    pub full_access: bool,
}

impl AdministratorInput {
    /// With full access. Hashes the password; done before the transaction, since it takes long.
    pub async fn new(name: String, email: String, password: &str, language: Lang) -> AppResult<Self> {
        Ok(Self {
            name,
            email,
            password_hash: password::hash(password).await?,
            language,
            full_access: true,
        })
    }
}

/// Makes an administrator. Single rights are given afterwards.
pub async fn create_administrator(
    ctx: &Ctx,
    tx: &Tx,
    who: &Who,
    input: AdministratorInput,
) -> AppResult<administrator::Model> {
    let row = administrator::ActiveModel {
        uid: Set(ctx.rng.uid().to_string()),
        organisation_id: Set(who.organisation_id),
        email: Set(input.email),
        name: Set(input.name),
        password_hash: Set(input.password_hash),
        language: Set(input.language.code().to_owned()),
        full_access: Set(input.full_access),
        created_at: Set(ctx.now().0),
        disabled_at: Set(None),
        last_sign_in_at: Set(None),
        removed_at: Set(None),
        password_changed_at: Set(Some(ctx.now().0)),
        ..Default::default()
    };
    let made = row.insert(tx.conn()).await.map_err(|e| match is_duplicate(&e) {
        true => AppError::field("email", Problem::Taken),
        false => e.into(),
    })?;
    // the one-time set-up link is for the first administrator: from now on nobody comes in by it
    let close = "UPDATE installation SET setup_token_hash = NULL WHERE setup_token_hash IS NOT NULL";
    tx.exec(close, []).await?;
    record(
        ctx,
        tx,
        who,
        "administrator.create",
        &made.uid,
        serde_json::json!({ "name": made.name, "email": made.email, "fullAccess": made.full_access }),
    )
    .await?;
    Ok(made)
}

/// The name of an administrator, while there is one.
pub async fn administrator_name(ctx: &Ctx, administrator_id: i64) -> AppResult<Option<String>> {
    let row = administrator::Entity::find_by_id(administrator_id)
        .one(ctx.db.conn())
        .await?;
    Ok(row.map(|a| a.name))
}

/// The administrator with that e-mail, unless disabled.
pub async fn administrator_by_email(ctx: &Ctx, email: &str) -> AppResult<Option<administrator::Model>> {
    Ok(administrator::Entity::find()
        .filter(administrator::Column::Email.eq(email.trim().to_lowercase()))
        .filter(administrator::Column::DisabledAt.is_null())
        .one(ctx.db.conn())
        .await?)
}
