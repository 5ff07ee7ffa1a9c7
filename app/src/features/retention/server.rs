//! The door of `retention`: one call that erases everything that is due.
use crate::features::{audit::server as audit, auth::server as auth, messages::server as messages};
use crate::kernel::{AppResult, server::Ctx};

/// Erases what is due: message texts, sessions that have ended, traces of sign-ins, network addresses. Called every few minutes and at
/// the start, before anything is shown.
pub async fn run(ctx: &Ctx) -> AppResult<()> {
    messages::shorten_text_periods(ctx).await?;
    let texts = messages::erase_texts(ctx).await?;
    let sessions = auth::remove_ended_sessions(ctx).await?;
    let traces = auth::remove_old_attempts(ctx).await?
        + auth::remove_ended_links(ctx).await?
        + auth::forget_old_devices(ctx).await?;
    let addresses = audit::erase_addresses(ctx, &auth::shorter_address_periods(ctx).await?).await?;
    if texts + sessions + traces + addresses > 0 {
        tracing::info!(
            texts,
            sessions,
            traces,
            addresses,
            "retention has erased what was due"
        );
    }
    Ok(())
}
