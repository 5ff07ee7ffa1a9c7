//! Who else looks at the group, and who is writing. Pages tell each other through the server.
use super::state::Place;
use crate::features::groups::{api::tell_group_presence, model::Presence, text};
use crate::kernel::{Uid, i18n::number};
use crate::ui::{Avatar, AvatarSize, live::use_opened, use_lang};
use leptos::{prelude::*, task::spawn_local};
use std::{collections::BTreeMap, time::Duration};

/// How often a page says that it is still here, in milliseconds: among few, and for each page among many. All hear what
/// each says, so that many have to say less.
const BEAT: f64 = 20_000.0;
const BEAT_EACH: f64 = 200.0;
/// Who has not been heard for so many beats is gone.
const GONE_AFTER: f64 = 2.5;
/// How often a page looks who that is, and whether it is time to say something.
const LOOK: Duration = Duration::from_secs(2);
/// So many answer somebody who comes; the beats of the others tell the rest.
const ANSWERS: f64 = 30.0;
/// Within so many milliseconds for each page, lest all answer in the same moment.
const ANSWER_EACH: f64 = 10.0;
/// Up to so many pages everybody loads a change at once.
const FEW: usize = 20;
/// Who has not written for so long does not write any more.
const TYPING_FOR: f64 = 6_000.0;
/// While somebody writes it is told so often.
const TELL_TYPING: f64 = 3_000.0;

/// Another page.
#[derive(Clone, Debug, PartialEq)]
struct Peer {
    name: String,
    heard: f64,
    typed: Option<f64>,
}

/// The others, and how this page is called among them.
#[derive(Clone, Copy)]
pub struct Others {
    place: Place,
    peers: RwSignal<BTreeMap<Uid, Peer>>,
    own: RwSignal<Option<Uid>>,
    told_typing: StoredValue<f64>,
    /// When this page says again that it is here.
    next_beat: StoredValue<f64>,
    /// It is about to answer somebody who has come.
    answers: StoredValue<bool>,
}

/// Milliseconds by the browser's clock; the server has no others.
fn now() -> f64 {
    #[cfg(feature = "hydrate")]
    {
        js_sys::Date::now()
    }
    #[cfg(not(feature = "hydrate"))]
    0.0
}

/// From 0 to 1, 1 excluded.
fn random() -> f64 {
    #[cfg(feature = "hydrate")]
    {
        js_sys::Math::random()
    }
    #[cfg(not(feature = "hydrate"))]
    0.0
}

/// A name for this page that no other has.
fn draw_name() -> Uid {
    let mut bytes = [0; Uid::LEN];
    for byte in &mut bytes {
        *byte = (random() * 252.0) as u8;
    }
    Uid::from_random(bytes)
}

impl Others {
    /// Nobody yet.
    pub fn new(place: Place) -> Self {
        Self {
            place,
            peers: RwSignal::default(),
            own: RwSignal::new(None),
            told_typing: StoredValue::new(0.0),
            next_beat: StoredValue::new(0.0),
            answers: StoredValue::new(false),
        }
    }

    /// Comes, says so, and goes on saying so until the page is left; in the browser only.
    pub fn begin(self) {
        let opened = use_opened();
        Effect::new(move || {
            // another group of the same page is another coming
            self.place.group.track();
            let _ = self.peers.try_set(BTreeMap::new());
            let name = draw_name();
            let _ = self.own.try_set(Some(name.clone()));
            let gone = (self.place.uids(), name);
            let look = set_interval_with_handle(move || self.look(), LOOK).ok();
            on_cleanup(move || {
                if let Some(look) = look {
                    look.clear();
                }
                if let (Some((identity, group)), page) = gone {
                    spawn_local(async move {
                        let _ = tell_group_presence(identity, group, page, Presence::Gone).await;
                    });
                }
            });
        });
        // the others answer through the stream: said before it stands, and while it was away, it is said for nothing
        Effect::new(move |told: Option<Option<Uid>>| {
            let own = self.own.get().filter(|_| opened.get() > 0);
            // among many the beats bring back whoever was away
            let again = told.flatten() == own;
            if own.is_some() && !(again && self.are_many()) {
                self.tell(Presence::Comes);
            }
            own
        });
    }

    /// How many other pages there are.
    fn count(self) -> usize {
        self.peers.try_with_untracked(BTreeMap::len).unwrap_or_default()
    }

    /// Too many to load everything at the same moment, see [`Turn`].
    pub fn are_many(self) -> bool {
        self.count() > FEW
    }

    fn beat(self) -> f64 {
        BEAT.max(BEAT_EACH * self.count() as f64)
    }

    /// Forgets who has not been heard for long, and says now and then that this page is still here.
    fn look(self) {
        self.forget();
        if self.next_beat.try_get_value().is_some_and(|next| now() >= next) {
            self.tell(Presence::Here);
        }
    }

    /// Lets somebody who has come know of this page; among many only some do.
    fn answer(self) {
        let count = self.count().max(1) as f64;
        if self.answers.try_get_value() != Some(false) || random() * count >= ANSWERS {
            return;
        }
        self.answers.set_value(true);
        let pause = Duration::from_millis((random() * ANSWER_EACH * count) as u64);
        set_timeout(
            move || {
                let _ = self.answers.try_update_value(|a| *a = false);
                self.tell(Presence::Here);
            },
            pause,
        );
    }

    fn tell(self, what: Presence) {
        // not all at the same moment, also when all have come at the same
        let next = now() + self.beat() * (0.5 + random() / 2.0);
        let _ = self.next_beat.try_update_value(|n| *n = next);
        let own = self.own.try_get_untracked().flatten();
        if let (Some((identity, group)), Some(page)) = (self.place.uids(), own) {
            spawn_local(async move {
                // the others forget whoever they do not hear: nothing is lost
                let _ = tell_group_presence(identity, group, page, what).await;
            });
        }
    }

    /// Somebody writes here.
    pub fn typing(self) {
        let at = now();
        if self
            .told_typing
            .try_get_value()
            .is_some_and(|told| at - told > TELL_TYPING)
        {
            self.told_typing.set_value(at);
            self.tell(Presence::Typing);
        }
    }

    /// What has been written is sent.
    pub fn wrote(self) {
        let _ = self.told_typing.try_set_value(0.0);
        self.tell(Presence::Here);
    }

    /// Another page has told something.
    pub fn hear(self, page: &Uid, name: &str, what: &str) {
        if self.own.try_get_untracked().flatten().as_ref() == Some(page) {
            return;
        }
        let Some(what) = Presence::of(what) else { return };
        let at = now();
        let _ = self.peers.try_update(|peers| match what {
            Presence::Gone => {
                peers.remove(page);
            }
            _ => {
                let peer = Peer {
                    name: name.to_owned(),
                    heard: at,
                    typed: (what == Presence::Typing).then_some(at),
                };
                peers.insert(page.clone(), peer);
            }
        });
        if what == Presence::Comes {
            self.answer();
        }
    }

    fn forget(self) {
        let (at, gone) = (now(), GONE_AFTER * self.beat());
        let outdated = |p: &Peer| at - p.heard > gone || p.typed.is_some_and(|t| at - t > TYPING_FOR);
        let any = self
            .peers
            .try_with_untracked(|peers| peers.values().any(outdated));
        if any == Some(true) {
            let _ = self.peers.try_update(|peers| {
                peers.retain(|_, p| at - p.heard <= gone);
                for peer in peers.values_mut() {
                    peer.typed = peer.typed.filter(|t| at - t <= TYPING_FOR);
                }
            });
        }
    }

    /// Names, each once: somebody may have two windows.
    fn names(self, fits: impl Fn(&Peer) -> bool) -> Vec<String> {
        let mut names: Vec<String> = self.peers.with(|peers| {
            let fitting = peers.values().filter(|p| fits(p));
            fitting.map(|p| p.name.clone()).collect()
        });
        names.sort();
        names.dedup();
        names
    }
}

/// Something that all pages of a group do when it changes. Among few each does it at once; among many each in a moment of
/// its own, lest all ask the server in the same one.
#[derive(Clone, Copy)]
pub struct Turn {
    others: Others,
    /// Milliseconds for each page.
    each: f64,
    waiting: StoredValue<bool>,
}

impl Turn {
    /// With so many milliseconds for each page.
    pub fn new(others: Others, each: f64) -> Self {
        Self {
            others,
            each,
            waiting: StoredValue::new(false),
        }
    }

    /// Does it in this page's turn; what is asked for meanwhile is done with it.
    pub fn take(self, act: impl FnOnce() + 'static) {
        if !self.others.are_many() {
            return act();
        }
        // it will be done, or the page is gone
        if self.waiting.try_get_value() != Some(false) {
            return;
        }
        self.waiting.set_value(true);
        let pause = Duration::from_millis((random() * self.each * self.others.count() as f64) as u64);
        set_timeout(
            move || {
                if self.waiting.try_update_value(|w| *w = false).is_some() {
                    act();
                }
            },
            pause,
        );
    }
}

/// Who else is here.
#[component]
pub fn Here(others: Others) -> impl IntoView {
    let lang = use_lang();
    let shown = move || {
        let names = others.names(|_| true);
        let words = match names.as_slice() {
            [] => return None,
            [one] => text::here_one(lang, one),
            many => text::here_many(lang, number(many.len() as u64)),
        };
        let avatars = names
            .into_iter()
            .take(4)
            .map(|name| view! { <Avatar name size=AvatarSize::Small here=true /> })
            .collect_view();
        Some(view! {
            <span class="flex items-center gap-2 text-xs text-ink-2">{avatars} {words}</span>
        })
    };
    view! { <span role="status" class="max-md:hidden">{shown}</span> }
}

/// Who is writing.
#[component]
pub fn Typing(others: Others) -> impl IntoView {
    let lang = use_lang();
    let shown = move || {
        let names = others.names(|p| p.typed.is_some());
        let words = match names.as_slice() {
            [] => return None,
            [one] => text::is_typing(lang, one),
            many => text::are_typing(lang, number(many.len() as u64)),
        };
        Some(view! {
            <span class="typing" aria-hidden="true">
                <i></i>
                <i></i>
                <i></i>
            </span>
            {words}
        })
    };
    view! {
        <p class="flex items-center gap-2 meta min-h-5" role="status">
            {shown}
        </p>
    }
}
