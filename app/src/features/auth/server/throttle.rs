//! Slows down guessing, per account and per address. Nobody can lock an administrator out by guessing in their name:
//! a browser in which they have signed in before counts for itself (see [`super::devices`]), and elsewhere the wait is
//! short. A link for a new password is not slowed down by guesses either.
//!
//! An attempt is counted before the password is looked at, in one statement: a thousand attempts at the same moment are
//! a thousand attempts.
use super::{devices, guard::Visit};
use crate::kernel::{
    AppResult, ErrorCode, Timestamp,
    server::{Ctx, Tx},
};
use sea_orm::ConnectionTrait;
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// After an hour without an attempt everything is forgotten.
const FORGET_AFTER: i64 = Timestamp::HOUR;

/// What is counted.
struct Subject {
    /// SHA-256 of its name, so that the table tells neither addresses nor accounts.
    name: String,
    /// Attempts without any wait.
    free: i64,
    /// The longest wait between two attempts.
    longest: i64,
}

impl Subject {
    fn new(name: &str, free: i64, longest: i64) -> Self {
        Self {
            name: hex::encode(Sha256::digest(name)),
            free,
            longest,
        }
    }

    /// The wait after `failures` attempts, as SQL: 1 s after the free ones, doubled by each further one.
    fn wait(&self) -> String {
        let mut sql = format!("CASE WHEN failures < {} THEN 0", self.free);
        let (mut failures, mut seconds) = (self.free, 1);
        while seconds < self.longest {
            sql.push_str(&format!(
                " WHEN failures = {failures} THEN {}",
                seconds * Timestamp::SECOND
            ));
            failures += 1;
            seconds *= 2;
        }
        sql + &format!(" ELSE {} END", self.longest * Timestamp::SECOND)
    }
}

/// An address, or the network of an IPv6 one: whoever has one address of a /64 has all.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => address.to_owned(),
    }
}

async fn subjects(ctx: &Ctx, email: &str, visit: &Visit) -> AppResult<Vec<Subject>> {
    if let Some(device) = devices::known(ctx, email, visit).await? {
        return Ok(vec![Subject::new(&format!("device:{device}"), 10, 300)]);
    }
    let mut all = vec![Subject::new(&format!("account:{email}"), 5, 30)];
    // many people may sit behind one address
    let by_address = visit.address.as_deref().map(network);
    all.extend(by_address.map(|a| Subject::new(&format!("address:{a}"), 20, 300)));
    Ok(all)
}

/// Counts an attempt; refuses when there were too many lately. A refused one does not count.
pub async fn check(ctx: &Ctx, email: &str, visit: &Visit) -> AppResult<()> {
    let subjects = subjects(ctx, email, visit).await?;
    count(ctx, &subjects).await
}

/// The same for asking for a link by mail: three an hour for an account, twenty for an address. The caller answers the
/// same whether it is refused or not.
pub async fn check_reset(ctx: &Ctx, email: &str, visit: &Visit) -> AppResult<()> {
    let mut subjects = vec![Subject::new(&format!("reset:{email}"), 3, 3600)];
    let by_address = visit.address.as_deref().map(network);
    subjects.extend(by_address.map(|a| Subject::new(&format!("reset-address:{a}"), 20, 3600)));
    count(ctx, &subjects).await
}

async fn count(ctx: &Ctx, subjects: &[Subject]) -> AppResult<()> {
    let tx = ctx.db.begin().await?;
    for subject in subjects {
        if !count_one(ctx, &tx, subject).await? {
            let seconds = left(ctx, &tx, subject).await?;
            // the transaction is dropped: nothing counts
            return Err(ErrorCode::TooManyTries { seconds }.into());
        }
    }
    tx.commit().await
}

async fn count_one(ctx: &Ctx, tx: &Tx, subject: &Subject) -> AppResult<bool> {
    let now = ctx.now().0;
    let sql = format!(
        "INSERT INTO sign_in_throttle (subject, failures, last_failure_at) VALUES ($1, 1, $2)
         ON CONFLICT (subject) DO UPDATE SET
             failures = CASE WHEN sign_in_throttle.last_failure_at < $3 THEN 1 ELSE sign_in_throttle.failures + 1 END,
             last_failure_at = $2
         WHERE sign_in_throttle.last_failure_at + {} <= $2",
        subject.wait().replace("failures", "sign_in_throttle.failures")
    );
    let counted = tx
        .exec(
            &sql,
            [
                subject.name.as_str().into(),
                now.into(),
                (now - FORGET_AFTER).into(),
            ],
        )
        .await?;
    Ok(counted > 0)
}

/// Seconds until the next attempt is looked at.
async fn left(ctx: &Ctx, tx: &Tx, subject: &Subject) -> AppResult<u64> {
    let sql = format!(
        "SELECT last_failure_at + {} AS free_at FROM sign_in_throttle WHERE subject = $1",
        subject.wait()
    );
    let row = tx
        .conn()
        .query_one_raw(tx.stmt(&sql, [subject.name.as_str().into()]))
        .await?;
    let free_at: i64 = row
        .map(|r| r.try_get("", "free_at"))
        .transpose()?
        .unwrap_or_default();
    let left = (free_at - ctx.now().0).max(0);
    Ok(u64::try_from(left).unwrap_or_default().div_ceil(1_000).max(1))
}

/// Forgets the attempts of who has proved to be the one: those of the account, or of the known browser. Those of an
/// address stay, or somebody with an account of their own could go on guessing others' from there.
pub async fn passed(ctx: &Ctx, email: &str, visit: &Visit) -> AppResult<()> {
    let subjects = subjects(ctx, email, visit).await?;
    let tx = ctx.db.begin().await?;
    for subject in subjects.iter().take(1) {
        forget(&tx, &subject.name).await?;
    }
    tx.commit().await
}

/// Forgets the attempts in an account's name, whoever made them; in the caller's transaction.
pub async fn forget_account(tx: &Tx, email: &str) -> AppResult<()> {
    forget(tx, &Subject::new(&format!("account:{email}"), 0, 0).name).await
}

async fn forget(tx: &Tx, name: &str) -> AppResult<()> {
    let sql = "DELETE FROM sign_in_throttle WHERE subject = $1";
    tx.exec(sql, [name.into()]).await.map(|_| ())
}

/// Removes what is forgotten anyway; answers how many.
pub async fn remove_old_attempts(ctx: &Ctx) -> AppResult<u64> {
    let tx = ctx.db.begin().await?;
    let sql = "DELETE FROM sign_in_throttle WHERE last_failure_at < $1";
    let removed = tx.exec(sql, [(ctx.now().0 - FORGET_AFTER).into()]).await?;
    tx.commit().await?;
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn an_ipv6_network_is_one_subject() {
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}
