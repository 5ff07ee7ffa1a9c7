//! The guard: nothing happens without a [`Granted`], and only this file makes one.
use super::rights::{RIGHTS, rights_in};
use crate::features::audit::server::{ActorKind, Who};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Lang, Timestamp,
    permission::{Capability, Needs, Permission, Right},
    rights::{RightSet, Rights},
    server::Ctx,
};
use axum::{extract::FromRequestParts, http::request::Parts};
use futures::future::BoxFuture;
use leptos::{
    prelude::{expect_context, use_context},
    reactive::owner::with_context,
};
use leptos_axum::ResponseOptions;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use std::{future::Future, marker::PhantomData};
use tower_sessions::Session;

/// Who is calling: found by the session layer or by the API-key layer, kept in the request's extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// For the audit log; carries the organisation.
    pub who: Who,
    /// What they may, where; identities by their numbers.
    pub rights: Rights,
    /// Language of the interface.
    pub language: Lang,
    /// When this session's administrator last proved who they are; none without a session.
    pub confirmed_at: Option<Timestamp>,
}

impl Caller {
    /// Whether they have the permission somewhere: in the organisation, or in any identity.
    fn may(&self, permission: Permission) -> bool {
        self.rights.allow(permission.needs())
    }

    /// The same caller with the rights of this moment, never more than before; none when the administrator is gone.
    pub async fn renewed<D: ConnectionTrait>(&self, conn: &D) -> AppResult<Option<Self>> {
        let Some(id) = self.who.administrator_id else {
            return Ok(Some(self.clone()));
        };
        let found = find_caller(conn, id, self.who.kind, self.who.address.clone()).await?;
        Ok(found.map(|now| Self {
            rights: self.rights.and(&now.rights),
            ..self.clone()
        }))
    }

    /// Whether they may see an identity at all.
    pub fn sees(&self, identity_id: i64) -> bool {
        self.rights.sees(&identity_id)
    }
}

/// The proof that the caller has permission `C` somewhere. Every query takes its organisation from here, and every
/// identity is found by [`Granted::enter`], which asks for the permission in that identity.
#[derive(Clone, Debug)]
pub struct Granted<C> {
    caller: Caller,
    capability: PhantomData<C>,
}

impl<C: Capability> Granted<C> {
    /// The proof, if the caller may. Only the guard and tests call this.
    pub(super) fn check(caller: Caller) -> AppResult<Self> {
        if !caller.may(C::PERMISSION) {
            return Err(ErrorCode::Forbidden.into());
        }
        Ok(Self {
            caller,
            capability: PhantomData,
        })
    }

    /// The organisation in which everything happens.
    pub const fn organisation_id(&self) -> i64 {
        self.caller.who.organisation_id
    }

    /// The administrator; none for the operator.
    pub const fn administrator_id(&self) -> Option<i64> {
        self.caller.who.administrator_id
    }

    /// Asks for the permission in one identity. The door of `identities` calls this for every identity that it hands
    /// out.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when the identity may not even be seen, [`ErrorCode::Forbidden`] when it may.
    pub fn enter(&self, identity_id: i64) -> AppResult<()> {
        if !self.caller.sees(identity_id) {
            return Err(ErrorCode::NotFound.into());
        }
        match self
            .caller
            .rights
            .allow_within(C::PERMISSION.needs(), &identity_id)
        {
            true => Ok(()),
            false => Err(ErrorCode::Forbidden.into()),
        }
    }

    /// Asks for one right more in an identity that was entered: of a permission with two rights, the one that the thing
    /// at hand takes.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`]
    pub fn demand(&self, identity_id: i64, right: Right) -> AppResult<()> {
        match self.caller.rights.allow_within(Needs::Right(right), &identity_id) {
            true => Ok(()),
            false => Err(ErrorCode::Forbidden.into()),
        }
    }

    /// The proof of another permission of the same caller, if they have it.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`]
    pub fn also<D: Capability>(self) -> AppResult<Granted<D>> {
        Granted::check(self.caller)
    }

    /// What the caller may, to show or to hide: the check itself is [`Granted::enter`].
    pub const fn rights(&self) -> &Rights {
        &self.caller.rights
    }

    /// The caller's rights in one identity, to show or to hide.
    pub fn within(&self, identity_id: i64) -> RightSet {
        self.caller.rights.within(&identity_id)
    }

    /// The same proof with the rights of this moment, inside of a transaction, after a lock that others may have held.
    ///
    /// # Errors
    /// [`ErrorCode::SignInRequired`] when the administrator is gone, [`ErrorCode::Forbidden`] without the permission.
    pub async fn renewed_in<D: ConnectionTrait>(&self, conn: &D) -> AppResult<Self> {
        let caller = self.caller.renewed(conn).await?;
        Self::check(caller.ok_or(ErrorCode::SignInRequired)?)
    }

    /// For the audit log.
    pub const fn who(&self) -> &Who {
        &self.caller.who
    }

    /// Who it is.
    pub(super) const fn caller(&self) -> &Caller {
        &self.caller
    }

    /// When this session's administrator last proved who they are.
    pub(super) const fn confirmed_at(&self) -> Option<Timestamp> {
        self.caller.confirmed_at
    }
}

/// The operator's command line may do everything in the organisation it names.
pub fn operator<C: Capability>(organisation_id: i64) -> Granted<C> {
    everything(organisation_id, ActorKind::Operator, None)
}

/// The same in the name of an administrator, who is shown as the one who has done it: for what the operator fills in.
pub fn operator_as<C: Capability>(organisation_id: i64, administrator_id: i64) -> Granted<C> {
    everything(organisation_id, ActorKind::Administrator, Some(administrator_id))
}

fn everything<C: Capability>(
    organisation_id: i64,
    kind: ActorKind,
    administrator_id: Option<i64>,
) -> Granted<C> {
    Granted {
        caller: Caller {
            who: Who {
                organisation_id,
                kind,
                administrator_id,
                address: None,
            },
            rights: Rights::full(),
            language: Lang::En,
            confirmed_at: None,
        },
        capability: PhantomData,
    }
}

/// A visit of somebody who may not be signed in.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The session, signed in or not.
    pub session: Session,
    /// Who is signed in.
    pub caller: Option<Caller>,
    /// The network address.
    pub address: Option<String>,
    /// Language of the browser.
    pub language: Lang,
    /// What the browser says of itself.
    pub user_agent: Option<String>,
    /// The cookie of a browser that has been here before.
    pub device: Option<String>,
}

/// Finds the caller of an administrator's session; none when the administrator is gone or disabled.
pub async fn load_caller(
    ctx: &Ctx,
    administrator_id: i64,
    kind: ActorKind,
    address: Option<String>,
) -> AppResult<Option<Caller>> {
    find_caller(ctx.db.conn(), administrator_id, kind, address).await
}

/// The same, also inside of a transaction.
pub async fn find_caller<D: ConnectionTrait>(
    conn: &D,
    administrator_id: i64,
    kind: ActorKind,
    address: Option<String>,
) -> AppResult<Option<Caller>> {
    let sql =
        format!("SELECT {CALLER}, {RIGHTS} FROM administrator a WHERE a.id = $1 AND a.disabled_at IS NULL");
    let values = [administrator_id.into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    let row = CallerRow::find_by_statement(statement).one(conn).await?;
    Ok(row.map(|row| row.caller(kind, address)))
}

/// Of the administrator `a`, together with [`RIGHTS`]: a [`CallerRow`].
pub(super) const CALLER: &str = "a.id, a.organisation_id, a.language, a.full_access";

/// What a caller is made of.
#[derive(FromQueryResult)]
pub(super) struct CallerRow {
    id: i64,
    organisation_id: i64,
    language: String,
    full_access: bool,
    rights: Option<String>,
}

impl CallerRow {
    /// The caller.
    pub(super) fn caller(self, kind: ActorKind, address: Option<String>) -> Caller {
        Caller {
            rights: rights_in(self.full_access, self.rights.as_deref()),
            who: Who {
                organisation_id: self.organisation_id,
                kind,
                administrator_id: Some(self.id),
                address,
            },
            language: self.language.parse().unwrap_or_default(),
            confirmed_at: None,
        }
    }
}

/// What is asked of the request of the server function that runs now. It is not cloned for that: it holds much.
fn of_request<T>(ask: impl FnOnce(&Parts) -> T) -> AppResult<T> {
    with_context(ask).ok_or_else(|| crate::kernel::server::faults::internal(&"no request in the context"))
}

/// Whether a browser sent a form by itself, before the page was hydrated: it is led back to the page, where the error
/// stands, and another status would keep it from going there.
fn is_plain_form() -> bool {
    let accept = |parts: &Parts| {
        let accept = parts.headers.get(axum::http::header::ACCEPT);
        accept
            .and_then(|v| v.to_str().ok())
            .is_some_and(|v| v.contains("text/html"))
    };
    let is_form = |parts: &Parts| parts.method == axum::http::Method::POST && accept(parts);
    with_context(is_form).unwrap_or_default()
}

fn answer<T>(result: AppResult<T>) -> AppResult<T> {
    if let Err(error) = &result
        && !is_plain_form()
        && let Some(response) = use_context::<ResponseOptions>()
        && let Ok(status) = axum::http::StatusCode::from_u16(error.status())
    {
        response.set_status(status);
    }
    result
}

/// The body of every server function that needs permission: checks it and hands out the proof.
pub async fn rpc<C, T, F, Fut>(use_case: F) -> AppResult<T>
where
    C: Capability,
    F: FnOnce(Ctx, Granted<C>) -> Fut,
    Fut: Future<Output = AppResult<T>> + Send,
{
    let ctx = expect_context::<Ctx>();
    let caller = of_request(|parts| parts.extensions.get::<Caller>().cloned());
    let granted = caller
        .and_then(|c| c.ok_or_else(|| ErrorCode::SignInRequired.into()))
        .and_then(Granted::check);
    answer(match granted {
        // in a box, so that what wraps a server function is not compiled around each use case again
        Ok(granted) => boxed(use_case(ctx, granted)).await,
        Err(error) => Err(error),
    })
}

fn boxed<'a, T>(work: impl Future<Output = AppResult<T>> + Send + 'a) -> BoxFuture<'a, AppResult<T>> {
    Box::pin(work)
}

/// The body of the few server functions in [`super::PUBLIC_RPC`].
pub async fn public_rpc<T, F, Fut>(use_case: F) -> AppResult<T>
where
    F: FnOnce(Ctx, Visit) -> Fut,
    Fut: Future<Output = AppResult<T>> + Send,
{
    let ctx = expect_context::<Ctx>();
    answer(match this_visit() {
        Ok(visit) => boxed(use_case(ctx, visit)).await,
        Err(error) => Err(error),
    })
}

/// The visit of the server function that runs now, for use cases that also change the session.
pub fn this_visit() -> AppResult<Visit> {
    of_request(visit).flatten()
}

fn header(parts: &Parts, name: http::HeaderName) -> Option<String> {
    let value = parts.headers.get(name)?.to_str().ok()?;
    Some(value.to_owned())
}

/// The visit that a request belongs to.
pub fn visit(parts: &Parts) -> AppResult<Visit> {
    let session = parts.extensions.get::<Session>().cloned();
    Ok(Visit {
        session: session.ok_or_else(|| crate::kernel::server::faults::internal(&"no session layer"))?,
        caller: parts.extensions.get::<Caller>().cloned(),
        address: parts.extensions.get::<ClientAddress>().map(|a| a.0.clone()),
        language: super::language::browser_language(&parts.headers),
        user_agent: header(parts, http::header::USER_AGENT),
        device: super::devices::of(&parts.headers),
    })
}

/// The caller's network address, found by the outermost layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub String);

/// REST handlers take the proof as an argument.
impl<C: Capability, S: Send + Sync> FromRequestParts<S> for Granted<C> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, AppError> {
        let caller = parts.extensions.get::<Caller>().cloned();
        Self::check(caller.ok_or(ErrorCode::SignInRequired)?)
    }
}

#[cfg(feature = "testing")]
impl Caller {
    /// The proof for a test, checked as in the product.
    pub fn granted<C: Capability>(&self) -> AppResult<Granted<C>> {
        Granted::check(self.clone())
    }
}
