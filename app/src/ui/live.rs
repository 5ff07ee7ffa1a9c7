//! Live events: one stream a tab; pages hear what changed and load it again.
use crate::kernel::live::Change;
use leptos::prelude::*;

/// The stream of this tab.
#[derive(Clone, Copy)]
pub struct Live {
    listeners: StoredValue<Vec<(u32, Callback<Change>)>>,
    last: StoredValue<u32>,
    /// Goes up when something was missed while the stream was away.
    missed: RwSignal<u32>,
    /// How often it was opened.
    opened: RwSignal<u32>,
    connected: RwSignal<bool>,
}

/// Makes the stream of this tab; it opens in the browser only, once `open` is called.
pub fn provide_live() -> Live {
    let live = Live {
        listeners: StoredValue::default(),
        last: StoredValue::new(0),
        missed: RwSignal::new(0),
        opened: RwSignal::new(0),
        connected: RwSignal::new(true),
    };
    provide_context(live);
    live
}

/// Calls `heard` for every change until this component is gone. Use [`use_reload_on`] to load something again.
pub fn use_live(heard: impl Fn(Change) + Send + Sync + 'static) {
    let Some(live) = use_context::<Live>() else { return };
    let id = live.last.try_update_value(|n| {
        *n += 1;
        *n
    });
    let Some(id) = id else { return };
    live.listeners
        .update_value(|list| list.push((id, Callback::new(heard))));
    on_cleanup(move || {
        live.listeners
            .try_update_value(|list| list.retain(|(own, _)| *own != id));
    });
}

/// Goes up when the stream was away and something was missed: read it in the source of a resource, so that it loads again.
pub fn use_missed() -> Signal<u32> {
    use_context::<Live>().map_or_else(Signal::default, |live| live.missed.into())
}

/// How often the stream was opened; 0: not yet. Whoever asks other pages something does so in an effect that reads this:
/// before the stream stands their answers would be lost, and after it was away it is time to ask again.
pub fn use_opened() -> Signal<u32> {
    use_context::<Live>().map_or_else(Signal::default, |live| live.opened.into())
}

/// Whether the stream stands, for a notice.
pub fn use_connected() -> Signal<bool> {
    use_context::<Live>().map_or_else(|| Signal::stored(true), |live| live.connected.into())
}

/// A number that goes up when something that concerns this page changed, at most every 300 ms, and when changes were
/// missed. Read it in the source of a resource: `loading(move || (uid.get(), version.get()), …)`.
pub fn use_reload_on(concerns: impl Fn(&Change) -> bool + Send + Sync + 'static) -> Signal<u32> {
    let heard = RwSignal::new(0_u32);
    let missed = use_missed();
    let waiting = StoredValue::new(false);
    use_live(move |change| {
        if concerns(&change) && !waiting.get_value() {
            waiting.set_value(true);
            set_timeout(
                move || {
                    let _ = waiting.try_update_value(|w| *w = false);
                    let _ = heard.try_update(|n| *n += 1);
                },
                std::time::Duration::from_millis(300),
            );
        }
    });
    Signal::derive(move || heard.get().wrapping_add(missed.get()))
}

/// Milliseconds to wait after so many tries in vain: none at first, then longer and longer. A server that starts anew is
/// found within a second of its return; only one that is away for long is asked less often. `random` from 0 to 1 keeps
/// pages from coming all at the same moment.
#[cfg(any(test, feature = "hydrate"))]
fn pause(tries: u32, random: f64) -> u32 {
    /// So many tries, about half a minute, in which a server may start.
    const STARTING: u32 = 40;
    let longest: u32 = match tries {
        0 => 0,
        1..=STARTING => 250 << (tries - 1).min(2),
        _ => 5_000,
    };
    (f64::from(longest) * (0.5 + random / 2.0)) as u32
}

/// How a stream ended.
#[cfg(feature = "hydrate")]
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// It broke off, or the server wants to be asked again.
    Lost,
    /// The server has answered with something else.
    Refused,
}

/// A stream that stood for so many milliseconds is looked for again at once.
#[cfg(feature = "hydrate")]
const STOOD: f64 = 1_000.0;
/// After so many tries in vain, within a second, people are told.
#[cfg(feature = "hydrate")]
const QUIET_TRIES: u32 = 3;

#[cfg(feature = "hydrate")]
impl Live {
    /// Opens the stream where events stood when the page was begun, and keeps it open; when the server refuses, `refused` is
    /// asked whether to go on.
    pub fn open<F>(self, mut since: Option<String>, refused: impl Fn() -> F + 'static)
    where
        F: Future<Output = bool> + 'static,
    {
        use gloo_timers::future::TimeoutFuture;
        leptos::task::spawn_local(async move {
            let mut tries = 0_u32;
            loop {
                let (begun, opened) = (js_sys::Date::now(), self.opened.get_untracked());
                let ended = self.follow(&mut since).await;
                let stood = self.opened.get_untracked() > opened && js_sys::Date::now() - begun > STOOD;
                tries = if stood { 0 } else { tries.saturating_add(1) };
                if tries >= QUIET_TRIES && self.connected.get_untracked() {
                    self.connected.set(false);
                }
                TimeoutFuture::new(pause(tries, js_sys::Math::random())).await;
                if ended == Ended::Refused && !refused().await {
                    return;
                }
            }
        });
    }

    /// Until the stream ends; `since` goes along with it.
    async fn follow(self, since: &mut Option<String>) -> Ended {
        use futures::StreamExt;
        use gloo_net::eventsource::{State, futures::EventSource};
        // marks are made of hexadecimal numbers
        let address = match since {
            Some(since) => format!("/live?since={since}"),
            None => "/live".to_owned(),
        };
        let Ok(mut source) = EventSource::new(&address) else {
            return Ended::Refused;
        };
        let (Ok(opened), Ok(broken), Ok(changes), Ok(lagged), Ok(access), Ok(again)) = (
            source.subscribe("open"),
            source.subscribe("error"),
            source.subscribe("message"),
            source.subscribe("lagged"),
            source.subscribe("access"),
            source.subscribe("again"),
        ) else {
            return Ended::Refused;
        };
        let last = futures::stream::select(broken, futures::stream::select(access, again));
        let notices = futures::stream::select(opened, futures::stream::select(lagged, last));
        let mut events = futures::stream::select(notices, changes);
        while let Some(Ok((kind, event))) = events.next().await {
            match kind.as_str() {
                "open" => self.opened(),
                // the browser would connect again by itself, but only after seconds
                "error" => break,
                "access" => {
                    // rights or session have changed: what stands here may not be shown any more
                    let _ = window().location().reload();
                    gloo_timers::future::TimeoutFuture::new(3_000).await;
                    return Ended::Refused;
                }
                // the session has another token, or none: the next try tells
                "again" => return Ended::Lost,
                // this page was too slow for the stream, or away for too long
                "lagged" => {
                    *since = Some(event.last_event_id());
                    self.missed.update(|n| *n += 1);
                }
                _ => {
                    *since = Some(event.last_event_id());
                    let told = event.data().as_string();
                    if let Some(change) = told.and_then(|d| serde_json::from_slice(d.as_bytes()).ok()) {
                        self.tell(&change);
                    }
                }
            }
        }
        match source.state() {
            State::Closed => Ended::Refused,
            State::Connecting | State::Open => Ended::Lost,
        }
    }

    fn opened(self) {
        self.connected.set(true);
        self.opened.update(|n| *n += 1);
    }

    fn tell(self, change: &Change) {
        // a listener may add or remove listeners
        let listeners = self.listeners.get_value();
        for (_, heard) in listeners {
            heard.run(change.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::pause;

    #[test]
    fn a_server_that_is_back_is_found_within_a_second() {
        assert_eq!(
            [0, 1, 2, 3, 4].map(|tries| pause(tries, 1.0)),
            [0, 250, 500, 1_000, 1_000]
        );
        assert_eq!([1, 3, 41].map(|tries| pause(tries, 0.0)), [125, 500, 2_500]);
        assert!((0..=40).all(|tries| pause(tries, 1.0) <= 1_000));
        // away for long: asked less often
        assert_eq!([41, u32::MAX].map(|tries| pause(tries, 1.0)), [5_000, 5_000]);
    }
}
