//! Callbacks to gateway accounts (section 2): four attempts with a pause between them; only status 200 counts.
use super::{LocalGateway, OpenError, writer::Op};
use crate::{
    features::gateway::{server::callback_mac, wire::MessageId},
    kernel::ThreemaId,
};
use serde::{Deserialize, Serialize};
use std::{
    hash::{DefaultHasher, Hasher},
    sync::Arc,
    time::Duration,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How many callbacks are under way at once. One sender's messages to one account always take the same lane, so they
/// arrive in order.
const LANES: usize = 8;
/// Attempts in all.
const ATTEMPTS: u32 = 4;
/// How long one may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The fields of the form, without the MAC: the secret may change until it is sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fields {
    /// Sender.
    pub from: ThreemaId,
    /// The gateway account.
    pub to: ThreemaId,
    /// ID of the message.
    pub message_id: MessageId,
    /// Unix seconds.
    pub date: i64,
    /// Hexadecimal.
    pub nonce: String,
    /// Hexadecimal.
    pub r#box: String,
    /// What the sender calls themself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
}

/// One callback.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its row.
    pub id: i64,
    /// What it says.
    pub fields: Fields,
    /// Attempts that failed.
    pub attempts: u32,
}

/// Takes callbacks that are due.
#[derive(Clone)]
pub struct Lanes(Arc<[UnboundedSender<Job>]>);

impl Lanes {
    /// The lanes, and their ends for [`start`].
    pub fn new() -> (Self, Vec<UnboundedReceiver<Job>>) {
        let (senders, receivers): (Vec<_>, Vec<_>) = (0..LANES).map(|_| unbounded_channel()).unzip();
        (Self(senders.into()), receivers)
    }

    /// Queues a callback.
    pub fn push(&self, job: Job) {
        let mut hasher = DefaultHasher::new();
        hasher.write(job.fields.from.as_bytes());
        hasher.write(job.fields.to.as_bytes());
        let lane = hasher.finish() as usize % self.0.len();
        // only at the end of the gateway nobody takes it; then it stands in the file
        let _ = self.0[lane].send(job);
    }
}

/// Starts the lanes and takes up what is still due (with the time in milliseconds).
pub fn start(
    gateway: &LocalGateway,
    lanes: Vec<UnboundedReceiver<Job>>,
    due: Vec<(Job, i64)>,
    retry_seconds: u32,
) -> Result<(), OpenError> {
    // reqwest takes the process's; when somebody has set one already, that is fine
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(TIMEOUT)
        .build()?;
    let pause = Duration::from_secs(retry_seconds.into());
    for lane in lanes {
        tokio::spawn(run(Arc::downgrade(&gateway.0), http.clone(), lane, pause));
    }
    let now = gateway.0.clock.now().0;
    for (job, at) in due {
        let rest = u64::try_from(at - now).unwrap_or_default();
        later(gateway, job, pause.min(Duration::from_millis(rest)));
    }
    Ok(())
}

fn later(gateway: &LocalGateway, job: Job, pause: Duration) {
    let gateway = Arc::downgrade(&gateway.0);
    tokio::spawn(async move {
        tokio::time::sleep(pause).await;
        if let Some(gateway) = gateway.upgrade() {
            gateway.lanes.push(job);
        }
    });
}

async fn run(
    gateway: std::sync::Weak<super::Inner>,
    http: reqwest::Client,
    mut lane: UnboundedReceiver<Job>,
    pause: Duration,
) {
    while let Some(mut job) = lane.recv().await {
        let Some(gateway) = gateway.upgrade().map(LocalGateway) else {
            return;
        };
        let arrived = attempt(&gateway, &http, &job.fields).await;
        job.attempts += 1;
        let op = if arrived || job.attempts >= ATTEMPTS {
            Op::CallbackDone { id: job.id }
        } else {
            let pause_ms = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
            let op = Op::CallbackAgain {
                id: job.id,
                attempts: job.attempts,
                next_at: gateway.0.clock.now().0.saturating_add(pause_ms),
            };
            later(&gateway, job, pause);
            op
        };
        // nobody waits for it: a crash before it is written repeats the callback, as the real gateway may
        drop(gateway.0.writer.write(vec![op]));
    }
}

/// Whether it has arrived, or there is nobody to call any more.
async fn attempt(gateway: &LocalGateway, http: &reqwest::Client, fields: &Fields) -> bool {
    let account = {
        let state = gateway.state();
        let record = state.identities.get(&fields.to).map(|i| &i.record);
        record.and_then(|r| r.callback_url.clone().zip(r.secret.clone()))
    };
    let Some((url, secret)) = account else {
        return true;
    };
    let (id, date) = (fields.message_id.to_string(), fields.date.to_string());
    let signed = [
        fields.from.as_str(),
        fields.to.as_str(),
        &id,
        &date,
        &fields.nonce,
        &fields.r#box,
    ];
    let mac = hex::encode(callback_mac(&secret, signed));
    let names = ["from", "to", "messageId", "date", "nonce", "box"];
    let mut form: Vec<(&str, &str)> = names.into_iter().zip(signed).collect();
    form.push(("mac", &mac));
    if let Some(nickname) = &fields.nickname {
        form.push(("nickname", nickname));
    }
    match http.post(url).form(&form).send().await {
        Ok(answer) if answer.status() == http::StatusCode::OK => true,
        Ok(answer) => {
            tracing::debug!(to = %fields.to, status = answer.status().as_u16(), "a callback was refused");
            false
        }
        Err(error) => {
            tracing::debug!(to = %fields.to, error = %error.without_url(), "a callback did not arrive");
            false
        }
    }
}
