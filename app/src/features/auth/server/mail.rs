//! Mail with links for a new password. A request is a job first; a worker makes the link and sends it, so that no link
//! lies in the database.
use super::reset::link_for_mail;
use crate::features::auth::text;
use crate::kernel::{
    AppError, AppResult, Lang, Timestamp,
    server::{
        Ctx, MailSettings,
        faults::internal,
        jobs::{self, Job},
    },
};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use std::time::Duration;

/// Jobs in one round.
const AT_ONCE: u32 = 10;
/// After this many tries whoever asked has to ask again.
const TRIES: i64 = 4;
/// How long one mail may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Does the mail jobs that are due; answers how many there were.
pub async fn run_mail_jobs(ctx: &Ctx, holder: &str) -> AppResult<usize> {
    let jobs = jobs::lease(ctx, holder, jobs::RESET_MAIL, AT_ONCE).await?;
    let count = jobs.len();
    for job in jobs {
        let sent = reset_mail(ctx, &job).await;
        let tx = ctx.db.begin().await?;
        match sent {
            Ok(()) => jobs::done(&tx, job.id).await?,
            Err(error) if job.attempts < TRIES => {
                tracing::warn!(%error, "a mail is tried again");
                let pause = Timestamp::MINUTE << job.attempts.clamp(0, 8);
                jobs::later(&tx, job.id, ctx.now().plus(pause).0).await?;
            }
            Err(error) => {
                tracing::error!(%error, "a mail was not sent");
                jobs::done(&tx, job.id).await?;
            }
        }
        tx.commit().await?;
    }
    Ok(count)
}

async fn reset_mail(ctx: &Ctx, job: &Job) -> AppResult<()> {
    let Some(settings) = &ctx.settings.mail else {
        return Ok(());
    };
    let email = String::from_utf8_lossy(&job.payload);
    let Some((row, link)) = link_for_mail(ctx, &email).await? else {
        return Ok(());
    };
    let lang: Lang = row.language.parse().unwrap_or_default();
    let to = Mailbox::new(
        Some(row.name.clone()),
        row.email.parse::<Address>().map_err(|e| internal(&e))?,
    );
    let subject = text::reset_mail_subject(lang);
    let body = text::reset_mail_body(lang, &row.name, &link.url, &ctx.settings.public_url);
    send(settings, to, subject, body).await
}

async fn send(settings: &MailSettings, to: Mailbox, subject: &str, body: String) -> AppResult<()> {
    let fault = |e: &dyn std::fmt::Display| -> AppError { internal(e) };
    let message = Message::builder()
        .from(settings.from.parse::<Mailbox>().map_err(|e| fault(&e))?)
        .to(to)
        .subject(subject)
        .header(ContentType::TEXT_PLAIN)
        .body(body)
        .map_err(|e| fault(&e))?;
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&settings.url)
        .map_err(|e| fault(&e))?
        .timeout(Some(PATIENCE))
        .build();
    transport.send(message).await.map_err(|e| fault(&e))?;
    Ok(())
}
