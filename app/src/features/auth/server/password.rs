//! Passwords: Argon2id with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane).
use crate::kernel::{AppResult, server::faults::internal};
use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Each hash takes 19 MiB: never more than two at once.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Verifying against this takes as long as against a real one, so the time does not tell whether somebody exists.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$wqkE1ZBcUXx1vUPXs5BZxLCpIHs3vDtPZ3Y3R3xYQ9s";

async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> AppResult<T> {
    let _permit = AT_ONCE.acquire().await.map_err(|e| internal(&e))?;
    tokio::task::spawn_blocking(work).await.map_err(|e| internal(&e))
}

/// The hash of a new password.
pub async fn hash(password: &str) -> AppResult<String> {
    let password = Zeroizing::new(password.to_owned());
    on_a_thread(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|h| h.to_string())
    })
    .await?
    .map_err(|e| internal(&e))
}

/// Whether the password fits; without a hash it takes as long and says no.
pub async fn verify(password: &str, hash: Option<String>) -> AppResult<bool> {
    let password = Zeroizing::new(password.to_owned());
    on_a_thread(move || {
        let known = hash.is_some();
        let text = hash.unwrap_or_else(|| NOBODY.to_owned());
        let fits = PasswordHash::new(&text)
            .is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok());
        known && fits
    })
    .await
}
