//! Live events: one stream a tab; pages hear what changed and load it again.
use crate::kernel::live::Change;
use leptos::prelude::*;

/// The stream of this tab.
#[derive(Clone, Copy)]
pub struct Live {
    listeners: StoredValue<Vec<(u32, Callback<Change>)>>,
    last: StoredValue<u32>,
    /// Goes up when the stream was away and is back: whatever happened meanwhile was missed.
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

/// Goes up when the stream was away and is back: read it in the source of a resource, so that it loads again.
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

#[cfg(feature = "hydrate")]
impl Live {
    /// Opens the stream and keeps it open: the browser connects again by itself; when the server refuses, `refused` is
    /// asked whether to go on.
    pub fn open<F>(self, refused: impl Fn() -> F + 'static)
    where
        F: Future<Output = bool> + 'static,
    {
        leptos::task::spawn_local(async move {
            loop {
                if self.follow().await {
                    continue;
                }
                self.connected.set(false);
                gloo_timers::future::TimeoutFuture::new(3_000).await;
                if !refused().await {
                    return;
                }
            }
        });
    }

    /// Until the stream is closed for good; answers whether to open it again at once.
    async fn follow(self) -> bool {
        use futures::StreamExt;
        let Ok(mut source) = gloo_net::eventsource::futures::EventSource::new("/live") else {
            return false;
        };
        let (Ok(opened), Ok(changes), Ok(lagged), Ok(access), Ok(again)) = (
            source.subscribe("open"),
            source.subscribe("message"),
            source.subscribe("lagged"),
            source.subscribe("access"),
            source.subscribe("again"),
        ) else {
            return false;
        };
        let last = futures::stream::select(access, again);
        let notices = futures::stream::select(opened, futures::stream::select(lagged, last));
        let mut events = futures::stream::select(notices, changes);
        while let Some(Ok((kind, event))) = events.next().await {
            if kind == "open" {
                self.opened();
            } else if kind == "access" {
                // rights or session have changed: what stands here may not be shown any more
                let _ = window().location().reload();
                return false;
            } else if kind == "again" {
                // the session has another token, or none: the next try tells
                return true;
            } else if kind == "lagged" {
                // this page was too slow for the stream
                self.missed.update(|n| *n += 1);
            } else if let Some(change) = event
                .data()
                .as_string()
                .and_then(|d| serde_json::from_slice(d.as_bytes()).ok())
            {
                self.tell(&change);
            }
        }
        false
    }

    fn opened(self) {
        self.connected.set(true);
        if self.opened.get_untracked() > 0 {
            self.missed.update(|n| *n += 1);
        }
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
