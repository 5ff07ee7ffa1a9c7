//! What keeps a phone going while its page is open: one loop that listens, one that sends.
use super::{
    calls::{self, Trouble},
    dice, now,
    storage::{self, Loaded},
    visible,
};
use crate::features::gateway::wire::{PrivateKey, PublicKey, open_blob};
use crate::features::phone::{
    device::{Device, NoContact, Phase},
    model::{Incoming, Profile},
    rules::Dice,
};
use crate::kernel::ThreemaId;
use base64::{Engine, prelude::BASE64_STANDARD};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};

/// The first pause after a call without an answer, in milliseconds; each further one is twice as long.
const FIRST_PAUSE: u32 = 500;
/// The longest pause.
const LONGEST_PAUSE: u32 = 8_000;

/// Longer and longer pauses between tries.
struct Pauses(u32);

impl Pauses {
    const fn new() -> Self {
        Self(FIRST_PAUSE)
    }

    async fn wait(&mut self) {
        TimeoutFuture::new(self.0).await;
        self.0 = (self.0 * 2).min(LONGEST_PAUSE);
    }
}

impl Device {
    /// Takes the phone over for this window and goes on where it stood; makes it when there is none.
    pub fn start(self) {
        let run = self.next_run();
        let name = self.name.get_value();
        let mut random = [0; 8];
        dice(&mut random);
        self.claim.set_value(hex::encode(random));
        storage::claim(&name, &self.claim.get_value());
        match storage::load(&name) {
            Loaded::Phone(profile) => self.ready(run, *profile),
            Loaded::Nothing => {
                self.phase.set(Phase::Registering);
                spawn_local(self.register(run));
            }
            Loaded::Unreadable => self.phase.set(Phase::Unreadable),
            Loaded::NoStorage => self.phase.set(Phase::NoStorage),
        }
    }

    /// Ends the loops; they see it after their present call.
    fn next_run(self) -> u32 {
        self.run.update_value(|run| *run += 1);
        self.run.get_value()
    }

    fn runs(self, run: u32) -> bool {
        self.run.try_get_value() == Some(run)
    }

    /// Deletes the phone and makes a new one in its place.
    pub fn start_over(self) {
        self.next_run();
        storage::delete(&self.name.get_value());
        self.profile.set(None);
        self.wire.set(Vec::new());
        self.full.set(false);
        self.start();
    }

    /// Steps back when another window has taken the phone over.
    pub fn heed_other_windows(self) {
        let elsewhere = storage::is_claimed_by_another(&self.name.get_value(), &self.claim.get_value());
        if elsewhere && self.phase.get_untracked() != Phase::Elsewhere {
            self.next_run();
            self.phase.set(Phase::Elsewhere);
        }
    }

    async fn register(self, run: u32) {
        let mut bytes = [0; 32];
        dice(&mut bytes);
        let key = PrivateKey::from_bytes(bytes);
        let name = self.name.get_value();
        let mut pauses = Pauses::new();
        loop {
            let answer = calls::register(&key.public_key(), &name).await;
            if !self.runs(run) {
                return;
            }
            if let Ok(new) = answer {
                let profile = Profile::new(new.id, new.token, &key);
                self.full.set(!storage::save(&name, &profile));
                return self.ready(run, profile);
            }
            self.away.set(true);
            pauses.wait().await;
            if !self.runs(run) {
                return;
            }
        }
    }

    fn ready(self, run: u32, profile: Profile) {
        self.profile.set(Some(profile));
        self.away.set(false);
        self.phase.set(Phase::Ready);
        self.look();
        self.flush();
        spawn_local(self.listen(run));
    }

    async fn listen(self, run: u32) {
        let mut pauses = Pauses::new();
        while self.runs(run) {
            let Some((token, seq)) = self.mailbox_place() else {
                return;
            };
            let trouble = match calls::mailbox(&token, seq).await {
                Ok(messages) => match self.take_all(run, &token, messages).await {
                    Ok(()) => self.complete_groups(run, &token).await.err(),
                    Err(trouble) => Some(trouble),
                },
                Err(trouble) => Some(trouble),
            };
            if !self.runs(run) {
                return;
            }
            match trouble {
                None => {
                    self.away.set(false);
                    pauses = Pauses::new();
                }
                Some(Trouble::Forgotten) => return self.forgotten(),
                Some(Trouble::Away | Trouble::Refused) => {
                    self.away.set(true);
                    pauses.wait().await;
                }
            }
        }
    }

    fn mailbox_place(self) -> Option<(String, u64)> {
        self.profile
            .with_untracked(|p| p.as_ref().map(|p| (p.token.clone(), p.seq)))
    }

    fn forgotten(self) {
        self.next_run();
        self.phase.set(Phase::Forgotten);
    }

    async fn take_all(self, run: u32, token: &str, messages: Vec<Incoming>) -> Result<(), Trouble> {
        for incoming in messages {
            let key = match incoming.sender() {
                Some(from) => self.key_of(token, &from).await?,
                None => None,
            };
            if !self.runs(run) {
                return Ok(());
            }
            let watched = self.watched();
            let arrival = self.change(|p, dice| p.receive(&incoming, key.as_ref(), watched.as_ref(), dice));
            if let Some(arrival) = arrival {
                self.note_in(&incoming, arrival, now());
                self.look();
            }
        }
        Ok(())
    }

    /// Fetches what groups brought with them: keys of people, pictures.
    async fn complete_groups(self, run: u32, token: &str) -> Result<(), Trouble> {
        let missing = |p: &Option<Profile>| {
            p.as_ref()
                .map(|p| (p.missing_keys(), p.missing_pictures()))
                .unwrap_or_default()
        };
        let (people, pictures) = self.profile.with_untracked(missing);
        for id in people {
            let key = calls::public_key(token, &id).await?;
            if !self.runs(run) {
                return Ok(());
            }
            self.change(|p, dice| p.learn_key(id, key, dice));
        }
        for (group, blob, key) in pictures {
            let sealed = calls::blob(token, &blob).await?;
            if !self.runs(run) {
                return Ok(());
            }
            let opened = sealed.and_then(|sealed| open_blob(&key, &sealed));
            self.change(|p, _| match opened {
                Some(picture) => p.learn_picture(&group, &blob, BASE64_STANDARD.encode(picture)),
                None => p.lose_picture(&group, &blob),
            });
        }
        Ok(())
    }

    /// The key of a contact: the one that was pinned, else the gateway's.
    async fn key_of(self, token: &str, id: &ThreemaId) -> Result<Option<PublicKey>, Trouble> {
        let known = self.profile.with_untracked(|p| p.as_ref()?.known_key(id));
        match known {
            Some(key) => Ok(Some(key)),
            None => calls::public_key(token, id).await,
        }
    }

    /// The chat that somebody looks at now.
    pub fn watched(self) -> Option<ThreemaId> {
        self.open.get_untracked().filter(|_| visible())
    }

    /// The group that somebody looks at now.
    pub fn watched_group(self) -> Option<crate::features::phone::model::GroupKey> {
        self.open_group.get_untracked().filter(|_| visible())
    }

    /// See [`Device::change`].
    pub fn change_and_store<T>(self, act: impl FnOnce(&mut Profile, &mut Dice<'_>) -> T) -> Option<T> {
        let done = self
            .profile
            .try_update(|p| p.as_mut().map(|p| act(p, &mut dice)))??;
        let saved = self.profile.with_untracked(|p| {
            p.as_ref()
                .is_none_or(|p| self.name.with_value(|name| storage::save(name, p)))
        });
        if self.full.get_untracked() == saved {
            self.full.set(!saved);
        }
        self.flush();
        Some(done)
    }

    /// Sends what is in the outbox, one after the other, unless that is going on already.
    fn flush(self) {
        let run = self.run.get_value();
        let waiting = self
            .profile
            .with_untracked(|p| p.as_ref().is_some_and(|p| !p.outbox.is_empty()));
        if waiting && self.sending.get_value() != Some(run) {
            self.sending.set_value(Some(run));
            spawn_local(async move {
                self.send_all(run).await;
                if self.runs(run) {
                    self.sending.set_value(None);
                }
            });
        }
    }

    async fn send_all(self, run: u32) {
        let mut pauses = Pauses::new();
        while self.runs(run) {
            let first = self.profile.with_untracked(|p| {
                p.as_ref()
                    .and_then(|p| Some((p.token.clone(), p.outbox.first()?.clone())))
            });
            let Some((token, outgoing)) = first else { return };
            let name = self.name.get_value();
            let answer = calls::send(&token, &outgoing, &name).await;
            if !self.runs(run) {
                return;
            }
            match answer {
                Ok(id) => {
                    pauses = Pauses::new();
                    self.away.set(false);
                    self.change(|p, _| p.sent(&outgoing.nonce, id));
                    self.note_out(&outgoing, now());
                }
                Err(Trouble::Refused) => {
                    self.change(|p, _| p.refused(&outgoing.nonce));
                }
                Err(Trouble::Forgotten) => return self.forgotten(),
                Err(Trouble::Away) => {
                    self.away.set(true);
                    pauses.wait().await;
                }
            }
        }
    }

    /// Makes a chat with an ID, however it was typed; answers the ID.
    pub async fn meet(self, typed: &str) -> Result<ThreemaId, NoContact> {
        let run = self.run.get_value();
        let id: ThreemaId = typed
            .trim()
            .to_uppercase()
            .parse()
            .map_err(|_| NoContact::NotAnId)?;
        let place = self.mailbox_place();
        if self
            .profile
            .with_untracked(|p| p.as_ref().is_none_or(|p| p.id == id))
        {
            return Err(NoContact::Own);
        }
        let (token, _) = place.ok_or(NoContact::Away)?;
        let key = self.key_of(&token, &id).await.map_err(|_| NoContact::Away)?;
        if !self.runs(run) {
            return Err(NoContact::Away);
        }
        let key = key.ok_or(NoContact::Unknown)?;
        self.change(|p, _| p.meet(id, key));
        Ok(id)
    }
}
