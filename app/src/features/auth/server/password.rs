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

/// Every computation of a hash, so that tests can count instead of taking the time.
#[cfg(feature = "testing")]
static COMPUTED: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

/// How many hashes this process has computed.
#[cfg(feature = "testing")]
pub fn hashes_computed() -> u64 {
    COMPUTED.load(std::sync::atomic::Ordering::SeqCst)
}

async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> AppResult<T> {
    let _permit = AT_ONCE.acquire().await.map_err(|e| internal(&e))?;
    #[cfg(feature = "testing")]
    COMPUTED.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_is_what_owasp_recommends_and_nobodys_costs_the_same() {
        let parameters = "$argon2id$v=19$m=19456,t=2,p=1$";
        let made = hash("a sentence of my own").await.unwrap();
        assert!(made.starts_with(parameters), "{made}");
        assert!(verify("a sentence of my own", Some(made.clone())).await.unwrap());
        assert!(!verify("a sentence of yours", Some(made.clone())).await.unwrap());
        // the same work: same parameters, same lengths of salt and hash
        assert!(NOBODY.starts_with(parameters));
        assert_eq!(NOBODY.len(), made.len());
        assert!(
            PasswordHash::new(NOBODY).is_ok(),
            "a hash that does not parse costs nothing"
        );
        assert!(!verify("a sentence of my own", None).await.unwrap());
    }
}
