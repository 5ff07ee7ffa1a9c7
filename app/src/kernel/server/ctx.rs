//! What every use case is given besides its proof of permission: database, time, randomness, keys, live events.
use super::{clock::Clock, db::Db, live::LiveBus, rng::Rng, secret::KeyRing};
use crate::kernel::Timestamp;
use std::sync::Arc;
use tokio::sync::Notify;

/// The context of this process; cheap to clone.
#[derive(Clone)]
pub struct Ctx {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// Keys that open what is sealed at rest.
    pub keys: KeyRing,
    /// Live events.
    pub live: LiveBus,
    /// Connections to the gateway, shared.
    pub http: reqwest::Client,
    /// Rung when there may be something to send or a job to do; the workers of this process wait for it.
    pub work: Arc<Notify>,
    /// Rung when callbacks were stored. Only what deals with them waits for it: under load it rings many times a second.
    pub came_in: Arc<Notify>,
    /// What the operator has set.
    pub settings: Arc<Settings>,
}

/// What the operator has set, as far as use cases need it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Base address of the gateway, without slash at the end.
    pub gateway_url: String,
    /// The gateway is the embedded one (or a `fanfare gateway`): identities can be made on it, the phone works.
    pub local_gateway: bool,
    /// Origin for links and callbacks, without slash at the end.
    pub public_url: String,
    /// Cookies carry `__Host-` and `Secure`.
    pub https: bool,
    /// The mail server; without one no mail is sent.
    pub mail: Option<MailSettings>,
    /// Links in the foot of the cockpit.
    pub support_url: Option<String>,
    /// Terms
    pub terms_url: Option<String>,
    /// Privacy
    pub privacy_url: Option<String>,
}

/// Where mail is handed in.
#[derive(Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// `smtp://` or `smtps://`, with name and password where there are any.
    pub url: String,
    /// The sender.
    pub from: String,
}

impl std::fmt::Debug for MailSettings {
    /// Without the address: it holds a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailSettings")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

impl Ctx {
    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

impl std::fmt::Debug for Ctx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ctx")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
