//! An organisation with an identity on a local gateway, a list of recipients who exist there, and a fan-out.
use crate::features::{
    auth::server::Caller,
    identities::{model::NewIdentity, server as identities},
    lists::{model::ListInput, server as lists},
    messages::{
        model::{DraftInput, MessageView, SendInput, Texts},
        server::{self as messages, fanout::Fanout},
    },
    recipients::server::fetch_keys,
};
use crate::kernel::{AppResult, LanguageCode, ThreemaId, Uid, permission::cap, server::Ctx};
use crate::testing::{On, TestCtx, start_gateway};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::watch;

/// Everything that a test of sending needs.
pub struct World {
    pub test: TestCtx,
    pub caller: Caller,
    pub identity: identities::Identity,
    pub uid: Uid,
    pub list: Uid,
    pub ids: Vec<ThreemaId>,
    pub gateway: String,
    http: reqwest::Client,
    _folder: tempfile::TempDir,
}

impl World {
    /// A world with so many recipients whose keys are known.
    pub async fn new(on: On, count: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let gateway = start_gateway(folder.path(), 1).await;
        let test = TestCtx::new(on, &gateway).await;
        let ctx = &test.ctx;
        let caller = test.administrator("Aarental", "lea@example.org").await;
        let input = NewIdentity {
            plan: "unlimited".into(),
            ..NewIdentity::default()
        };
        let made = identities::create(ctx.clone(), caller.granted().unwrap(), input)
            .await
            .unwrap();
        let identity = identities::find(ctx, &caller.granted::<cap::SeeIdentities>().unwrap(), &made.uid)
            .await
            .unwrap();
        let http = reqwest::Client::new();
        let made_ids = json!({ "count": count, "seed": "test" });
        http.post(format!("{gateway}/sim/recipients"))
            .json(&made_ids)
            .send()
            .await
            .unwrap()
            .error_for_status()
            .unwrap();
        let text = http
            .get(format!("{gateway}/sim/recipients?seed=test"))
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let ids: Vec<ThreemaId> = text.lines().map(|l| l.parse().unwrap()).collect();
        assert_eq!(ids.len(), count);
        let input = ListInput { name: "All".into() };
        let list = lists::create_list(ctx.clone(), caller.granted().unwrap(), made.uid.clone(), input)
            .await
            .unwrap();
        let granted = caller.granted().unwrap();
        lists::add_members(
            ctx.clone(),
            granted,
            made.uid.clone(),
            list.uid.clone(),
            ids.clone(),
        )
        .await
        .unwrap();
        fetch_keys(ctx, &identity).await.unwrap();
        Self {
            caller,
            identity,
            uid: made.uid,
            list: list.uid,
            ids,
            gateway,
            http,
            _folder: folder,
            test,
        }
    }

    pub fn ctx(&self) -> &Ctx {
        &self.test.ctx
    }

    /// Writes and sends; the undo window is over when this answers.
    pub async fn send(&self, text: &str) -> Uid {
        let uid = self.queue(text).await.unwrap();
        self.test.clock.turn(60_000);
        uid
    }

    pub async fn draft(&self, text: &str) -> Uid {
        let texts = Texts::from([(LanguageCode::EN, text.to_owned())]);
        let input = DraftInput {
            uid: None,
            lists: vec![self.list.clone()],
            texts,
            ..Default::default()
        };
        messages::save_draft(
            self.ctx().clone(),
            self.caller.granted().unwrap(),
            self.uid.clone(),
            input,
        )
        .await
        .unwrap()
        .uid
    }

    /// Writes and sends; the undo window has begun.
    pub async fn queue(&self, text: &str) -> AppResult<Uid> {
        let draft = self.draft(text).await;
        let granted = self.caller.granted::<cap::SeeMessages>().unwrap();
        let lists = vec![self.list.clone()];
        let audience = messages::count_audience(self.ctx().clone(), granted, self.uid.clone(), lists).await?;
        let input = SendInput {
            draft: draft.clone(),
            goes_to: audience.goes_to(),
        };
        messages::send_draft(
            self.ctx().clone(),
            self.caller.granted().unwrap(),
            self.uid.clone(),
            input,
        )
        .await?;
        Ok(draft)
    }

    pub async fn view(&self, message: &Uid) -> MessageView {
        let granted = self.caller.granted().unwrap();
        messages::load_message(self.ctx().clone(), granted, self.uid.clone(), message.clone())
            .await
            .unwrap()
    }

    /// Lets a fan-out work until the message is as wanted, turning the clock whenever it waits for a retry.
    pub async fn work_until(&self, message: &Uid, wanted: impl Fn(&MessageView) -> bool) -> MessageView {
        let (stop, stopped) = watch::channel(false);
        let worker = tokio::spawn(Fanout::new(self.ctx().clone(), "test".into()).run(stopped));
        let mut events = self.ctx().live.listen();
        let view = tokio::time::timeout(Duration::from_secs(60), async {
            loop {
                let view = self.view(message).await;
                if wanted(&view) {
                    return view;
                }
                // every written batch tells; after a failure the retry is due in at most a minute of the clock
                let told = tokio::time::timeout(Duration::from_millis(200), events.recv()).await;
                if told.is_err() {
                    self.test.clock.turn(61_000);
                    self.ctx().work.notify_waiters();
                }
            }
        })
        .await
        .expect("the message gets there");
        stop.send(true).unwrap();
        worker.await.unwrap();
        view
    }

    pub async fn faults(&self, faults: Value) {
        let put = self
            .http
            .put(format!("{}/sim/faults", self.gateway))
            .json(&faults);
        put.send().await.unwrap().error_for_status().unwrap();
    }

    pub async fn patch(&self, id: &str, change: Value) {
        let call = self
            .http
            .patch(format!("{}/sim/identities/{id}", self.gateway))
            .json(&change);
        call.send().await.unwrap().error_for_status().unwrap();
    }

    /// `accepted`, `repeatedNonces`, and per recipient how many different nonces.
    pub async fn stats(&self) -> (u64, u64, Vec<u64>) {
        let url = format!("{}/sim/stats?byRecipient=1", self.gateway);
        let stats: Value = self.http.get(url).send().await.unwrap().json().await.unwrap();
        let by = stats["byRecipient"].as_object().unwrap();
        let nonces = self
            .ids
            .iter()
            .map(|id| by.get(id.as_str()).and_then(Value::as_u64).unwrap_or(0))
            .collect();
        (
            stats["accepted"].as_u64().unwrap(),
            stats["repeatedNonces"].as_u64().unwrap(),
            nonces,
        )
    }
}
