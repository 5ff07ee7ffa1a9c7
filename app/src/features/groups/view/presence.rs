//! Who else looks at the group, and who is writing. Pages tell each other through the server.
use super::state::Place;
use crate::features::groups::{api::tell_group_presence, model::Presence, text};
use crate::kernel::{Uid, i18n::number};
use crate::ui::{Avatar, AvatarSize, use_lang};
use leptos::{prelude::*, task::spawn_local};
use std::{collections::BTreeMap, time::Duration};

/// How often a page says that it is still here.
const BEAT: Duration = Duration::from_secs(20);
/// How often it looks who has not said so for long.
const LOOK: Duration = Duration::from_secs(2);
/// Who has not been heard for so long is gone, in milliseconds.
const GONE_AFTER: f64 = 50_000.0;
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
    own: StoredValue<Option<Uid>>,
    told_typing: StoredValue<f64>,
}

/// Milliseconds by the browser's clock; the server has no others.
fn now() -> f64 {
    #[cfg(feature = "hydrate")]
    return js_sys::Date::now();
    #[cfg(not(feature = "hydrate"))]
    0.0
}

/// A name for this page that no other has.
fn draw_name() -> Uid {
    let mut bytes = [0; Uid::LEN];
    #[cfg(feature = "hydrate")]
    for byte in &mut bytes {
        *byte = (js_sys::Math::random() * 256.0) as u8;
    }
    #[cfg(not(feature = "hydrate"))]
    bytes.fill(0);
    Uid::from_random(bytes)
}

impl Others {
    /// Nobody yet.
    pub fn new(place: Place) -> Self {
        Self {
            place,
            peers: RwSignal::default(),
            own: StoredValue::new(None),
            told_typing: StoredValue::new(0.0),
        }
    }

    /// Comes, says so, and goes on saying so until the page is left; in the browser only.
    pub fn begin(self) {
        Effect::new(move || {
            // another group of the same page is another coming
            self.place.group.track();
            let _ = self.peers.try_set(BTreeMap::new());
            let name = draw_name();
            self.own.set_value(Some(name.clone()));
            self.tell(Presence::Comes);
            let gone = (self.place.uids(), name);
            let beat = set_interval_with_handle(move || self.tell(Presence::Here), BEAT).ok();
            let look = set_interval_with_handle(move || self.forget(), LOOK).ok();
            on_cleanup(move || {
                beat.into_iter().chain(look).for_each(|handle| handle.clear());
                if let (Some((identity, group)), page) = gone {
                    spawn_local(async move {
                        let _ = tell_group_presence(identity, group, page, Presence::Gone).await;
                    });
                }
            });
        });
    }

    fn tell(self, what: Presence) {
        let own = self.own.try_get_value().flatten();
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
        if self.own.try_get_value().flatten().as_ref() == Some(page) {
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
            self.tell(Presence::Here);
        }
    }

    fn forget(self) {
        let at = now();
        let outdated = |p: &Peer| at - p.heard > GONE_AFTER || p.typed.is_some_and(|t| at - t > TYPING_FOR);
        let any = self
            .peers
            .try_with_untracked(|peers| peers.values().any(outdated));
        if any == Some(true) {
            let _ = self.peers.try_update(|peers| {
                peers.retain(|_, p| at - p.heard <= GONE_AFTER);
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
