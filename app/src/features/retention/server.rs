//! The door of `retention`: one call that erases everything that is due.
use crate::features::{
    answers::server as answers, audit::server as audit, auth::server as auth, bots::server as bots,
    conversations::server as conversations, feeds::server as feeds, groups::server as groups,
    messages::server as messages,
};
use crate::kernel::{AppResult, server::Ctx};

/// Erases what is due: message texts, sessions that have ended, traces of sign-ins, network addresses. Called every few minutes and at
/// the start, before anything is shown. The error is the first one.
pub async fn run(ctx: &Ctx) -> AppResult<()> {
    // one step that fails keeps none of the others from its work
    let shortened = messages::shorten_text_periods(ctx).await;
    let texts = messages::erase_texts(ctx).await;
    let shortened_replies = conversations::shorten_conversation_periods(ctx).await;
    let replies = conversations::erase_conversations(ctx).await;
    let shortened_groups = groups::shorten_group_periods(ctx).await;
    let group_texts = groups::erase_group_texts(ctx).await;
    let group_answers = groups::forget_group_answers(ctx).await;
    let sessions = auth::remove_ended_sessions(ctx).await;
    let attempts = auth::remove_old_attempts(ctx).await;
    let links = auth::remove_ended_links(ctx).await;
    let factors = auth::remove_unfinished_factors(ctx).await;
    let devices = auth::forget_old_devices(ctx).await;
    let answers = answers::forget_old_counts(ctx).await;
    let languages = feeds::forget_languages(ctx).await;
    let addresses = erase_addresses(ctx).await;
    let places = bots::forget_places(ctx).await;
    let counts = bots::forget_counts(ctx).await;
    shortened?;
    shortened_replies?;
    shortened_groups?;
    let (texts, sessions, addresses) = (texts? + replies? + group_texts?, sessions?, addresses?);
    let traces =
        attempts? + links? + factors? + devices? + answers? + languages? + places? + counts? + group_answers?;
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

async fn erase_addresses(ctx: &Ctx) -> AppResult<u64> {
    let shorter = auth::shorter_address_periods(ctx).await?;
    audit::erase_addresses(ctx, &shorter).await
}
