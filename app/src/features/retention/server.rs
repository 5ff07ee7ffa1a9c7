//! The door of `retention`: one call that erases everything that is due.
use crate::features::{audit::server as audit, auth::server as auth, messages::server as messages};
use crate::kernel::{AppResult, server::Ctx};

/// Erases what is due: message texts, sessions that have ended, network addresses. Called every few minutes and at the start, before
/// anything is shown.
pub async fn run(ctx: &Ctx) -> AppResult<()> {
    let texts = messages::erase_texts(ctx).await?;
    let sessions = auth::remove_ended_sessions(ctx).await?;
    let addresses = audit::erase_addresses(ctx).await?;
    if texts + sessions + addresses > 0 {
        tracing::info!(texts, sessions, addresses, "retention has erased what was due");
    }
    Ok(())
}
