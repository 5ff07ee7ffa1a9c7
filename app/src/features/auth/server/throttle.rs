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

/// What is guessed. Each counts for itself: a right password must not wipe the count of codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A password.
    Password,
    /// The code of a second factor.
    Code,
}

impl Kind {
    const ALL: [Self; 2] = [Self::Password, Self::Code];

    /// Stands before the colon in a subject's name. What somebody types stands behind it, so that no e-mail that is typed
    /// makes it another subject.
    const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Code => "code",
        }
    }
}

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

fn account(kind: Kind, email: &str) -> Subject {
    Subject::new(&format!("{}-account:{email}", kind.name()), 5, 30)
}

/// What an attempt counts for: first the account or the known browser, then where it comes from.
async fn subjects(ctx: &Ctx, kind: Kind, email: &str, visit: &Visit) -> AppResult<Vec<Subject>> {
    if let Some(device) = devices::known(ctx, email, visit).await? {
        let name = format!("{}-device:{device}", kind.name());
        return Ok(vec![Subject::new(&name, 10, 300)]);
    }
    let mut all = vec![account(kind, email)];
    // many people may sit behind one address
    let by_address = visit.address.as_deref().map(network);
    all.extend(by_address.map(|a| Subject::new(&format!("address:{a}"), 20, 300)));
    Ok(all)
}

/// Counts an attempt; refuses when there were too many lately. A refused one does not count.
pub async fn check(ctx: &Ctx, kind: Kind, email: &str, visit: &Visit) -> AppResult<()> {
    let subjects = subjects(ctx, kind, email, visit).await?;
    let tx = ctx.db.begin().await?;
    for subject in &subjects {
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

/// The attempt was right: it does not count against where it came from. Only itself is given back, or somebody with an
/// account of their own could go on guessing others' from there.
pub async fn was_right(ctx: &Ctx, kind: Kind, email: &str, visit: &Visit) -> AppResult<()> {
    let subjects = subjects(ctx, kind, email, visit).await?;
    let tx = ctx.db.begin().await?;
    give_back(&tx, &subjects).await?;
    tx.commit().await
}

/// Forgets the attempts of who has proved to be the one: those of the account, or of the known browser.
pub async fn forgive(ctx: &Ctx, kind: Kind, email: &str, visit: &Visit) -> AppResult<()> {
    let subjects = subjects(ctx, kind, email, visit).await?;
    let tx = ctx.db.begin().await?;
    forgive_first(&tx, &subjects).await?;
    tx.commit().await
}

/// Both: the attempt was right, and nothing else is asked for.
pub async fn passed(ctx: &Ctx, kind: Kind, email: &str, visit: &Visit) -> AppResult<()> {
    let subjects = subjects(ctx, kind, email, visit).await?;
    let tx = ctx.db.begin().await?;
    forgive_first(&tx, &subjects).await?;
    give_back(&tx, &subjects).await?;
    tx.commit().await
}

async fn forgive_first(tx: &Tx, subjects: &[Subject]) -> AppResult<()> {
    match subjects.first() {
        Some(subject) => forget(tx, &subject.name).await,
        None => Ok(()),
    }
}

async fn give_back(tx: &Tx, subjects: &[Subject]) -> AppResult<()> {
    let sql = "UPDATE sign_in_throttle SET failures = failures - 1 WHERE subject = $1 AND failures > 0";
    for subject in subjects.iter().skip(1) {
        tx.exec(sql, [subject.name.as_str().into()]).await?;
    }
    Ok(())
}

/// Forgets the attempts in an account's name, whoever made them; in the caller's transaction.
pub async fn forget_account(tx: &Tx, email: &str) -> AppResult<()> {
    for kind in Kind::ALL {
        forget(tx, &account(kind, email).name).await?;
    }
    Ok(())
}

async fn forget(tx: &Tx, name: &str) -> AppResult<()> {
    let sql = "DELETE FROM sign_in_throttle WHERE subject = $1";
    tx.exec(sql, [name.into()]).await.map(|_| ())
}

/// At most so many in a time that begins with the first; nobody is told to wait.
struct Window {
    name: String,
    most: i64,
    /// At most [`FORGET_AFTER`].
    length: i64,
}

impl Window {
    fn new(name: &str, most: i64, length: i64) -> Self {
        Self {
            name: hex::encode(Sha256::digest(name)),
            most,
            length,
        }
    }

    fn of_address(what: &str, visit: &Visit, most: i64, length: i64) -> Option<Self> {
        let network = network(visit.address.as_deref()?);
        Some(Self::new(&format!("{what}-address:{network}"), most, length))
    }
}

/// Whether somebody may ask for a link by mail: three an hour for an account, twenty for an address.
pub async fn may_ask_for_link(ctx: &Ctx, email: &str, visit: &Visit) -> AppResult<bool> {
    let account = Window::new(&format!("reset:{email}"), 3, Timestamp::HOUR);
    let address = Window::of_address("reset", visit, 20, Timestamp::HOUR);
    within(ctx, std::iter::once(account).chain(address)).await
}

/// Whether another sign-in by passkey may begin at this address: each keeps a row for five minutes.
pub async fn may_start_passkey(ctx: &Ctx, visit: &Visit) -> AppResult<bool> {
    within(
        ctx,
        Window::of_address("passkey", visit, 60, 10 * Timestamp::MINUTE),
    )
    .await
}

/// Counts; false, without counting, when one of the windows is full.
async fn within(ctx: &Ctx, windows: impl IntoIterator<Item = Window>) -> AppResult<bool> {
    // of a window `last_failure_at` is its beginning
    let sql = "INSERT INTO sign_in_throttle (subject, failures, last_failure_at) VALUES ($1, 1, $2)
         ON CONFLICT (subject) DO UPDATE SET
             failures = CASE WHEN sign_in_throttle.last_failure_at <= $3 THEN 1 ELSE sign_in_throttle.failures + 1 END,
             last_failure_at = CASE WHEN sign_in_throttle.last_failure_at <= $3 THEN $2
                                    ELSE sign_in_throttle.last_failure_at END
         WHERE sign_in_throttle.last_failure_at <= $3 OR sign_in_throttle.failures < $4";
    let now = ctx.now().0;
    let tx = ctx.db.begin().await?;
    for window in windows {
        let values = [
            window.name.as_str().into(),
            now.into(),
            (now - window.length).into(),
            window.most.into(),
        ];
        if tx.exec(sql, values).await? == 0 {
            // the transaction is dropped: nothing counts
            return Ok(false);
        }
    }
    tx.commit().await?;
    Ok(true)
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
